// The parameter group that the target's own is made from: the one asked for, or the source's.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "aws/parameter_groups.h"
#include "preflight/check.h"

namespace darbe::preflight {

std::string group_of_target(const Subject& subject);

// Its parameters. None if there is no such group: check_parameters() refuses that.
std::vector<aws::Parameter> parameters_of_target(const Subject& subject, aws::ParameterGroups::Which which,
                                                 std::stop_token stop);

}  // namespace darbe::preflight
