// What commands of this run made while there was no journal to write it to, and did not live to see one.
#pragma once

#include <stop_token>

#include "aws/instances.h"
#include "mysql/connection.h"
#include "steps/run.h"

namespace darbe::steps {

// Records what is there, is the run's, and has no line among the journal's. Requires: the journal is open.
void record_earlier_changes(Run& run, mysql::Connection& on_source, std::stop_token stop);

}  // namespace darbe::steps
