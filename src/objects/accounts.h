// Users, roles and their grants, from the frozen replica to the target. Read from the grant tables (mysql.user,
// mysql.db, …), never from the text of SHOW GRANTS where it holds names that people chose; every statement is quoted
// anew.
//
// Two phases: create_accounts() before the tables are there (accounts, global and database grants, role edges,
// proxies), grant_on_objects() after the objects are (table, column and routine grants, default roles). Both look first
// and may be called again after a crash at any line.
#pragma once

#include <compare>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::objects {

struct AccountName {
  std::string user;
  std::string host;
  bool is_role = false;  // one of MariaDB's, which have no host; MySQL's roles are accounts like any other
  auto operator<=>(const AccountName&) const = default;
};
// As a person reads it: user@host.
std::string text_of(const AccountName& account);

struct WantedAccounts {
  std::optional<std::vector<std::string>> users;  // every host of these; nothing: all but the server's and RDS's own
  std::vector<std::string> databases;             // the definers of what is in them come too
  std::string master_user;                        // exists on the target: gets only grants that it lacks
  std::string replication_user;                   // this run's, never copied
};

// What the servers say about a phase.
enum class Standing { absent, partial, done };

struct AccountsOutcome {
  std::vector<std::string> created;        // "putio@%", by this call
  std::vector<std::string> came_along;     // sentences: definers and roles that were not asked for by name
  std::vector<std::string> not_as_source;  // sentences: privileges that can't be granted and kin
};

// Those of `users` of which no account exists on the server.
std::vector<std::string> missing_accounts(mysql::Connection& server, const std::vector<std::string>& users);

// Whether an account belongs to the server or to RDS itself, and is never copied.
bool is_reserved(const AccountName& account);

// Throws: Error{refused} if the frozen replica hides triggers or events, and so definers; Error{failed} naming all
// accounts whose authentication plugin the target lacks, before any is made, or one that the target has and no ALTER
// makes like the source's; ServerError with the account in its context.
AccountsOutcome create_accounts(mysql::Connection& frozen, mysql::Connection& target, const WantedAccounts& wanted,
                                std::stop_token stop);
// `reported`: the sentences of not_as_source that are journalled; what they tell does not count as missing.
Standing accounts_standing(mysql::Connection& frozen, mysql::Connection& target, const WantedAccounts& wanted,
                           const std::vector<std::string>& reported);

// Takes the account off the target with all that it has, but never the master user's; MariaDB's PUBLIC stays, with
// nothing. Throws: ServerError, also for a role that mandatory_roles names, which the server keeps.
void drop_account(mysql::Connection& target, const AccountName& account, const std::string& master_user);

AccountsOutcome grant_on_objects(mysql::Connection& frozen, mysql::Connection& target, const WantedAccounts& wanted,
                                 std::stop_token stop);
Standing object_grants_standing(mysql::Connection& frozen, mysql::Connection& target, const WantedAccounts& wanted,
                                const std::vector<std::string>& reported);

// One sentence for each definer of a view, routine, trigger or event that has no account: such objects can't be made on
// MySQL ≥ 8.2 by RDS's master user. For checks before a run.
std::vector<std::string> orphan_definers(mysql::Connection& server, const std::vector<std::string>& databases);

// One sentence for each definer that the session's own account could not name on a server like this one: before
// SET_USER_ID and its successors, and on MariaDB, RDS's master user may name only itself; and never one with
// SYSTEM_USER. For checks before a run, on the source, whose master user may do the same as the target's.
std::vector<std::string> refused_definers(mysql::Connection& server, const std::vector<std::string>& databases);

}  // namespace darbe::objects
