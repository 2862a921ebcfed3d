#include "steps/following.h"

#include <fmt/format.h>

#include "replication/control.h"
#include "replication/wait.h"

namespace darbe::steps {

std::string follow_to_now(Run& run, std::stop_token stop) {
  mysql::Connection source = run.source(stop), target = run.target(stop);
  if (replication::status(target).state == replication::State::off) replication::start(target, stop);
  const auto reached = replication::catch_up(
      source, target, {run.facts.frozen.value().gtid_executed},
      [&](const replication::ReplicaStatus& status) {
        run.report.note(fmt::format("applied {}, received {}", replication::text_of(status.executed),
                                    replication::text_of(status.received)));
      },
      stop);
  return replication::text_of(reached);
}

}  // namespace darbe::steps
