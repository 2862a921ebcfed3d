#include "steps/following.h"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "mysql/server_life.h"
#include "replication/control.h"
#include "replication/wait.h"
#include "watch/health.h"

namespace darbe::steps {

namespace {

void tell_of_restart(Run& run, mysql::Connection& target) {
  const auto sentence = restart_in_doubt(run, target);
  if (!sentence) return;
  run.report.warning(fmt::format("{}. {}", *sentence, watch::advice_on_restart));
  run.facts.not_proven.push_back(*sentence);
  run.facts.target_started = mysql::server_started(target);
  run.remember();
}

}  // namespace

std::optional<std::string> restart_in_doubt(const Run& run, mysql::Connection& target) {
  if (!target.flavor().is_mariadb() || !run.facts.target_started) return std::nullopt;
  const std::string started = mysql::server_started(target);
  if (started == *run.facts.target_started) return std::nullopt;
  return fmt::format(
      "{} restarted at {:%F %T} UTC while it replicated, and not for this run: if that was a crash (see its events in "
      "RDS), what it had applied last may have been applied twice, or left out, for MariaDB keeps a replica's place "
      "beside its data",
      run.target_id(), fmt::gmtime(static_cast<std::time_t>(std::stoll(started))));
}

void watch_for_restarts(Run& run, std::stop_token stop) {
  mysql::Connection target = run.target(stop);
  run.facts.target_started = mysql::server_started(target);
  run.remember();
}

void expect_restart(Run& run, std::stop_token stop) {
  if (!run.facts.target_started) return;  // it may be in the midst of it
  mysql::Connection target = run.target(stop);
  tell_of_restart(run, target);
  run.facts.target_started.reset();
  run.remember();
}

std::string follow_to_now(Run& run, std::stop_token stop) {
  mysql::Connection source = run.source(stop), target = run.target(stop);
  tell_of_restart(run, target);
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
