#include "tables/hidden_digits.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::tables {

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
                  " JOIN information_schema.TABLES USING (TABLE_SCHEMA, TABLE_NAME)"
                  " WHERE TABLE_SCHEMA IN ({}) AND TABLE_TYPE = 'BASE TABLE' AND DATA_TYPE IN ('float', 'double')"
                  " AND NUMERIC_SCALE IS NOT NULL ORDER BY 1, 2, ORDINAL_POSITION",
                  fmt::join(names, ", ")),
      "looking for columns that show their values rounded");
  std::vector<RoundedColumn> columns;
  for (std::size_t row = 0; row < found.size(); ++row)
    columns.push_back({.table = {found.text(row, "of_schema"), found.text(row, "of_table")},
                       .name = found.text(row, "name"),
                       .type = found.text(row, "type"),
                       .decimals = static_cast<unsigned>(found.number(row, "decimals"))});
  return columns;
}

void require_no_hidden_digits(mysql::Connection& frozen, const std::vector<Database>& databases) {
  std::vector<std::string> sentences;
  for (const RoundedColumn& column : rounded_columns(frozen, databases)) {
    const std::uint64_t rows = frozen.number(
        fmt::format("SELECT COUNT(*) AS n FROM {} WHERE {}", column.table.quoted(), column.has_hidden_digits()));
    if (rows != 0)
      sentences.push_back(
          fmt::format("column {}.{} is {}, and {} of its values have more digits, which can't be "
                      "written again",
                      column.table.text(), column.name, column.type, rows));
  }
  if (sentences.empty()) return;
  throw base::Error(base::Kind::failed, fmt::format("{}", fmt::join(sentences, "; ")),
                    "On the source, round them (UPDATE … SET d = ROUND(d, D)) or give the column a type that shows "
                    "them; then give this run up with `darbe undo`, and begin a new one.");
}

}  // namespace darbe::tables
