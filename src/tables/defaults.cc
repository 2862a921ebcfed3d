#include "tables/defaults.h"

#include <vector>

#include <fmt/format.h>

#include "mysql/quote.h"

namespace darbe::tables {

namespace {

// DEFAULT() needs no row, but is NULL without one where the column can't be NULL.
std::string question_for(const TableName& table, const std::vector<DoubtfulDefault>& defaults) {
  std::string values;
  for (const DoubtfulDefault& each : defaults)
    values += fmt::format("{}{}(DEFAULT(t.{}){})", values.empty() ? "" : ", ", each.is_rounded ? "" : "HEX",
                          mysql::quote_name(each.column), each.is_rounded ? "*1e0" : "");
  return fmt::format("SELECT {} FROM (SELECT 1 AS one) AS one LEFT JOIN {} AS t ON TRUE LIMIT 1", values,
                     table.quoted());
}

}  // namespace

ExactDefaults with_exact_defaults(mysql::Connection& server, const TableName& table, const std::string& statement) {
  ExactDefaults exact{statement, {}};
  const std::vector<DoubtfulDefault> defaults = doubtful_defaults(statement);
  if (defaults.empty()) return exact;
  const mysql::Result found =
      server.query(question_for(table, defaults), fmt::format("reading the defaults of {}", table.text()));
  for (std::size_t i = defaults.size(); i-- > 0;) {  // from the end, so that places before it stay
    const DoubtfulDefault& each = defaults[i];
    if (const auto& value = found.rows.at(0).at(i))
      exact.statement.replace(each.begin, each.end - each.begin, (each.is_rounded ? "" : "0x") + *value);
    else
      exact.in_doubt.push_back(each);
  }
  return exact;
}

}  // namespace darbe::tables
