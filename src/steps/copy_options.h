// What the steps Copy and Verify hand to the modules that do the work.
#pragma once

#include <stop_token>

#include "copy/copy.h"
#include "steps/run.h"

namespace darbe::steps {

copy::Options copy_options(Run& run, std::stop_token stop);

}  // namespace darbe::steps
