// Columns' defaults as they are, where SHOW CREATE TABLE prints others (MySQL bug 110291).
#pragma once

#include <string>

#include "mysql/connection.h"
#include "tables/table.h"

namespace darbe::tables {

// A SHOW CREATE TABLE statement of this server with the bytes of each doubtful default in hex, as MySQL 9 prints them.
// Reads one row of the table at most. What is NOT NULL in a table without rows can't be asked, and stays.
std::string with_exact_defaults(mysql::Connection& server, const TableName& table, const std::string& statement);

}  // namespace darbe::tables
