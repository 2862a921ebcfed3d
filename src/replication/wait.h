// Waiting until a replica has applied a position, by position or GTID, never by seconds-behind. The waits are cut in
// slices of a second, so that a stop is heard and progress can be told.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "mysql/connection.h"
#include "replication/coordinates.h"
#include "replication/status.h"

namespace darbe::replication {

// Called after each slice that was not enough.
using Progress = std::function<void(const ReplicaStatus& status)>;

// Throws: Error{failed} with the threads' errors when replication breaks or is stopped meanwhile; Error{interrupted}.
void wait_for_coordinates(mysql::Connection& replica, const Coordinates& coordinates, const Progress& progress,
                          std::stop_token stop);
// Requires: MySQL 5.7 or later with gtid_mode=ON.
void wait_for_gtids(mysql::Connection& replica, const GtidSet& gtids, const Progress& progress, std::stop_token stop);

// a without b, computed by a MySQL server.
GtidSet subtract(mysql::Connection& server, const GtidSet& from, const GtidSet& what);

// Of the source's transactions beyond `at_freeze`, those that the replica has applied: by GTID it skips them from then
// on, from whatever coordinates it begins. Empty on MariaDB, which goes by the coordinates (PROTOCOL.md 2, CatchUp).
GtidSet applied_since(mysql::Connection& source, mysql::Connection& replica, const GtidSet& at_freeze);

// Reads where `source` stands now, and waits until `replica` has applied that. `at_freeze` is what the replica's data
// held when it began to replicate: the whole of gtid_executed never arrives (PROTOCOL.md 2, CatchUp).
// Returns the source's coordinates that were read.
Coordinates catch_up(mysql::Connection& source, mysql::Connection& replica, const GtidSet& at_freeze,
                     const Progress& progress, std::stop_token stop);

// Whether it has applied the coordinates, without waiting.
bool has_applied(mysql::Connection& replica, const Coordinates& coordinates);

}  // namespace darbe::replication
