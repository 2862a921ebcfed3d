#include "steps/observe.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "aws/error.h"
#include "base/clock.h"
#include "base/log.h"
#include "mysql/quote.h"
#include "replication/filters.h"
#include "replication/rds_configuration.h"
#include "steps/following.h"
#include "steps/free_storage.h"
#include "steps/network.h"

namespace darbe::steps {

namespace {

using replication::Coordinates;
using replication::ReplicaStatus;
using watch::Observation;

// A healthy target has applied a position within a second: as long as this is worth waiting for an answer that is sure.
constexpr base::Poll until_applied{.every = std::chrono::milliseconds(250), .at_most = std::chrono::seconds(11)};
constexpr std::chrono::minutes dear_every{1};

// The source stood at what is needed then or later: by the freeze, or by a step that has asked it where it stands and
// waited for the target to be there. What was done later is the better witness.
std::optional<std::chrono::system_clock::time_point> known_at(const Run& run, bool follows) {
  using Time = std::chrono::system_clock::time_point;
  std::optional<Time> frozen, begun, followed;
  if (run.facts.frozen && run.journal.done("Freeze")) frozen = Time(std::chrono::seconds(run.facts.frozen->not_before));
  for (const plan::Event& event : run.journal.events()) {
    if (!follows || (event.step != "CatchUp" && event.step != "Settle")) continue;
    if (event.what == "began") begun = event.at;
    if (event.what == "done") followed = begun;
    if (event.what == "void") followed.reset();
  }
  return followed ? followed : frozen;
}

// A receiver that has to connect again looks broken for a moment.
ReplicaStatus status_when_connected(mysql::Connection& target, const std::stop_token& stop) {
  ReplicaStatus now = replication::status(target);
  base::poll_until(until_applied, stop, [&] {
    const bool may_recover =
        now.state == replication::State::broken && now.sql_running == "Yes" && now.io_running != "No";
    if (may_recover) now = replication::status(target);
    return !may_recover;
  });
  return now;
}

watch::Lag see(watch::LagTrack& track, const watch::KeptBinlogs& kept, const Coordinates& source_at,
               const ReplicaStatus& target) {
  return track.see({.at = base::Clock::now(),
                    .source = source_at,
                    .applied = target.executed,
                    .bytes_behind = replication::bytes_between(kept.files, target.executed, source_at)});
}

// Asks until the target has applied where the source stood when it was asked first.
void follow(Observation& seen, watch::LagTrack& track, mysql::Connection& source, mysql::Connection& target,
            const std::stop_token& stop) {
  const Coordinates asked = *seen.source_at;
  seen.lag = see(track, seen.kept, asked, *seen.replication);
  base::poll_until(until_applied, stop, [&] {
    if (seen.replication->executed >= asked || seen.replication->state != replication::State::on) return true;
    seen.replication = replication::status(target);
    seen.source_at = replication::source_coordinates(source);
    if (const auto files = replication::binlogs(source)) seen.kept.files = *files;
    seen.lag = see(track, seen.kept, *seen.source_at, *seen.replication);
    return seen.replication->executed >= asked;
  });
}

watch::SeenInstance seen_instance(const char* role, const std::string& id,
                                  const std::optional<aws::Instance>& instance) {
  if (!instance) return {.role = role, .id = id, .status = "gone"};
  return {.role = role,
          .id = id,
          .status = instance->status,
          .maintenance_window = instance->maintenance_window,
          .backup_window = instance->backup_retention_period > 0 ? instance->backup_window : ""};
}

std::vector<std::string> strangers_in_own_group(const Run& run, const std::stop_token& stop) {
  try {
    if (const auto own = find_own_group(run, stop)) return strangers_in(run, own->id, stop);
  } catch (const aws::ApiError& error) {
    log::debug("what is in the run's group can't be looked at: {}", error.what());  // nor need who watches it
  }
  return {};
}

}  // namespace

Observation observation_without_servers(const Run& run, const AtAws& at_aws) {
  Observation seen;
  seen.at = std::chrono::system_clock::now();
  if (run.journal.is_open())
    seen.promised = {.follows = run.journal.done("Replicate"),
                     .caught_up = run.journal.done("CatchUp"),
                     .settled = run.journal.done("Settle")};
  seen.has_journal = run.journal.is_open();
  if (run.plan.request.databases) seen.filter = replication::wild_do_table(*run.plan.request.databases);
  seen.retention_hours_before = run.facts.retention_hours_before;
  seen.promised.serves = at_aws.target && aws::has_all(at_aws.target->tags, {{plan::tag_phase, plan::phase_serving}});
  seen.instances.push_back(seen_instance("source", run.source_id(), at_aws.source));
  seen.instances.push_back(seen_instance("target", run.target_id(), at_aws.target));
  const bool was_made = run.facts.replica_resource_id && !run.facts.replica_released;
  if (at_aws.replica || was_made) seen.instances.push_back(seen_instance("replica", run.replica_id(), at_aws.replica));
  return seen;
}

bool is_at_work(const Run& run, const AtAws& at_aws, std::stop_token stop) {
  const auto holds_lock_on = [&](const aws::Instance& instance) {
    mysql::Connection connection(run.connect_options(instance), stop);
    return connection.value(fmt::format("SELECT IS_USED_LOCK({})", mysql::quote_text(run.plan.names.lock))).has_value();
  };
  // A lock that was lost, as by a failover, is taken again with the keeper's next ping: the other one is still there.
  return holds_lock_on(at_aws.source.value()) || (run.journal.is_open() && holds_lock_on(at_aws.target.value()));
}

watch::KeptBinlogs kept_binlogs(const Run& run, mysql::Connection& source, const std::optional<ReplicaStatus>& target) {
  watch::KeptBinlogs kept;
  kept.files = replication::binlogs(source).value_or(replication::Binlogs{});
  kept.retention_hours = replication::retention_hours(source);
  const bool follows = target && target->state != replication::State::absent;
  // A replica that crashes asks again for all that it had not applied (relay_log_recovery).
  if (follows)
    kept.needed = target->executed;
  else if (run.facts.frozen && run.journal.done("Freeze"))  // else it begins anew
    kept.needed = Coordinates{run.facts.frozen->file, run.facts.frozen->position};
  if (const auto at = known_at(run, follows)) kept.needed_age = std::chrono::system_clock::now() - *at;
  return kept;
}

Observation Observer::look(const Run& run, const AtAws& at_aws, std::stop_token stop) {
  const aws::Instance &source = at_aws.source.value(), &target = at_aws.target.value();
  Observation seen = observation_without_servers(run, at_aws);
  mysql::Connection on_source(run.connect_options(source), stop), on_target(run.connect_options(target), stop);
  seen.replication = status_when_connected(on_target, stop);
  seen.source_at = replication::source_coordinates(on_source);
  seen.kept = kept_binlogs(run, on_source, seen.replication);
  if (seen.replication->state != replication::State::absent) follow(seen, lag_, on_source, on_target, stop);
  if (const auto& age = seen.lag.at_most) seen.kept.needed_age = std::min(*age, seen.kept.needed_age.value_or(*age));
  if (!dear_ || base::Clock::now() - dear_->at >= dear_every)
    dear_ = Dear{.at = base::Clock::now(),
                 .schema = schema_news(run, on_source, on_target),
                 .strangers = strangers_in_own_group(run, stop),
                 .source_storage = free_storage(run, source, on_source, stop),
                 .target_storage = free_storage(run, target, on_target, stop)};
  seen.restart = restart_in_doubt(run, on_target).value_or("");
  seen.schema_changes = dear_->schema.changes;
  seen.attention = dear_->schema.attention;
  seen.strangers = dear_->strangers;
  seen.source_storage = dear_->source_storage;
  seen.target_storage = dear_->target_storage;
  return seen;
}

}  // namespace darbe::steps
