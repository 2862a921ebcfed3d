#include "plan/journal_table.h"

#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/retry.h"
#include "mysql/quote.h"

namespace darbe::plan {

namespace {

using mysql::quote_text;

// A target that restarts (backups on, parameters back) is away for a minute or so.
constexpr base::RetryPolicy write_policy{
    .tries = 30, .base = std::chrono::milliseconds(250), .at_most = std::chrono::seconds(10)};

// Of object names and digests, in one statement: any server's max_allowed_packet takes it.
constexpr std::size_t schema_bytes_at_once = 256 << 10;

// A server may have a hundred thousand objects, and the facts are one value that is written again and again.
void write_schema(mysql::Connection& connection, const std::map<std::string, std::string>& schema) {
  connection.execute("DELETE FROM darbe_journal.source_schema");
  std::string rows;
  const auto insert = [&] {
    if (!rows.empty())
      connection.execute("INSERT INTO darbe_journal.source_schema (object, digest) VALUES " + rows,
                         "INSERT into darbe_journal.source_schema");
    rows.clear();
  };
  for (const auto& [object, digest] : schema) {
    rows += fmt::format("{}({}, {})", rows.empty() ? "" : ", ", quote_text(object), quote_text(digest));
    if (rows.size() >= schema_bytes_at_once) insert();
  }
  insert();
}

std::map<std::string, std::string> read_schema(mysql::Connection& connection) {
  std::map<std::string, std::string> schema;
  connection.stream(
      "SELECT object, digest FROM darbe_journal.source_schema",
      [&schema](mysql::RowView row) {
        schema.emplace(row[0].value_or(""), row[1].value_or(""));
        return true;
      },
      "reading darbe_journal.source_schema");
  return schema;
}

std::int64_t milliseconds(std::chrono::system_clock::time_point at) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

}  // namespace

bool leave_binlog(mysql::Connection& connection) {
  try {
    connection.execute("SET SESSION sql_log_bin = 0");
    return true;
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    return false;
  }
}

void JournalTable::connect() {
  connection_.emplace(target_.value(), stop_);
  leave_binlog(*connection_);
}

// A session that the stop doesn't cut, and silence does: no other command will know of the line.
void JournalTable::connect_after_stop() {
  mysql::ConnectOptions options = target_.value();
  options.answer_timeout = options.connect_timeout;
  connection_.emplace(options, std::stop_token());
  leave_binlog(*connection_);
}

bool JournalTable::open(const mysql::ConnectOptions& target) {
  target_ = target;
  connect();
  const auto tables = connection_->number(
      "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'darbe_journal' AND TABLE_NAME IN ('run', "
      "'events')");
  if (tables < 2) return false;
  read();
  return is_open();
}

// The plan and the facts tell their own age; what is in these tables is needed besides.
void JournalTable::require_tables_of_this_version() {
  const auto has = [this](const char* what) {
    return connection_->number(fmt::format("SELECT COUNT(*) {}", what)) > 0;
  };
  const bool has_tables = connection_->number(
                              "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'darbe_journal' AND "
                              "TABLE_NAME IN ('audit', 'source_schema')") == 2;
  const char* columns =
      "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'darbe_journal' AND TABLE_NAME = 'copy_tables'";
  if (has_tables && (!has(columns) || has(fmt::format("{} AND COLUMN_NAME = 'asks_others'", columns).c_str()))) return;
  throw base::Error(base::Kind::failed, "the journal lacks a table or a column", another_version);
}

void JournalTable::create(const mysql::ConnectOptions& target, const Plan& plan) {
  target_ = target;
  connect();
  connection_->execute("CREATE DATABASE IF NOT EXISTS darbe_journal CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  connection_->execute(
      "CREATE TABLE IF NOT EXISTS darbe_journal.events (seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, at_ms BIGINT "
      "NOT NULL, "
      "step VARCHAR(64) NOT NULL, event VARCHAR(16) NOT NULL, detail TEXT NOT NULL) ENGINE=InnoDB");
  connection_->execute(
      "CREATE TABLE IF NOT EXISTS darbe_journal.run (run_id VARCHAR(16) NOT NULL PRIMARY KEY, plan LONGTEXT NOT NULL, "
      "facts LONGTEXT NOT NULL) ENGINE=InnoDB");
  connection_->execute(
      "CREATE TABLE IF NOT EXISTS darbe_journal.audit (seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, at_ms BIGINT "
      "NOT NULL, place VARCHAR(16) NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, request_id VARCHAR(128) NOT "
      "NULL, outcome VARCHAR(128) NOT NULL) ENGINE=InnoDB");
  connection_->execute(
      "CREATE TABLE IF NOT EXISTS darbe_journal.source_schema (seq BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, object "
      "TEXT NOT NULL, digest VARCHAR(32) NOT NULL) ENGINE=InnoDB");
  connection_->execute(
      fmt::format("INSERT IGNORE INTO darbe_journal.run (run_id, plan, facts) VALUES ({}, {}, {})",
                  quote_text(plan.names.run_id), quote_text(to_json(plan)), quote_text(to_json(Facts{}))),
      "INSERT the plan into darbe_journal.run");
  read();
  write_audit();
}

void JournalTable::read() {
  const auto runs = connection_->query("SELECT plan, facts FROM darbe_journal.run");
  if (runs.size() > 1)
    throw base::Error(base::Kind::ambiguous, "the target's journal holds more than one run",
                      "Look into darbe_journal.run on the target: only one may be there.");
  if (runs.empty()) return;
  Plan plan = plan_from_json(runs.text(0, "plan"));
  Facts facts = facts_from_json(runs.text(0, "facts"));
  require_tables_of_this_version();
  facts.source_schema = read_schema(*connection_);
  const auto events = connection_->query("SELECT at_ms, step, event, detail FROM darbe_journal.events ORDER BY seq");
  plan_ = std::move(plan);
  facts_ = std::move(facts);
  events_.clear();
  began_.clear();
  done_.clear();
  for (std::size_t row = 0; row < events.size(); ++row)
    remember({.at = std::chrono::system_clock::time_point(std::chrono::milliseconds(events.number(row, "at_ms"))),
              .step = events.text(row, "step"),
              .what = events.text(row, "event"),
              .detail = events.text(row, "detail")});
}

void JournalTable::remember(Event event) {
  if (event.what == "began") began_.insert(event.step);
  if (event.what == "done") done_.insert(event.step);
  if (event.what == "void") {
    began_.erase(event.step);
    done_.erase(event.step);
  }
  events_.push_back(std::move(event));
}

void JournalTable::write(const std::function<void(mysql::Connection&)>& statements) {
  base::in_context("the journal can't be written", [&] {
    base::retry(write_policy, stop_, [&] {
      if (!connection_ || !connection_->usable()) connect();
      statements(*connection_);
    });
  });
}

void JournalTable::write(const std::string& sql, std::string_view label) {
  write([&](mysql::Connection& connection) { connection.execute(sql, label); });
}

void JournalTable::record(const Event& event) {
  write_audit();
  write(fmt::format("INSERT INTO darbe_journal.events (at_ms, step, event, detail) VALUES ({}, {}, {}, {})",
                    milliseconds(event.at), quote_text(event.step), quote_text(event.what), quote_text(event.detail)),
        "INSERT into darbe_journal.events");
  remember(event);
}

void JournalTable::record_began(std::string_view step, std::chrono::system_clock::time_point at) {
  record({.at = at, .step = std::string(step), .what = "began", .detail = {}});
}

void JournalTable::record_done(std::string_view step) {
  record({.at = std::chrono::system_clock::now(), .step = std::string(step), .what = "done", .detail = {}});
}

void JournalTable::record_void(std::string_view step, const std::string& reason) {
  record({.at = std::chrono::system_clock::now(), .step = std::string(step), .what = "void", .detail = reason});
}

void JournalTable::record_audit(AuditLine line) {
  recorded_.push_back(line);
  unwritten_.push_back(std::move(line));
  if (!is_open() || at_once_.stop_requested()) return;
  try {
    if (stop_.stop_requested())
      connect_after_stop();
    else if (!connection_ || !connection_->usable())
      connect();
    for (; !unwritten_.empty(); unwritten_.erase(unwritten_.begin()))
      connection_->execute(audit_insert(unwritten_.front()), "INSERT into darbe_journal.audit");
  } catch (const base::Error&) {
    // What stays here goes with the next record, and that one is tried for minutes.
  }
}

std::string JournalTable::audit_insert(const AuditLine& line) const {
  return fmt::format(
      "INSERT INTO darbe_journal.audit (at_ms, place, what, subject, request_id, outcome) VALUES ({}, {}, {}, {}, {}, "
      "{})",
      milliseconds(line.at), quote_text(line.where), quote_text(line.what), quote_text(line.subject),
      quote_text(line.request_id), quote_text(line.outcome));
}

void JournalTable::write_audit() {
  for (; !unwritten_.empty(); unwritten_.erase(unwritten_.begin()))
    write(audit_insert(unwritten_.front()), "INSERT into darbe_journal.audit");
}

std::vector<AuditLine> JournalTable::audit() {
  write_audit();
  if (!connection_ || !connection_->usable()) connect();
  const auto rows = connection_->query(
      "SELECT at_ms, place, what, subject, request_id, outcome FROM darbe_journal.audit ORDER BY at_ms, seq");
  std::vector<AuditLine> all;
  for (std::size_t row = 0; row < rows.size(); ++row)
    all.push_back({.at = std::chrono::system_clock::time_point(std::chrono::milliseconds(rows.number(row, "at_ms"))),
                   .where = rows.text(row, "place"),
                   .what = rows.text(row, "what"),
                   .subject = rows.text(row, "subject"),
                   .request_id = rows.text(row, "request_id"),
                   .outcome = rows.text(row, "outcome")});
  return all;
}

void JournalTable::record_facts(const Facts& facts) {
  write_audit();
  if (facts == facts_) return;
  write([&](mysql::Connection& connection) {
    connection.execute("ROLLBACK");  // of a try that was cut short
    connection.execute("START TRANSACTION");
    if (facts.source_schema != facts_.source_schema) write_schema(connection, facts.source_schema);
    connection.execute(fmt::format("UPDATE darbe_journal.run SET facts = {} WHERE run_id = {}",
                                   quote_text(to_json(facts)), quote_text(plan().names.run_id)),
                       "UPDATE the facts in darbe_journal.run");
    connection.execute("COMMIT");
  });
  facts_ = facts;
}

}  // namespace darbe::plan
