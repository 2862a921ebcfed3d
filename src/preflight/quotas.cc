// Whether AWS lets the account have as much more as the run makes.
#include <algorithm>

#include <fmt/format.h>

#include "aws/account_quotas.h"
#include "aws/error.h"
#include "plan/target.h"
#include "plan/target_settings.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

struct Need {
  const char* quota;  // AWS's name
  std::int64_t more;
  const char* what;
};

// What an interrupted command has made already is among what is used.
std::vector<Need> needs_of(const Subject& subject, const std::stop_token& stop) {
  const aws::Account& account = subject.account;
  const plan::Plan& plan = subject.plan;
  const bool makes_target = !account.instances.find(plan.request.new_instance_id, stop);
  const bool makes_replica = !plan.request.replica_instance_id && !account.instances.find(plan.names.replica, stop);
  const bool makes_group = !account.parameter_groups.find(plan.names.parameter_group, stop);
  const int target_gib = plan::target_of(plan, subject.source).wanted.allocated_storage.value_or(0);
  const int replica_gib = subject.source.allocated_storage.value_or(0);
  return {{"DBInstances", (makes_target ? 1 : 0) + (makes_replica ? 1 : 0), "instances"},
          {"AllocatedStorage", (makes_target ? target_gib : 0) + (makes_replica ? replica_gib : 0), "GiB of storage"},
          {"DBParameterGroups", makes_group ? 1 : 0, "parameter groups"}};
}

void add_rds(const std::vector<Need>& needs, const std::vector<aws::AccountQuota>& quotas,
             std::vector<Finding>& findings) {
  for (const Need& need : needs) {
    const auto quota = std::ranges::find(quotas, need.quota, &aws::AccountQuota::name);
    if (need.more == 0 || quota == quotas.end() || quota->used + need.more <= quota->max) continue;
    findings.push_back(
        {.text = fmt::format("the run makes {} {}, and the account has {} of the {} that its quota {} lets it have",
                             need.more, need.what, quota->used, quota->max, need.quota),
         .advice = "Remove what nobody needs, or have AWS raise the quota (Service Quotas, Amazon RDS)."});
  }
}

// RDS counts these for each source.
void add_replicas(const Subject& subject, const std::vector<aws::AccountQuota>& quotas,
                  std::vector<Finding>& findings) {
  const auto quota = std::ranges::find(quotas, "ReadReplicasPerMaster", &aws::AccountQuota::name);
  const auto has = static_cast<std::int64_t>(subject.source.replicas.size());
  if (subject.plan.request.replica_instance_id || quota == quotas.end() || has < quota->max) return;
  if (std::ranges::find(subject.source.replicas, subject.plan.names.replica) != subject.source.replicas.end()) return;
  findings.push_back({.text = fmt::format("{} has {} read replicas, and RDS gives it no more than {}",
                                          subject.source.identifier, has, quota->max),
                      .advice = "Name one of them with --replica-instance-id, or remove one."});
}

void add_security_groups(const Subject& subject, std::optional<std::int64_t> most, std::vector<Finding>& findings) {
  const auto has =
      static_cast<std::int64_t>(plan::security_groups_of_target(subject.source, subject.plan.request).size());
  if (!most || has < *most) return;
  findings.push_back(
      {.text = fmt::format("{} would be in {} security groups with the run's own, and AWS allows {}",
                           subject.plan.request.new_instance_id, has + 1, *most),
       .advice =
           "Name fewer with --vpc-security-group-ids, or have AWS raise the quota (Service Quotas, Amazon VPC)."});
}

// EC2 tells nobody this quota (Amazon VPC User Guide, "Amazon VPC quotas"), and the rule is asked for last. A prefix
// list counts as many, which is not looked at.
constexpr std::ptrdiff_t usual_rules_max = 60;

void add_rules(const Subject& subject, std::vector<Finding>& findings, const std::stop_token& stop) {
  if (subject.source.security_group_ids.empty()) return;
  const std::string& group = subject.source.security_group_ids.front();
  std::ptrdiff_t all = 0, of_ipv6 = 0, of_ipv4 = 0;
  for (const aws::SecurityGroupRule& rule : subject.account.security_groups.rules(group, stop)) {
    if (rule.is_egress) continue;
    ++all;
    if (rule.cidr.empty()) continue;
    ++(rule.cidr.find(':') == std::string::npos ? of_ipv4 : of_ipv6);
  }
  const auto inbound = all - std::min(of_ipv4, of_ipv6);  // each kind of address is counted by itself
  if (inbound < usual_rules_max) return;
  findings.push_back({.weight = Weight::warning,
                      .text = fmt::format("security group {} has {} inbound rules, and AWS allows {} unless the quota "
                                          "was raised: it may refuse the one that the run makes there",
                                          group, inbound, usual_rules_max),
                      .advice = "Remove what nobody needs, or make sure that the quota is higher (Service Quotas, "
                                "Amazon VPC)."});
}

}  // namespace

std::vector<Finding> check_quotas(const Subject& subject, std::stop_token stop) {
  std::vector<Finding> findings;
  try {
    const auto quotas = aws::account_quotas(subject.account.client, stop);
    add_rds(needs_of(subject, stop), quotas, findings);
    add_replicas(subject, quotas, findings);
    add_security_groups(subject, aws::security_groups_per_interface(subject.account.client, stop), findings);
    add_rules(subject, findings, stop);
  } catch (const base::Error& error) {
    if (!aws::is_unanswered(error)) throw;
    findings.push_back({.weight = Weight::warning,
                        .text = fmt::format("the account's quotas can't be looked at: {}", error.what()),
                        .advice = "Make sure that two instances more fit into them."});
  }
  return findings;
}

}  // namespace darbe::preflight
