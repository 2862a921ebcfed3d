#include "steps/catch_up.h"

#include <fmt/format.h>

#include "base/fault.h"
#include "replication/wait.h"
#include "steps/following.h"
#include "steps/replica.h"
#include "steps/run.h"

namespace darbe::steps {

namespace {

using engine::Standing;

// The load left the redo log to the operating system (flush_log_at_trx_commit = 2). What only the target will have
// from here on must be on its disk.
void flush_to_disk(Run& run, const std::stop_token& stop) {
  mysql::Connection target = run.target(stop);
  try {
    target.execute("FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS");
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    run.report.warning(
        fmt::format("{} may not flush {}'s logs (RELOAD): until Settle its host's crash could take the last second of "
                    "commits along",
                    run.plan.request.master_user_name, run.target_id()));
  }
  fault::point("catch_up.flushed");
}

}  // namespace

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
  flush_to_disk(run, stop);
  remove_replica(run, stop);
}

void CatchUp::undo(Run&, std::stop_token) {}  // nothing was made

}  // namespace darbe::steps
