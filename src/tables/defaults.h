// Columns' defaults as they are, where SHOW CREATE TABLE prints others (MySQL bug 110291).
#pragma once

#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/create_statement.h"
#include "tables/table.h"

namespace darbe::tables {

struct ExactDefaults {
  std::string statement;
  std::vector<DoubtfulDefault> in_doubt;  // by their places in what was printed: they could not be asked for
};
// A SHOW CREATE TABLE statement of this server with the bytes of each doubtful default in hex, as MySQL 9 prints them,
// and all digits of a FLOAT's. Reads one row of the table at most. What is NOT NULL in a table without rows can't be
// asked, and stays.
ExactDefaults with_exact_defaults(mysql::Connection& server, const TableName& table, const std::string& statement);

}  // namespace darbe::tables
