#include "steps/freeze.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "copy/copy.h"
#include "objects/writing_events.h"
#include "plan/run_record.h"
#include "replication/binlogs.h"
#include "replication/control.h"
#include "replication/freeze.h"
#include "steps/earlier_copy.h"
#include "steps/in_use.h"
#include "steps/replica.h"
#include "steps/run.h"
#include "steps/source_schema.h"

namespace darbe::steps {

namespace {

using engine::Standing;

// Longer than any healthy replica is behind; a replica that needs more time is waited for by running the command again.
constexpr std::chrono::minutes marker_within{30};
constexpr std::chrono::minutes quiet_within{10};
// A healthy replica has applied a position of its source within a second.
constexpr base::Poll until_applied{.every = std::chrono::milliseconds(250), .at_most = std::chrono::seconds(5)};

// A source's "target delay" is every replica's that is made of it. The operator's own keeps what it has.
void lift_delay(const Run& run, mysql::Connection& replica) {
  if (run.replica_is_ours()) replication::lift_delay(replica);
}

std::string delay_of(mysql::Connection& replica) {
  const std::uint64_t seconds = replication::status(replica).delay_seconds;
  return seconds == 0 ? "" : fmt::format(", which is {} seconds late on purpose", seconds);
}

// An error of the applier stays; the receiver tries again by itself. A replica of the operator's that stands is theirs
// to start.
void require_not_broken(const Run& run, mysql::Connection& replica) {
  const replication::ReplicaStatus status = replication::status(replica);
  if (status.state == replication::State::off && !run.replica_is_ours())
    throw base::Error(base::Kind::failed, fmt::format("replication on {} is off", run.replica_id()),
                      "CALL mysql.rds_start_replication on it and run the same command again, or give the run up with "
                      "`darbe undo`.");
  if (status.last_sql_error.empty()) return;
  throw base::Error(base::Kind::failed,
                    fmt::format("replication on {} is broken: {}", run.replica_id(), status.trouble()),
                    "Put right what the error names, or give the run up with `darbe undo` and use another replica.");
}

// Rows that somebody wrote there would be taken for the source's. The run's own replica nobody knows; only its events
// could write there.
void require_read_only(const Run& run, mysql::Connection& replica) {
  if (run.replica_is_ours() || objects::read_only_of(replica) == objects::ReadOnly::on) return;
  throw base::Error(
      base::Kind::failed,
      fmt::format("{} takes writes of its own: its rows may not be those of {}", run.replica_id(), run.source_id()),
      "Give the run up with `darbe undo`, and begin again without --replica-instance-id, or with a "
      "replica that always had read_only 1.");
}

// The run record has to be in the copy, so the replica must have it before it stops.
void wait_for_run_record(Run& run, mysql::Connection& replica, const std::stop_token& stop) {
  const bool arrived = base::poll_until({.every = std::chrono::milliseconds(500), .at_most = marker_within}, stop, [&] {
    const auto record = plan::read_run_record(replica);
    if (record && record->run_id == run.plan.names.run_id) return true;
    require_not_broken(run, replica);
    run.report.note(fmt::format("waiting for {} to replicate the run record{}", run.replica_id(), delay_of(replica)));
    return false;
  });
  if (!arrived)
    throw base::Error(base::Kind::failed,
                      fmt::format("{} is more than {} minutes behind", run.replica_id(), marker_within.count()),
                      "Run the same command again when it has caught up.");
}

// What an earlier freeze's copy taught is void.
plan::Facts facts_before_freeze(const plan::Facts& facts) {
  plan::Facts kept;
  kept.target_resource_id = facts.target_resource_id;
  kept.replica_resource_id = facts.replica_resource_id;
  kept.security_group_id = facts.security_group_id;
  kept.retention_hours_before = facts.retention_hours_before;
  return kept;
}

// The frozen replica holds the source's schema as of the coordinates. One of another version words it otherwise,
// though: then the source is asked, a moment later.
objects::Fingerprint schema_at_freeze(const Run& run, mysql::Connection& replica, const std::stop_token& stop) {
  mysql::Connection source = run.source(stop);
  const bool same_version = source.value("SELECT VERSION()") == replica.value("SELECT VERSION()");
  return schema_of(run, same_version ? replica : source);
}

struct Asked {
  std::chrono::system_clock::time_point at;
  replication::Coordinates source;  // where it stood then
};

// Asks the source, and gives the replica a moment to be there.
Asked ask_source(mysql::Connection& source, mysql::Connection& replica, const std::stop_token& stop) {
  const Asked asked{std::chrono::system_clock::now(), replication::source_coordinates(source)};
  base::poll_until(until_applied, stop, [&] {
    const replication::ReplicaStatus now = replication::status(replica);
    return now.state != replication::State::on || now.executed >= asked.source;
  });
  return asked;
}

// The source stood where the frozen replica does then or later, in seconds since the epoch: when it was asked, or, if
// the replica is late, when it wrote the run's record, which the replica has.
std::int64_t not_before(const Asked& asked, const replication::Coordinates& frozen, mysql::Connection& source) {
  auto since = asked.at;
  if (frozen < asked.source)
    since = std::chrono::system_clock::now() -
            std::chrono::duration_cast<std::chrono::system_clock::duration>(plan::age_of_run_record(source));
  return std::chrono::duration_cast<std::chrono::seconds>(since.time_since_epoch()).count();
}

// Whether the source has the file no more where replication has to begin.
bool is_purged(const Run& run, const std::string& file, const std::stop_token& stop) {
  mysql::Connection source = run.source(stop);
  const auto files = replication::binlogs(source);
  return files && !replication::holds(*files, file);
}

// A replica that stood there can't go on from there either, and every other freeze would be at the same place.
void require_not_purged(const Run& run, const replication::Coordinates& at, const std::stop_token& stop) {
  if (!is_purged(run, at.file, stop)) return;
  throw base::Error(
      base::Kind::failed,
      fmt::format("{} has purged {}, where {} stands: a copy of it would be in vain", run.source_id(), at.file,
                  run.replica_id()),
      "Give the run up with `darbe undo`, and begin again; with a larger --binlog-retention-hours if it was short.");
}

}  // namespace

Standing Freeze::check(Run& run, std::stop_token stop) {
  if (!run.facts.frozen) {
    run.saw("the replica was not frozen yet");
    return Standing::absent;
  }
  if (run.facts.replication_begun && !run.journal.done(name)) {
    run.saw("the target has replicated from where the replica was frozen, and no longer does");
    return Standing::absent;
  }
  // While the target doesn't follow, a fresh freeze costs less than a copy in vain.
  if (is_purged(run, run.facts.frozen->file, stop)) {
    if (!run.journal.done(name)) return Standing::absent;
    throw engine::StartOver{
        name, fmt::format("{} has purged {}, where replication would begin", run.source_id(), run.facts.frozen->file)};
  }
  mysql::Connection replica = run.replica(stop);
  if (run.journal.done(name)) require_frozen(run, replica);
  const bool has_moved = moved(run, replica).has_value();
  run.saw(fmt::format("{} {} {}:{}", run.replica_id(), has_moved ? "no longer stands at" : "stands at",
                      run.facts.frozen->file, run.facts.frozen->position));
  return has_moved ? Standing::absent : Standing::done;
}

void Freeze::apply(Run& run, std::stop_token stop) {
  mysql::Connection replica = run.replica(stop);
  require_read_only(run, replica);
  require_no_writing_events(run, replica, stop);
  lift_delay(run, replica);
  wait_for_run_record(run, replica, stop);
  // Whatever the target may follow would write into the copy.
  mysql::Connection target = run.target(stop);
  if (run.facts.frozen) require_unused(run, target);
  replication::reset(target, stop);
  copy::discard(run.connect_options(run.target_id(), stop), stop);
  drop_earlier_copy(run, replica, stop);
  fault::point<"freeze.discarded">();
  mysql::Connection source = run.source(stop);
  if (!run.replica_is_ours())
    plan::record_held_replica(source, run.replica_id(), [&run](const std::string& said) { run.changed_source(said); });
  const Asked asked = ask_source(source, replica, stop);
  const replication::Frozen frozen = replication::freeze(replica, source, quiet_within, stop);
  require_not_purged(run, frozen.at, stop);
  require_no_writing_events(run, replica, stop);  // with what was replicated meanwhile: grants, and their definers
  fault::point<"freeze.stopped">();
  run.facts = facts_before_freeze(run.facts);
  run.facts.frozen = plan::FrozenAt{.file = frozen.at.file,
                                    .position = frozen.at.position,
                                    .gtid_executed = frozen.gtids.text,
                                    .server_started = frozen.server_started,
                                    .not_before = not_before(asked, frozen.at, source)};
  run.facts.source_schema = schema_at_freeze(run, replica, stop);
  run.remember();
  run.report.note(fmt::format("{} stands at {}", run.replica_id(), replication::text_of(frozen.at)));
}

void Freeze::undo(Run&, std::stop_token) {}  // the replica goes with Provision's undo

}  // namespace darbe::steps
