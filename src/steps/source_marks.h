// What a run writes on the source before the replica is made: the run record, and binlog retention with its old value.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "mysql/connection.h"
#include "plan/run_record.h"
#include "steps/run.h"

namespace darbe::steps {

// mysql.rds_show_configuration's 'binlog retention hours'; nothing for NULL: deleted as soon as no longer needed.
std::optional<unsigned> binlog_retention_hours(mysql::Connection& server);
void set_binlog_retention_hours(mysql::Connection& server, std::optional<unsigned> hours);

bool source_is_marked(Run& run, mysql::Connection& source);
void mark_source(Run& run, mysql::Connection& source);
// Puts back what is still ours, then drops the record. Nothing to do where another run's record or none is there.
void unmark_source(Run& run, mysql::Connection& source);

// The change of the source's binlog retention; nothing if it was long enough.
std::optional<plan::Change> retention_change(mysql::Connection& source);

// What the source kept before the run.
std::optional<unsigned> original_retention_hours(mysql::Connection& source);

}  // namespace darbe::steps
