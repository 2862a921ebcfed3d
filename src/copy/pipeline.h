// Where the threads of a copy start and join.
#pragma once

#include <stop_token>
#include <string>

#include "copy/copy.h"
#include "copy/creation.h"
#include "copy/schedule.h"

namespace darbe::copy {

// Runs the lanes until the schedule is empty. A lane whose link is lost looks into the ledger and goes on; but not on a
// target that was restarted since `first_session`, for the others' commits may be gone, too, and not where another
// command has taken over.
// After a stop no lane takes more work, and what they had taken is committed before this throws Error{interrupted}.
// Throws: the first error that is not transient or does not pass; TargetRestarted.
void run_pipeline(const Options& options, Schedule& schedule, Progress& progress, const FirstSession& first_session,
                  std::stop_token stop);

// Copies one chunk once more, in place of its rows on the target. Returns what was read.
tables::Totals run_again(const Options& options, TableWork& table, const tables::Chunk& chunk, std::stop_token stop);

}  // namespace darbe::copy
