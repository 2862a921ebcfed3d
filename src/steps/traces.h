// What a run has left in AWS and on the source: all that undo would take back.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/instances.h"
#include "steps/run.h"

namespace darbe::steps {

// A few words for each; empty where nothing is left. `source`: nothing if there is no such instance any more.
// Throws: as Run's connections and AWS.
std::vector<std::string> traces(const Run& run, const std::optional<aws::Instance>& source, std::stop_token stop);

}  // namespace darbe::steps
