#include "tables/defaults.h"

#include <vector>

#include <fmt/format.h>

#include "mysql/quote.h"
#include "tables/create_statement.h"

namespace darbe::tables {

namespace {

// DEFAULT() needs no row, but is NULL without one where the column can't be NULL.
std::string question_for(const TableName& table, const std::vector<DoubtfulDefault>& defaults) {
  std::string values;
  for (const DoubtfulDefault& each : defaults)
    values += fmt::format("{}HEX(DEFAULT(t.{}))", values.empty() ? "" : ", ", mysql::quote_name(each.column));
  return fmt::format("SELECT {} FROM (SELECT 1 AS one) AS one LEFT JOIN {} AS t ON TRUE LIMIT 1", values,
                     table.quoted());
}

}  // namespace

std::string with_exact_defaults(mysql::Connection& server, const TableName& table, const std::string& statement) {
  const std::vector<DoubtfulDefault> defaults = doubtful_defaults(statement);
  if (defaults.empty()) return statement;
  const mysql::Result found =
      server.query(question_for(table, defaults), fmt::format("reading the defaults of {}", table.text()));
  std::string exact = statement;
  for (std::size_t i = defaults.size(); i-- > 0;)  // from the end, so that places before it stay
    if (const auto& bytes = found.rows.at(0).at(i))
      exact.replace(defaults[i].begin, defaults[i].end - defaults[i].begin, "0x" + *bytes);
  return exact;
}

}  // namespace darbe::tables
