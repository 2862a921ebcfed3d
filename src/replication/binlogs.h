// The binlog files that a source still has, and distances within them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "replication/coordinates.h"

namespace darbe::replication {

struct BinlogFile {
  std::string name;
  std::uint64_t bytes = 0;
};
using Binlogs = std::vector<BinlogFile>;  // oldest first

// By SHOW BINARY LOGS. Nothing where the server doesn't let us (MariaDB: BINLOG MONITOR).
std::optional<Binlogs> binlogs(mysql::Connection& source);

std::uint64_t total_bytes(const Binlogs& files);

bool holds(const Binlogs& files, const std::string& name);

// How many files stand before the one of this name; nothing if it isn't there.
std::optional<std::size_t> files_before(const Binlogs& files, const std::string& name);

// Bytes of binlog from one position to a later one; 0 if it is not later. Nothing if the earlier file is gone.
std::optional<std::uint64_t> bytes_between(const Binlogs& files, const Coordinates& from, const Coordinates& to);

}  // namespace darbe::replication
