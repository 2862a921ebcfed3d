// lower_case_table_names is fixed when an instance is created, and may differ between source and target (MySQL
// Reference Manual, "Identifier Case Sensitivity"; facts/rds-mysql.md).
#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/listed.h"
#include "preflight/target_group.h"

namespace darbe::preflight {

namespace {

// By the group that the target's own is made from.
bool target_lowers_names(const Subject& subject, const std::stop_token& stop) {
  for (const aws::Parameter& parameter : parameters_of_target(subject, aws::ParameterGroups::Which::all, stop))
    if (parameter.name == "lower_case_table_names") return parameter.value.value_or("0") != "0";
  return false;
}

bool source_lowers_names(const Subject& subject) {
  return subject.server.number("SELECT @@global.lower_case_table_names") != 0;
}

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

std::vector<Finding> check_letter_case(const Subject& subject, std::stop_token stop) {
  if (!source_lowers_names(subject) || target_lowers_names(subject, stop)) return {};
  return {{.text = "the source takes table names in any letters (lower_case_table_names), the new instance would take "
                   "them in small ones only: routines and clients that write capitals would fail there, and a CREATE "
                   "TABLE with capitals would end replication",
           .advice = "Give a --parameter-group with lower_case_table_names as on the source; or, if all names are "
                     "written in small letters everywhere, go on with --allow letter-case."}};
}

}  // namespace darbe::preflight
