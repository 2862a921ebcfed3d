#include "steps/source_marks.h"

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
  const RdsConfiguration configuration = rds_configuration(source);
  const auto found = configuration.find(binlog_retention);
  return found == configuration.end() ? std::nullopt : found->second;
}

void restore_retention(mysql::Connection& source) {
  const auto change = retention_change(source);
  if (change && retention_of(source) == change->new_value)
    set_rds_configuration(source, binlog_retention, change->old_value);
}

}  // namespace

bool source_is_marked(Run& run, mysql::Connection& source) {
  const auto record = plan::read_run_record(source);
  return record && record->run_id == run.plan.names.run_id &&
         hours(retention_of(source)) >= run.plan.binlog_retention_hours;
}

void mark_source(Run& run, mysql::Connection& source, const std::string& target_resource_id) {
  plan::write_run_record(source, run.plan, target_resource_id);
  fault::point("provision.run_record_written");
  const auto before = retention_of(source);
  if (hours(before) >= run.plan.binlog_retention_hours) return;
  const std::string wanted = std::to_string(run.plan.binlog_retention_hours);
  plan::record_change(source, binlog_retention, before, wanted);
  set_rds_configuration(source, binlog_retention, wanted);
}

void unmark_source(Run& run, mysql::Connection& source) {
  const auto record = plan::read_run_record(source);
  if (!record && plan::is_unfinished_run_record(source)) return plan::remove_run_record(source);
  if (!record || record->run_id != run.plan.names.run_id) return;
  restore_retention(source);
  fault::point("undo.retention_restored");
  plan::remove_run_record(source);
  fault::point("undo.record_removed");
}

std::optional<plan::Change> retention_change(mysql::Connection& source) {
  return plan::recorded_change(source, binlog_retention);
}

RdsConfiguration original_configuration(mysql::Connection& source) {
  RdsConfiguration configuration = rds_configuration(source);
  if (const auto change = retention_change(source)) configuration[binlog_retention] = change->old_value;
  return configuration;
}

}  // namespace darbe::steps
