#include "steps/source_marks.h"

#include <chrono>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"

namespace darbe::steps {

namespace {

// Hours; NULL is "deleted as soon as no longer needed", the shortest.
unsigned hours(const std::optional<std::string>& value) {
  return value ? static_cast<unsigned>(std::stoul(*value)) : 0;
}

std::optional<std::string> retention_of(mysql::Connection& source) {
  const replication::RdsConfiguration configuration = replication::rds_configuration(source);
  const auto found = configuration.find(replication::binlog_retention);
  return found == configuration.end() ? std::nullopt : found->second;
}

// A line of the record of changes: there while the binlogs are given free. "yes": while the retention is as before, or
// what the operator made of that; "begun": it may be either.
constexpr const char* binlogs_released = "binlogs given free";

plan::Told told_by(Run& run) {
  return [&run](const std::string& statement) { run.changed_source(statement); };
}

bool is_ours(const plan::Plan& plan, mysql::Connection& source) {
  const auto record = plan::read_run_record(source);
  return record && plan::is_of(*record, plan);
}

void set_retention(Run& run, mysql::Connection& source, const std::optional<std::string>& hours_or_null) {
  run.changed_source(replication::set_rds_configuration(source, replication::binlog_retention, hours_or_null));
}

// False where somebody has set another since: theirs stays.
bool restore_retention(Run& run, mysql::Connection& source) {
  const auto change = retention_change(source);
  if (!change) return true;
  const auto now = retention_of(source);
  if (now == change->new_value) set_retention(run, source, change->old_value);
  return now == change->new_value || now == change->old_value;
}

std::string in_words(const std::optional<std::string>& retention) {
  return retention ? fmt::format("{} hours", *retention) : "none";
}

std::optional<std::string> text_of(unsigned retention_hours) {
  return retention_hours == 0 ? std::nullopt : std::optional(std::to_string(retention_hours));
}

// The journal's last word on it, to which the guard tells it where the target answers. Empty: none, or since then they
// are kept again.
std::string last_word_on_release(Run& run) {
  std::string word;
  if (!run.journal.is_open()) return word;
  for (const plan::AuditLine& line : run.journal.audit())
    if (line.what.find(binlogs_released) != std::string::npos) word = line.what;
  return word.starts_with("DELETE") ? "" : word;
}

// The retention is as before, or what the operator made of that: as is_given_back(), where the record is gone.
bool was_given_back(Run& run) {
  const std::string word = last_word_on_release(run);
  return !word.empty() && word.find("'begun'") == std::string::npos;
}

// Somebody dropped the record, and the retention is still what the run made of it.
void record_as_journalled(Run& run, mysql::Connection& source, const std::string& wanted) {
  const auto& before = run.facts.retention_hours_before;
  if (before && retention_of(source) == wanted)
    plan::record_change(source, replication::binlog_retention, text_of(*before), wanted, told_by(run));
}

void restore_as_journalled(Run& run, mysql::Connection& source) {
  const auto now = retention_of(source);
  if (!now) return;
  if (!run.journal.is_open()) {
    const auto target = run.account.instances.find(run.target_id());
    if (target && run.is_ours(target->tags))
      run.report.warning(fmt::format(
          "neither {0} nor {1} has a record of this run any more: whether it raised the binlog retention of {0}, which "
          "is {2} now, nobody can tell",
          run.source_id(), run.target_id(), in_words(now)));
    return;
  }
  const auto& before = run.facts.retention_hours_before;
  const bool may_be_ours = now == std::to_string(run.plan.binlog_retention_hours) && !was_given_back(run);
  if (before && may_be_ours) set_retention(run, source, text_of(*before));
}

// The guard of a command that had no journal to tell it.
void record_release(Run& run) {
  run.journal.record_audit({.at = std::chrono::system_clock::now(),
                            .where = "source",
                            .what = "binlogs given free: their retention is as before",
                            .subject = run.source_id(),
                            .request_id = {},
                            .outcome = plan::by_earlier_command});
}

// It is as before the run, or somebody's since.
bool is_given_back(mysql::Connection& source) {
  const auto released = plan::recorded_change(source, binlogs_released);
  return released && released->new_value == "yes";
}

// Given free, the retention is the operator's to change: what they set is what undo must leave.
void raise_retention_again(Run& run, mysql::Connection& source, const plan::Change& change, bool was_put_back) {
  const plan::Told told = told_by(run);
  const auto now = retention_of(source);
  if (hours(now) >= run.plan.binlog_retention_hours) {
    if (was_put_back) plan::forget_change(source, replication::binlog_retention, told);
    return;
  }
  if (now != change.old_value) plan::replace_change(source, replication::binlog_retention, now, change.new_value, told);
  // What is found at this value from now on may be the run's.
  plan::replace_change(source, binlogs_released, std::nullopt, "begun", told);
  set_retention(run, source, change.new_value);
  fault::point<"guard.retention_raised_again">();
}

}  // namespace

bool source_is_marked(Run& run, mysql::Connection& source) {
  const auto record = plan::read_run_record(source);
  if (!record || !plan::is_of(*record, run.plan)) return false;
  // Once the target has caught up, old binlogs are no longer needed: where the disk is short they may be fewer.
  return run.facts.replica_released || hours(retention_of(source)) >= run.plan.binlog_retention_hours;
}

void mark_source(Run& run, mysql::Connection& source, const std::string& target_resource_id) {
  const plan::Told told = told_by(run);
  plan::write_run_record(source, run.plan, target_resource_id, told);
  fault::point<"provision.run_record_written">();
  const std::string wanted = std::to_string(run.plan.binlog_retention_hours);
  if (!retention_change(source)) record_as_journalled(run, source, wanted);
  const auto before = retention_of(source);
  if (hours(before) >= run.plan.binlog_retention_hours) return;
  const auto recorded = retention_change(source);
  if (recorded && before != recorded->old_value) {
    run.report.warning(
        fmt::format("somebody set the binlog retention of {} to {} since this run had raised it: it is "
                    "raised again, and undo puts theirs back",
                    run.source_id(), in_words(before)));
    plan::replace_change(source, replication::binlog_retention, before, wanted, told);
  } else {
    plan::record_change(source, replication::binlog_retention, before, wanted, told);
  }
  fault::point<"provision.retention_recorded">();
  if (plan::recorded_change(source, binlogs_released))
    plan::replace_change(source, binlogs_released, std::nullopt, "begun", told);
  set_retention(run, source, wanted);
  // The guard may have given the binlogs free a moment ago, when there was nothing to put back.
  if (!plan::recorded_change(source, binlogs_released)) return;
  plan::replace_change(source, binlogs_released, std::nullopt, "begun", told);
  if (restore_retention(run, source)) plan::replace_change(source, binlogs_released, std::nullopt, "yes", told);
}

void unmark_source(Run& run, mysql::Connection& source) {
  const auto record = plan::read_run_record(source);
  if (record && !plan::is_of(*record, run.plan)) return;
  const bool is_unfinished = !record && plan::is_unfinished_run_record(source);
  if (!record && !is_unfinished)
    restore_as_journalled(run, source);
  else if (!is_given_back(source))
    restore_retention(run, source);
  fault::point<"undo.retention_restored">();
  if (record || is_unfinished) plan::remove_run_record(source, told_by(run));
  fault::point<"undo.record_removed">();
}

unsigned hours_kept_for(const plan::Plan& plan, mysql::Connection& source) {
  const bool asked =
      is_ours(plan, source) && retention_change(source) && !plan::recorded_change(source, binlogs_released);
  return asked ? plan.binlog_retention_hours : 0;
}

bool release_binlogs(Run& run, mysql::Connection& source) {
  if (!is_ours(run.plan, source)) return true;
  if (is_given_back(source)) {
    const auto change = retention_change(source);
    return !change || retention_of(source) == change->old_value;
  }
  const plan::Told told = told_by(run);
  plan::record_change(source, binlogs_released, std::nullopt, "begun", told);
  if (!restore_retention(run, source)) return false;
  plan::replace_change(source, binlogs_released, std::nullopt, "yes", told);
  return true;
}

void keep_binlogs_again(Run& run, mysql::Connection& source) {
  if (!is_ours(run.plan, source)) return;
  const auto released = plan::recorded_change(source, binlogs_released);
  if (!released) return;
  if (last_word_on_release(run).empty()) record_release(run);
  if (const auto change = retention_change(source))
    raise_retention_again(run, source, *change, released->new_value == "yes");
  plan::forget_change(source, binlogs_released, told_by(run));
}

std::optional<plan::Change> retention_change(mysql::Connection& source) {
  return plan::recorded_change(source, replication::binlog_retention);
}

std::optional<unsigned> retention_hours_before(mysql::Connection& source) {
  const auto change = retention_change(source);
  return change ? std::optional(hours(change->old_value)) : std::nullopt;
}

replication::RdsConfiguration original_configuration(mysql::Connection& source) {
  replication::RdsConfiguration configuration = replication::rds_configuration(source);
  if (const auto change = retention_change(source)) configuration[replication::binlog_retention] = change->old_value;
  return configuration;
}

}  // namespace darbe::steps
