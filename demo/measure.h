// What the demo reads from both servers to hold against each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::demo {

using Databases = std::vector<std::string>;

struct Sizes {
  std::uint64_t system_bytes = 0;  // ibdata1
  std::uint64_t table_bytes = 0;   // the databases' own files
  std::uint64_t bytes() const { return system_bytes + table_bytes; }
};
Sizes tablespace_sizes(mysql::Connection& server, const Databases& databases);

// CHECKSUM TABLE of each base table, by `schema`.`table`.
using Checksums = std::map<std::string, std::string>;
Checksums table_checksums(mysql::Connection& server, const Databases& databases);

// Views, triggers, routines, events and foreign keys, one line each.
std::vector<std::string> other_objects(mysql::Connection& server, const Databases& databases);

// Waits until `target` has applied what `source` had written when this was called. Throws: Error{failed} after
// `at_most`.
void wait_until_applied(mysql::Connection& source, mysql::Connection& target, std::chrono::seconds at_most,
                        std::stop_token stop);

}  // namespace darbe::demo
