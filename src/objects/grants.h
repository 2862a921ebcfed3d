// What an account may do, as values: privileges by level. SQL text is made from them, and never taken from a server's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/flavor.h"
#include "objects/accounts.h"

namespace darbe::objects {

// "SELECT", "CREATE TEMPORARY TABLES", "BACKUP_ADMIN"; "GRANT OPTION" and "ADMIN OPTION" are members like the others.
using Privileges = std::set<std::string>;

// What privileges are about.
struct Level {
  enum class Kind {
    global,   // *.*
    dynamic,  // *.*; MySQL's privileges like BACKUP_ADMIN, whose grant option is their own: one level each, in `object`
    database,  // `schema`.*, with wildcards as they are
    revoked,   // taken back from the global ones in `schema` (MySQL's partial revokes)
    table,
    column,   // `part`
    routine,  // `part`: PROCEDURE, FUNCTION, PACKAGE, PACKAGE BODY
    proxy,    // may act as user `schema` at host `object`
    role,     // has the role of user `schema` at host `object`
  };
  Kind kind = Kind::global;
  std::string schema;
  std::string object;
  std::string part;
  auto operator<=>(const Level&) const = default;
};
using Grants = std::map<Level, Privileges>;

// Needs the tables and routines to be there.
bool is_about_objects(const Level& level);

// Requires: level.kind is role.
AccountName role_of(const Level& level);

// "on table putio.files".
std::string text_of(const Level& level);

// How the account is written after TO: 'user'@'host', a role's name, PUBLIC.
std::string quoted(const AccountName& account);

// GRANT (or REVOKE, for partial revokes) as one statement. Requires: privileges is not empty.
std::string grant_statement(const AccountName& account, const Level& level, const Privileges& privileges);

// "Create_tmp_table_priv" of mysql.user and mysql.db -> "CREATE TEMPORARY TABLES"; a member of the SETs in
// mysql.tables_priv and mysql.procs_priv ("Create View") -> "CREATE VIEW".
std::string privilege_of_column(std::string_view column);
std::string privilege_of_member(std::string_view member);

// One line of SHOW GRANTS. Lines that are about anything but *.* are of no interest and come back empty.
struct GlobalLine {
  Privileges privileges;  // "ALL PRIVILEGES" as it stands; "GRANT OPTION" among them
};
// `grantee_known_as`: how the server may have written the account, so that a strange name fools nobody.
GlobalLine parse_global_line(std::string_view line, const std::vector<std::string>& grantee_known_as);
std::vector<std::string> ways_to_write(const AccountName& account);

// What `privileges` mean when ALL PRIVILEGES stands for `all`.
Privileges expanded(const Privileges& privileges, const Privileges& all);

}  // namespace darbe::objects
