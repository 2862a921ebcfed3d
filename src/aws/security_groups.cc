#include "aws/security_groups.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/query.h"
#include "base/clock.h"
#include "base/error.h"

namespace darbe::aws {

namespace {

// EC2's views agree after seconds; after this long something else is wrong.
constexpr base::Poll visibility{std::chrono::milliseconds(500), std::chrono::minutes(1)};

SecurityGroup to_group(const XmlElement& element) {
  return {element.text("groupId"), element.text("groupName"), element.text("groupDescription"), element.text("vpcId"),
          to_tags(element.child("tagSet"))};
}

int to_port(const std::string& text) {
  int port = -1;
  std::from_chars(text.data(), text.data() + text.size(), port);
  return port;
}

SecurityGroupRule to_rule(const XmlElement& element) {
  return {element.text("securityGroupRuleId"),
          element.text("groupId"),
          element.text("isEgress") == "true",
          element.text("ipProtocol"),
          to_port(element.text("fromPort")),
          to_port(element.text("toPort")),
          element.child("referencedGroupInfo").text("groupId"),
          element.has("cidrIpv4") ? element.text("cidrIpv4") : element.text("cidrIpv6"),
          element.text("description"),
          to_tags(element.child("tagSet"))};
}

void add_tag_specification(Parameters& parameters, const std::string& resource_type, const Tags& tags) {
  if (tags.empty()) return;
  parameters.add("TagSpecification.1.ResourceType", resource_type);
  add_tags(parameters, "TagSpecification.1.Tag", tags);
}

void add_filters(Parameters& parameters, const SecurityGroups::Filter& filter) {
  int number = 0;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (value.empty()) return;
    const std::string prefix = fmt::format("Filter.{}", ++number);
    parameters.add(prefix + ".Name", name).add(prefix + ".Value.1", value);
  };
  add("group-name", filter.name);
  add("vpc-id", filter.vpc_id);
  for (const auto& [key, value] : filter.tags) add("tag:" + key, value);
}

bool opens_the_same(const SecurityGroupRule& rule, const CreateRule& wanted) {
  return rule.is_egress == wanted.is_egress && rule.protocol == "tcp" && rule.from_port == wanted.port &&
         rule.to_port == wanted.port && rule.other_group_id == wanted.other_group_id;
}

// They say so; tags that are not there may not be visible yet.
bool are_anothers(const Tags& tags, const Tags& wanted) {
  return std::any_of(wanted.begin(), wanted.end(), [&tags](const auto& tag) {
    const auto found = tags.find(tag.first);
    return found != tags.end() && found->second != tag.second;
  });
}

// A group that was just made may not be known everywhere yet.
XmlElement call_once_visible(const Client& client, const std::string& action, const Parameters& parameters,
                             const std::stop_token& stop) {
  const auto end = base::Clock::now() + visibility.at_most;
  while (true) {
    try {
      return client.call(ec2, action, parameters, stop);
    } catch (const ApiError& error) {
      if (error.meaning() != Meaning::not_found || base::Clock::now() >= end) throw;
    }
    base::sleep_for(visibility.every, stop);
    base::throw_if_stopped(stop);
  }
}

void call_for_absence(const Client& client, const std::string& action, const Parameters& parameters,
                      const std::stop_token& stop) {
  try {
    client.call(ec2, action, parameters, stop);
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::not_found) throw;
  }
}

}  // namespace

bool SecurityGroupRule::lets_everything_out() const {
  return is_egress && protocol == "-1" && (cidr == "0.0.0.0/0" || cidr == "::/0");
}

Parameters to_parameters(const CreateSecurityGroup& wanted) {
  Parameters parameters;
  parameters.add("GroupName", wanted.name).add("GroupDescription", wanted.description).add("VpcId", wanted.vpc_id);
  add_tag_specification(parameters, "security-group", wanted.tags);
  return parameters;
}

Parameters to_parameters(const CreateRule& wanted) {
  Parameters parameters;
  parameters.add("GroupId", wanted.group_id)
      .add("IpPermissions.1.IpProtocol", "tcp")
      .add("IpPermissions.1.FromPort", wanted.port)
      .add("IpPermissions.1.ToPort", wanted.port)
      .add("IpPermissions.1.Groups.1.GroupId", wanted.other_group_id)
      .add("IpPermissions.1.Groups.1.Description", wanted.description);
  add_tag_specification(parameters, "security-group-rule", wanted.tags);
  return parameters;
}

std::vector<SecurityGroup> SecurityGroups::list(const Filter& filter, std::stop_token stop) const {
  Parameters parameters;
  add_filters(parameters, filter);
  std::vector<SecurityGroup> groups;
  for (const XmlElement& page : client_.call_pages(ec2, "DescribeSecurityGroups", parameters, {}, stop)) {
    for (const XmlElement& element : page.child("securityGroupInfo").children()) groups.push_back(to_group(element));
  }
  return groups;
}

std::optional<SecurityGroup> SecurityGroups::find(const std::string& id, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("GroupId.1", id);
  try {
    const XmlElement result = client_.call(ec2, "DescribeSecurityGroups", parameters, stop);
    const auto& groups = result.child("securityGroupInfo").children();
    if (groups.empty()) return std::nullopt;
    return to_group(groups.front());
  } catch (const ApiError& error) {
    if (error.meaning() == Meaning::not_found) return std::nullopt;
    throw;
  }
}

SecurityGroup SecurityGroups::create(const CreateSecurityGroup& wanted, std::stop_token stop) const {
  std::string id;
  try {
    id = client_.call(ec2, "CreateSecurityGroup", to_parameters(wanted), stop).text("groupId");
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::already_exists) throw;
    const auto ours = find_made(wanted, stop);
    if (!ours) throw;
    return *ours;
  }
  std::optional<SecurityGroup> group;
  const bool is_seen = base::poll_until(visibility, stop, [&] {
    group = find(id, stop);
    return group && has_all(group->tags, wanted.tags);
  });
  if (!is_seen) throw base::Error(base::Kind::failed, fmt::format("security group {} was made but can't be seen", id));
  return *group;
}

// The group that an earlier try made, if it was ours.
std::optional<SecurityGroup> SecurityGroups::find_made(const CreateSecurityGroup& wanted, std::stop_token stop) const {
  std::vector<SecurityGroup> there;
  const auto look = [&] { return !(there = list({wanted.name, wanted.vpc_id, {}}, stop)).empty(); };
  if (!base::poll_until(visibility, stop, look)) return std::nullopt;
  if (are_anothers(there.front().tags, wanted.tags)) return std::nullopt;
  if (has_all(there.front().tags, wanted.tags)) return there.front();
  const bool is_ours =
      base::poll_until(patience_, stop, [&] { return look() && has_all(there.front().tags, wanted.tags); });
  return is_ours ? std::optional(there.front()) : std::nullopt;
}

void SecurityGroups::remove(const std::string& id, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("GroupId", id);
  call_for_absence(client_, "DeleteSecurityGroup", parameters, stop);
}

std::vector<SecurityGroupRule> SecurityGroups::rules(const std::string& group_id, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("Filter.1.Name", "group-id").add("Filter.1.Value.1", group_id);
  return described_rules(parameters, stop);
}

std::vector<SecurityGroupRule> SecurityGroups::rules(const Tags& tags, std::stop_token stop) const {
  Parameters parameters;
  add_filters(parameters, {.name = {}, .vpc_id = {}, .tags = tags});
  return described_rules(parameters, stop);
}

std::vector<SecurityGroupRule> SecurityGroups::described_rules(const Parameters& parameters,
                                                               const std::stop_token& stop) const {
  std::vector<SecurityGroupRule> rules;
  for (const XmlElement& page : client_.call_pages(ec2, "DescribeSecurityGroupRules", parameters, {}, stop)) {
    for (const XmlElement& element : page.child("securityGroupRuleSet").children()) rules.push_back(to_rule(element));
  }
  return rules;
}

SecurityGroupRule SecurityGroups::authorize(const CreateRule& wanted, std::stop_token stop) const {
  const std::string action = wanted.is_egress ? "AuthorizeSecurityGroupEgress" : "AuthorizeSecurityGroupIngress";
  try {
    const XmlElement result = call_once_visible(client_, action, to_parameters(wanted), stop);
    const auto& made = result.child("securityGroupRuleSet").children();
    if (made.empty()) throw base::Error(base::Kind::failed, action + ": the answer names no rule");
    return to_rule(made.front());
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::already_exists) throw;
    const auto ours = find_made(wanted, stop);
    if (!ours) throw;
    return *ours;
  }
}

// The rule that an earlier try made, if it was ours.
std::optional<SecurityGroupRule> SecurityGroups::find_made(const CreateRule& wanted, std::stop_token stop) const {
  std::optional<SecurityGroupRule> found;
  base::poll_until(patience_, stop, [&] {
    for (SecurityGroupRule& rule : rules(wanted.group_id, stop)) {
      if (opens_the_same(rule, wanted)) found = std::move(rule);
    }
    return found && (has_all(found->tags, wanted.tags) || are_anothers(found->tags, wanted.tags));
  });
  return found && has_all(found->tags, wanted.tags) ? found : std::nullopt;
}

void SecurityGroups::revoke(const SecurityGroupRule& rule, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("GroupId", rule.group_id).add("SecurityGroupRuleId.1", rule.id);
  const char* action = rule.is_egress ? "RevokeSecurityGroupEgress" : "RevokeSecurityGroupIngress";
  call_for_absence(client_, action, parameters, stop);
}

void SecurityGroups::let_nothing_out(const std::string& group_id, std::stop_token stop) const {
  std::vector<SecurityGroupRule> outbound;
  // None are there where an earlier try has revoked them.
  base::poll_until(patience_, stop, [&] {
    outbound = rules(group_id, stop);
    std::erase_if(outbound, [](const SecurityGroupRule& rule) { return !rule.is_egress; });
    return !outbound.empty();
  });
  for (const SecurityGroupRule& rule : outbound)
    if (rule.lets_everything_out()) revoke(rule, stop);
}

}  // namespace darbe::aws
