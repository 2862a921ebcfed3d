// All that setup, status and undo ask of AWS for one plan, as questions for IAM's simulator. docs/aws-iam-policy.json
// allows the same actions; tests/unit/preflight/needed_permissions_test.cc holds the two together.
#pragma once

#include <string>
#include <vector>

#include "aws/permissions.h"
#include "preflight/check.h"

namespace darbe::preflight {

// Resources are this plan's, conditions what its requests say. `vpc_id` is the target's. Pure.
std::vector<aws::Permissions> needed_permissions(const plan::Plan& plan, const aws::Instance& source,
                                                 const std::string& vpc_id);

}  // namespace darbe::preflight
