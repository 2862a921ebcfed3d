// A replica that stands still, and how to see that it still does (PROTOCOL.md 2, Freeze).
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "mysql/connection.h"
#include "replication/coordinates.h"

namespace darbe::replication {

struct Frozen {
  Coordinates at;              // in the source's binlog
  GtidSet gtids;               // what the replica has executed; may be empty
  std::string server_started;  // seconds since the epoch; moves when the server restarts
  bool operator==(const Frozen&) const = default;
};

// Stops replication where no temporary table is open, no XA transaction is prepared and the coordinates are true;
// starts and stops it again until that is so. Throws: Error{refused} if it isn't within `within`, or the server is not
// a replica; Error{failed} if it leaves out what its source changes, or its applier met an error: then it doesn't hold
// what the source held.
Frozen freeze(mysql::Connection& replica, mysql::Connection& source, std::chrono::seconds within, std::stop_token stop);

// Whether the replica has executed what its source wrote from `at` on. One that connects by GTID shows the beginning of
// a binlog until the source has passed over all that it has: who begins there gets rows a second time. Nothing is
// behind where transactions have no GTIDs, or the source doesn't show its events.
bool is_behind_its_gtids(mysql::Connection& replica, mysql::Connection& source, const Coordinates& at);

// Reads the facts without changing anything. Requires: the server is a replica.
Frozen freeze_facts(mysql::Connection& replica);

// Nothing while it stands where it was frozen, with its threads stopped; else a sentence saying what moved.
std::optional<std::string> moved(mysql::Connection& replica, const Frozen& then);

// The pure part of moved().
std::optional<std::string> difference(const Frozen& then, const Frozen& now);

}  // namespace darbe::replication
