#include "steps/replica.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/error.h"
#include "aws/parameter_groups.h"
#include "base/error.h"
#include "engine/step.h"
#include "objects/writing_events.h"
#include "plan/run_record.h"
#include "replication/control.h"
#include "replication/freeze.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;

void require_replica_of_source(const Run& run, const aws::Instance& replica) {
  if (run.replica_is_ours() && !run.is_ours(replica.tags))
    throw Error(Kind::refused,
                fmt::format("an instance {} is there already, and it is not this run's", replica.identifier),
                "Remove or rename it, then run the same command again.");
  if (!run.replica_is_ours() && replica.replica_source != run.source_id())
    throw Error(Kind::refused, fmt::format("{} is not a read replica of {}", replica.identifier, run.source_id()),
                "Name one of the source's read replicas with --replica-instance-id.");
}

std::string advice_on_exempt_events() {
  return "Give the run up with `darbe undo`. Then disable these events on the source until a new run's replica is "
         "frozen, take SUPER, CONNECTION_ADMIN and READ_ONLY ADMIN from their definers, or begin with a replica that "
         "always had event_scheduler OFF in its parameter group (--replica-instance-id).";
}

std::string advice_on_events_without_read_only(const Run& run, const std::stop_token& stop) {
  return fmt::format(
      "Give the run up with `darbe undo`. Then set read_only to {} in parameter group {} (it takes effect at once, and "
      "the source stays writable), or disable these events on the source until a new run's replica is frozen.",
      aws::true_if_replica, run.account.instances.get(run.replica_id(), stop).parameter_group());
}

// Where AWS has no room in the source's zone, any other will do: it only has to be read.
void ask_for_replica(Run& run, aws::CreateReplica wanted, const std::stop_token& stop) {
  const auto ask = [&] {
    run.waiter.when_allowed(
        run.source_id(), "until a read replica can be taken",
        [&] { run.account.instances.create_replica(wanted, stop); }, stop);
  };
  try {
    return ask();
  } catch (const aws::ApiError& error) {
    if (error.meaning() != aws::Meaning::no_capacity || !wanted.availability_zone) throw;
    run.report.warning(fmt::format("AWS has no room for {} in {}: asking for it in another zone", run.replica_id(),
                                   *wanted.availability_zone));
  }
  wanted.availability_zone.reset();
  ask();
}

std::string advice_after(const aws::ApiError& refusal, const Run& run) {
  if (refusal.meaning() == aws::Meaning::no_capacity)
    return fmt::format(
        "Wait for AWS to have room and run the same command again. Or give the run up with `darbe undo`, make a read "
        "replica of {} yourself, of a class that AWS has room for, and name it with --replica-instance-id.",
        run.source_id());
  if (!refusal.advice().empty()) return refusal.advice();
  return "Mend that and run the same command again, or give the run up with `darbe undo`.";
}

}  // namespace

bool replica_is_there(const Run& run, std::stop_token stop) {
  if (run.facts.replica_released) return true;
  const auto replica = run.account.instances.find(run.replica_id(), stop);
  if (!replica) return run.journal.done("Replicate");  // nothing needs it any more
  require_replica_of_source(run, *replica);
  if (aws::classify_status(replica->status) != aws::Waiting::on_the_way) return replica->status != "deleting";
  if (run.facts.replica_resource_id != replica->resource_id) return false;
  // It was there, and is restarted or changed: nothing has to be made again for that.
  run.waiter.until_usable(run.replica_id(), stop);
  return true;
}

void request_replica(Run& run, const aws::Instance& source, std::stop_token stop) {
  if (const auto replica = run.account.instances.find(run.replica_id(), stop))
    return require_replica_of_source(run, *replica);
  if (!run.replica_is_ours())
    throw Error(Kind::refused, fmt::format("there is no instance {}", run.replica_id()),
                "Name one of the source's read replicas with --replica-instance-id.");
  aws::CreateReplica wanted = aws::replica_of(source);
  wanted.identifier = run.replica_id();
  wanted.tags = run.tags();
  run.report.note(fmt::format("asking for read replica {}", run.replica_id()));
  try {
    ask_for_replica(run, std::move(wanted), stop);
  } catch (const aws::ApiError& error) {
    if (error.kind() != Kind::refused) throw;
    // More than nothing was changed by now.
    throw Error(Kind::failed, fmt::format("AWS refuses to make {}: {}", run.replica_id(), error.what()),
                advice_after(error, run));
  }
}

bool is_held(const Run& run, mysql::Connection& source) {
  if (run.replica_is_ours()) return true;
  const auto record = plan::read_run_record(source);
  return record && record->held_replica_id == run.replica_id();
}

bool replica_is_released(const Run& run, mysql::Connection& source, std::stop_token stop) {
  const auto replica = run.account.instances.find(run.replica_id(), stop);
  if (!replica) return true;
  if (run.replica_is_ours()) return !run.is_ours(replica->tags);  // nobody's concern then
  return !is_held(run, source);
}

void require_expendable(const Run& run, std::stop_token stop) {
  if (!run.replica_is_ours() || run.settings.deletes_what_is_in_use) return;
  const auto replica = run.account.instances.find(run.replica_id(), stop);
  if (!replica || !run.is_ours(replica->tags) || replica->status == "creating" || replica->status == "deleting") return;
  std::string reason;
  if (replica->replica_source != run.source_id())
    reason = fmt::format("{} is no read replica of {} any more", replica->identifier, run.source_id());
  else if (run.facts.replica_resource_id && *run.facts.replica_resource_id != replica->resource_id)
    reason = fmt::format("{} is not the instance that this run made", replica->identifier);
  if (reason.empty()) return;
  throw Error(Kind::refused, fmt::format("{}: it is not deleted, as it may serve by now", reason),
              fmt::format("If anything on it is needed, take the tag {} off it (aws rds remove-tags-from-resource "
                          "--resource-name {} --tag-keys {}), and it is nobody's concern. If not, delete it, or let "
                          "`darbe undo --allow in-use` do so.",
                          plan::tag_run, replica->arn, plan::tag_run));
}

void remove_replica(Run& run, std::stop_token stop) {
  const auto replica = run.account.instances.find(run.replica_id(), stop);
  if (!replica) return;
  if (!run.replica_is_ours()) {
    if (replica->replica_source != run.source_id()) return;  // promoted: there is nothing to replicate from
    mysql::Connection connection(run.connect_options(*replica), stop);
    replication::start(connection, stop);
    return;
  }
  if (!run.is_ours(replica->tags)) return;
  run.report.note(fmt::format("deleting {}", run.replica_id()));
  bool is_ours = true;
  const auto is_still_to_be_deleted = [&] {  // it may have been promoted, or given to somebody, while it was waited for
    const auto now = run.account.instances.find(run.replica_id(), stop);
    is_ours = now && run.is_ours(now->tags);
    if (is_ours) require_expendable(run, stop);
    return is_ours;
  };
  run.waiter.remove(run.replica_id(), is_still_to_be_deleted, stop);
  if (is_ours) run.waiter.until_gone(run.replica_id(), stop);
}

std::optional<std::string> moved(const Run& run, mysql::Connection& replica) {
  const plan::FrozenAt& at = run.facts.frozen.value();
  const replication::Frozen then{.at = {.file = at.file, .position = at.position},
                                 .gtids = {at.gtid_executed},
                                 .server_started = at.server_started};
  return replication::moved(replica, then);
}

void require_frozen(const Run& run, mysql::Connection& replica) {
  if (const auto sentence = moved(run, replica)) throw engine::StartOver{.since = "Freeze", .reason = *sentence};
}

void require_no_writing_events(const Run& run, mysql::Connection& replica, std::stop_token stop) {
  if (!objects::runs_events(replica)) return;
  const objects::ReadOnly read_only = objects::read_only_of(replica);
  const std::vector<std::string> events = objects::writing_events(replica, read_only);
  if (events.empty()) return;
  const bool is_on = read_only == objects::ReadOnly::on;
  const char* what =
      is_on ? "runs events that read_only does not keep from writing" : "has read_only 0 and runs events";
  throw Error(Kind::failed,
              fmt::format("{} {}: its rows may not be those of {}: {}", run.replica_id(), what, run.source_id(),
                          fmt::join(events, "; ")),
              is_on ? advice_on_exempt_events() : advice_on_events_without_read_only(run, stop));
}

}  // namespace darbe::steps
