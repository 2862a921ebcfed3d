// All accounts of one server as values, read from its grant tables.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "objects/accounts.h"
#include "objects/grants.h"

namespace darbe::objects {

struct Account {
  // Plugin, hash, TLS, limits, lock, expiry: compared name by name where both servers have them.
  std::map<std::string, std::string> attributes;
  // What follows the account in CREATE USER, without default roles; only servers that have SHOW CREATE USER.
  std::string definition;
  Grants grants;
  std::set<AccountName> default_roles;
  bool has_second_password = false;    // MySQL's RETAIN CURRENT PASSWORD: can't be read, so can't be copied
  bool has_earlier_passwords = false;  // that it may not use again: MySQL takes none from another server
};

struct AccountBook {
  std::map<AccountName, Account> accounts;
  std::set<AccountName> mandatory_roles;  // everybody has these without a grant; MySQL ≥ 8.0
  bool partial_revokes = false;
};

// All but the reserved accounts.
AccountBook read_accounts(mysql::Connection& server);

// Which accounts define something in `databases`, each with one of these things ("view putio.totals").
std::map<AccountName, std::string> definers(mysql::Connection& server, const std::vector<std::string>& databases);

// What the session's own account may hand on to others.
struct Grantable {
  Privileges held;        // static and dynamic ones that it holds globally
  Privileges everywhere;  // those of them that it holds with the grant option
};
Grantable read_grantable(mysql::Connection& server);

AccountName current_account(mysql::Connection& server);

// The pure parts.
Grantable grantable_from(const std::vector<std::string>& show_grants, const AccountName& self, const Privileges& all);
// SHOW CREATE USER's text after the account, without DEFAULT ROLE. Throws: Error{failed} if it is about somebody else.
std::string definition_from(std::string_view show_create_user, const AccountName& account);
// Splits "user@host" at the last @.
AccountName parse_definer(std::string_view definer);
// Splits a SET's text: "Select,Create View".
Privileges privileges_of_set(std::string_view members);

}  // namespace darbe::objects
