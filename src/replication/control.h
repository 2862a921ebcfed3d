// Replication turned on and off through RDS's procedures (facts/rds-mysql.md 1.5). A CALL's own answer is never
// believed: the status is read before and after it. Every function may be called again after a crash.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

#include "base/secret.h"
#include "mysql/connection.h"
#include "replication/coordinates.h"
#include "replication/status.h"

namespace darbe::replication {

struct SourceSpec {
  std::string host;
  unsigned port = 3306;
  std::string user;
  base::Secret password;
  Coordinates from;
  bool tls = true;
};

// Longest time that start and stop wait for the status to say what was asked for.
inline constexpr std::chrono::seconds settle_within{90};

// Both threads are stopped afterwards; nothing to do where no source is set. The status then.
// Throws: Error{failed} with what the procedure said.
ReplicaStatus stop(mysql::Connection& replica, std::stop_token stop);

// Both threads run afterwards. The status then. Throws: Error{failed} with the threads' errors when it is broken,
// Error{refused} when no source is set.
ReplicaStatus start(mysql::Connection& replica, std::stop_token stop);

// It stays behind its source on purpose no longer. Throws: Error{failed} with what the procedure said.
void lift_delay(mysql::Connection& replica);

// Points at a source; replication is off afterwards. One that was set before is stopped and forgotten first.
void set_source(mysql::Connection& replica, const SourceSpec& source, std::stop_token stop);

// Stops, and forgets the source. Nothing to do where none is set.
void reset(mysql::Connection& replica, std::stop_token stop);

}  // namespace darbe::replication
