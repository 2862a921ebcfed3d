// How much room an instance's volumes have, by who knows it best.
#pragma once

#include <stop_token>

#include "aws/instances.h"
#include "steps/run.h"
#include "watch/storage.h"

namespace darbe::steps {

watch::Storage free_storage(const Run& run, const aws::Instance& instance, mysql::Connection& server,
                            std::stop_token stop);

}  // namespace darbe::steps
