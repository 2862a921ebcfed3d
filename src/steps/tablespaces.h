// How large the tablespaces of the copied databases are: what the run is there to make smaller. Undo, temporary, redo
// and binlog files are not counted (facts/rds-mysql.md 7.2).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::steps {

// Under this key stands the system tablespace (ibdata1), which can hold tables of any database. MySQL 5.6 doesn't tell
// its size: there the key is missing, and tables count with what they fill instead of their files.
inline constexpr const char* system_tablespace = "(system tablespace)";

// Bytes per database.
std::map<std::string, std::uint64_t> tablespace_bytes(mysql::Connection& server,
                                                      const std::vector<std::string>& databases);

}  // namespace darbe::steps
