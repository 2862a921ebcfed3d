#include "objects/stored_object.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/letters.h"
#include "mysql/quote.h"

namespace darbe::objects {

namespace {

using mysql::Connection;
using mysql::Result;

// MySQL ≥ 9.2 keeps the code that JavaScript routines share in libraries.
std::string libraries_query(const mysql::Flavor& flavor, const std::string& in) {
  if (flavor.is_mariadb() || !flavor.at_least(9, 2)) return {};
  return fmt::format(
      " UNION ALL SELECT 'LIBRARY', LIBRARY_SCHEMA, LIBRARY_NAME, '', '' FROM information_schema.LIBRARIES"
      " WHERE LIBRARY_SCHEMA IN {}",
      in);
}

std::string list_query(ObjectKind kind, const mysql::Flavor& flavor, const std::string& in) {
  switch (kind) {
    case ObjectKind::routine:
      return fmt::format(
          "SELECT * FROM (SELECT ROUTINE_TYPE AS type, ROUTINE_SCHEMA AS db, ROUTINE_NAME AS name, DEFINER AS definer,"
          " '' AS status FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA IN {}{}) AS routines"
          " ORDER BY FIELD(type, 'LIBRARY', 'PACKAGE', 'PACKAGE BODY', 'FUNCTION', 'PROCEDURE'), db, name",
          in, libraries_query(flavor, in));
    case ObjectKind::view:
      return fmt::format(
          "SELECT 'VIEW' AS type, TABLE_SCHEMA AS db, TABLE_NAME AS name, DEFINER AS definer, '' AS status"
          " FROM information_schema.VIEWS WHERE TABLE_SCHEMA IN {} ORDER BY 2, 3",
          in);
    case ObjectKind::trigger:
      return fmt::format(
          "SELECT 'TRIGGER' AS type, TRIGGER_SCHEMA AS db, TRIGGER_NAME AS name, DEFINER AS definer, '' AS status"
          " FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA IN {}"
          " ORDER BY 2, EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER",
          in);
    case ObjectKind::event:
      return fmt::format(
          "SELECT 'EVENT' AS type, EVENT_SCHEMA AS db, EVENT_NAME AS name, DEFINER AS definer, STATUS AS status"
          " FROM information_schema.EVENTS WHERE EVENT_SCHEMA IN {} ORDER BY 2, 3",
          in);
  }
  return {};
}

// The column that holds the text has another name for each type.
std::string text_column(const StoredObject& object) {
  if (object.kind == ObjectKind::trigger) return "SQL Original Statement";
  if (object.kind == ObjectKind::view) return "Create View";
  std::string name = "Create " + object.type;
  bool after_blank = false;
  for (char& letter : name) {
    if (!after_blank && letter >= 'A' && letter <= 'Z' && &letter != &name[0])
      letter = static_cast<char>(letter - 'A' + 'a');
    after_blank = letter == ' ';
  }
  return name;
}

std::string optional_text(const Result& result, std::string_view column) {
  return result.has_column(column) ? result.value(0, column).value_or("") : "";
}

}  // namespace

std::string text_of(const StoredObject& object) {
  return fmt::format("{} {}.{}", base::lower(object.type), object.schema, object.name);
}

bool same_object(const StoredObject& left, const StoredObject& right) {
  return left.type == right.type && left.schema == right.schema && left.name == right.name;
}

std::vector<StoredObject> list_objects(Connection& server, ObjectKind kind, const std::vector<std::string>& databases) {
  std::vector<std::string> schemas = databases;
  std::erase(schemas, "darbe");
  if (schemas.empty()) return {};
  const Result rows = server.query(list_query(kind, server.flavor(), in_list(schemas)), "reading the catalog");
  std::vector<StoredObject> objects;
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (contains(schemas, rows.text(row, "db")))
      objects.push_back({kind, rows.text(row, "type"), rows.text(row, "db"), rows.text(row, "name"),
                         rows.text(row, "definer"), rows.text(row, "status")});
  return objects;
}

Definition read_definition(Connection& session, const StoredObject& object) {
  session.execute("USE " + mysql::quote_name(object.schema));
  session.execute("SET character_set_results = NULL, sql_quote_show_create = 1");
  const Result shown = session.query(fmt::format("SHOW CREATE {} {}", object.type, mysql::quote_name(object.name)),
                                     "reading " + text_of(object));
  const std::string column = text_column(object);
  if (shown.empty() || !shown.value(0, column))
    throw base::Error(base::Kind::failed, fmt::format("the server does not show how {} was made", text_of(object)),
                      "The account needs the privileges to read it (SHOW_ROUTINE, SHOW VIEW, TRIGGER, EVENT, or SELECT "
                      "on the mysql schema).");
  return {*shown.value(0, column),
          optional_text(shown, "sql_mode"),
          optional_text(shown, "character_set_client"),
          optional_text(shown, "collation_connection"),
          optional_text(shown, "Database Collation"),
          optional_text(shown, "time_zone")};
}

bool may_run_on_source(const StoredObject& event) { return event.status != "DISABLED"; }

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::string in_list(const std::vector<std::string>& names) {
  DARBE_ASSERT(!names.empty());
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(mysql::quote_text(name));
  if (names.size() > 1) quoted.emplace_back("''");  // as tables::among() has it
  return fmt::format("({})", fmt::join(quoted, ","));
}

std::string sql_mode_for(const std::string& sql_mode, const mysql::Flavor& flavor) {
  constexpr std::array<std::string_view, 11> gone = {"NO_AUTO_CREATE_USER",
                                                     "DB2",
                                                     "MAXDB",
                                                     "MSSQL",
                                                     "MYSQL323",
                                                     "MYSQL40",
                                                     "ORACLE",
                                                     "POSTGRESQL",
                                                     "NO_FIELD_OPTIONS",
                                                     "NO_KEY_OPTIONS",
                                                     "NO_TABLE_OPTIONS"};
  if (flavor.is_mariadb() || !flavor.at_least(8, 0)) return sql_mode;
  std::string kept;
  std::string_view rest = sql_mode;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view mode = rest.substr(0, comma);
    if (std::find(gone.begin(), gone.end(), mode) == gone.end()) kept.append(kept.empty() ? "" : ",").append(mode);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return kept;
}

}  // namespace darbe::objects
