#include "objects/databases.h"

#include <fmt/format.h>

#include "mysql/quote.h"
#include "objects/stored_object.h"

namespace darbe::objects {

namespace {

bool has_comments(const mysql::Flavor& flavor) { return flavor.is_mariadb() && flavor.at_least(10, 5); }

using Defaults = std::map<std::string, DatabaseDefaults>;

Defaults read_defaults(mysql::Connection& server, const std::vector<std::string>& databases) {
  Defaults defaults;
  if (databases.empty()) return defaults;
  const mysql::Result rows =
      server.query(fmt::format("SELECT SCHEMA_NAME AS name, DEFAULT_COLLATION_NAME AS collation, {} AS comment"
                               " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN {}",
                               has_comments(server.flavor()) ? "SCHEMA_COMMENT" : "''", in_list(databases)),
                   "reading the databases");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (contains(databases, rows.text(row, "name")))
      defaults[rows.text(row, "name")] = {rows.text(row, "collation"), rows.text(row, "comment")};
  return defaults;
}

// utf8 was renamed: the collations of MySQL 5.7's utf8 are called utf8mb3_… from 8.0.30 on.
std::string current_name(const std::string& collation) {
  return collation.starts_with("utf8_") ? "utf8mb3_" + collation.substr(5) : collation;
}

bool same(const DatabaseDefaults& left, const DatabaseDefaults& right) {
  return current_name(left.collation) == current_name(right.collation) && left.comment == right.comment;
}

struct Change {
  std::string database;
  DatabaseDefaults wanted;
  bool create;
};

std::vector<Change> changes(mysql::Connection& frozen, mysql::Connection& target,
                            const std::vector<std::string>& databases) {
  std::vector<Change> found;
  const Defaults there = read_defaults(target, databases);
  for (const auto& [database, wanted] : read_defaults(frozen, databases)) {
    const auto present = there.find(database);
    const bool create = present == there.end();
    if (create || !same(present->second, wanted)) found.push_back({database, wanted, create});
  }
  return found;
}

}  // namespace

DatabaseDefaults database_defaults(mysql::Connection& server, const std::string& database) {
  const Defaults defaults = read_defaults(server, {database});
  return defaults.empty() ? DatabaseDefaults{} : defaults.begin()->second;
}

std::string words_of(const DatabaseDefaults& defaults, const mysql::Flavor& flavor) {
  const std::string comment =
      has_comments(flavor) ? fmt::format(" COMMENT {}", mysql::quote_text(defaults.comment)) : std::string();
  return fmt::format("COLLATE {}{}", defaults.collation, comment);
}

void match_databases(mysql::Connection& frozen, mysql::Connection& target, const std::vector<std::string>& databases) {
  for (const Change& change : changes(frozen, target, databases))
    target.execute(fmt::format("{} DATABASE {} {}", change.create ? "CREATE" : "ALTER",
                               mysql::quote_name(change.database), words_of(change.wanted, target.flavor())),
                   fmt::format("{} database {}", change.create ? "creating" : "changing", change.database));
}

bool differing_databases(mysql::Connection& frozen, mysql::Connection& target,
                         const std::vector<std::string>& databases) {
  return !changes(frozen, target, databases).empty();
}

std::vector<std::string> read_only_databases(mysql::Connection& frozen, const std::vector<std::string>& databases) {
  if (databases.empty() || frozen.flavor().is_mariadb() || !frozen.flavor().at_least(8, 0, 22)) return {};
  const mysql::Result found = frozen.query(
      fmt::format("SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA_EXTENSIONS WHERE SCHEMA_NAME IN {} AND"
                  " OPTIONS LIKE '%READ ONLY=1%'",
                  in_list(databases)),
      "reading the databases' options");
  std::vector<std::string> sentences;
  for (std::size_t row = 0; row < found.size(); ++row)
    sentences.push_back(
        fmt::format("database {} is READ ONLY on the source and not on the target", found.text(row, "name")));
  return sentences;
}

}  // namespace darbe::objects
