#include "objects/databases.h"

#include <fmt/format.h>

#include "mysql/quote.h"
#include "objects/stored_object.h"

namespace darbe::objects {

namespace {

using Collations = std::map<std::string, std::string>;

Collations read_collations(mysql::Connection& server, const std::vector<std::string>& databases) {
  Collations collations;
  if (databases.empty()) return collations;
  const mysql::Result rows = server.query(
      fmt::format("SELECT SCHEMA_NAME AS name, DEFAULT_COLLATION_NAME AS collation FROM information_schema.SCHEMATA"
                  " WHERE SCHEMA_NAME IN {}",
                  in_list(databases)),
      "reading the databases");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (contains(databases, rows.text(row, "name"))) collations[rows.text(row, "name")] = rows.text(row, "collation");
  return collations;
}

// utf8 was renamed: the collations of MySQL 5.7's utf8 are called utf8mb3_… from 8.0.30 on.
std::string current_name(const std::string& collation) {
  return collation.starts_with("utf8_") ? "utf8mb3_" + collation.substr(5) : collation;
}

struct Change {
  std::string database;
  std::string collation;
  bool create;
};

std::vector<Change> changes(mysql::Connection& frozen, mysql::Connection& target,
                            const std::vector<std::string>& databases) {
  std::vector<Change> found;
  const Collations there = read_collations(target, databases);
  for (const auto& [database, collation] : read_collations(frozen, databases)) {
    const auto same = there.find(database);
    const bool create = same == there.end();
    if (create || current_name(same->second) != current_name(collation)) found.push_back({database, collation, create});
  }
  return found;
}

}  // namespace

std::string database_collation(mysql::Connection& server, const std::string& database) {
  const Collations collations = read_collations(server, {database});
  return collations.empty() ? "" : collations.begin()->second;
}

void match_databases(mysql::Connection& frozen, mysql::Connection& target, const std::vector<std::string>& databases) {
  for (const Change& change : changes(frozen, target, databases))
    target.execute(fmt::format("{} DATABASE {} COLLATE {}", change.create ? "CREATE" : "ALTER",
                               mysql::quote_name(change.database), change.collation),
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
