// What commands of this run made while there was no journal to write it to, and did not live to see one.
#pragma once

#include <stop_token>

#include "aws/instances.h"
#include "mysql/connection.h"
#include "steps/run.h"

namespace darbe::steps {

// Records what is there, is the run's, and has no line among the journal's; `target` as this command found it. Neither
// a restart nor the window that the replica was given leaves a trace. Requires: the journal is open.
void record_earlier_changes(Run& run, const aws::Instance& source, const aws::Instance& target,
                            mysql::Connection& on_source, std::stop_token stop);

}  // namespace darbe::steps
