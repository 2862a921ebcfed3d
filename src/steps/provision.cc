#include "steps/provision.h"

#include <optional>

#include <fmt/format.h>

#include "aws/error.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/retry.h"
#include "plan/run_record.h"
#include "plan/target.h"
#include "plan/target_settings.h"
#include "steps/earlier_changes.h"
#include "steps/in_use.h"
#include "steps/network.h"
#include "steps/parameters.h"
#include "steps/replica.h"
#include "steps/run.h"
#include "steps/source_marks.h"
#include "watch/windows.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;
using engine::Standing;

bool is_building(const aws::Instance& target) {
  return aws::has_all(target.tags, {{plan::tag_phase, plan::phase_building}});
}

[[noreturn]] void refuse_stranger(const std::string& instance) {
  throw Error(Kind::refused, fmt::format("an instance {} is there already, and it is not this run's", instance),
              "Choose another --new-instance-id, or remove that instance yourself.");
}

std::optional<aws::Instance> find_target(const Run& run, const std::stop_token& stop) {
  auto target = run.account.instances.find(run.target_id(), stop);
  if (target && !run.is_ours(target->tags)) refuse_stranger(run.target_id());
  if (target) require_building(run, *target);
  if (target && run.facts.target_resource_id && *run.facts.target_resource_id != target->resource_id)
    throw Error(Kind::ambiguous,
                fmt::format("{} is not the instance that this run made: its resource id changed", run.target_id()),
                "Find out who replaced it. `darbe undo` will leave it alone.");
  return target;
}

aws::CreateInstance wanted_target(const Run& run, const aws::Instance& source, const std::string& own_group) {
  plan::Target target = plan::target_of(run.plan, source);
  target.wanted.master_password = run.settings.master_password;
  target.wanted.security_group_ids = plan::security_groups_of_target(source, run.plan.request);
  target.wanted.security_group_ids->push_back(own_group);
  for (const auto& [key, value] : plan::marks_of_target(run.plan)) target.wanted.tags[key] = value;
  return std::move(target.wanted);
}

// AWS asks for five minutes between a group and the first instance that is made with it, above all for what is fixed
// with that (RDS API Reference, CreateDBParameterGroup).
void let_group_be_known(Run& run, const aws::Instance& source, const std::stop_token& stop) {
  if (in_base_group(run, source, "lower_case_table_names", stop).value_or("0") == "0") return;
  run.report.note(fmt::format("giving RDS {:.0f} s to know {}, whose lower_case_table_names {} is made with",
                              base::Seconds(run.settings.patience).count(), run.plan.names.parameter_group,
                              run.target_id()));
  base::sleep_for(run.settings.patience, stop);
  base::throw_if_stopped(stop);
}

// What was made and is gone was somebody's to delete: made anew, and perhaps with other options, it would not be what
// the record on the source speaks of.
void require_not_made_before(const Run& run, const aws::Instance& source, const std::stop_token& stop) {
  mysql::Connection connection(run.connect_options(source), stop);
  const auto record = plan::read_run_record(connection);
  if (!record || !plan::is_of(*record, run.plan) || !record->target_resource_id) return;
  throw Error(
      Kind::refused, fmt::format("this run had made {}, and it is gone", run.target_id()),
      fmt::format("Give the run up with `darbe undo --source-instance-id {}`, and begin again.", run.source_id()));
}

// Everything that needs nobody's leave on the source; AWS may refuse the instance, and then nothing was changed there.
// Returns the id of the run's own group.
std::string request_target(Run& run, const aws::Instance& source, const std::stop_token& stop) {
  if (!find_target(run, stop)) require_not_made_before(run, source, stop);
  std::string own_group = make_own_group(run, source, stop);
  fault::point<"provision.group_made">();
  if (find_target(run, stop)) return own_group;
  make_parameter_group(run, source, stop);
  let_group_be_known(run, source, stop);
  run.report.note(fmt::format("asking for instance {}", run.target_id()));
  run.account.instances.create(wanted_target(run, source, own_group), stop);
  return own_group;
}

void undo_groups(Run& run, const std::stop_token& stop) {
  const auto target = run.account.instances.find(run.target_id(), stop);
  if (target && run.is_ours(target->tags)) run.waiter.until_gone(run.target_id(), stop);
  const auto group = run.account.parameter_groups.find(run.plan.names.parameter_group, stop);
  const auto remove = [&] {
    require_own_use(run, stop);  // it would be waited for for ever
    run.account.parameter_groups.remove(group->name, stop);
  };
  if (group && run.is_ours(run.account.tags.of(group->arn, stop)))
    run.waiter.when_allowed("", fmt::format("until parameter group {} is free", group->name), remove, stop);
  remove_own_group(run, stop);
}

// What else could be asked for, where AWS has no room.
std::string advice_after(const aws::ApiError& refusal, const Run& run, const aws::Instance& source) {
  if (refusal.meaning() != aws::Meaning::no_capacity) return "Change what it names. Nothing was changed.";
  const auto asked_for = plan::target_of(run.plan, source).wanted.availability_zone;
  std::string others;
  if (!run.plan.request.db_subnet_group_name)
    for (const std::string& zone : source.subnet_zones)
      if (zone != asked_for) others += (others.empty() ? "" : " or ") + zone;
  return fmt::format(
      "Try another zone (--availability-zone{}) or class (--db-instance-class), or wait for AWS to have room. Nothing "
      "was changed.",
      others.empty() ? "" : " " + others);
}

// A target that AWS refuses leaves nothing behind.
std::string request_target_or_nothing(Run& run, const aws::Instance& source, const std::stop_token& stop) {
  try {
    return request_target(run, source, stop);
  } catch (const aws::ApiError& error) {
    if (error.kind() == Kind::transient || run.account.instances.find(run.target_id(), stop)) throw;
    const std::string refusal = fmt::format("AWS refuses to make {}: {}", run.target_id(), error.what());
    try {
      undo_groups(run, stop);
    } catch (const std::exception& undoing) {
      throw Error(base::kind_of(undoing) == Kind::interrupted ? Kind::interrupted : Kind::failed,
                  fmt::format("{}; and its groups are not taken back: {}", refusal, base::text_of(undoing)),
                  fmt::format("`darbe undo --source-instance-id {}` takes them back.", run.source_id()));
    }
    throw Error(Kind::refused, refusal, advice_after(error, run, source));
  }
}

// A restart of the replica makes the copy begin anew, and one of the target costs time. AWS gives a replica any window
// it likes, and the target has the source's; Settle sets that again.
void keep_maintenance_away(Run& run, const aws::Instance& instance, const std::stop_token& stop) {
  constexpr std::chrono::hours far_enough{6 * 24};
  const auto now = std::chrono::system_clock::now();
  const auto window = watch::parse_window(instance.maintenance_window);
  if (window && watch::next_opening(*window, now).begin - now > far_enough) return;
  aws::ModifyInstance change;
  change.maintenance_window = watch::text_of(watch::farthest_from(now, watch::parse_window(instance.backup_window)));
  run.waiter.when_allowed(
      instance.identifier, "until its maintenance window can be moved",
      [&] { run.account.instances.modify(instance.identifier, change, stop); }, stop);
}

// Before there is a journal: a target that has one had its group in force then.
aws::Instance usable_target(Run& run, const std::stop_token& stop) {
  aws::Instance target = run.waiter.until_usable(run.target_id(), stop);
  if (!run.is_ours(target.tags)) refuse_stranger(run.target_id());
  if (run.journal.is_open()) return target;
  return bring_group_into_force(run, std::move(target), stop);
}

// Fixed when the instance was made. Preflight went by the group that its own is made from; what came between must not
// be found out by replication.
void require_letter_case(const Run& run, const aws::Instance& source, const aws::Instance& target,
                         mysql::Connection& on_source, const std::stop_token& stop) {
  const char* asked = "SELECT @@global.lower_case_table_names";
  const auto here = on_source.value(asked);
  const auto there = base::retry(answer_policy, stop, [&] {  // it may have been restarted
    return mysql::Connection(run.connect_options(target), stop).value(asked);
  });
  if (there == here || there == in_base_group(run, source, "lower_case_table_names", stop).value_or("0")) return;
  throw Error(Kind::failed,
              fmt::format("{} was made with lower_case_table_names {}, and {} has {}", target.identifier,
                          there.value_or("NULL"), source.identifier, here.value_or("NULL")),
              "It can't be changed any more: give the run up with `darbe undo`, and see who changes its parameter "
              "group.");
}

void warn_where_loading(Run& run, const aws::Instance& replica) {
  if (!replica.is_loading()) return;
  run.report.warning(
      fmt::format("the volume of {} still loads its blocks from a snapshot ({} %): reading it is slow until then, so "
                  "the copy begins "
                  "with twice as many sessions, unless --jobs says how many",
                  replica.identifier, replica.storage_operation_percent.value_or(0)));
}

void open_journal(Run& run, const aws::Instance& target, const std::stop_token& stop) {
  if (run.journal.is_open()) return;
  base::in_context(fmt::format("the journal on {}", run.target_id()),
                   [&] { run.journal.create(run.connect_options(target), run.plan); });
  fault::point<"provision.journal_made">();
  base::throw_if_stopped(stop);
}

// The target's journal, once it answers. Throws when it is there and can't be read: that is unknown, never absent.
bool journal_is_there(Run& run, const aws::Instance& target) {
  if (run.journal.is_open()) return true;
  if (aws::classify_status(target.status) == aws::Waiting::on_the_way || target.address.empty()) return false;
  return base::in_context(fmt::format("the journal on {} can't be read", run.target_id()),
                          [&] { return run.journal.open(run.connect_options(target)); });
}

// What is wrong with the operator's own replica keeps nobody from taking the rest back. Where the journal is what is
// known of the run, it tells whether the run holds it; else the source's record has.
void give_back_replica(Run& run, const std::stop_token& stop) {
  if (run.journal.is_open() && (run.facts.replica_released || !run.journal.began("Freeze"))) return;
  try {
    remove_replica(run, stop);
  } catch (const std::exception& error) {
    if (base::kind_of(error) == Kind::interrupted || stop.stop_requested()) throw;
    run.report.warning(
        fmt::format("{} does not replicate again: {}. When that is mended: CALL mysql.rds_start_replication on it",
                    run.replica_id(), base::text_of(error)));
  }
}

void undo_on_source(Run& run, const std::stop_token& stop) {
  if (const auto source = run.find_source(stop)) {
    mysql::Connection connection(run.connect_options(*source), stop);
    unmark_source(run, connection);
  }
  close_source(run, stop);
}

void undo_target(Run& run, const std::stop_token& stop) {
  const auto target = run.account.instances.find(run.target_id(), stop);
  if (!target || !run.is_ours(target->tags)) return;
  const auto is_still_to_be_deleted = [&] {
    const auto now = run.account.instances.find(run.target_id(), stop);
    if (!now || !run.is_ours(now->tags)) return false;
    require_undoable(run, *now);  // it may have begun to serve while it was waited for
    require_no_replicas(run, *now);
    return true;
  };
  if (!is_still_to_be_deleted()) return;
  if (target->deletion_protection) {
    bool goes_on = true;
    run.waiter.when_allowed(
        run.target_id(), "until its deletion protection can be taken off",
        [&] {
          goes_on = is_still_to_be_deleted();
          if (!goes_on) return;
          aws::ModifyInstance change;
          change.deletion_protection = false;
          run.account.instances.modify(run.target_id(), change, stop);
        },
        stop);
    if (!goes_on) return;
    run.waiter.until(
        run.target_id(), "until its deletion protection is off",
        [&run](const aws::Instance& now) { return !now.deletion_protection || !run.is_ours(now.tags); }, stop);
  }
  run.report.note(fmt::format("deleting {}", run.target_id()));
  run.waiter.remove(run.target_id(), is_still_to_be_deleted, stop);
}

}  // namespace

void require_building(const Run& run, const aws::Instance& target) {
  if (is_building(target)) return;
  throw Error(Kind::refused, fmt::format("{} has served: this run is over", run.target_id()),
              "The application's writes are on it, and nothing that setup does may touch them. To build another "
              "instance choose another --new-instance-id.");
}

void require_undoable(const Run& run, const aws::Instance& target) {
  if (!is_building(target))
    throw Error(Kind::refused, fmt::format("{} has served: it is not deleted", run.target_id()),
                "The application's writes are on it. Where nothing on it is needed any more, delete it yourself.");
  if (run.facts.target_resource_id && *run.facts.target_resource_id != target.resource_id)
    throw Error(
        Kind::refused, fmt::format("{} is not the instance that this run made: it is not deleted", run.target_id()),
        fmt::format("Find out who replaced it. Without its tag {} it is nobody's concern, and `darbe undo` takes "
                    "back all else.",
                    plan::tag_run));
}

Standing Provision::check(Run& run, std::stop_token stop) {
  const auto target = find_target(run, stop);
  const auto own_group = find_own_group(run, stop);
  const auto lacks = [&run](std::string what) {
    run.saw(std::move(what));
    return Standing::partial;
  };
  if (!target) {
    run.saw(fmt::format("there is no instance {}", run.target_id()));
    return own_group ? Standing::partial : Standing::absent;
  }
  if (!own_group) return lacks("the run's own security group is not there");
  require_no_strangers(run, own_group->id, stop);
  if (!journal_is_there(run, *target))
    return lacks(fmt::format("{} is {}, and has no journal yet", run.target_id(), target->status));
  if (run.facts == plan::Facts{}) run.facts = run.journal.facts();
  if (!replica_is_there(run, stop)) return lacks(fmt::format("read replica {} is not there yet", run.replica_id()));
  const aws::Instance source = run.account.instances.get(run.source_id(), stop);
  if (!source_is_open_to(run, source, own_group->id, stop))
    return lacks(fmt::format("{} is not open to {}", run.source_id(), own_group->id));
  if (!leads_to_source_alone(run, source, own_group->id, stop))
    return lacks(fmt::format("{} does not lead to {} alone", own_group->id, run.source_id()));
  mysql::Connection connection(run.connect_options(source), stop);
  if (!source_is_marked(run, connection))
    return lacks(fmt::format("{} lacks the run's record, or its binlog retention is not {} hours", run.source_id(),
                             run.plan.binlog_retention_hours));
  if (!run.facts.target_resource_id) return lacks("the journal lacks what was made");
  run.saw(fmt::format("{} is there, with its group and its journal; {} is open to it and marked", run.target_id(),
                      run.source_id()));
  return Standing::done;
}

void Provision::apply(Run& run, std::stop_token stop) {
  const aws::Instance source = run.account.instances.get(run.source_id(), stop);
  const std::string own_group = request_target_or_nothing(run, source, stop);
  {
    // No stop cuts it short: nobody would know whether the server went on with what was cut, and the guard, which stops
    // a run before it gives the binlogs free, must find the retention raised or see it not raised any more.
    mysql::Connection uncut(run.connect_options(source), {});
    mark_source(run, uncut, run.account.instances.get(run.target_id(), stop).resource_id);
  }
  fault::point<"provision.source_marked">();
  request_replica(run, source, stop);
  fault::point<"provision.replica_requested">();
  open_source_to(run, source, own_group, stop);
  fault::point<"provision.rule_made">();
  const aws::Instance target = usable_target(run, stop);
  const aws::Instance replica = run.waiter.until_usable(run.replica_id(), stop);
  warn_where_loading(run, replica);
  keep_maintenance_away(run, target, stop);
  if (run.replica_is_ours()) keep_maintenance_away(run, replica, stop);
  mysql::Connection on_source = run.source(stop);
  require_letter_case(run, source, target, on_source, stop);
  open_journal(run, target, stop);
  record_earlier_changes(run, source, target, on_source, stop);
  run.hold_target(stop);
  run.facts.target_resource_id = target.resource_id;
  run.facts.replica_resource_id = replica.resource_id;
  run.facts.security_group_id = own_group;
  if (const auto before = retention_hours_before(on_source)) run.facts.retention_hours_before = before;
  run.remember();
}

void Provision::undo(Run& run, std::stop_token stop) {
  // The operator's own replica first: the record on the source may be all that tells its name.
  if (!run.replica_is_ours()) give_back_replica(run, stop);
  undo_on_source(run, stop);
  fault::point<"undo.source_done">();
  if (run.replica_is_ours()) remove_replica(run, stop);
  undo_target(run, stop);
  undo_groups(run, stop);
}

}  // namespace darbe::steps
