#include "tables/ledger.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "mysql/quote.h"
#include "mysql/server_life.h"
#include "tables/alter.h"

namespace darbe::tables {

bool is_sound(const PlannedTable& table, const LedgerSummary& lines) {
  return !lines.has_hole && std::ranges::all_of(lines.last_lines, [&](const LedgerLine& line) {
    return std::ranges::find(table.ranges, line.chunk.range, &Chunk::range) != table.ranges.end();
  });
}

bool is_copied(const PlannedTable& table, const LedgerSummary& lines) {
  if (!is_sound(table, lines)) return false;
  const auto ended = std::count_if(lines.last_lines.begin(), lines.last_lines.end(),
                                   [](const LedgerLine& line) { return line.chunk.last; });
  return static_cast<std::size_t>(ended) == table.ranges.size();
}

std::vector<unsigned> ids_of(const std::vector<PlannedTable>& tables) {
  std::vector<unsigned> ids;
  for (const PlannedTable& table : tables) ids.push_back(table.id);
  return ids;
}

std::vector<TableName> names_of(const std::vector<PlannedTable>& tables) {
  std::vector<TableName> names;
  for (const PlannedTable& table : tables) names.push_back(table.name);
  return names;
}

namespace ledger {

namespace {

constexpr std::size_t rows_per_insert = 500;

// Enough for questions to the catalogs to cost little for each table.
constexpr unsigned tables_in_window = 256;

const std::array<const char*, 5> definitions = {
    "CREATE DATABASE IF NOT EXISTS darbe_journal CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_tables ("
    " table_id INT UNSIGNED NOT NULL PRIMARY KEY, schema_name VARCHAR(64) NOT NULL, table_name VARCHAR(64) NOT NULL,"
    " rows_estimated BIGINT UNSIGNED NOT NULL, bytes_estimated BIGINT UNSIGNED NOT NULL,"
    " index_bytes_estimated BIGINT UNSIGNED NOT NULL, counted_at DATETIME NULL, asks_integers TINYINT NOT NULL,"
    " asks_others TINYINT NOT NULL, UNIQUE KEY table_name (schema_name, table_name)"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_ranges ("
    " table_id INT UNSIGNED NOT NULL, range_number INT UNSIGNED NOT NULL, after_key TEXT NULL, until_key TEXT NULL,"
    " PRIMARY KEY (table_id, range_number)"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_ledger ("
    " table_id INT UNSIGNED NOT NULL, range_number INT UNSIGNED NOT NULL, sequence INT UNSIGNED NOT NULL,"
    " after_key TEXT NULL, until_key TEXT NULL, is_last TINYINT NOT NULL, row_count BIGINT UNSIGNED NOT NULL,"
    " byte_count BIGINT UNSIGNED NOT NULL, digest CHAR(32) NOT NULL, copied_at DATETIME NOT NULL,"
    " verified_at DATETIME NULL, PRIMARY KEY (table_id, range_number, sequence)"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_sessions ("
    " session_id BIGINT UNSIGNED NOT NULL PRIMARY KEY, server_started BIGINT UNSIGNED NOT NULL"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"};

constexpr const char* line_columns =
    "table_id, range_number, sequence, after_key, until_key, is_last, row_count, byte_count, digest,"
    " verified_at IS NOT NULL AS verified";

// A key is stored with a literal on each line; literals have none in them (tables/key.cc).
constexpr char between_literals = '\n';

// Runs a question about the ledger; nothing where its tables are missing.
std::optional<mysql::Result> ask(mysql::Connection& connection, const std::string& sql) {
  try {
    return connection.query(sql, "reading the ledger");
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;
    return std::nullopt;
  }
}

unsigned small_number(const mysql::Result& result, std::size_t row, std::string_view name) {
  return static_cast<unsigned>(result.number(row, name));
}

std::string stored_form(const std::optional<Key>& key) {
  if (!key) return "NULL";
  std::string text;
  for (const std::string& literal : *key) text += (text.empty() ? "" : std::string(1, between_literals)) + literal;
  return mysql::quote_text(text);
}

std::optional<Key> key_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  Key key;
  std::size_t start = 0;
  for (std::size_t end = 0; end != std::string::npos; start = end + 1) {
    end = text->find(between_literals, start);
    key.push_back(text->substr(start, end == std::string::npos ? end : end - start));
  }
  return key;
}

Chunk range_of(const mysql::Result& result, std::size_t row) {
  Chunk range;
  range.range = small_number(result, row, "range_number");
  range.after = key_of(result.value(row, "after_key"));
  range.until = key_of(result.value(row, "until_key"));
  return range;
}

LedgerLine line_of(const mysql::Result& result, std::size_t row) {
  LedgerLine line;
  line.table_id = small_number(result, row, "table_id");
  line.chunk = range_of(result, row);
  line.chunk.sequence = small_number(result, row, "sequence");
  line.chunk.last = result.number(row, "is_last") == 1;
  line.source.rows = result.number(row, "row_count");
  line.source.bytes = result.number(row, "byte_count");
  line.source.digest = Digest::from_hex(result.text(row, "digest"));
  line.verified = result.number(row, "verified") == 1;
  return line;
}

std::string range_values(unsigned table_id, const Chunk& range) {
  return fmt::format("{}, {}, {}, {}", table_id, range.range, stored_form(range.after), stored_form(range.until));
}

constexpr const char* table_columns =
    "SELECT table_id, schema_name, table_name, rows_estimated, bytes_estimated, index_bytes_estimated,"
    " counted_at IS NOT NULL AS counted, asks_integers, asks_others FROM darbe_journal.copy_tables";

std::vector<PlannedTable> tables_of(const mysql::Result& result) {
  std::vector<PlannedTable> tables;
  for (std::size_t row = 0; row < result.size(); ++row) {
    PlannedTable table;
    table.id = small_number(result, row, "table_id");
    table.name = {result.text(row, "schema_name"), result.text(row, "table_name")};
    table.rows_estimated = result.number(row, "rows_estimated");
    table.bytes_estimated = result.number(row, "bytes_estimated");
    table.index_bytes_estimated = result.number(row, "index_bytes_estimated");
    table.counted = result.number(row, "counted") == 1;
    table.asked = {result.number(row, "asks_integers") == 1, result.number(row, "asks_others") == 1};
    tables.push_back(std::move(table));
  }
  return tables;
}

// Requires: `tables` in the order of their numbers.
void add_ranges(mysql::Connection& connection, std::vector<PlannedTable>& tables) {
  if (tables.empty()) return;
  const mysql::Result ranges =
      connection.query(fmt::format("SELECT * FROM darbe_journal.copy_ranges WHERE table_id IN ({})"
                                   " ORDER BY table_id, range_number",
                                   fmt::join(ids_of(tables), ", ")),
                       "reading the ledger");
  auto table = tables.begin();
  for (std::size_t row = 0; row < ranges.size(); ++row) {
    while (table->id != small_number(ranges, row, "table_id")) ++table;
    table->ranges.push_back(range_of(ranges, row));
  }
}

Totals sum_of(const mysql::Result& result, std::size_t row, std::string_view rows, std::string_view bytes) {
  return {result.number(row, rows), result.number(row, bytes), {}};
}

// Of lines, grouped or not.
constexpr const char* sums =
    " COUNT(*) AS chunks, COUNT(verified_at) AS chunks_verified, COALESCE(SUM(row_count), 0) AS row_sum,"
    " COALESCE(SUM(byte_count), 0) AS byte_sum, COALESCE(SUM(IF(verified_at IS NULL, 0, row_count)), 0) AS"
    " rows_verified, COALESCE(SUM(IF(verified_at IS NULL, 0, byte_count)), 0) AS bytes_verified"
    " FROM darbe_journal.copy_ledger";

// Numbers of sessions begin anew with the server.
std::set<std::uint64_t> noted_sessions(mysql::Connection& connection) {
  const auto noted = ask(
      connection,
      fmt::format("SELECT session_id FROM darbe_journal.copy_sessions WHERE server_started = {} AND session_id <> {}",
                  mysql::server_started(connection), connection.id()));
  std::set<std::uint64_t> sessions;
  for (std::size_t row = 0; noted && row < noted->size(); ++row) sessions.insert(noted->number(row, "session_id"));
  return sessions;
}

// Those of these that the server still has.
std::set<std::uint64_t> open_sessions(mysql::Connection& connection, const std::set<std::uint64_t>& noted,
                                      Builds builds) {
  const mysql::Result all = connection.query("SHOW FULL PROCESSLIST", "listing the sessions of earlier commands");
  std::set<std::uint64_t> found;
  for (std::size_t row = 0; row < all.size(); ++row) {
    const std::uint64_t session = all.number(row, "Id");
    const bool may_end = builds == Builds::let_end && is_alter_in_place(all.value(row, "Info").value_or(""));
    if (noted.contains(session) && !may_end) found.insert(session);
  }
  return found;
}

std::string line_values(const LedgerLine& line) {
  const Chunk& chunk = line.chunk;
  return fmt::format("{}, {}, {}, {}, {}, {}, {}, {}, '{}', UTC_TIMESTAMP(), NULL", line.table_id, chunk.range,
                     chunk.sequence, stored_form(chunk.after), stored_form(chunk.until), chunk.last ? 1 : 0,
                     line.source.rows, line.source.bytes, line.source.digest.hex());
}

}  // namespace

bool leave_out_of_binlog(mysql::Connection& connection) { return try_set(connection, "sql_log_bin = 0"); }

void create(mysql::Connection& connection) {
  for (const char* definition : definitions) connection.execute(definition, "making the ledger");
}

void note_session(mysql::Connection& connection, std::uint64_t session) {
  try {
    connection.execute(fmt::format("REPLACE INTO darbe_journal.copy_sessions VALUES ({}, {})", session,
                                   mysql::server_started(connection)),
                       "noting the session");
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;
  }
}

bool is_noted(mysql::Connection& connection, std::uint64_t session) {
  return !connection.query(fmt::format("SELECT 1 FROM darbe_journal.copy_sessions WHERE session_id = {}", session))
              .empty();
}

void end_sessions(mysql::Connection& connection, Builds builds, const std::stop_token& stop) {
  const std::set<std::uint64_t> noted = noted_sessions(connection);
  if (noted.empty()) return;
  const std::set<std::uint64_t> left = open_sessions(connection, noted, builds);
  for (const std::uint64_t session : left) mysql::end_session(connection, session);
  const base::Poll poll{.every = std::chrono::milliseconds(100), .at_most = std::chrono::minutes(1)};
  while (!base::poll_until(poll, stop, [&] { return open_sessions(connection, left, Builds::end).empty(); }))
    log::warning("waiting for the target's server, which still ends sessions of an earlier command");
  std::set<std::uint64_t> kept = open_sessions(connection, noted, Builds::end);
  kept.insert(connection.id());
  connection.execute(
      fmt::format("DELETE FROM darbe_journal.copy_sessions WHERE session_id NOT IN ({})", fmt::join(kept, ", ")),
      "forgetting the sessions of earlier commands");
}

bool has_plan(mysql::Connection& connection) {
  const auto found = ask(connection, "SELECT 1 FROM darbe_journal.copy_tables LIMIT 1");
  return found && !found->empty();
}

PlanWriter::PlanWriter(mysql::Connection& connection) : connection_(connection) { connection_.execute("BEGIN"); }

void PlanWriter::add(const PlannedTable& table) {
  rows_.push_back(fmt::format("{}, {}, {}, {}, {}, {}, NULL, 0, 0", ++tables_, mysql::quote_text(table.name.schema),
                              mysql::quote_text(table.name.name), table.rows_estimated, table.bytes_estimated,
                              table.index_bytes_estimated));
  if (rows_.size() == rows_per_insert) write();
}

void PlanWriter::commit() {
  write();
  connection_.execute(
      "INSERT INTO darbe_journal.copy_ranges SELECT table_id, 0, NULL, NULL FROM"
      " darbe_journal.copy_tables",
      "writing the plan of the copy");
  connection_.execute("COMMIT", "writing the plan of the copy");
}

void PlanWriter::write() {
  if (rows_.empty()) return;
  connection_.execute(fmt::format("INSERT INTO darbe_journal.copy_tables VALUES ({})", fmt::join(rows_, "), (")),
                      "writing the plan of the copy");
  rows_.clear();
}

std::vector<unsigned> read_order(mysql::Connection& connection) {
  std::vector<unsigned> order;
  connection.stream(
      "SELECT table_id FROM darbe_journal.copy_tables AS t ORDER BY EXISTS (SELECT 1 FROM darbe_journal.copy_ledger AS"
      " l WHERE l.table_id = t.table_id) DESC, bytes_estimated DESC, table_id",
      [&](mysql::RowView row) {
        order.push_back(static_cast<unsigned>(std::stoul(std::string(row[0].value_or("0")))));
        return true;
      },
      "reading the ledger");
  return order;
}

std::vector<PlannedTable> read_planned(mysql::Connection& connection, const std::vector<unsigned>& table_ids) {
  if (table_ids.empty()) return {};
  std::vector<PlannedTable> tables = tables_of(connection.query(
      fmt::format("{} WHERE table_id IN ({}) ORDER BY table_id", table_columns, fmt::join(table_ids, ", ")),
      "reading the ledger"));
  if (tables.size() != table_ids.size())
    throw base::Error(base::Kind::failed, "the plan of the copy lacks tables that it had",
                      "Find out who writes to darbe_journal on the target.");
  add_ranges(connection, tables);
  return tables;
}

std::vector<PlannedTable> next_planned(mysql::Connection& connection, unsigned after, unsigned tables_max) {
  const auto found = ask(
      connection, fmt::format("{} WHERE table_id > {} ORDER BY table_id LIMIT {}", table_columns, after, tables_max));
  if (!found) return {};
  std::vector<PlannedTable> tables = tables_of(*found);
  add_ranges(connection, tables);
  return tables;
}

PlanTotals read_totals(mysql::Connection& connection) {
  const mysql::Result plan = connection.query(
      "SELECT COUNT(*) AS tables_planned, COALESCE(SUM(rows_estimated), 0) AS row_sum,"
      " COALESCE(SUM(bytes_estimated), 0) AS byte_sum,"
      " COALESCE(SUM(index_bytes_estimated), 0) AS index_sum FROM darbe_journal.copy_tables",
      "reading the ledger");
  const mysql::Result lines = connection.query(fmt::format("SELECT{}", sums), "reading the ledger");
  return {.tables = plan.number(0, "tables_planned"),
          .rows_estimated = plan.number(0, "row_sum"),
          .bytes_estimated = plan.number(0, "byte_sum"),
          .index_bytes_estimated = plan.number(0, "index_sum"),
          .chunks = lines.number(0, "chunks"),
          .copied = sum_of(lines, 0, "row_sum", "byte_sum"),
          .verified = sum_of(lines, 0, "rows_verified", "bytes_verified")};
}

std::map<unsigned, LedgerSummary> summarize(mysql::Connection& connection, const std::vector<unsigned>& table_ids) {
  std::map<unsigned, LedgerSummary> summaries;
  if (table_ids.empty()) return summaries;
  const std::string ids = fmt::format("{}", fmt::join(table_ids, ", "));
  const mysql::Result found = connection.query(
      fmt::format("SELECT table_id,{} WHERE table_id IN ({}) GROUP BY table_id", sums, ids), "reading the ledger");
  for (std::size_t row = 0; row < found.size(); ++row) {
    LedgerSummary& summary = summaries[small_number(found, row, "table_id")];
    summary.chunks = found.number(row, "chunks");
    summary.chunks_verified = found.number(row, "chunks_verified");
    summary.copied = sum_of(found, row, "row_sum", "byte_sum");
    summary.verified = sum_of(found, row, "rows_verified", "bytes_verified");
  }
  if (summaries.empty()) return summaries;
  const mysql::Result last = connection.query(
      fmt::format("SELECT {}, chunks FROM darbe_journal.copy_ledger JOIN (SELECT table_id, range_number,"
                  " MAX(sequence) AS sequence, COUNT(*) AS chunks FROM darbe_journal.copy_ledger"
                  " WHERE table_id IN ({}) GROUP BY table_id, range_number) AS newest"
                  " USING (table_id, range_number, sequence) ORDER BY table_id, range_number",
                  line_columns, ids),
      "reading the ledger");
  for (std::size_t row = 0; row < last.size(); ++row) {
    const LedgerLine line = line_of(last, row);
    LedgerSummary& summary = summaries[line.table_id];
    summary.last_lines.push_back(line);
    if (last.number(row, "chunks") != std::uint64_t{line.chunk.sequence} + 1) summary.has_hole = true;
  }
  return summaries;
}

std::vector<LedgerLine> read_unverified(mysql::Connection& connection, unsigned table_id,
                                        const std::optional<Chunk>& after, unsigned lines_max) {
  std::string sql = fmt::format("SELECT {} FROM darbe_journal.copy_ledger WHERE table_id = {} AND verified_at IS NULL",
                                line_columns, table_id);
  if (after)
    sql += fmt::format(" AND (range_number > {0} OR (range_number = {0} AND sequence > {1}))", after->range,
                       after->sequence);
  sql += fmt::format(" ORDER BY range_number, sequence LIMIT {}", lines_max);
  const mysql::Result result = connection.query(sql, "reading the ledger");
  std::vector<LedgerLine> lines;
  for (std::size_t row = 0; row < result.size(); ++row) lines.push_back(line_of(result, row));
  return lines;
}

std::optional<LedgerLine> find_last_line(mysql::Connection& connection, unsigned table_id, unsigned range) {
  const mysql::Result result =
      connection.query(fmt::format("SELECT {} FROM darbe_journal.copy_ledger WHERE table_id = {} AND range_number = {}"
                                   " ORDER BY sequence DESC LIMIT 1 FOR UPDATE",
                                   line_columns, table_id, range),
                       "reading the ledger");
  if (result.empty()) return std::nullopt;
  return line_of(result, 0);
}

bool has_line(mysql::Connection& connection, unsigned table_id, const Chunk& chunk) {
  return !connection
              .query(fmt::format("SELECT 1 FROM darbe_journal.copy_ledger WHERE table_id = {} AND range_number = {}"
                                 " AND sequence = {} FOR UPDATE",
                                 table_id, chunk.range, chunk.sequence),
                     "reading the ledger")
              .empty();
}

void add_line(mysql::Connection& connection, const LedgerLine& line) {
  connection.execute(fmt::format("INSERT INTO darbe_journal.copy_ledger VALUES ({})", line_values(line)),
                     "writing the ledger");
}

void replace_line(mysql::Connection& connection, const LedgerLine& line) {
  connection.execute(fmt::format("REPLACE INTO darbe_journal.copy_ledger VALUES ({})", line_values(line)),
                     "writing the ledger");
}

void cut_range(mysql::Connection& connection, unsigned table_id, unsigned range, const Chunk& upper) {
  connection.execute("BEGIN");
  connection.execute(fmt::format("UPDATE darbe_journal.copy_ranges SET until_key = {} WHERE table_id = {} AND"
                                 " range_number = {}",
                                 stored_form(upper.after), table_id, range),
                     "writing the ledger");
  connection.execute(fmt::format("INSERT INTO darbe_journal.copy_ranges VALUES ({})", range_values(table_id, upper)),
                     "writing the ledger");
  connection.execute("COMMIT", "writing the ledger");
}

bool has_range(mysql::Connection& connection, unsigned table_id, unsigned range) {
  return !connection
              .query(fmt::format("SELECT 1 FROM darbe_journal.copy_ranges WHERE table_id = {} AND range_number = {}"
                                 " FOR UPDATE",
                                 table_id, range),
                     "reading the ledger")
              .empty();
}

bool mark_verified(mysql::Connection& connection, const LedgerLine& line, const AskedTypes& asked) {
  const mysql::Outcome marked = connection.execute(
      fmt::format("UPDATE darbe_journal.copy_ledger SET verified_at = UTC_TIMESTAMP() WHERE table_id = {0} AND"
                  " range_number = {1} AND sequence = {2} AND row_count = {3} AND digest = '{4}' AND 1 = (SELECT"
                  " COUNT(*) FROM darbe_journal.copy_tables WHERE table_id = {0} AND asks_integers = {5} AND"
                  " asks_others = {6})",
                  line.table_id, line.chunk.range, line.chunk.sequence, line.source.rows, line.source.digest.hex(),
                  asked.integers ? 1 : 0, asked.others ? 1 : 0),
      "writing the ledger");
  // Not by affected_rows: a second mark within the same second changes nothing.
  return marked.info.starts_with("Rows matched: 1 ");
}

void mark_counted(mysql::Connection& connection, unsigned table_id) {
  connection.execute(
      fmt::format("UPDATE darbe_journal.copy_tables SET counted_at = UTC_TIMESTAMP() WHERE table_id = {}", table_id),
      "writing the ledger");
}

void forget_verified(mysql::Connection& connection, unsigned table_id) {
  connection.execute(fmt::format("UPDATE darbe_journal.copy_tables AS t JOIN darbe_journal.copy_ledger AS l"
                                 " ON l.table_id = t.table_id SET t.counted_at = NULL, l.verified_at = NULL"
                                 " WHERE t.table_id = {}",
                                 table_id),
                     "writing the ledger");
}

void ask_all_documents(mysql::Connection& connection, unsigned table_id, const AskedTypes& asked) {
  connection.execute(fmt::format("UPDATE darbe_journal.copy_tables AS t JOIN darbe_journal.copy_ledger AS l"
                                 " ON l.table_id = t.table_id SET t.asks_integers = {}, t.asks_others = {},"
                                 " l.verified_at = NULL WHERE t.table_id = {}",
                                 asked.integers ? 1 : 0, asked.others ? 1 : 0, table_id),
                     "writing the ledger");
}

void clear(mysql::Connection& connection) {
  if (!has_plan(connection)) return;
  connection.execute("BEGIN");
  for (const char* table : {"copy_ledger", "copy_ranges", "copy_tables"})
    connection.execute(fmt::format("DELETE FROM darbe_journal.{}", table), "clearing the ledger");
  connection.execute("COMMIT", "clearing the ledger");
}

void for_each_window(mysql::Connection& connection, const std::function<void(std::vector<PlannedTable>)>& see) {
  for (unsigned after = 0;;) {
    std::vector<PlannedTable> tables = next_planned(connection, after, tables_in_window);
    if (tables.empty()) return;
    after = tables.back().id;
    see(std::move(tables));
  }
}

}  // namespace ledger

}  // namespace darbe::tables
