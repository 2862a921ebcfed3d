// The VPC that the new instance will be in.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "aws/instances.h"
#include "aws/query.h"
#include "plan/plan.h"

namespace darbe::plan {

// The source's, or that of the subnet group that was asked for: nothing if there is none of that name.
// Throws: as Client.
std::optional<std::string> vpc_of_target(const aws::Client& client, const aws::Instance& source, const Request& request,
                                         std::stop_token stop = {});

}  // namespace darbe::plan
