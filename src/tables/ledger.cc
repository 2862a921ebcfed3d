#include "tables/ledger.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "mysql/quote.h"

namespace darbe::tables {

bool is_copied(const PlannedTable& table, const LedgerSummary& lines) {
  const auto ended = std::count_if(lines.last_lines.begin(), lines.last_lines.end(),
                                   [](const LedgerLine& line) { return line.chunk.last; });
  return static_cast<std::size_t>(ended) == table.ranges.size();
}

namespace ledger {

namespace {

constexpr std::size_t rows_per_insert = 500;

const std::array<const char*, 4> definitions = {
    "CREATE DATABASE IF NOT EXISTS darbe_journal CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_tables ("
    " table_id INT UNSIGNED NOT NULL PRIMARY KEY, schema_name VARCHAR(64) NOT NULL, table_name VARCHAR(64) NOT NULL,"
    " rows_estimated BIGINT UNSIGNED NOT NULL, bytes_estimated BIGINT UNSIGNED NOT NULL, counted_at DATETIME NULL,"
    " UNIQUE KEY table_name (schema_name, table_name)"
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
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"};

constexpr const char* line_columns =
    "SELECT table_id, range_number, sequence, after_key, until_key, is_last, row_count, byte_count, digest,"
    " verified_at IS NOT NULL AS verified FROM darbe_journal.copy_ledger";

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

void insert_all(mysql::Connection& connection, const std::string& table, const std::vector<std::string>& rows) {
  for (std::size_t start = 0; start < rows.size(); start += rows_per_insert) {
    std::string sql = "INSERT INTO darbe_journal." + table + " VALUES ";
    for (std::size_t i = start; i < std::min(rows.size(), start + rows_per_insert); ++i)
      sql += (i == start ? "(" : ", (") + rows[i] + ")";
    connection.execute(sql, "writing the plan of the copy");
  }
}

}  // namespace

bool leave_out_of_binlog(mysql::Connection& connection) { return try_set(connection, "sql_log_bin = 0"); }

void create(mysql::Connection& connection) {
  for (const char* definition : definitions) connection.execute(definition, "making the ledger");
}

std::optional<std::vector<PlannedTable>> read_plan(mysql::Connection& connection) {
  const auto tables = ask(connection,
                          "SELECT table_id, schema_name, table_name, rows_estimated, bytes_estimated,"
                          " counted_at IS NOT NULL AS counted FROM darbe_journal.copy_tables ORDER BY table_id");
  const auto ranges = ask(connection, "SELECT * FROM darbe_journal.copy_ranges ORDER BY table_id, range_number");
  if (!tables || !ranges || tables->empty()) return std::nullopt;
  std::vector<PlannedTable> plan;
  std::map<unsigned, std::size_t> places;
  for (std::size_t row = 0; row < tables->size(); ++row) {
    PlannedTable table;
    table.id = small_number(*tables, row, "table_id");
    table.name = {tables->text(row, "schema_name"), tables->text(row, "table_name")};
    table.rows_estimated = tables->number(row, "rows_estimated");
    table.bytes_estimated = tables->number(row, "bytes_estimated");
    table.counted = tables->number(row, "counted") == 1;
    places[table.id] = plan.size();
    plan.push_back(std::move(table));
  }
  for (std::size_t row = 0; row < ranges->size(); ++row)
    plan.at(places.at(small_number(*ranges, row, "table_id"))).ranges.push_back(range_of(*ranges, row));
  return plan;
}

void write_plan(mysql::Connection& connection, const std::vector<PlannedTable>& plan) {
  std::vector<std::string> tables;
  std::vector<std::string> ranges;
  for (const PlannedTable& table : plan) {
    tables.push_back(fmt::format("{}, {}, {}, {}, {}, NULL", table.id, mysql::quote_text(table.name.schema),
                                 mysql::quote_text(table.name.name), table.rows_estimated, table.bytes_estimated));
    for (const Chunk& range : table.ranges) ranges.push_back(range_values(table.id, range));
  }
  connection.execute("BEGIN");
  insert_all(connection, "copy_tables", tables);
  insert_all(connection, "copy_ranges", ranges);
  connection.execute("COMMIT", "writing the plan of the copy");
}

std::map<unsigned, LedgerSummary> summarize(mysql::Connection& connection) {
  std::map<unsigned, LedgerSummary> summaries;
  const auto sums = ask(connection,
                        "SELECT table_id, COUNT(*) AS chunks, COUNT(verified_at) AS chunks_verified,"
                        " SUM(row_count) AS row_sum, SUM(byte_count) AS byte_sum,"
                        " SUM(IF(verified_at IS NULL, 0, row_count)) AS rows_verified,"
                        " SUM(IF(verified_at IS NULL, 0, byte_count)) AS bytes_verified"
                        " FROM darbe_journal.copy_ledger GROUP BY table_id");
  if (!sums) return summaries;
  for (std::size_t row = 0; row < sums->size(); ++row) {
    LedgerSummary& summary = summaries[small_number(*sums, row, "table_id")];
    summary.chunks = sums->number(row, "chunks");
    summary.chunks_verified = sums->number(row, "chunks_verified");
    summary.copied = {sums->number(row, "row_sum"), sums->number(row, "byte_sum"), {}};
    summary.verified = {sums->number(row, "rows_verified"), sums->number(row, "bytes_verified"), {}};
  }
  const mysql::Result last = connection.query(
      fmt::format("{} JOIN (SELECT table_id, range_number, MAX(sequence) AS sequence FROM darbe_journal.copy_ledger"
                  " GROUP BY table_id, range_number) AS newest USING (table_id, range_number, sequence)"
                  " ORDER BY table_id, range_number",
                  line_columns),
      "reading the ledger");
  for (std::size_t row = 0; row < last.size(); ++row) {
    const LedgerLine line = line_of(last, row);
    summaries[line.table_id].last_lines.push_back(line);
  }
  return summaries;
}

std::vector<LedgerLine> read_unverified(mysql::Connection& connection, unsigned table_id,
                                        const std::optional<Chunk>& after, unsigned lines_max) {
  std::string sql = fmt::format("{} WHERE table_id = {} AND verified_at IS NULL", line_columns, table_id);
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
  const mysql::Result result = connection.query(
      fmt::format("{} WHERE table_id = {} AND range_number = {} ORDER BY sequence DESC LIMIT 1 FOR UPDATE",
                  line_columns, table_id, range),
      "reading the ledger");
  if (result.empty()) return std::nullopt;
  return line_of(result, 0);
}

void write_line(mysql::Connection& connection, const LedgerLine& line) {
  const Chunk& chunk = line.chunk;
  connection.execute(
      fmt::format(
          "REPLACE INTO darbe_journal.copy_ledger VALUES ({}, {}, {}, {}, {}, {}, {}, {}, '{}', UTC_TIMESTAMP(),"
          " NULL)",
          line.table_id, chunk.range, chunk.sequence, stored_form(chunk.after), stored_form(chunk.until),
          chunk.last ? 1 : 0, line.source.rows, line.source.bytes, line.source.digest.hex()),
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

void mark_verified(mysql::Connection& connection, const LedgerLine& line) {
  connection.execute(fmt::format("UPDATE darbe_journal.copy_ledger SET verified_at = UTC_TIMESTAMP()"
                                 " WHERE table_id = {} AND range_number = {} AND sequence = {}",
                                 line.table_id, line.chunk.range, line.chunk.sequence),
                     "writing the ledger");
}

void mark_counted(mysql::Connection& connection, unsigned table_id) {
  connection.execute(
      fmt::format("UPDATE darbe_journal.copy_tables SET counted_at = UTC_TIMESTAMP() WHERE table_id = {}", table_id),
      "writing the ledger");
}

void clear(mysql::Connection& connection) {
  if (!read_plan(connection)) return;
  connection.execute("BEGIN");
  for (const char* table : {"copy_ledger", "copy_ranges", "copy_tables"})
    connection.execute(fmt::format("DELETE FROM darbe_journal.{}", table), "clearing the ledger");
  connection.execute("COMMIT", "clearing the ledger");
}

}  // namespace ledger

}  // namespace darbe::tables
