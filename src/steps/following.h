// The target brought to where the source stands now.
#pragma once

#include <stop_token>
#include <string>

#include "steps/run.h"

namespace darbe::steps {

// Starts replication if it stands still (a restart may leave it so), reads the source's position and waits until the
// target has applied it. Returns that position as "file:position".
std::string follow_to_now(Run& run, std::stop_token stop);

}  // namespace darbe::steps
