#include "steps/source_marks.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"

namespace darbe::steps {

namespace {

constexpr const char* retention = "binlog retention hours";

std::optional<std::string> text_of(std::optional<unsigned> hours) {
  return hours ? std::optional(std::to_string(*hours)) : std::nullopt;
}
std::optional<unsigned> hours_of(const std::optional<std::string>& text) {
  return text ? std::optional(static_cast<unsigned>(std::stoul(*text))) : std::nullopt;
}

void restore_retention(mysql::Connection& source) {
  const auto change = retention_change(source);
  if (change && text_of(binlog_retention_hours(source)) == change->new_value)
    set_binlog_retention_hours(source, hours_of(change->old_value));
}

}  // namespace

std::optional<unsigned> binlog_retention_hours(mysql::Connection& server) {
  const auto rows = server.query("CALL mysql.rds_show_configuration");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (rows.text(row, "name") == retention) return hours_of(rows.value(row, "value"));
  return std::nullopt;
}

void set_binlog_retention_hours(mysql::Connection& server, std::optional<unsigned> hours) {
  server.execute(fmt::format("CALL mysql.rds_set_configuration('{}', {})", retention, text_of(hours).value_or("NULL")));
}

bool source_is_marked(Run& run, mysql::Connection& source) {
  const auto record = plan::read_run_record(source);
  return record && record->run_id == run.plan.names.run_id &&
         binlog_retention_hours(source).value_or(0) >= run.plan.binlog_retention_hours;
}

void mark_source(Run& run, mysql::Connection& source) {
  plan::write_run_record(source, run.plan);
  fault::point("provision.run_record_written");
  const auto before = binlog_retention_hours(source);
  if (before.value_or(0) >= run.plan.binlog_retention_hours) return;
  plan::record_change(source, retention, text_of(before), std::to_string(run.plan.binlog_retention_hours));
  set_binlog_retention_hours(source, run.plan.binlog_retention_hours);
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
  return plan::recorded_change(source, retention);
}

std::optional<unsigned> original_retention_hours(mysql::Connection& source) {
  if (const auto change = retention_change(source)) return hours_of(change->old_value);
  return binlog_retention_hours(source);
}

}  // namespace darbe::steps
