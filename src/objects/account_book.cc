#include "objects/account_book.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"
#include "objects/sql_tokens.h"
#include "objects/stored_object.h"

namespace darbe::objects {

namespace {

using mysql::Connection;
using mysql::Result;

// What makes an account besides its grants. Not among them: password_last_changed, which says when we made it.
constexpr std::array<std::string_view, 16> attribute_columns = {
    "plugin",
    "ssl_type",
    "ssl_cipher",
    "x509_issuer",
    "x509_subject",
    "max_questions",
    "max_updates",
    "max_connections",
    "password_expired",
    "account_locked",
    "max_user_connections",
    "password_lifetime",
    "attributes",
    "Password_reuse_history",
    "Password_reuse_time",
    "Password_require_current",
};

std::string cell(const Result& result, std::size_t row, std::string_view name) {
  return result.value(row, name).value_or("");
}

bool yes(const Result& result, std::size_t row, std::string_view name) {
  return result.has_column(name) && cell(result, row, name) == "Y";
}

// MariaDB's roles have no host; so have some of its users, which is why the column is asked.
AccountName account_of(const Result& result, std::size_t row, const AccountBook& book) {
  const AccountName user{cell(result, row, "User"), cell(result, row, "Host")};
  const AccountName role{user.user, "", true};
  return user.host.empty() && book.accounts.contains(role) ? role : user;
}

// The account's grants; nothing if it is not in the book (a left-over row of a dropped account, or a reserved one).
Grants* grants_of(AccountBook& book, const AccountName& account) {
  const auto found = book.accounts.find(account);
  return found == book.accounts.end() ? nullptr : &found->second.grants;
}

// Columns "…_priv" that say Y.
Privileges privileges_of_row(const Result& result, std::size_t row) {
  Privileges privileges;
  for (const mysql::Column& column : result.columns)
    if (column.name.ends_with("_priv") && cell(result, row, column.name) == "Y")
      privileges.insert(privilege_of_column(column.name));
  return privileges;
}

void keep(Grants& grants, const Level& level, const Privileges& privileges) {
  if (!privileges.empty()) grants[level].insert(privileges.begin(), privileges.end());
}

Result table(Connection& server, std::string_view name) {
  return server.query(fmt::format("SELECT * FROM mysql.{}", name), fmt::format("reading mysql.{}", name));
}

// MySQL --------------------------------------------------------------------------------------------------------------

Account mysql_account(const Result& users, std::size_t row) {
  Account account;
  for (const std::string_view column : attribute_columns)
    if (users.has_column(column)) account.attributes[std::string(column)] = cell(users, row, column);
  // 5.6 keeps the usual hash in a column of its own, and its first plugin has two names.
  std::string hash = users.has_column("Password") ? cell(users, row, "Password") : "";
  if (hash.empty()) hash = cell(users, row, "authentication_string");
  account.attributes["hash"] = hash;
  if (account.attributes["plugin"].empty()) account.attributes["plugin"] = "mysql_native_password";
  keep(account.grants, {.kind = Level::Kind::global, .schema = {}, .object = {}, .part = {}},
       privileges_of_row(users, row));
  return account;
}

void read_mysql_users(Connection& server, AccountBook& book) {
  const Result users = table(server, "user");
  for (std::size_t row = 0; row < users.size(); ++row) {
    const AccountName name{users.text(row, "User"), users.text(row, "Host")};
    if (!is_reserved(name)) book.accounts[name] = mysql_account(users, row);
  }
}

// User_attributes holds comments and password locking, but also partial revokes and second passwords.
void read_user_attributes(Connection& server, AccountBook& book) {
  for (auto& [name, account] : book.accounts) account.attributes["attributes"] = "";  // of those without any, too
  const Result rows = server.query(
      "SELECT User, Host, JSON_REMOVE(User_attributes, '$.Restrictions', '$.additional_password',"
      " IF(JSON_LENGTH(User_attributes, '$.metadata') = 0, '$.metadata', '$.Restrictions')) AS attributes,"
      " JSON_CONTAINS_PATH(User_attributes, 'one', '$.additional_password') AS second_password"
      " FROM mysql.user WHERE User_attributes IS NOT NULL",
      "reading the accounts' attributes");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto found = book.accounts.find({rows.text(row, "User"), rows.text(row, "Host")});
    if (found == book.accounts.end()) continue;
    const std::string attributes = cell(rows, row, "attributes");
    if (attributes != "{}") found->second.attributes["attributes"] = attributes;
    found->second.has_second_password = cell(rows, row, "second_password") == "1";
  }
}

// The one that is in use is among them where the server keeps a history.
void read_password_histories(Connection& server, AccountBook& book) {
  if (!server.flavor().at_least(8, 0, 3)) return;
  const Result rows =
      server.query("SELECT User, Host FROM mysql.password_history GROUP BY User, Host HAVING COUNT(*) > 1",
                   "reading the histories of passwords");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto found = book.accounts.find({rows.text(row, "User"), rows.text(row, "Host")});
    if (found != book.accounts.end()) found->second.has_earlier_passwords = true;
  }
}

void read_partial_revokes(Connection& server, AccountBook& book) {
  book.partial_revokes = server.number("SELECT @@partial_revokes") != 0;
  const Result rows = server.query(
      "SELECT User, Host, part.db, part.privilege FROM mysql.user, JSON_TABLE(User_attributes, '$.Restrictions[*]'"
      " COLUMNS (db VARCHAR(64) PATH '$.Database', NESTED PATH '$.Privileges[*]'"
      " COLUMNS (privilege VARCHAR(64) PATH '$'))) AS part",
      "reading partial revokes");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (Grants* grants = grants_of(book, {rows.text(row, "User"), rows.text(row, "Host")}))
      keep(*grants, {.kind = Level::Kind::revoked, .schema = rows.text(row, "db"), .object = {}, .part = {}},
           {rows.text(row, "privilege")});
}

void read_dynamic_grants(Connection& server, AccountBook& book) {
  const Result rows = table(server, "global_grants");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Grants* grants = grants_of(book, {rows.text(row, "USER"), rows.text(row, "HOST")});
    if (grants == nullptr) continue;
    Privileges privileges = {rows.text(row, "PRIV")};
    if (yes(rows, row, "WITH_GRANT_OPTION")) privileges.insert("GRANT OPTION");
    keep(*grants, {.kind = Level::Kind::dynamic, .schema = {}, .object = rows.text(row, "PRIV"), .part = {}},
         privileges);
  }
}

void read_mysql_roles(Connection& server, AccountBook& book) {
  const Result edges = table(server, "role_edges");
  for (std::size_t row = 0; row < edges.size(); ++row) {
    const AccountName to{edges.text(row, "TO_USER"), edges.text(row, "TO_HOST")};
    const Level role{Level::Kind::role, edges.text(row, "FROM_USER"), edges.text(row, "FROM_HOST"), {}};
    if (Grants* grants = grants_of(book, to))
      keep(*grants, role,
           yes(edges, row, "WITH_ADMIN_OPTION") ? Privileges{"ROLE", "ADMIN OPTION"} : Privileges{"ROLE"});
  }
  const Result defaults = table(server, "default_roles");
  for (std::size_t row = 0; row < defaults.size(); ++row) {
    const auto found = book.accounts.find({defaults.text(row, "USER"), defaults.text(row, "HOST")});
    if (found != book.accounts.end())
      found->second.default_roles.insert(
          {defaults.text(row, "DEFAULT_ROLE_USER"), defaults.text(row, "DEFAULT_ROLE_HOST")});
  }
}

// The server takes the variable apart; it has that view since 8.0.19.
void read_mandatory_roles(Connection& server, AccountBook& book) {
  if (!server.flavor().at_least(8, 0, 19)) return;
  const Result roles = server.query(
      "SELECT DISTINCT ROLE_NAME, ROLE_HOST FROM information_schema.APPLICABLE_ROLES WHERE IS_MANDATORY = 'YES'",
      "reading the mandatory roles");
  for (std::size_t row = 0; row < roles.size(); ++row)
    book.mandatory_roles.insert({roles.text(row, "ROLE_NAME"), roles.text(row, "ROLE_HOST")});
}

void read_mysql(Connection& server, AccountBook& book) {
  read_mysql_users(server, book);
  if (!server.flavor().has_roles()) return;
  read_user_attributes(server, book);
  read_password_histories(server, book);
  read_partial_revokes(server, book);
  read_dynamic_grants(server, book);
  read_mysql_roles(server, book);
  read_mandatory_roles(server, book);
}

// MariaDB ------------------------------------------------------------------------------------------------------------

// Privileges that ALL stands for on this server, at the global level.
Privileges all_privileges(Connection& server) {
  Privileges all;
  const Result rows = server.query("SHOW PRIVILEGES");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::string name = rows.text(row, "Privilege");
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char byte) { return static_cast<char>(std::toupper(byte)); });
    if (name != "GRANT OPTION" && name != "PROXY" && name != "USAGE") all.insert(name);
  }
  // MariaDB's SHOW PRIVILEGES calls it otherwise than GRANT does.
  if (all.erase("DELETE VERSIONING ROWS") > 0) all.insert("DELETE HISTORY");
  return all;
}

// mysql.user shows only the older privileges as columns: the global ones come from SHOW GRANTS.
void read_mariadb_globals(Connection& server, const AccountName& name, const Privileges& all, Account& account) {
  const Result lines = server.query("SHOW GRANTS FOR " + quoted(name), "reading the grants of " + text_of(name));
  for (const Result::Row& line : lines.rows) {
    const GlobalLine parsed = parse_global_line(line.at(0).value_or(""), ways_to_write(name));
    keep(account.grants, {.kind = Level::Kind::global, .schema = {}, .object = {}, .part = {}},
         expanded(parsed.privileges, all));
  }
}

void read_mariadb_users(Connection& server, AccountBook& book) {
  const Result users = table(server, "user");
  for (std::size_t row = 0; row < users.size(); ++row) {
    const bool is_role = yes(users, row, "is_role");
    const AccountName name{users.text(row, "User"), is_role ? "" : users.text(row, "Host"), is_role};
    if (is_reserved(name)) continue;
    Account& account = book.accounts[name];
    const std::string default_role = cell(users, row, "default_role");
    if (!default_role.empty()) account.default_roles.insert({default_role, "", true});
  }
}

void read_mariadb_definitions(Connection& server, AccountBook& book) {
  const Privileges all = all_privileges(server);
  for (auto& [name, account] : book.accounts) {
    read_mariadb_globals(server, name, all, account);
    if (!name.is_role)
      account.attributes["definition"] = account.definition = definition_from(
          server.value("SHOW CREATE USER " + quoted(name), "reading the account " + text_of(name)).value_or(""), name);
  }
}

void read_mariadb_roles(Connection& server, AccountBook& book) {
  const Result edges = table(server, "roles_mapping");
  for (std::size_t row = 0; row < edges.size(); ++row) {
    Grants* grants = grants_of(book, account_of(edges, row, book));
    if (grants == nullptr) continue;
    const Level role{Level::Kind::role, edges.text(row, "Role"), "", "ROLE"};
    keep(*grants, role, yes(edges, row, "Admin_option") ? Privileges{"ROLE", "ADMIN OPTION"} : Privileges{"ROLE"});
  }
}

void read_mariadb(Connection& server, AccountBook& book) {
  read_mariadb_users(server, book);
  read_mariadb_definitions(server, book);
  read_mariadb_roles(server, book);
}

// Both ---------------------------------------------------------------------------------------------------------------

void read_database_grants(Connection& server, AccountBook& book) {
  const Result rows = table(server, "db");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (Grants* grants = grants_of(book, account_of(rows, row, book)))
      keep(*grants, {.kind = Level::Kind::database, .schema = rows.text(row, "Db"), .object = {}, .part = {}},
           privileges_of_row(rows, row));
}

void read_table_grants(Connection& server, AccountBook& book) {
  const Result rows = table(server, "tables_priv");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (Grants* grants = grants_of(book, account_of(rows, row, book)))
      keep(*grants, {Level::Kind::table, rows.text(row, "Db"), rows.text(row, "Table_name"), {}},
           privileges_of_set(cell(rows, row, "Table_priv")));
}

void read_column_grants(Connection& server, AccountBook& book) {
  const Result rows = table(server, "columns_priv");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (Grants* grants = grants_of(book, account_of(rows, row, book)))
      keep(*grants,
           {Level::Kind::column, rows.text(row, "Db"), rows.text(row, "Table_name"), rows.text(row, "Column_name")},
           privileges_of_set(cell(rows, row, "Column_priv")));
}

void read_routine_grants(Connection& server, AccountBook& book) {
  const Result rows = table(server, "procs_priv");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (Grants* grants = grants_of(book, account_of(rows, row, book)))
      keep(*grants,
           {Level::Kind::routine, rows.text(row, "Db"), rows.text(row, "Routine_name"), rows.text(row, "Routine_type")},
           privileges_of_set(cell(rows, row, "Proc_priv")));
}

void read_proxies(Connection& server, AccountBook& book) {
  const Result rows = table(server, "proxies_priv");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Grants* grants = grants_of(book, account_of(rows, row, book));
    if (grants == nullptr) continue;
    Privileges privileges = {"PROXY"};
    if (cell(rows, row, "With_grant") == "1") privileges.insert("GRANT OPTION");
    keep(*grants, {Level::Kind::proxy, rows.text(row, "Proxied_user"), rows.text(row, "Proxied_host"), {}}, privileges);
  }
}

void collect_definers(Connection& server, std::string_view sql, const std::vector<std::string>& databases,
                      std::map<AccountName, std::string>& found) {
  const Result rows = server.query(sql, "reading the definers");
  for (const Result::Row& row : rows.rows)
    if (contains(databases, row.at(2).value_or("")))
      found.try_emplace(
          parse_definer(row.at(0).value_or("")),
          fmt::format("{} {}.{}", row.at(1).value_or(""), row.at(2).value_or(""), row.at(3).value_or("")));
}

}  // namespace

std::string text_of(const AccountName& account) {
  return account.is_role ? "role " + account.user : account.user + "@" + account.host;
}

bool is_reserved(const AccountName& account) {
  static const std::set<std::string, std::less<>> names = {
      "mysql.sys",    "mysql.session", "mysql.infoschema",   "mariadb.sys", "rdsadmin",
      "rdsrepladmin", "rdsproxyadmin", "rds_superuser_role", "rdstopmgr",   "event_scheduler"};
  static const std::set<std::string, std::less<>> local_hosts = {"localhost", "127.0.0.1", "::1"};
  if (names.contains(account.user)) return true;
  return !account.is_role && account.user == "root" && local_hosts.contains(account.host);
}

AccountBook read_accounts(Connection& server) {
  server.execute("SET sql_quote_show_create = 1");  // or SHOW CREATE USER can't be read
  AccountBook book;
  if (server.flavor().is_mariadb())
    read_mariadb(server, book);
  else
    read_mysql(server, book);
  read_database_grants(server, book);
  read_table_grants(server, book);
  read_column_grants(server, book);
  read_routine_grants(server, book);
  read_proxies(server, book);
  return book;
}

std::map<AccountName, std::string> definers(Connection& server, const std::vector<std::string>& databases) {
  std::map<AccountName, std::string> found;
  if (databases.empty()) return found;
  const std::string list = in_list(databases);
  const auto collect = [&](std::string_view columns, std::string_view from, std::string_view schema) {
    collect_definers(
        server,
        fmt::format("SELECT DEFINER, {} FROM information_schema.{} WHERE {} IN {}", columns, from, schema, list),
        databases, found);
  };
  collect("'view', TABLE_SCHEMA, TABLE_NAME", "VIEWS", "TABLE_SCHEMA");
  collect("LOWER(ROUTINE_TYPE), ROUTINE_SCHEMA, ROUTINE_NAME", "ROUTINES", "ROUTINE_SCHEMA");
  collect("'trigger', TRIGGER_SCHEMA, TRIGGER_NAME", "TRIGGERS", "TRIGGER_SCHEMA");
  collect("'event', EVENT_SCHEMA, EVENT_NAME", "EVENTS", "EVENT_SCHEMA");
  return found;
}

Grantable grantable_from(const std::vector<std::string>& show_grants, const AccountName& self, const Privileges& all) {
  Grantable grantable;
  for (const std::string& line : show_grants) {
    Privileges privileges = expanded(parse_global_line(line, ways_to_write(self)).privileges, all);
    const bool with_option = privileges.erase("GRANT OPTION") > 0;
    grantable.held.insert(privileges.begin(), privileges.end());
    if (with_option) grantable.everywhere.insert(privileges.begin(), privileges.end());
  }
  return grantable;
}

AccountName current_account(Connection& server) {
  return parse_definer(server.value("SELECT CURRENT_USER()").value_or(""));
}

Grantable read_grantable(Connection& server) {
  std::vector<std::string> lines;
  // With a role's privileges where the role is active: RDS's master user has most of them from one.
  const Result rows = server.query("SHOW GRANTS");
  for (const Result::Row& row : rows.rows) lines.push_back(row.at(0).value_or(""));
  return grantable_from(lines, current_account(server), all_privileges(server));
}

std::string definition_from(std::string_view show_create_user, const AccountName& account) {
  constexpr std::string_view verb = "CREATE USER ";
  if (show_create_user.starts_with(verb)) {
    const std::string_view rest = show_create_user.substr(verb.size());
    for (const std::string& known : ways_to_write(account))
      if (rest.starts_with(known)) return without_default_role(rest.substr(known.size()));
  }
  throw base::Error(base::Kind::failed, "SHOW CREATE USER says nothing about " + text_of(account));
}

AccountName parse_definer(std::string_view definer) {
  const std::size_t at = definer.rfind('@');
  if (at == std::string_view::npos) return {std::string(definer), "", true};
  return {std::string(definer.substr(0, at)), std::string(definer.substr(at + 1))};
}

Privileges privileges_of_set(std::string_view members) {
  Privileges privileges;
  while (!members.empty()) {
    const std::size_t comma = std::min(members.find(','), members.size());
    privileges.insert(privilege_of_member(members.substr(0, comma)));
    members.remove_prefix(std::min(comma + 1, members.size()));
  }
  return privileges;
}

}  // namespace darbe::objects
