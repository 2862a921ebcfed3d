#include "objects/grants.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::objects {

namespace {

constexpr std::string_view grant_option = "GRANT OPTION";
constexpr std::string_view admin_option = "ADMIN OPTION";

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char byte) { return static_cast<char>(std::toupper(byte)); });
  return result;
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return std::string(text);
}

// "SELECT, INSERT", each with its column where the level is one; USAGE where only an option is granted.
std::string listed(const Level& level, const Privileges& privileges) {
  std::vector<std::string> words;
  for (const std::string& privilege : privileges) {
    if (privilege == grant_option) continue;
    words.push_back(level.kind == Level::Kind::column ? fmt::format("{} ({})", privilege, mysql::quote_name(level.part))
                                                      : privilege);
  }
  return words.empty() ? "USAGE" : fmt::format("{}", fmt::join(words, ", "));
}

std::string place(const Level& level) {
  switch (level.kind) {
    case Level::Kind::global:
    case Level::Kind::dynamic:
      return "*.*";
    case Level::Kind::database:
    case Level::Kind::revoked:
      return mysql::quote_name(level.schema) + ".*";
    case Level::Kind::table:
    case Level::Kind::column:
      return "TABLE " + mysql::quote_name(level.schema, level.object);
    case Level::Kind::routine:
      return level.part + " " + mysql::quote_name(level.schema, level.object);
    case Level::Kind::proxy:
    case Level::Kind::role:
      return mysql::quote_account(level.schema, level.object);
  }
  return {};
}

std::string backticked(const AccountName& account) {
  return mysql::quote_name(account.user) + (account.is_role ? "" : "@" + mysql::quote_name(account.host));
}

// Where the account that `line` grants to ends; npos if the line is not about *.* or about somebody else.
std::size_t end_of_grantee(std::string_view line, const std::vector<std::string>& grantee_known_as) {
  constexpr std::string_view before = " ON *.* TO ";
  const std::size_t on = line.find(before);
  if (on == std::string_view::npos) return std::string_view::npos;
  const std::string_view grantee = line.substr(on + before.size());
  for (const std::string& known : grantee_known_as)
    if (grantee.starts_with(known)) return on + before.size() + known.size();
  return std::string_view::npos;
}

}  // namespace

bool is_about_objects(const Level& level) {
  return level.kind == Level::Kind::table || level.kind == Level::Kind::column || level.kind == Level::Kind::routine;
}

AccountName role_of(const Level& level) { return {level.schema, level.object, level.part == "ROLE"}; }

std::string text_of(const Level& level) {
  switch (level.kind) {
    case Level::Kind::global:
    case Level::Kind::dynamic:
      return "on all databases";
    case Level::Kind::database:
      return "on database " + level.schema;
    case Level::Kind::revoked:
      return "as an exception for database " + level.schema;
    case Level::Kind::table:
      return fmt::format("on table {}.{}", level.schema, level.object);
    case Level::Kind::column:
      return fmt::format("on column {}.{}.{}", level.schema, level.object, level.part);
    case Level::Kind::routine:
      return fmt::format("on {} {}.{}", level.part, level.schema, level.object);
    case Level::Kind::proxy:
      return fmt::format("on the account {}@{}", level.schema, level.object);
    case Level::Kind::role:
      return fmt::format("of {}", text_of(AccountName{level.schema, level.object, level.part == "ROLE"}));
  }
  return {};
}

std::string quoted(const AccountName& account) {
  if (!account.is_role) return mysql::quote_account(account.user, account.host);
  return account.user == "PUBLIC" ? "PUBLIC" : mysql::quote_text(account.user);
}

std::string grant_statement(const AccountName& account, const Level& level, const Privileges& privileges) {
  DARBE_ASSERT(!privileges.empty());
  const std::string to = quoted(account);
  if (level.kind == Level::Kind::role) {
    const AccountName role{level.schema, level.object, level.part == "ROLE"};
    return fmt::format("GRANT {} TO {}{}", quoted(role), to,
                       privileges.contains(std::string(admin_option)) ? " WITH ADMIN OPTION" : "");
  }
  if (level.kind == Level::Kind::revoked)
    return fmt::format("REVOKE {} ON {} FROM {}", listed(level, privileges), place(level), to);
  return fmt::format("GRANT {} ON {} TO {}{}", listed(level, privileges), place(level), to,
                     privileges.contains(std::string(grant_option)) ? " WITH GRANT OPTION" : "");
}

std::string privilege_of_column(std::string_view column) {
  DARBE_ASSERT(column.ends_with("_priv"));
  static const std::map<std::string, std::string, std::less<>> odd = {
      {"GRANT", "GRANT OPTION"},
      {"CREATE TMP TABLE", "CREATE TEMPORARY TABLES"},
      {"SHOW DB", "SHOW DATABASES"},
      {"REPL SLAVE", "REPLICATION SLAVE"},
      {"REPL CLIENT", "REPLICATION CLIENT"},
      {"DELETE VERSIONING ROWS", "DELETE HISTORY"},
  };
  std::string words = upper(column.substr(0, column.size() - std::string_view("_priv").size()));
  std::replace(words.begin(), words.end(), '_', ' ');
  const auto found = odd.find(words);
  return found == odd.end() ? words : found->second;
}

std::string privilege_of_member(std::string_view member) { return privilege_of_column(std::string(member) + "_priv"); }

std::vector<std::string> ways_to_write(const AccountName& account) {
  if (account.is_role) return {backticked(account), quoted(account), "'" + account.user + "'"};
  return {backticked(account), quoted(account), "'" + account.user + "'@'" + account.host + "'"};
}

GlobalLine parse_global_line(std::string_view line, const std::vector<std::string>& grantee_known_as) {
  constexpr std::string_view verb = "GRANT ";
  const std::size_t end = end_of_grantee(line, grantee_known_as);
  if (!line.starts_with(verb) || end == std::string_view::npos) return {};
  GlobalLine parsed;
  std::string_view list = line.substr(verb.size(), line.find(" ON *.* TO ") - verb.size());
  if (list.find_first_of("`'\"(") != std::string_view::npos) return {};
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    parsed.privileges.insert(upper(trimmed(list.substr(0, comma))));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  parsed.privileges.erase("USAGE");
  if (line.find("GRANT OPTION", end) != std::string_view::npos) parsed.privileges.insert(std::string(grant_option));
  return parsed;
}

Privileges expanded(const Privileges& privileges, const Privileges& all) {
  Privileges result = privileges;
  if (result.erase("ALL PRIVILEGES") > 0) result.insert(all.begin(), all.end());
  return result;
}

}  // namespace darbe::objects
