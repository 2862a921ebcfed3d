// How much room an instance's volume has, by who knows it best.
#pragma once

#include <optional>
#include <stop_token>

#include "aws/instances.h"
#include "steps/run.h"
#include "watch/storage.h"

namespace darbe::steps {

// Nothing where nobody tells.
std::optional<watch::FreeStorage> free_storage(const Run& run, const aws::Instance& instance, mysql::Connection& server,
                                               std::stop_token stop);

}  // namespace darbe::steps
