// What comes before a run's first step: the source, the plan that follows from the request, and the checks.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "aws/account.h"
#include "aws/instances.h"
#include "mysql/connection.h"
#include "plan/plan.h"
#include "preflight/check.h"
#include "steps/run.h"

namespace darbe::cli {

// Throws: Error{refused} if there is none of that name.
aws::Instance get_source(const aws::Account& account, const std::string& id, const std::stop_token& stop);

// `account` is the AWS account's number.
plan::Plan plan_for(plan::Request request, const std::string& account, const aws::Instance& source);

// The source as the checks see it: one connection to it, and what they found.
struct Preflight {
  mysql::Connection server;
  std::vector<std::string> databases;  // that will be copied; empty if one that was asked for is missing
  std::vector<preflight::Finding> findings;

  preflight::Subject subject(const Run& run, const aws::Instance& source);
};

// `allow` has names of checks whose refusals are warnings.
// Throws: Error{refused} where nothing on the source can be looked at.
Preflight look_before(const Run& run, const aws::Instance& source, const std::vector<std::string>& allow,
                      const std::stop_token& stop);

// Reports as warnings which maintenance and backup windows open while rows may be copied. Of those that a run's first
// command told of, none may be left by the time that it goes on.
void warn_of_windows(Run& run, const aws::Instance& source, const std::stop_token& stop);

// Warnings are reported. Throws: Error{refused} that names everything that must not be.
void run_preflight(Run& run, const aws::Instance& source, const std::vector<std::string>& allow,
                   const std::stop_token& stop);

}  // namespace darbe::cli
