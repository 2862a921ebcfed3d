#include <fmt/format.h>

#include "aws/waiter.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_names(const Subject& subject, std::stop_token stop) {
  std::vector<Finding> findings;
  const plan::Plan& plan = subject.plan;
  const std::string& id = plan.request.new_instance_id;
  const auto target = subject.account.instances.find(id, stop);
  if (target && !aws::has_all(target->tags, {{plan::tag_run, plan.names.run_id}}))
    findings.push_back({.text = fmt::format("an instance {} is there already, and it is not this run's", id),
                        .advice = "Choose another --new-instance-id."});
  if (!plan.request.replica_instance_id) return findings;
  const auto replica = subject.account.instances.find(*plan.request.replica_instance_id, stop);
  if (!replica || replica->replica_source != plan.request.source_instance_id)
    findings.push_back(
        {.text = fmt::format("{} is not a read replica of {}", *plan.request.replica_instance_id,
                             plan.request.source_instance_id),
         .advice = "Name one of the source's read replicas with --replica-instance-id, or leave it out."});
  else if (!aws::serves(*replica))
    findings.push_back({.text = fmt::format("{} is {}", replica->identifier, replica->status),
                        .advice = "Run the command again when it is available."});
  return findings;
}

}  // namespace darbe::preflight
