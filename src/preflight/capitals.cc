#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/listed.h"
#include "preflight/lowered_names.h"

namespace darbe::preflight {

namespace {

std::vector<std::string> names_with_capitals(const Subject& subject) {
  // Bytes are compared: the catalog's own collation tells no capitals.
  const auto differs = [](const char* column) {
    return fmt::format("CAST({0} AS BINARY) <> CAST(LOWER({0}) AS BINARY)", column);
  };
  const mysql::Result found = subject.server.query(
      fmt::format("SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ({0}) AND {1}"
                  " UNION ALL SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.TABLES"
                  " WHERE TABLE_SCHEMA IN ({0}) AND {2} ORDER BY 1",
                  quoted_list(subject.databases), differs("SCHEMA_NAME"), differs("TABLE_NAME")),
      "looking for names with capitals");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < found.size(); ++row) names.push_back(found.text(row, "name"));
  return names;
}

}  // namespace

std::vector<Finding> check_capitals(const Subject& subject, std::stop_token stop) {
  if (subject.databases.empty() || source_lowers_names(subject) || !target_lowers_names(subject, stop)) return {};
  const std::vector<std::string> names = names_with_capitals(subject);
  if (names.empty()) return {};
  return {{.text = fmt::format("the new instance's lower_case_table_names would make small letters of the names of {}, "
                               "and of two that differ in nothing else, one",
                               first_of(names)),
           .advice = "Rename them on the source, or give a --parameter-group with lower_case_table_names as on the "
                     "source."}};
}

}  // namespace darbe::preflight
