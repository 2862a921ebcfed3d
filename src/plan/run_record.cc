#include "plan/run_record.h"

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::plan {

namespace {

using mysql::quote_text;

bool has_table(mysql::Connection& source, const char* table) {
  return source.number(fmt::format(
             "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'darbe' AND TABLE_NAME = {}",
             quote_text(table))) > 0;
}

void require_same_run(const RunRecord& record, const Plan& plan) {
  if (came_from_another(record, plan.source_resource_id)) {
    const Words words = words_on_copied_record(record, plan.request.source_instance_id, plan.source_resource_id);
    throw base::Error(base::Kind::refused, words.text, words.advice);
  }
  if (record.run_id == plan.names.run_id) return;
  throw base::Error(
      base::Kind::refused, fmt::format("another run is at work on this source: it builds {}", record.new_instance_id),
      fmt::format("Finish that one, or give it up: darbe undo --new-instance-id {}", record.new_instance_id));
}

std::string literal(const std::optional<std::string>& value) { return value ? quote_text(*value) : "NULL"; }

void execute(mysql::Connection& source, const Told& told, const std::string& statement) {
  source.execute(statement);
  told(statement);
}

}  // namespace

bool came_from_another(const RunRecord& record, const std::string& resource_id) {
  return record.source_resource_id != resource_id;
}

bool is_of(const RunRecord& record, const Plan& plan) {
  return record.run_id == plan.names.run_id && !came_from_another(record, plan.source_resource_id);
}

Words words_on_copied_record(const RunRecord& record, const std::string& instance_id, const std::string& resource_id) {
  if (record.target_resource_id == resource_id)
    return {fmt::format("{} was itself made by a run of darbe, and still has its record", instance_id),
            "Once it follows its own source no longer and nobody will undo that run, take the record away: DROP "
            "DATABASE darbe on it. Then run the command again."};
  return {fmt::format("{} has the record of a run that builds {} from another instance: it came with that one's data",
                      instance_id, record.new_instance_id),
          fmt::format("Leave that run alone. Take its record away here: DROP DATABASE darbe on {}. Then run the "
                      "command again.",
                      instance_id)};
}

std::optional<RunRecord> read_run_record(mysql::Connection& source) {
  if (!has_table(source, "run")) return std::nullopt;
  const auto runs = source.query("SELECT * FROM darbe.run");
  if (runs.empty()) return std::nullopt;
  if (runs.size() > 1)
    throw base::Error(base::Kind::ambiguous, "the source bears the marks of more than one run",
                      "Look into darbe.run on the source: only one may be there.");
  return RunRecord{.run_id = runs.text(0, "run_id"),
                   .new_instance_id = runs.text(0, "new_instance_id"),
                   .source_resource_id = runs.text(0, "source_resource_id"),
                   .held_replica_id = runs.value(0, "held_replica_id"),
                   .target_resource_id = runs.value(0, "target_resource_id")};
}

bool is_unfinished_run_record(mysql::Connection& source) {
  if (source.number("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'darbe'") == 0) return false;
  const auto strangers = source.number(
      "SELECT (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'darbe' AND TABLE_NAME NOT IN "
      "('run', 'changes', 'marker')) + (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = "
      "'darbe') + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'darbe') AS n");
  return strangers == 0 && !read_run_record(source);
}

void write_run_record(mysql::Connection& source, const Plan& plan, const std::string& target_resource_id,
                      const Told& told) {
  if (const auto record = read_run_record(source)) {
    require_same_run(*record, plan);
    if (record->target_resource_id != target_resource_id)
      execute(source, told,
              fmt::format("UPDATE darbe.run SET target_resource_id = {}", quote_text(target_resource_id)));
    return;
  }
  execute(source, told, "CREATE DATABASE IF NOT EXISTS darbe CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  execute(source, told,
          "CREATE TABLE IF NOT EXISTS darbe.changes (name VARCHAR(64) NOT NULL PRIMARY KEY, old_value TEXT NULL, "
          "new_value TEXT NOT NULL) ENGINE=InnoDB");
  execute(source, told,
          "CREATE TABLE IF NOT EXISTS darbe.marker (id INT NOT NULL PRIMARY KEY, value VARCHAR(64) NOT NULL) "
          "ENGINE=InnoDB");
  execute(
      source, told,
      "CREATE TABLE IF NOT EXISTS darbe.run (run_id VARCHAR(16) NOT NULL PRIMARY KEY, new_instance_id VARCHAR(63) NOT "
      "NULL, source_resource_id VARCHAR(255) NOT NULL, held_replica_id VARCHAR(63) NULL, target_resource_id "
      "VARCHAR(255) NULL, made_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE=InnoDB");
  execute(source, told,
          fmt::format("INSERT INTO darbe.run (run_id, new_instance_id, source_resource_id, target_resource_id) VALUES "
                      "({}, {}, {}, {})",
                      quote_text(plan.names.run_id), quote_text(plan.request.new_instance_id),
                      quote_text(plan.source_resource_id), quote_text(target_resource_id)));
}

void record_held_replica(mysql::Connection& source, const std::optional<std::string>& replica_id, const Told& told) {
  const auto record = read_run_record(source);
  if (record && record->held_replica_id != replica_id)
    execute(source, told, fmt::format("UPDATE darbe.run SET held_replica_id = {}", literal(replica_id)));
}

base::Seconds age_of_run_record(mysql::Connection& source) {
  return base::Seconds(static_cast<double>(source.number(
      "SELECT COALESCE(MAX(GREATEST(TIMESTAMPDIFF(SECOND, made_at, NOW()), 0)), 0) AS n FROM darbe.run")));
}

void record_change(mysql::Connection& source, const std::string& name, const std::optional<std::string>& old_value,
                   const std::string& new_value, const Told& told) {
  execute(source, told,
          fmt::format("INSERT IGNORE INTO darbe.changes (name, old_value, new_value) VALUES ({}, {}, {})",
                      quote_text(name), literal(old_value), quote_text(new_value)));
}

void replace_change(mysql::Connection& source, const std::string& name, const std::optional<std::string>& old_value,
                    const std::string& new_value, const Told& told) {
  execute(source, told,
          fmt::format("REPLACE INTO darbe.changes (name, old_value, new_value) VALUES ({}, {}, {})", quote_text(name),
                      literal(old_value), quote_text(new_value)));
}

void forget_change(mysql::Connection& source, const std::string& name, const Told& told) {
  execute(source, told, fmt::format("DELETE FROM darbe.changes WHERE name = {}", quote_text(name)));
}

std::optional<Change> recorded_change(mysql::Connection& source, const std::string& name) {
  if (!has_table(source, "changes")) return std::nullopt;
  const auto changes =
      source.query(fmt::format("SELECT old_value, new_value FROM darbe.changes WHERE name = {}", quote_text(name)));
  if (changes.empty()) return std::nullopt;
  return Change{.old_value = changes.value(0, "old_value"), .new_value = changes.text(0, "new_value")};
}

void remove_run_record(mysql::Connection& source, const Told& told) {
  execute(source, told, "DROP DATABASE IF EXISTS darbe");
}

}  // namespace darbe::plan
