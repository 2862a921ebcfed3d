#include "objects/accounts.h"
#include "objects/not_copied.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_definers(const Subject& subject, std::stop_token) {
  if (subject.databases.empty()) return {};
  std::vector<Finding> findings;
  const auto target = mysql::Flavor::from_api(subject.plan.engine, subject.plan.target_engine_version);
  const bool refused = !target.is_mariadb() && target.at_least(8, 2);
  for (const std::string& sentence : objects::orphan_definers(subject.server, subject.databases))
    findings.push_back({.weight = refused ? Weight::refusal : Weight::warning,
                        .text = sentence,
                        .advice = "Make the account, or give the object another definer."});
  for (const std::string& sentence : objects::refused_definers(subject.server, subject.databases))
    findings.push_back(
        {.text = sentence, .advice = "Give the object the master user or another account as its definer."});
  for (const std::string& sentence : objects::objects_of_reserved_accounts(subject.server, subject.databases))
    findings.push_back({.weight = Weight::warning,
                        .text = sentence,
                        .advice = "Give the object the master user or another account as its definer."});
  return findings;
}

}  // namespace darbe::preflight
