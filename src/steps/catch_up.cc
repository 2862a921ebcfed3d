#include "steps/catch_up.h"

#include <fmt/format.h>

#include "base/fault.h"
#include "replication/wait.h"
#include "steps/following.h"
#include "steps/replica.h"
#include "steps/run.h"

namespace darbe::steps {

using engine::Standing;

Standing CatchUp::check(Run& run, std::stop_token stop) {
  if (!run.facts.caught_up_at) return Standing::absent;
  mysql::Connection source = run.source(stop), target = run.target(stop);
  if (replication::status(target).state != replication::State::on) return Standing::partial;
  if (!replication::has_applied(target, replication::source_coordinates(source))) return Standing::partial;
  return run.facts.replica_released && replica_is_released(run, stop) ? Standing::done : Standing::partial;
}

void CatchUp::apply(Run& run, std::stop_token stop) {
  run.facts.caught_up_at = follow_to_now(run, stop);
  run.remember();
  fault::point("catch_up.caught_up");
  run.facts.replica_released = true;
  run.remember();
  fault::point("catch_up.replica_given_up");
  remove_replica(run, stop);
}

void CatchUp::undo(Run&, std::stop_token) {}  // nothing was made

}  // namespace darbe::steps
