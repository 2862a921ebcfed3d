// Whether the credentials may do all that the run will ask of AWS. IAM's simulator answers for everything at once,
// EC2's dry runs for what the simulator can't know; who may not simulate is told so and not held up.
#include <algorithm>

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/identity.h"
#include "base/error.h"
#include "plan/target_vpc.h"
#include "preflight/checks.h"
#include "preflight/needed_permissions.h"

namespace darbe::preflight {

namespace {

struct Missing {
  std::string action;
  std::string resource;
};

// EC2 itself says of these whether it would do them; its word is the last.
struct Tried {
  std::string action;
  aws::DryRun answer;
};

std::vector<Tried> try_in_ec2(const Subject& subject, const std::string& vpc_id, const std::stop_token& stop) {
  const plan::Plan& plan = subject.plan;
  const aws::Tags tags = {{plan::tag_run, plan.names.run_id}, {plan::tag_source, plan.request.source_instance_id}};
  std::vector<Tried> tried = {
      {"ec2:CreateSecurityGroup",
       aws::try_to_create(
           subject.account.client,
           {.name = plan.names.security_group, .description = "darbe: only asked", .vpc_id = vpc_id, .tags = tags},
           stop)}};
  const auto& groups = subject.source.security_group_ids;
  if (groups.empty()) return tried;
  // The run's own group is not there yet: the source's stands for it.
  tried.push_back(
      {"ec2:AuthorizeSecurityGroupIngress", aws::try_to_authorize(subject.account.client,
                                                                  {.group_id = groups.front(),
                                                                   .other_group_id = groups.front(),
                                                                   .port = subject.source.port.value_or(3306),
                                                                   .description = "darbe: only asked",
                                                                   .tags = tags},
                                                                  stop)});
  return tried;
}

std::vector<Missing> simulate(const Subject& subject, const std::string& policy_source, const std::string& vpc_id,
                              const std::stop_token& stop) {
  std::vector<Missing> missing;
  for (const aws::Permissions& permissions : needed_permissions(subject.plan, subject.source, vpc_id))
    for (std::string& action : aws::not_allowed(subject.account.client, policy_source, permissions, stop))
      missing.push_back({std::move(action), permissions.resource});
  return missing;
}

void heed(const std::vector<Tried>& tried, std::vector<Missing>& missing) {
  for (const Tried& each : tried) {
    if (each.answer == aws::DryRun::unknown) continue;
    std::erase_if(missing, [&](const Missing& one) { return one.action == each.action; });
    if (each.answer == aws::DryRun::not_allowed) missing.push_back({each.action, "the run's network"});
  }
}

Finding not_simulated(const std::string& reason) {
  return {.weight = Weight::warning,
          .text = fmt::format("IAM can't be asked whether the credentials may do all that the run needs: {}", reason),
          .advice = "Check them against docs/aws-iam-policy.json; AWS refuses what they may not when it is asked for."};
}

std::string text_of(const std::vector<Missing>& missing) {
  std::string text;
  for (const Missing& each : missing)
    text += fmt::format("{}{} on {}", text.empty() ? "" : ", ", each.action, each.resource);
  return text;
}

Finding lacking(const std::vector<Missing>& missing) {
  return {.text = "the credentials may not do what the run needs: " + text_of(missing),
          .advice = "Allow it; docs/aws-iam-policy.json has all that is needed, docs/rds.md says for what."};
}

// A key's own policy may allow what the caller's doesn't, as that of AWS's own keys does. The simulator knows no keys'.
Finding left_to_the_keys(const std::vector<Missing>& missing) {
  return {.weight = Weight::warning,
          .text = "the credentials' policies do not allow, and the keys' own may: " + text_of(missing),
          .advice = "See that the keys' policies do, or allow it; docs/aws-iam-policy.json has all that is needed."};
}

void report(std::vector<Missing> missing, std::vector<Finding>& findings) {
  const auto keys =
      std::ranges::stable_partition(missing, [](const Missing& each) { return !each.action.starts_with("kms:"); });
  const std::vector<Missing> about_keys(keys.begin(), keys.end());
  missing.erase(keys.begin(), keys.end());
  if (!missing.empty()) findings.push_back(lacking(missing));
  if (!about_keys.empty()) findings.push_back(left_to_the_keys(about_keys));
}

}  // namespace

std::vector<Finding> check_permissions(const Subject& subject, std::stop_token stop) {
  const aws::Client& client = subject.account.client;
  const std::string vpc_id =
      plan::vpc_of_target(client, subject.source, subject.plan.request, stop).value_or(subject.source.vpc_id);
  const aws::Identity caller = aws::caller_identity(client, stop);
  std::vector<Finding> findings;
  std::vector<Missing> missing;
  try {
    if (const auto policy_source = aws::policy_source(caller))
      missing = simulate(subject, *policy_source, vpc_id, stop);
    else if (!caller.arn.ends_with(":root"))
      findings.push_back(not_simulated(fmt::format("{} is neither a user nor a role", caller.arn)));
  } catch (const aws::ApiError& error) {
    findings.push_back(not_simulated(error.what()));
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::transient) throw;
    findings.push_back(not_simulated(error.what()));  // IAM is out of reach from many a VPC
  }
  heed(try_in_ec2(subject, vpc_id, stop), missing);
  report(std::move(missing), findings);
  return findings;
}

}  // namespace darbe::preflight
