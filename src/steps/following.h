// The target brought to where the source stands now; and its restarts on the way, where one that was a crash may have
// cost something.
//
// MariaDB keeps where a replica stands in a file beside the data, relay-log.info, unless it goes by GTID ("Global
// Transaction ID", Benefits): after a crash the two may differ, and what was applied last is applied again or left out.
// MySQL keeps it in a table, with the data ("Making Replication Resilient to an Unexpected Halt of a Replica Server").
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "steps/run.h"

namespace darbe::steps {

// Starts replication if it stands still (a restart may leave it so), reads the source's position and waits until the
// target has applied it. Returns that position as "file:position". A restart that the run did not order is warned of,
// and stands in the report.
std::string follow_to_now(Run& run, std::stop_token stop);

// From here on a restart of the target is not the run's.
void watch_for_restarts(Run& run, std::stop_token stop);
// The run is about to order one: until watch_for_restarts() is called again.
void expect_restart(Run& run, std::stop_token stop);
// What a restart that the run did not order may mean; nothing if there was none, or it can't have cost anything.
std::optional<std::string> restart_in_doubt(const Run& run, mysql::Connection& target);

}  // namespace darbe::steps
