// Databases, their default character set and collation, and their comments.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::objects {

struct DatabaseDefaults {
  std::string collation;
  std::string comment;  // MariaDB ≥ 10.5
};
DatabaseDefaults database_defaults(mysql::Connection& server, const std::string& database);
// What a statement that makes or alters a database says of them. All of them each time: an ALTER may take away what it
// does not say.
std::string words_of(const DatabaseDefaults& defaults, const mysql::Flavor& flavor);

// Makes the databases that are missing (one may hold nothing but routines) and sets defaults and comments that differ.
void match_databases(mysql::Connection& frozen, mysql::Connection& target, const std::vector<std::string>& databases);
// Whether match_databases() would change anything.
bool differing_databases(mysql::Connection& frozen, mysql::Connection& target,
                         const std::vector<std::string>& databases);

// One sentence for each database that is READ ONLY on the source (MySQL ≥ 8.0.22): the target's has to take rows.
std::vector<std::string> read_only_databases(mysql::Connection& frozen, const std::vector<std::string>& databases);

}  // namespace darbe::objects
