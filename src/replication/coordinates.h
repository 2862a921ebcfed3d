// Where a server stands in its source's binlog: by file and position, or by GTID.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "mysql/connection.h"

namespace darbe::replication {

// Ordered as the binlog is: by the number at the end of the file's name, then by position.
// Requires, for an order that means something: both name files of one server and one base name.
struct Coordinates {
  std::string file;
  std::uint64_t position = 0;

  bool operator==(const Coordinates&) const = default;
  std::strong_ordering operator<=>(const Coordinates& other) const;
};

// "mysql-bin.000042:1337".
std::string text_of(const Coordinates& coordinates);
// Throws: Error{failed} if `text` is not of that form.
Coordinates parse_coordinates(std::string_view text);

// MySQL's "uuid:1-5,…" or MariaDB's "0-1-100,…"; this module never looks inside, the servers do.
struct GtidSet {
  std::string text;
  bool operator==(const GtidSet&) const = default;
};

// The end of a server's own binlog now. Throws: Error{refused} if its binlog is off.
Coordinates source_coordinates(mysql::Connection& source);

// gtid_executed (MySQL) or gtid_binlog_pos (MariaDB) of a source now.
GtidSet source_gtids(mysql::Connection& source);

// gtid_executed (MySQL) or gtid_slave_pos (MariaDB) of a replica now.
GtidSet replica_gtids(mysql::Connection& replica);

// Whether every transaction of this server has a GTID (gtid_mode=ON): only then may one be waited for by GTID.
// Always false on MariaDB, whose replicas of RDS sources follow by file and position.
bool gtid_mode_is_on(mysql::Connection& server);

}  // namespace darbe::replication
