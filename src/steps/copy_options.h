// What the steps Copy and Verify hand to the modules that do the work.
#pragma once

#include <stop_token>
#include <vector>

#include "copy/copy.h"
#include "steps/run.h"
#include "verify/verify.h"

namespace darbe::steps {

copy::Options copy_options(Run& run, std::stop_token stop);
verify::Options verify_options(const copy::Options& copied);

// Tells of the chunks that were not equal at first.
void warn_of_repairs(Run& run, const std::vector<verify::Repair>& repaired);

}  // namespace darbe::steps
