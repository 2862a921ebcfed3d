// AWS's rules for the type and size of the storage: what would be refused, and what gives way to them. Said before
// anything is asked for.
#include "plan/target.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_storage_rules(const Subject& subject, std::stop_token) {
  const plan::Target target = plan::target_of(subject.plan, subject.source);
  std::vector<Finding> findings;
  for (const std::string& sentence : aws::storage_refusals(target.wanted))
    findings.push_back({.text = sentence,
                        .advice = "Correct --storage-type, --allocated-storage, --max-allocated-storage, --iops or "
                                  "--storage-throughput."});
  for (const std::string& sentence : target.gave_way)
    findings.push_back({.weight = Weight::warning,
                        .text = sentence,
                        .advice = "Go on with it, or ask for other storage (--storage-type, --allocated-storage, "
                                  "--iops, --storage-throughput)."});
  return findings;
}

}  // namespace darbe::preflight
