// What a run writes on the source before the replica is made: the run record, and binlog retention with its old value.
#pragma once

#include <optional>
#include <string>

#include "mysql/connection.h"
#include "plan/run_record.h"
#include "replication/rds_configuration.h"
#include "steps/run.h"

namespace darbe::steps {

bool source_is_marked(Run& run, mysql::Connection& source);
// Requires: the target is there.
void mark_source(Run& run, mysql::Connection& source, const std::string& target_resource_id);
// Puts back what is still ours, then drops the record. Where somebody dropped it, the journal tells what was there
// before; where that is gone too, a warning says so. Nothing to do where another run's record is there.
void unmark_source(Run& run, mysql::Connection& source);

// Hours of retention that this run has the source keep now; 0 before it asked, and while it has given them free.
unsigned hours_kept_for(const plan::Plan& plan, mysql::Connection& source);
// Gives the source's binlogs free before the run ends: the retention of before, if the present one is still ours. The
// record says so, so that nobody takes it for somebody else's change. False if it is somebody else's: it stays.
bool release_binlogs(Run& run, mysql::Connection& source);
// Takes that back. Nothing to do where nothing was given free.
void keep_binlogs_again(Run& run, mysql::Connection& source);

// The change of the source's binlog retention; nothing if it was long enough.
std::optional<plan::Change> retention_change(mysql::Connection& source);
// The retention before that change, in hours, 0 for NULL.
std::optional<unsigned> retention_hours_before(mysql::Connection& source);

// The source's configuration as it was before the run.
replication::RdsConfiguration original_configuration(mysql::Connection& source);

}  // namespace darbe::steps
