// What must hold before a run: one file per check, all run at once and reported together, nothing changed by any.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/account.h"
#include "aws/instances.h"
#include "base/secret.h"
#include "mysql/connection.h"
#include "plan/plan.h"

namespace darbe::preflight {

// What the checks look at.
struct Subject {
  const plan::Plan& plan;
  const aws::Account& account;
  const aws::Instance& source;
  mysql::Connection& server;           // the source's
  std::vector<std::string> databases;  // that will be copied; empty if one that was asked for is missing
  const base::Secret& master_password;
  unsigned lanes = 1;  // that the copy begins with
};

enum class Weight { refusal, warning };

struct Finding {
  std::string check{};  // its name, for --allow
  Weight weight = Weight::refusal;
  std::string text{};
  std::string advice{};  // what to do about it: never empty
};

struct Check {
  std::string_view name;
  bool may_be_allowed = false;  // --allow NAME makes its refusals warnings
  std::vector<Finding> (*look)(const Subject&, std::stop_token);
};

// Every check there is, in the order in which findings are shown.
const std::vector<Check>& all_checks();

// All findings; the refusals of checks named in `allowed` are warnings. A check that can't be made, as one that the
// credentials may not make, is a refusal of its own.
// Throws: Error{usage} if `allowed` names no check, or one that can't be allowed; Error{interrupted}; when the source's
// connection is lost, with the name of the check.
std::vector<Finding> look(const Subject& subject, const std::vector<std::string>& allowed, std::stop_token stop);

}  // namespace darbe::preflight
