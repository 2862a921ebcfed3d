// Where the threads of a copy start and join.
#pragma once

#include <stop_token>

#include "copy/copy.h"
#include "copy/schedule.h"

namespace darbe::copy {

enum class Rows { append, replace };

// Runs `options.jobs` lanes until the schedule is empty. A lane whose link is lost looks into the ledger and goes on.
// After a stop no lane takes more work, and what they had taken is committed before this throws Error{interrupted}.
// Throws: the first error that is not transient or does not pass.
void run_pipeline(const Options& options, Schedule& schedule, Rows rows, std::stop_token stop);

}  // namespace darbe::copy
