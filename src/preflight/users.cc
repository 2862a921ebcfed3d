#include <fmt/format.h>

#include "objects/accounts.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_users(const Subject& subject, std::stop_token) {
  if (!subject.plan.request.users) return {};
  std::vector<Finding> findings;
  for (const std::string& name : objects::missing_accounts(subject.server, *subject.plan.request.users))
    findings.push_back({.text = fmt::format("the source has no user {}", name), .advice = "Correct --users."});
  return findings;
}

}  // namespace darbe::preflight
