// Databases and their default character set and collation.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::objects {

std::string database_collation(mysql::Connection& server, const std::string& database);

// Makes the databases that are missing (one may hold nothing but routines) and sets defaults that differ.
void match_databases(mysql::Connection& frozen, mysql::Connection& target, const std::vector<std::string>& databases);
// Whether match_databases() would change anything.
bool differing_databases(mysql::Connection& frozen, mysql::Connection& target,
                         const std::vector<std::string>& databases);

// One sentence for each database that is READ ONLY on the source (MySQL ≥ 8.0.22): the target's has to take rows.
std::vector<std::string> read_only_databases(mysql::Connection& frozen, const std::vector<std::string>& databases);

}  // namespace darbe::objects
