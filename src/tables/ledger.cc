#include "tables/ledger.h"

#include <array>
#include <map>

#include <fmt/format.h>

#include "mysql/quote.h"

namespace darbe::tables::ledger {

namespace {

constexpr std::size_t rows_per_insert = 500;

const std::array<const char*, 4> definitions = {
    "CREATE DATABASE IF NOT EXISTS darbe_journal CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_tables ("
    " table_id INT UNSIGNED NOT NULL PRIMARY KEY, schema_name VARCHAR(64) NOT NULL, table_name VARCHAR(64) NOT NULL,"
    " rows_estimated BIGINT UNSIGNED NOT NULL, bytes_estimated BIGINT UNSIGNED NOT NULL, counted_at DATETIME NULL,"
    " UNIQUE KEY table_name (schema_name, table_name)"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_chunks ("
    " table_id INT UNSIGNED NOT NULL, chunk INT UNSIGNED NOT NULL, from_key VARCHAR(20) NULL, until_key VARCHAR(20) "
    "NULL,"
    " PRIMARY KEY (table_id, chunk)"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS darbe_journal.copy_ledger ("
    " table_id INT UNSIGNED NOT NULL, chunk INT UNSIGNED NOT NULL, row_count BIGINT UNSIGNED NOT NULL,"
    " byte_count BIGINT UNSIGNED NOT NULL, digest CHAR(32) NOT NULL, copied_at DATETIME NOT NULL,"
    " verified_at DATETIME NULL, PRIMARY KEY (table_id, chunk)"
    ") ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"};

constexpr const char* line_columns =
    "SELECT table_id, chunk, row_count, byte_count, digest, verified_at IS NOT NULL AS verified"
    " FROM darbe_journal.copy_ledger";

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

LedgerLine line_of(const mysql::Result& result, std::size_t row) {
  LedgerLine line;
  line.table_id = small_number(result, row, "table_id");
  line.chunk = small_number(result, row, "chunk");
  line.source.rows = result.number(row, "row_count");
  line.source.bytes = result.number(row, "byte_count");
  line.source.digest = Digest::from_hex(result.text(row, "digest"));
  line.verified = result.number(row, "verified") == 1;
  return line;
}

void insert_all(mysql::Connection& connection, const std::string& table, const std::vector<std::string>& rows) {
  for (std::size_t start = 0; start < rows.size(); start += rows_per_insert) {
    std::string sql = "INSERT INTO darbe_journal." + table + " VALUES ";
    for (std::size_t i = start; i < std::min(rows.size(), start + rows_per_insert); ++i)
      sql += (i == start ? "(" : ", (") + rows[i] + ")";
    connection.execute(sql, "writing the plan of chunks");
  }
}

std::string bound_text(const std::optional<std::string>& bound) { return bound ? mysql::quote_text(*bound) : "NULL"; }

}  // namespace

bool leave_out_of_binlog(mysql::Connection& connection) { return try_set(connection, "sql_log_bin = 0"); }

void create(mysql::Connection& connection) {
  for (const char* definition : definitions) connection.execute(definition, "making the ledger");
}

std::optional<std::vector<PlannedTable>> read_plan(mysql::Connection& connection) {
  const auto tables = ask(connection,
                          "SELECT table_id, schema_name, table_name, rows_estimated, bytes_estimated,"
                          " counted_at IS NOT NULL AS counted FROM darbe_journal.copy_tables ORDER BY table_id");
  const auto chunks = ask(connection, "SELECT * FROM darbe_journal.copy_chunks ORDER BY table_id, chunk");
  if (!tables || !chunks || tables->empty()) return std::nullopt;
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
  for (std::size_t row = 0; row < chunks->size(); ++row)
    plan.at(places.at(small_number(*chunks, row, "table_id")))
        .chunks.push_back(
            {small_number(*chunks, row, "chunk"), chunks->value(row, "from_key"), chunks->value(row, "until_key")});
  return plan;
}

void write_plan(mysql::Connection& connection, const std::vector<PlannedTable>& plan) {
  std::vector<std::string> tables;
  std::vector<std::string> chunks;
  for (const PlannedTable& table : plan) {
    tables.push_back(fmt::format("{}, {}, {}, {}, {}, NULL", table.id, mysql::quote_text(table.name.schema),
                                 mysql::quote_text(table.name.name), table.rows_estimated, table.bytes_estimated));
    for (const Chunk& chunk : table.chunks)
      chunks.push_back(
          fmt::format("{}, {}, {}, {}", table.id, chunk.number, bound_text(chunk.from), bound_text(chunk.until)));
  }
  connection.execute("BEGIN");
  insert_all(connection, "copy_tables", tables);
  insert_all(connection, "copy_chunks", chunks);
  connection.execute("COMMIT", "writing the plan of chunks");
}

std::vector<LedgerLine> read_lines(mysql::Connection& connection) {
  const auto result = ask(connection, line_columns);
  std::vector<LedgerLine> lines;
  if (!result) return lines;
  for (std::size_t row = 0; row < result->size(); ++row) lines.push_back(line_of(*result, row));
  return lines;
}

std::optional<LedgerLine> find_line(mysql::Connection& connection, unsigned table_id, unsigned chunk) {
  const mysql::Result result =
      connection.query(fmt::format("{} WHERE table_id = {} AND chunk = {} FOR UPDATE", line_columns, table_id, chunk),
                       "reading the ledger");
  if (result.empty()) return std::nullopt;
  return line_of(result, 0);
}

void write_line(mysql::Connection& connection, const LedgerLine& line) {
  connection.execute(
      fmt::format("REPLACE INTO darbe_journal.copy_ledger VALUES ({}, {}, {}, {}, '{}', UTC_TIMESTAMP(), NULL)",
                  line.table_id, line.chunk, line.source.rows, line.source.bytes, line.source.digest.hex()),
      "writing the ledger");
}

void mark_verified(mysql::Connection& connection, unsigned table_id, unsigned chunk) {
  connection.execute(fmt::format("UPDATE darbe_journal.copy_ledger SET verified_at = UTC_TIMESTAMP()"
                                 " WHERE table_id = {} AND chunk = {}",
                                 table_id, chunk),
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
  for (const char* table : {"copy_ledger", "copy_chunks", "copy_tables"})
    connection.execute(fmt::format("DELETE FROM darbe_journal.{}", table), "clearing the ledger");
  connection.execute("COMMIT", "clearing the ledger");
}

}  // namespace darbe::tables::ledger
