#include "tables/definition.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "mysql/quote.h"
#include "tables/create_statement.h"
#include "tables/defaults.h"

namespace darbe::tables {

namespace {

// By column; 0 is what a column is in without being asked.
std::map<std::string, std::string> read_reference_systems(mysql::Connection& server, const TableName& table) {
  const mysql::Result found = server.query(
      fmt::format(
          "SELECT F_TABLE_SCHEMA, F_TABLE_NAME, G_GEOMETRY_COLUMN, SRID FROM information_schema.GEOMETRY_COLUMNS"
          " WHERE F_TABLE_SCHEMA = {} AND F_TABLE_NAME = {} AND SRID <> 0",
          mysql::quote_text(table.schema), mysql::quote_text(table.name)),
      fmt::format("reading the spatial reference systems of {}", table.text()));
  std::map<std::string, std::string> systems;
  for (std::size_t row = 0; row < found.size(); ++row)  // names that differ in case may be found, too
    if (TableName{found.text(row, "F_TABLE_SCHEMA"), found.text(row, "F_TABLE_NAME")} == table)
      systems[found.text(row, "G_GEOMETRY_COLUMN")] = found.text(row, "SRID");
  return systems;
}

}  // namespace

std::string read_definition(mysql::Connection& server, const Table& table) {
  const std::string statement =
      with_exact_defaults(server, table.name, read_create_statement(server, table.name)).statement;
  if (!server.flavor().is_mariadb() || !std::ranges::any_of(table.columns, &Column::is_spatial)) return statement;
  return with_reference_systems(statement, read_reference_systems(server, table.name));
}

}  // namespace darbe::tables
