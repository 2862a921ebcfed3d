#include "objects/foreign_keys.h"

#include <algorithm>

#include <fmt/format.h>

#include "mysql/quote.h"
#include "objects/stored_object.h"

namespace darbe::objects {

namespace {

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(mysql::quote_name(name));
  return fmt::format("({})", fmt::join(quoted, ", "));
}

std::string clause(const ForeignKey& key) {
  return fmt::format("ADD CONSTRAINT {} FOREIGN KEY {} REFERENCES {} {} ON DELETE {} ON UPDATE {}",
                     mysql::quote_name(key.name), quoted_list(key.columns), key.parent.quoted(),
                     quoted_list(key.parent_columns), key.on_delete, key.on_update);
}

ForeignKey& find_or_add(std::vector<ForeignKey>& keys, const std::string& name) {
  for (ForeignKey& key : keys)
    if (key.name == name) return key;
  keys.emplace_back().name = name;
  return keys.back();
}

bool has_key(const ForeignKeys& keys, const tables::TableName& table, const std::string& name) {
  const auto found = keys.find(table);
  return found != keys.end() && std::any_of(found->second.begin(), found->second.end(),
                                            [&](const ForeignKey& key) { return key.name == name; });
}

bool changes_children(const std::string& rule) { return rule == "CASCADE" || rule == "SET NULL"; }

}  // namespace

ForeignKeys read_foreign_keys(mysql::Connection& server, const std::vector<std::string>& databases) {
  ForeignKeys keys;
  if (databases.empty()) return keys;
  // Joined by the names' bytes: to MySQL below 8.0 and MariaDB names are equal that differ in case or accents.
  const mysql::Result rows = server.query(
      fmt::format("SELECT k.TABLE_SCHEMA AS db, k.TABLE_NAME AS tab, k.CONSTRAINT_NAME AS name, k.COLUMN_NAME AS col,"
                  " k.REFERENCED_TABLE_SCHEMA AS parent_db, k.REFERENCED_TABLE_NAME AS parent,"
                  " k.REFERENCED_COLUMN_NAME AS parent_col, r.UPDATE_RULE AS on_update, r.DELETE_RULE AS on_delete"
                  " FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r"
                  " ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME"
                  " AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME"
                  " AND CAST(r.TABLE_NAME AS BINARY) = CAST(k.TABLE_NAME AS BINARY)"
                  " AND CAST(r.CONSTRAINT_NAME AS BINARY) = CAST(k.CONSTRAINT_NAME AS BINARY)"
                  " WHERE k.TABLE_SCHEMA IN {0} AND r.CONSTRAINT_SCHEMA IN {0} AND k.REFERENCED_TABLE_NAME IS NOT NULL"
                  " ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION",
                  in_list(databases)),
      "reading the foreign keys");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!contains(databases, rows.text(row, "db"))) continue;  // differs in letter case
    ForeignKey& key = find_or_add(keys[{rows.text(row, "db"), rows.text(row, "tab")}], rows.text(row, "name"));
    key.columns.push_back(rows.text(row, "col"));
    key.parent = {rows.text(row, "parent_db"), rows.text(row, "parent")};
    key.parent_columns.push_back(rows.text(row, "parent_col"));
    key.on_update = rows.text(row, "on_update");
    key.on_delete = rows.text(row, "on_delete");
  }
  return keys;
}

ForeignKeys take_keys_to_others(ForeignKeys& keys, const std::vector<std::string>& databases) {
  ForeignKeys taken;
  for (auto& [table, list] : keys) {
    const auto others = std::ranges::stable_partition(
        list, [&](const ForeignKey& key) { return contains(databases, key.parent.schema); });
    if (!others.empty()) taken[table].assign(others.begin(), others.end());
    list.erase(others.begin(), others.end());
  }
  std::erase_if(keys, [](const auto& entry) { return entry.second.empty(); });
  return taken;
}

std::string text_of(const tables::TableName& table, const ForeignKey& key) {
  return fmt::format("foreign key {}.{}", table.text(), key.name);
}

bool cascades(const ForeignKey& key) { return changes_children(key.on_delete) || changes_children(key.on_update); }

ForeignKeys missing_foreign_keys(const ForeignKeys& wanted, const ForeignKeys& there) {
  ForeignKeys missing;
  for (const auto& [table, keys] : wanted)
    for (const ForeignKey& key : keys)
      if (!has_key(there, table, key.name)) missing[table].push_back(key);
  return missing;
}

std::string clauses_to_add(const std::vector<ForeignKey>& keys) {
  std::vector<std::string> clauses;
  for (const ForeignKey& key : keys) clauses.push_back(clause(key));
  return fmt::format("{}", fmt::join(clauses, ", "));
}

}  // namespace darbe::objects
