// What the steps Copy and Verify hand to the modules that do the work.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "copy/copy.h"
#include "steps/run.h"
#include "verify/verify.h"

namespace darbe::steps {

// Lanes that the copy to an instance of this class begins with: what was asked for, or by its CPUs.
unsigned lanes_to_begin_with(const Run& run, const std::string& instance_class);

copy::Options copy_options(Run& run, std::stop_token stop);
verify::Options verify_options(const copy::Options& copied);

// Tells of the chunks that were not equal at first.
void warn_of_repairs(Run& run, const std::vector<verify::Repair>& repaired);

}  // namespace darbe::steps
