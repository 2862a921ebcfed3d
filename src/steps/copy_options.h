// What the steps Copy and Verify hand to the modules that do the work.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "copy/copy.h"
#include "steps/run.h"
#include "verify/verify.h"

namespace darbe::steps {

// The lanes that a copy to an instance of this class begins with: `jobs` if it was asked for, else by its CPUs. A
// replica whose volume still comes from a snapshot waits more than it works: it gets twice as many readers.
unsigned lanes_to_begin_with(std::optional<unsigned> jobs, const std::string& target_class, bool replica_is_loading);

copy::Options copy_options(Run& run, std::stop_token stop);
verify::Options verify_options(const copy::Options& copied);

// Tells of the chunks that were not equal at first.
void warn_of_repairs(Run& run, const std::vector<verify::Repair>& repaired);

}  // namespace darbe::steps
