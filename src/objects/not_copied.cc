#include "objects/not_copied.h"

#include <set>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"
#include "objects/account_book.h"
#include "objects/account_plan.h"
#include "objects/plugins.h"
#include "objects/stored_object.h"

namespace darbe::objects {

namespace {

using mysql::Connection;

// MySQL Reference Manual, CREATE SPATIAL REFERENCE SYSTEM: the ranges that are EPSG's and MySQL's own.
constexpr std::string_view is_added_system =
    "NOT (SRS_ID <= 32767 OR SRS_ID BETWEEN 60000000 AND 69999999 OR SRS_ID BETWEEN 2000000000 AND 2147483647)";

bool has_dictionary(const mysql::Flavor& flavor) { return !flavor.is_mariadb() && flavor.at_least(8, 0, 3); }

// Preparing resolves names as running would, on every version and without reading a row.
bool can_be_resolved(Connection& server, const StoredObject& view) {
  const std::string sql = fmt::format("SELECT 1 FROM {}", mysql::quote_name(view.schema, view.name));
  try {
    server.execute("PREPARE darbe_view FROM " + mysql::quote_text(sql));
  } catch (const mysql::ServerError& error) {
    if (error.kind() == base::Kind::transient) throw;
    return false;
  }
  server.execute("DEALLOCATE PREPARE darbe_view");
  return true;
}

// The statement makes a sentence of each row.
void add_sentences(Connection& server, const std::string& sql, std::vector<std::string>& sentences) {
  for (const mysql::Result::Row& row : server.query(sql, "looking for what is not copied").rows)
    sentences.push_back(row.at(0).value_or(""));
}

void add_things(Connection& server, const std::string& name, const std::string& from,
                std::vector<std::string>& sentences) {
  add_sentences(server,
                fmt::format("SELECT CONCAT('the ', {}, ' belongs to the server and is not copied') FROM {} ORDER BY 1",
                            name, from),
                sentences);
}

std::set<AccountName> chosen(Connection& server, const AccountBook& book, const WantedAccounts& wanted) {
  return choose_accounts(book, wanted, definers(server, wanted.databases)).accounts;
}

std::set<std::string> plugins_gone_from(const mysql::Flavor& flavor) {
  std::set<std::string> gone;
  if (flavor.is_mariadb()) return gone;
  if (flavor.at_least(5, 7)) gone.insert("mysql_old_password");
  if (flavor.at_least(9, 0)) gone.insert("mysql_native_password");
  return gone;
}

}  // namespace

std::vector<std::string> invalid_views(Connection& server, const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty()) return sentences;
  for (const StoredObject& view : list_objects(server, ObjectKind::view, databases))
    if (!can_be_resolved(server, view))
      sentences.push_back(fmt::format("{} is invalid and will not be on the target", text_of(view)));
  return sentences;
}

std::vector<std::string> second_passwords(Connection& server, const WantedAccounts& wanted) {
  const AccountBook book = read_accounts(server);
  std::vector<std::string> sentences;
  for (const AccountName& account : chosen(server, book, wanted))
    if (book.accounts.at(account).has_second_password)
      sentences.push_back(fmt::format("{} has a second password, which can't be copied", text_of(account)));
  return sentences;
}

std::vector<std::string> accounts_without_plugin(Connection& server, const WantedAccounts& wanted,
                                                 const mysql::Flavor& target) {
  const AccountBook book = read_accounts(server);
  std::set<std::string> there = active_plugins(server);
  for (const std::string& plugin : plugins_gone_from(target)) there.erase(plugin);
  std::set<AccountName> accounts = chosen(server, book, wanted);
  std::erase_if(accounts, [&](const AccountName& account) { return is_master(account, wanted.master_user); });
  return without_plugin(book, accounts, there);
}

std::vector<std::string> added_to_the_server(Connection& server) {
  std::vector<std::string> sentences;
  add_things(server, "'loadable function ', name, ' of ', dl", "mysql.func", sentences);
  if (!has_dictionary(server.flavor())) return sentences;
  add_things(server, "'component ', component_urn", "mysql.component", sentences);
  add_things(server, "'resource group ', RESOURCE_GROUP_NAME",
             "information_schema.RESOURCE_GROUPS WHERE RESOURCE_GROUP_NAME NOT IN ('USR_default', 'SYS_default')",
             sentences);
  add_things(server, "'spatial reference system ', SRS_ID, ' (', SRS_NAME, ')'",
             fmt::format("information_schema.ST_SPATIAL_REFERENCE_SYSTEMS WHERE {}", is_added_system), sentences);
  return sentences;
}

std::vector<std::string> columns_of_added_reference_systems(Connection& server,
                                                            const std::vector<std::string>& databases) {
  std::vector<std::string> sentences;
  if (databases.empty() || !has_dictionary(server.flavor())) return sentences;
  add_sentences(server,
                fmt::format("SELECT CONCAT('column ', TABLE_SCHEMA, '.', TABLE_NAME, '.', COLUMN_NAME,"
                            " ' is in the spatial reference system ', SRS_ID, ', which the target will not know')"
                            " FROM information_schema.ST_GEOMETRY_COLUMNS WHERE TABLE_SCHEMA IN {} AND {} ORDER BY 1",
                            in_list(databases), is_added_system),
                sentences);
  return sentences;
}

}  // namespace darbe::objects
