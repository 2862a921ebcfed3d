// Whether a rule on the source's security group can let the new instance in: groups name each other within a VPC, and
// between VPCs that are peered in one region (Amazon VPC Peering Guide, "Update your security groups to reference peer
// security groups"). And what of its network darbe may not reach it by, though it reaches the source.
#include "aws/network.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plan/target_settings.h"
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
Finding stranger_among_groups(const std::string& id, const std::optional<aws::SecurityGroup>& group,
                              const std::string& new_instance_id, const std::string& vpc) {
  return {.text = group ? fmt::format("security group {} is of {}, and {} would be in {}", id, group->vpc_id,
                                      new_instance_id, vpc)
                        : fmt::format("there is no security group {}", id),
          .advice = fmt::format("Name groups of {} with --vpc-security-group-ids.", vpc)};
}

// As where the source is what that run has made: its members reach what it was made of.
Finding group_of_another_run(const std::string& id, const plan::Request& request) {
  return {
      .text = fmt::format("security group {} was made by another run of darbe, and {} would be in it: it could reach "
                          "that run's source",
                          id, request.new_instance_id),
      .advice = request.vpc_security_group_ids
                    ? "Leave it out."
                    : fmt::format("Take {} out of it if that run is over, or name the new instance's groups with "
                                  "--vpc-security-group-ids.",
                                  request.source_instance_id)};
}

std::vector<Finding> unfit_groups(const Subject& subject, const std::string& vpc, const std::stop_token& stop) {
  const plan::Request& request = subject.plan.request;
  std::vector<Finding> findings;
  for (const std::string& id : plan::security_groups_of_target(subject.source, request)) {
    const auto group = subject.account.security_groups.find(id, stop);
    if (request.vpc_security_group_ids && (!group || group->vpc_id != vpc))
      findings.push_back(stranger_among_groups(id, group, request.new_instance_id, vpc));
    else if (group && group->tags.contains(plan::tag_run))
      findings.push_back(group_of_another_run(id, request));
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

std::vector<Finding> another_vpc(const Subject& subject, const std::string& vpc, const std::stop_token& stop) {
  if (vpc == subject.source.vpc_id) return {};
  const plan::Request& request = subject.plan.request;
  std::vector<Finding> findings;
  const auto peerings = aws::peerings_between(subject.account.client, vpc, subject.source.vpc_id, stop);
  const auto serves = [](const aws::VpcPeering& one) { return one.status == "active" && one.same_region; };
  const auto serving = std::ranges::find_if(peerings, serves);
  if (serving == peerings.end())
    findings.push_back(
        {.text = fmt::format("{} would be in {}, and {} is in {}, which are {}: no security group could let it in",
                             request.new_instance_id, vpc, subject.source.identifier, subject.source.vpc_id,
                             word_for(peerings)),
         .advice = "Peer the two VPCs in this region (with routes both ways), or choose a DB subnet group of the "
                   "source's VPC."});
  else if (auto finding = source_with_public_address(subject, vpc, *serving))
    findings.push_back(std::move(*finding));
  if (!request.vpc_security_group_ids)
    findings.push_back({.text = fmt::format("the source's security groups are of {}, and {} can't be in them in {}",
                                            subject.source.vpc_id, request.new_instance_id, vpc),
                        .advice = "Name groups of that VPC with --vpc-security-group-ids."});
  return findings;
}

unsigned port_of(const aws::Instance& source) { return static_cast<unsigned>(source.port.value_or(3306)); }

// Where it is in all groups of the source, they let in whom they let in there.
std::vector<std::string> unlike_the_source(const plan::Request& request, const aws::Instance& source) {
  std::vector<std::string> unlike;
  if (request.db_subnet_group_name.value_or(source.subnet_group) != source.subnet_group)
    unlike.push_back(fmt::format("DB subnet group {}", *request.db_subnet_group_name));
  const auto groups = plan::security_groups_of_target(source, request);
  const auto is_left = [&](const std::string& group) { return std::ranges::find(groups, group) == groups.end(); };
  if (std::ranges::any_of(source.security_group_ids, is_left))
    unlike.push_back(groups.empty() ? "no security group but the run's own"
                                    : fmt::format("security groups {}", fmt::join(groups, ", ")));
  if (request.port.value_or(port_of(source)) != port_of(source))
    unlike.push_back(fmt::format("port {}", *request.port));
  if (source.publicly_accessible && request.publicly_accessible == false) unlike.emplace_back("no public address");
  return unlike;
}

}  // namespace

std::vector<Finding> reach_findings(const plan::Request& request, const aws::Instance& source) {
  const auto unlike = unlike_the_source(request, source);
  if (unlike.empty()) return {};
  const auto groups = plan::security_groups_of_target(source, request);
  const unsigned port = request.port.value_or(port_of(source));
  return {{.weight = Weight::warning,
           .text = fmt::format("{} will have {}, unlike {}: darbe must reach it, too, from where it runs",
                               request.new_instance_id, fmt::join(unlike, ", "), source.identifier),
           .advice =
               groups.empty()
                   ? fmt::format("Name groups that let this machine in on port {} with --vpc-security-group-ids.", port)
                   : fmt::format("See that it will: the new instance's own groups must let this machine in on "
                                 "port {}: {}.",
                                 port, fmt::join(groups, ", "))}};
}

std::vector<Finding> check_network(const Subject& subject, std::stop_token stop) {
  const plan::Request& request = subject.plan.request;
  const auto vpc = plan::vpc_of_target(subject.account.client, subject.source, request, stop);
  if (!vpc)
    return {{.text = fmt::format("there is no DB subnet group {}", *request.db_subnet_group_name),
             .advice = "Correct --db-subnet-group-name."}};
  std::vector<Finding> findings = unfit_groups(subject, *vpc, stop);
  for (Finding& finding : zone_without_subnet(subject, stop)) findings.push_back(std::move(finding));
  for (Finding& finding : another_vpc(subject, *vpc, stop)) findings.push_back(std::move(finding));
  for (Finding& finding : reach_findings(request, subject.source)) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace darbe::preflight
