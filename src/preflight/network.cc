// Whether a rule on the source's security group can let the new instance in: groups name each other within a VPC, and
// between VPCs that are peered in one region (Amazon VPC Peering Guide, "Update your security groups to reference peer
// security groups").
#include "aws/network.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plan/target_vpc.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

std::string word_for(const std::vector<aws::VpcPeering>& peerings) {
  if (peerings.empty()) return "not peered";
  std::string text;
  for (const aws::VpcPeering& peering : peerings)
    text += fmt::format("{}{} is {}{}", text.empty() ? "" : ", ", peering.id, peering.status,
                        peering.same_region ? "" : " and between two regions");
  return "not peered as it must be: " + text;
}

// AWS would say so too, when the run's own group is made already.
std::vector<Finding> strangers_among_groups(const Subject& subject, const std::string& vpc,
                                            const std::stop_token& stop) {
  std::vector<Finding> findings;
  for (const std::string& id : subject.plan.request.vpc_security_group_ids.value_or(std::vector<std::string>{})) {
    const auto group = subject.account.security_groups.find(id, stop);
    if (group && group->vpc_id == vpc) continue;
    findings.push_back({.text = group ? fmt::format("security group {} is of {}, and {} would be in {}", id,
                                                    group->vpc_id, subject.plan.request.new_instance_id, vpc)
                                      : fmt::format("there is no security group {}", id),
                        .advice = fmt::format("Name groups of {} with --vpc-security-group-ids.", vpc)});
  }
  return findings;
}

// AWS would say so too, when the run's own groups are made already.
std::vector<Finding> zone_without_subnet(const Subject& subject, const std::stop_token& stop) {
  const plan::Request& request = subject.plan.request;
  if (!request.availability_zone) return {};
  const std::string group = request.db_subnet_group_name.value_or(subject.source.subnet_group);
  const auto zones = group == subject.source.subnet_group
                         ? subject.source.subnet_zones
                         : aws::zones_of_subnet_group(subject.account.client, group, stop);
  if (zones.empty() || zones.contains(*request.availability_zone)) return {};
  return {{.text = fmt::format("DB subnet group {} has no subnet in {}", group, *request.availability_zone),
           .advice = fmt::format("Choose one of its zones with --availability-zone: {}.", fmt::join(zones, ", "))}};
}

// Whoever comes over the internet is in no group that a rule could name (Amazon VPC Peering Guide, "Enable DNS
// resolution for a VPC peering connection").
std::optional<Finding> source_with_public_address(const Subject& subject, const std::string& vpc,
                                                  const aws::VpcPeering& peering) {
  const aws::Instance& source = subject.source;
  const bool is_accepter = peering.accepter.id == source.vpc_id;
  const aws::PeeredVpc& side = is_accepter ? peering.accepter : peering.requester;
  if (!source.publicly_accessible || side.resolves_to_private) return std::nullopt;
  return Finding{
      .text = fmt::format("{} is publicly accessible, and {} doesn't resolve its name to a private address: {}, in {}, "
                          "would come to it over the internet, where no rule can name its security group",
                          source.identifier, peering.id, subject.plan.request.new_instance_id, vpc),
      .advice = fmt::format("Enable DNS resolution on the source's side of the peering: aws ec2 "
                            "modify-vpc-peering-connection-options --region {} --vpc-peering-connection-id {} "
                            "--{}-peering-connection-options AllowDnsResolutionFromRemoteVpc=true",
                            subject.plan.request.region, peering.id, is_accepter ? "accepter" : "requester")};
}

}  // namespace

std::vector<Finding> check_network(const Subject& subject, std::stop_token stop) {
  const plan::Request& request = subject.plan.request;
  const aws::Client& client = subject.account.client;
  const auto vpc = plan::vpc_of_target(client, subject.source, request, stop);
  if (!vpc)
    return {{.text = fmt::format("there is no DB subnet group {}", *request.db_subnet_group_name),
             .advice = "Correct --db-subnet-group-name."}};
  std::vector<Finding> findings = strangers_among_groups(subject, *vpc, stop);
  for (Finding& finding : zone_without_subnet(subject, stop)) findings.push_back(std::move(finding));
  if (*vpc == subject.source.vpc_id) return findings;
  const auto peerings = aws::peerings_between(client, *vpc, subject.source.vpc_id, stop);
  const auto serves = [](const aws::VpcPeering& one) { return one.status == "active" && one.same_region; };
  const auto serving = std::ranges::find_if(peerings, serves);
  if (serving == peerings.end())
    findings.push_back(
        {.text = fmt::format("{} would be in {}, and {} is in {}, which are {}: no security group could let it in",
                             request.new_instance_id, *vpc, subject.source.identifier, subject.source.vpc_id,
                             word_for(peerings)),
         .advice = "Peer the two VPCs in this region (with routes both ways), or choose a DB subnet group of the "
                   "source's VPC."});
  else if (auto finding = source_with_public_address(subject, *vpc, *serving))
    findings.push_back(std::move(*finding));
  if (!request.vpc_security_group_ids)
    findings.push_back({.text = fmt::format("the source's security groups are of {}, and {} can't be in them in {}",
                                            subject.source.vpc_id, request.new_instance_id, *vpc),
                        .advice = "Name groups of that VPC with --vpc-security-group-ids."});
  return findings;
}

}  // namespace darbe::preflight
