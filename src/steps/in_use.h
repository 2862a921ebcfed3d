// Whether the target serves somebody already, as after a switch by hand: undo would delete what was written there.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "aws/instances.h"
#include "steps/run.h"

namespace darbe::steps {

// A few words for each sign: sessions of others than the server's, RDS's and the master user's; replication that
// somebody took away; a master password that somebody changed. Of a target that doesn't answer nothing can be told, and
// a warning says so.
std::vector<std::string> signs_of_use(const Run& run, const aws::Instance& target, std::stop_token stop);

}  // namespace darbe::steps
