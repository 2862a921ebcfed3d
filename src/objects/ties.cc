#include "objects/ties.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <regex>

#include <fmt/format.h>

#include "base/letters.h"
#include "mysql/error.h"
#include "objects/foreign_keys.h"
#include "objects/stored_object.h"
#include "tables/table.h"

namespace darbe::objects {

namespace {

using mysql::Connection;

struct Texts {
  ObjectKind kind;
  const char* sql;
};

// NULL is a text that the server hides, or that is not in SQL.
constexpr std::array all_texts = {
    Texts{ObjectKind::routine,
          "SELECT ROUTINE_TYPE AS type, ROUTINE_SCHEMA AS db, ROUTINE_NAME AS name, SQL_MODE AS mode,"
          " IF(ROUTINE_BODY = 'SQL', ROUTINE_DEFINITION, NULL) AS text, 0 AS is_read_only FROM "
          "information_schema.ROUTINES"
          " WHERE ROUTINE_SCHEMA IN "},
    Texts{ObjectKind::trigger,
          "SELECT 'TRIGGER' AS type, TRIGGER_SCHEMA AS db, TRIGGER_NAME AS name, SQL_MODE AS mode,"
          " ACTION_STATEMENT AS text, 0 AS is_read_only FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA IN "},
    Texts{ObjectKind::view,
          "SELECT 'VIEW' AS type, TABLE_SCHEMA AS db, TABLE_NAME AS name, '' AS mode,"
          " NULLIF(VIEW_DEFINITION, '') AS text, IS_UPDATABLE = 'NO' AS is_read_only FROM information_schema.VIEWS "
          "WHERE TABLE_SCHEMA IN "},
};

using Names = std::vector<std::string>;

Names not_among(Connection& server, const Names& databases) {
  Names others;
  for (const tables::Database& each : tables::read_databases(server, {}))
    if (each.name != "darbe" && !contains(databases, each.name)) others.push_back(each.name);
  return others;
}

bool is_same_letter(char left, char right) { return base::equal_in_any_case({&left, 1}, {&right, 1}); }

bool is_of_a_word(char byte) {
  return std::isalpha(static_cast<unsigned char>(byte)) != 0 || byte == '_' || byte == '$';
}

// The byte next to a name, past its quote and blanks; 0 at the text's end.
template <typename Iterator>
char next_to(Iterator from, Iterator end) {
  if (from != end && (*from == '`' || *from == '"')) ++from;
  while (from != end && std::isspace(static_cast<unsigned char>(*from)) != 0) ++from;
  return from == end ? '\0' : *from;
}

// Where only clients and events call procedures, each of their statements is logged by itself. The server's own
// functions and triggers call nobody else's; MariaDB's Oracle mode calls without the word.
bool are_procedures_called(Connection& server) {
  return server.number(
             "SELECT (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_TYPE <> 'PROCEDURE'"
             " AND ROUTINE_SCHEMA NOT IN ('mysql', 'sys') AND (ROUTINE_DEFINITION IS NULL OR LOWER(ROUTINE_DEFINITION) "
             "LIKE '%call%' OR SQL_MODE LIKE '%ORACLE%')) +"
             " (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN ('mysql', 'sys')"
             " AND (ACTION_STATEMENT IS NULL OR LOWER(ACTION_STATEMENT) LIKE '%call%' OR SQL_MODE LIKE '%ORACLE%')) AS "
             "n") != 0;
}

// A function, or what has some in it.
bool is_function(const std::string& type) { return type == "FUNCTION" || type == "PACKAGE BODY"; }

// What ties the object of `here` to one of `there`, or nothing. MariaDB's Oracle mode calls procedures by their names
// alone.
std::optional<std::string> tie(const StoredObject& object, const std::optional<std::string>& text, bool is_oracle,
                               bool is_copied, const Names& there) {
  if (!text) return fmt::format("{} has a text that can't be read", text_of(object));
  const auto named = std::ranges::find_if(there, [&](const std::string& name) { return is_named(name, *text); });
  if (named != there.end()) return fmt::format("{} names {}", text_of(object), *named);
  if (is_copied && is_function(object.type) && (is_oracle || may_write(*text)))
    return fmt::format("{} may write", text_of(object));
  return std::nullopt;
}

void add_objects(Connection& server, const Names& here, const Names& there, bool is_copied, bool with_procedures,
                 Names& sentences) {
  for (const Texts& texts : all_texts) {
    const mysql::Result rows =
        server.query(texts.sql + in_list(here) + " ORDER BY 2, 3", "reading the catalog's texts");
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const StoredObject object{texts.kind, rows.text(row, "type"), rows.text(row, "db"), rows.text(row, "name"), {},
                                {}};
      if (!contains(here, object.schema)) continue;
      if (object.type == "PROCEDURE" && !with_procedures) continue;
      const std::optional<std::string>& text = rows.value(row, "text");
      if (text && !is_copied && rows.number(row, "is_read_only") != 0) continue;  // nothing is written through it
      const bool is_oracle = rows.text(row, "mode").find("ORACLE") != std::string::npos;
      if (auto found = tie(object, text, is_oracle, is_copied, there)) sentences.push_back(std::move(*found));
    }
  }
}

void add_keys(Connection& server, const Names& here, Names& sentences) {
  ForeignKeys all = read_foreign_keys(server, here);
  for (const auto& [table, keys] : take_keys_to_others(all, here))
    for (const ForeignKey& key : keys)
      sentences.push_back(fmt::format("{} refers to {}", text_of(table, key), key.parent.text()));
}

// Empty for a MERGE table whose tables are gone or differ: nothing is written through it.
std::string text_of_table(Connection& server, const tables::TableName& name) {
  try {
    return server.query("SHOW CREATE TABLE " + name.quoted()).text(0, "Create Table");
  } catch (const mysql::ServerError& error) {
    if (error.kind() == base::Kind::transient) throw;
    return {};
  }
}

}  // namespace

bool logs_rows(Connection& server) { return server.value("SELECT @@global.binlog_format") == "ROW"; }

bool is_named(std::string_view database, std::string_view text) {
  if (database.find_first_of("`\"") != std::string_view::npos) return true;  // such a name is written in several ways
  for (auto rest = text; !rest.empty();) {
    const auto found = std::ranges::search(rest, database, is_same_letter);
    if (found.empty()) return false;
    // After a comment's version a name begins with no blank before it: /*!50003putio.f() */.
    const bool begins = found.begin() == text.begin() || !is_of_a_word(*(found.begin() - 1));
    const bool ends = found.end() == text.end() ||
                      !(is_of_a_word(*found.end()) || std::isdigit(static_cast<unsigned char>(*found.end())) != 0);
    if (begins && ends) {
      // `putio`.`users`.`id` is no word about a database `users`, nor is a column `users`.
      const char before = next_to(std::make_reverse_iterator(found.begin()), text.rend());
      const char after = next_to(found.end(), text.end());
      if (before != '.' && (after == '.' || after == '/' || after == '-' || after == '#')) return true;  // or a comment
    }
    rest = std::string_view(found.begin() + 1, text.end());
  }
  return false;
}

bool may_write(const std::string& text) {
  static const std::regex writes(R"((^|[^a-z_$])((insert|update|delete|call)\b|replace\b(?!\s*\()))",
                                 std::regex::icase | std::regex::optimize);
  return std::regex_search(text, writes);
}

std::vector<std::string> merge_tables_over(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  const Names others = databases.empty() ? Names() : not_among(server, databases);
  if (others.empty()) return sentences;
  const mysql::Result found = server.query(
      "SELECT TABLE_SCHEMA AS db, TABLE_NAME AS name FROM information_schema.TABLES WHERE ENGINE = 'MRG_MYISAM' AND "
      "TABLE_SCHEMA IN " +
          in_list(others) + " ORDER BY 1, 2",
      "listing the MERGE tables");
  for (std::size_t row = 0; row < found.size(); ++row) {
    const tables::TableName name{found.text(row, "db"), found.text(row, "name")};
    if (!contains(others, name.schema)) continue;
    const std::string text = text_of_table(server, name);
    const auto named = std::ranges::find_if(databases, [&](const std::string& each) { return is_named(each, text); });
    if (named != databases.end()) sentences.push_back(fmt::format("{} is over tables of {}", name.text(), *named));
  }
  return sentences;
}

std::vector<std::string> ties_to_others(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  const Names others = not_among(server, databases);
  if (databases.empty() || others.empty() || logs_rows(server)) return sentences;
  const bool with_procedures = are_procedures_called(server);
  add_objects(server, others, databases, false, with_procedures, sentences);
  add_objects(server, databases, others, true, with_procedures, sentences);
  add_keys(server, others, sentences);
  add_keys(server, databases, sentences);
  return sentences;
}

}  // namespace darbe::objects
