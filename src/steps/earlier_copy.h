// What is on the target of an earlier freeze's copy, when the freeze is begun anew. Whatever the source has changed or
// dropped since lies before the new coordinates, and comes by no replication.
#pragma once

#include <stop_token>

#include "mysql/connection.h"
#include "steps/run.h"

namespace darbe::steps {

// Drops the copied databases with all that is in them, and the accounts that the source had at that freeze or has now.
// Nothing before the first freeze. May be called again after a crash at any line. Requires: the target doesn't
// replicate, and the facts are still that freeze's.
void drop_earlier_copy(const Run& run, mysql::Connection& replica, std::stop_token stop);

}  // namespace darbe::steps
