// The statement that makes a table as it is, where SHOW CREATE TABLE prints something else or leaves something out.
#pragma once

#include <string>

#include "mysql/connection.h"
#include "tables/table.h"

namespace darbe::tables {

// SHOW CREATE TABLE's with the exact defaults (tables/defaults.h), and with the spatial reference systems of columns,
// which MariaDB prints nowhere but in information_schema.GEOMETRY_COLUMNS.
std::string read_definition(mysql::Connection& server, const Table& table);

}  // namespace darbe::tables
