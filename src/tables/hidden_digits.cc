#include "tables/hidden_digits.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::tables {

namespace {

// Not views. By their exact names, which old catalogs compare without case.
std::set<TableName> base_tables_among(mysql::Connection& connection, const std::vector<RoundedColumn>& columns) {
  std::vector<TableName> names;
  for (const RoundedColumn& column : columns)
    if (names.empty() || names.back() != column.table) names.push_back(column.table);
  std::set<TableName> found;
  if (names.empty()) return found;
  const mysql::Result rows = connection.query(
      fmt::format("SELECT TABLE_SCHEMA AS of_schema, TABLE_NAME AS of_table FROM information_schema.TABLES"
                  " WHERE TABLE_TYPE = 'BASE TABLE' AND {}",
                  among(names)),
      "looking which of them are tables");
  for (std::size_t row = 0; row < rows.size(); ++row)
    found.insert({rows.text(row, "of_schema"), rows.text(row, "of_table")});
  return found;
}

}  // namespace

std::string RoundedColumn::has_hidden_digits() const {
  // A server rounds what comes after the whole number below the value, which for -0.0027 is -1: so it is off by twice
  // the distance of neighbouring values at most, but of those next to 1 for smaller ones.
  const std::string value = mysql::quote_name(name) + "*1e0";
  const std::string distance = type.starts_with("float") ? fmt::format("GREATEST(ABS({})*2.4e-7, 4.5e-16)", value)
                                                         : fmt::format("GREATEST(ABS({}), 1)*4.5e-16", value);
  return fmt::format("ABS({0} - ROUND({0}, {1})) > {2}", value, decimals, distance);
}

std::vector<RoundedColumn> rounded_columns(mysql::Connection& connection, const std::vector<Database>& databases) {
  if (databases.empty()) return {};
  std::vector<std::string> names;
  for (const Database& database : databases) names.push_back(mysql::quote_text(database.name));
  const mysql::Result found = connection.query(
      fmt::format("SELECT TABLE_SCHEMA AS of_schema, TABLE_NAME AS of_table, COLUMN_NAME AS name, COLUMN_TYPE AS type,"
                  " NUMERIC_SCALE AS decimals FROM information_schema.COLUMNS"
                  " WHERE TABLE_SCHEMA IN ({}) AND DATA_TYPE IN ('float', 'double')"
                  " AND NUMERIC_SCALE IS NOT NULL ORDER BY 1, 2, ORDINAL_POSITION",
                  fmt::join(names, ", ")),
      "looking for columns that show their values rounded");
  std::vector<RoundedColumn> columns;
  for (std::size_t row = 0; row < found.size(); ++row)
    columns.push_back({.table = {found.text(row, "of_schema"), found.text(row, "of_table")},
                       .name = found.text(row, "name"),
                       .type = found.text(row, "type"),
                       .decimals = static_cast<unsigned>(found.number(row, "decimals"))});
  const std::set<TableName> base = base_tables_among(connection, columns);
  std::erase_if(columns, [&](const RoundedColumn& column) {
    return !base.contains(column.table) ||
           std::ranges::find(databases, column.table.schema, &Database::name) == databases.end();
  });
  return columns;
}

void require_no_hidden_digits(mysql::Connection& frozen, const std::vector<Database>& databases) {
  std::vector<std::string> sentences;
  const std::vector<RoundedColumn> columns = rounded_columns(frozen, databases);
  // All columns of a table in one pass over its rows.
  for (auto first = columns.begin(); first != columns.end();) {
    const auto last =
        std::find_if(first, columns.end(), [&](const auto& other) { return other.table != first->table; });
    std::string sums;
    for (auto column = first; column != last; ++column)
      sums += fmt::format("{}COALESCE(SUM({}), 0)", sums.empty() ? "" : ", ", column->has_hidden_digits());
    const mysql::Result found = frozen.query(fmt::format("SELECT {} FROM {}", sums, first->table.quoted()),
                                             fmt::format("looking for hidden digits in {}", first->table.text()));
    for (std::size_t index = 0; first != last; ++first, ++index)
      if (const std::string rows = found.rows.at(0).at(index).value_or("0"); rows != "0")
        sentences.push_back(
            fmt::format("column {}.{} is {}, with more digits than it shows in {} of its values: they can\'t be "
                        "written again",
                        first->table.text(), first->name, first->type, rows));
  }
  if (sentences.empty()) return;
  throw base::Error(base::Kind::failed, fmt::format("{}", fmt::join(sentences, "; ")),
                    "On the source, round them (UPDATE … SET d = ROUND(d, D)) or give the column a type that shows "
                    "them; then give this run up with `darbe undo`, and begin a new one.");
}

}  // namespace darbe::tables
