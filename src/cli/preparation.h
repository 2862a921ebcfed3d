// What comes before a run's first step: the source, the plan that follows from the request, and the checks.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "aws/account.h"
#include "aws/instances.h"
#include "plan/plan.h"
#include "steps/run.h"

namespace darbe::cli {

// Throws: Error{refused} if there is none of that name.
aws::Instance get_source(const aws::Account& account, const std::string& id, const std::stop_token& stop);

// `account` is the AWS account's number.
plan::Plan plan_for(plan::Request request, const std::string& account, const aws::Instance& source);

// Warnings are reported. Throws: Error{refused} that names everything that must not be; `allow` has names of checks
// whose refusals are warnings.
void run_preflight(Run& run, const aws::Instance& source, const std::vector<std::string>& allow,
                   const std::stop_token& stop);

}  // namespace darbe::cli
