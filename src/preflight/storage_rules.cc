// What of the storage has to give way to AWS's rules for its type and size: said before anything is asked for.
#include "plan/target.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_storage_rules(const Subject& subject, std::stop_token) {
  std::vector<Finding> findings;
  for (const std::string& sentence : plan::target_of(subject.plan, subject.source).gave_way)
    findings.push_back({.weight = Weight::warning, .text = sentence, .advice = ""});
  return findings;
}

}  // namespace darbe::preflight
