// Rules of EC2: security groups, VPCs and their subnets, tags.
#include <algorithm>
#include <set>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "base/letters.h"
#include "lab/ec2_values.h"
#include "lab/paging.h"
#include "lab/quotas.h"
#include "lab/rules_parts.h"

namespace darbe::lab {
namespace {

std::string text(const Situation& s, std::string_view name) { return s.request.at(name).text(); }
bool egress(const Situation& s) { return s.action.ends_with("Egress"); }
std::string group_in(const Situation& s) { return security_group_in(s.store, s.request); }

Broken next_token(const Situation& s) {
  return when(!text(s, "NextToken").empty() && !is_marker(text(s, "NextToken")), text(s, "NextToken"));
}

bool is_tag_filter(const std::string& name) { return name.starts_with("tag:") || name == "tag-key"; }

Broken filters(const Situation& s, const std::set<std::string>& known) {
  for (const Value& filter : s.request.at("Filters").list()) {
    const std::string name = filter.at("Name").text();
    if (!is_tag_filter(name) && !known.contains(name)) return name;
  }
  return holds;
}

Broken group_filters(const Situation& s) {
  return filters(s, {"group-id", "group-name", "vpc-id", "description", "owner-id", "ip-permission.group-id",
                     "ip-permission.cidr", "ip-permission.protocol", "ip-permission.from-port", "ip-permission.to-port",
                     "egress.ip-permission.group-id", "egress.ip-permission.cidr", "egress.ip-permission.protocol",
                     "egress.ip-permission.from-port", "egress.ip-permission.to-port"});
}
Broken rule_filters(const Situation& s) { return filters(s, {"group-id", "security-group-rule-id"}); }
Broken vpc_filters(const Situation& s) {
  return filters(s, {"vpc-id", "isDefault", "is-default", "state", "cidr", "cidr-block", "owner-id"});
}
Broken subnet_filters(const Situation& s) {
  return filters(s, {"vpc-id", "subnet-id", "state", "cidr", "cidr-block", "availability-zone", "owner-id",
                     "default-for-az", "defaultForAz"});
}
Broken peering_filters(const Situation& s) {
  return filters(s,
                 {"requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id", "status-code", "vpc-peering-connection-id"});
}
Broken interface_filters(const Situation& s) {
  return filters(s, {"group-id", "vpc-id", "description", "network-interface-id"});
}
Broken tag_filters(const Situation& s) { return filters(s, {"resource-id", "resource-type", "key", "value"}); }

// ---- security groups

std::vector<std::string> group_ids(const Situation& s) {
  std::vector<std::string> ids = texts_of(s.request.at(s.action == "CreateNetworkInterface" ? "Groups" : "GroupIds"));
  if (s.request.has("GroupId")) ids.push_back(text(s, "GroupId"));
  return ids;
}

Broken group_id_form(const Situation& s) {
  for (const std::string& id : group_ids(s))
    if (!id.starts_with("sg-")) return id;
  return holds;
}

Broken group_missing(const Situation& s) {
  for (const std::string& id : group_ids(s))
    if (!s.store.security_groups.contains(id)) return id;
  const bool by_name = s.action != "DescribeSecurityGroups" && !s.request.has("GroupId") && s.request.has("GroupName");
  return when(by_name && group_in(s).empty(), text(s, "GroupName"));
}

Broken group_names_missing(const Situation& s) {
  for (const std::string& name : texts_of(s.request.at("GroupNames"))) {
    const auto fits = [&](const auto& entry) { return entry.second.at("GroupName").text() == name; };
    if (std::none_of(s.store.security_groups.begin(), s.store.security_groups.end(), fits)) return name;
  }
  return holds;
}

Broken group_not_named(const Situation& s) { return when(!s.request.has("GroupId") && !s.request.has("GroupName")); }

// What EC2 takes in names and descriptions.
bool is_plain_text(std::string_view text) {
  static constexpr std::string_view others = " ._-:/()#,@[]+=&;{}!$*";
  return text.size() <= 255 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return c < 128 && (std::isalnum(c) != 0 || others.find(static_cast<char>(c)) != std::string_view::npos);
         });
}

Broken group_name(const Situation& s) {
  const std::string name = text(s, "GroupName");
  return when(name.empty() || !is_plain_text(name) || base::lower(name).starts_with("sg-"), name);
}

Broken group_reserved(const Situation& s) {
  return when(base::lower(text(s, "GroupName")) == "default", text(s, "GroupName"));
}

Broken group_description(const Situation& s) {
  const std::string description = text(s, "Description");
  return when(description.empty() || !is_plain_text(description), description);
}

Broken vpc_missing(const Situation& s) {
  std::vector<std::string> ids = texts_of(s.request.at("VpcIds"));
  for (const char* one : {"VpcId", "PeerVpcId"})
    if (s.request.has(one)) ids.push_back(text(s, one));
  for (const std::string& id : ids)
    if (!s.store.vpcs.contains(id)) return id;
  return holds;
}

Broken subnet_missing(const Situation& s) {
  std::vector<std::string> ids = texts_of(s.request.at("SubnetIds"));
  if (s.request.has("SubnetId")) ids.push_back(text(s, "SubnetId"));
  for (const std::string& id : ids)
    if (!s.store.subnets.contains(id)) return id;
  return holds;
}

Broken group_taken(const Situation& s) {
  const std::string vpc = s.request.at("VpcId").text(s.store.default_vpc());
  for (const auto& [id, group] : s.store.security_groups)
    if (group.at("VpcId").text() == vpc && group.at("GroupName").text() == text(s, "GroupName"))
      return fmt::format("'{}' already exists for VPC '{}'", text(s, "GroupName"), vpc);
  return holds;
}

Broken groups_full(const Situation& s) { return when(exceeds_quota(s.store, "SecurityGroups")); }

Broken group_default(const Situation& s) {
  const auto group = s.store.security_groups.find(group_in(s));
  return when(group != s.store.security_groups.end() && group->second.at("GroupName").text() == "default", group_in(s));
}

Broken group_on_instance(const Situation& s) {
  for (const auto& [name, instance] : s.store.instances)
    for (const Value& membership : instance.shape.at("VpcSecurityGroups").list())
      if (membership.at("VpcSecurityGroupId").text() == group_in(s)) return group_in(s);
  return holds;
}

Broken group_in_rule(const Situation& s) {
  for (const auto& [id, rule] : s.store.security_group_rules)
    if (rule.at("GroupId").text() != group_in(s) && rule.at("ReferencedGroupInfo").at("GroupId").text() == group_in(s))
      return group_in(s);
  return holds;
}

Broken group_on_interface(const Situation& s) {
  for (const auto& [id, interface] : s.store.interfaces)
    for (const Value& group : interface.at("Groups").list())
      if (group.at("GroupId").text() == group_in(s)) return group_in(s);
  return holds;
}

// ---- VPCs, peerings, interfaces

Broken block_missing(const Situation& s) { return when(!s.request.has("CidrBlock")); }

Broken block_form(const Situation& s) { return when(!ipv4_block(text(s, "CidrBlock")), text(s, "CidrBlock")); }

Block block_in(const Situation& s) { return ipv4_block(text(s, "CidrBlock")).value(); }

// "The allowed size for an IPv4 subnet is between a /28 netmask and a /16 netmask", and so is that of a VPC.
bool has_allowed_size(const Block& block) { return block.bits >= 16 && block.bits <= 28; }

Broken vpc_block(const Situation& s) { return when(!has_allowed_size(block_in(s)), text(s, "CidrBlock")); }

Broken subnet_block(const Situation& s) {
  const auto vpc = ipv4_block(s.store.vpcs.at(text(s, "VpcId")).at("CidrBlock").text());
  return when(!has_allowed_size(block_in(s)) || !is_within(block_in(s), vpc.value()), text(s, "CidrBlock"));
}

Broken subnet_block_taken(const Situation& s) {
  for (const auto& [id, subnet] : s.store.subnets)
    if (subnet.at("VpcId").text() == text(s, "VpcId") &&
        overlap(ipv4_block(subnet.at("CidrBlock").text()).value(), block_in(s)))
      return text(s, "CidrBlock");
  return holds;
}

Broken subnet_zone(const Situation& s) {
  return when(zone_in(s.store, s.request).empty(), text(s, "AvailabilityZone") + text(s, "AvailabilityZoneId"));
}

Broken peer_missing(const Situation& s) { return when(!s.request.has("PeerVpcId")); }

Broken peering_missing(const Situation& s) {
  std::vector<std::string> ids = texts_of(s.request.at("VpcPeeringConnectionIds"));
  if (s.request.has("VpcPeeringConnectionId")) ids.push_back(text(s, "VpcPeeringConnectionId"));
  for (const std::string& id : ids)
    if (!s.store.peerings.contains(id)) return id;
  return holds;
}

Broken peering_not(const Situation& s, std::string_view status) {
  const std::string id = text(s, "VpcPeeringConnectionId");
  return when(s.store.peerings.at(id).at("Status").at("Code").text() != status, id);
}

Broken peering_not_pending(const Situation& s) { return peering_not(s, "pending-acceptance"); }
Broken peering_not_active(const Situation& s) { return peering_not(s, "active"); }

Broken interface_missing(const Situation& s) {
  return when(!s.store.interfaces.contains(text(s, "NetworkInterfaceId")), text(s, "NetworkInterfaceId"));
}

bool are_peered(const Store& store, const std::string& vpc, const std::string& other) {
  return std::any_of(store.peerings.begin(), store.peerings.end(), [&](const auto& entry) {
    const std::string from = entry.second.at("RequesterVpcInfo").at("VpcId").text();
    const std::string to = entry.second.at("AccepterVpcInfo").at("VpcId").text();
    return entry.second.at("Status").at("Code").text() == "active" &&
           ((from == vpc && to == other) || (from == other && to == vpc));
  });
}

// ---- rules of security groups

Broken rules_not_given(const Situation& s) {
  const bool by_id = !s.request.at("SecurityGroupRuleIds").list().empty();
  return when(!by_id && s.request.at("IpPermissions").list().empty() && !s.request.has("CidrIp") &&
              !s.request.has("SourceSecurityGroupName"));
}

std::vector<Value> permissions_in(const Situation& s) {
  std::vector<Value> permissions = s.request.at("IpPermissions").list();
  if (s.request.has("CidrIp") || s.request.has("SourceSecurityGroupName")) permissions.push_back(s.request);
  return permissions;
}

Broken rule_without_source(const Situation& s) {
  for (const Value& permission : s.request.at("IpPermissions").list()) {
    const char* lists[] = {"UserIdGroupPairs", "IpRanges", "Ipv6Ranges", "PrefixListIds"};
    const auto empty = [&](const char* list) { return permission.at(list).list().empty(); };
    if (std::all_of(std::begin(lists), std::end(lists), empty)) return permission.at("IpProtocol").text();
  }
  return holds;
}

Broken rule_protocol(const Situation& s) {
  static const std::set<std::string> known = {"tcp", "udp", "icmp", "icmpv6", "-1"};
  for (const Value& permission : permissions_in(s)) {
    const std::string protocol = permission.at("IpProtocol").text();
    const bool number =
        !protocol.empty() && protocol.size() <= 3 && std::all_of(protocol.begin(), protocol.end(), ::isdigit);
    if (!known.contains(protocol) && !number) return protocol;
  }
  return holds;
}

Broken rule_ports(const Situation& s) {
  for (const Value& permission : permissions_in(s)) {
    const std::string protocol = permission.at("IpProtocol").text();
    if (protocol != "tcp" && protocol != "udp") continue;
    const std::int64_t from = permission.at("FromPort").number(-1);
    const std::int64_t to = permission.at("ToPort").number(-1);
    if (from < 0 || to > 65535 || from > to) return fmt::format("{}-{}", from, to);
  }
  return holds;
}

// "If the start port is -1 (all ICMP types), then the end port must be -1."
Broken rule_icmp(const Situation& s) {
  for (const Value& permission : permissions_in(s)) {
    const std::string protocol = permission.at("IpProtocol").text();
    if (protocol != "icmp" && protocol != "icmpv6") continue;
    const bool given = permission.has("FromPort") && permission.has("ToPort");
    if (!given || (permission.at("FromPort").number() == -1 && permission.at("ToPort").number() != -1)) return protocol;
  }
  return holds;
}

Broken rule_description(const Situation& s) {
  for (const Value& rule : rules_in(s.store, s.request, egress(s)))
    if (!is_plain_text(rule.at("Description").text())) return rule.at("Description").text();
  return holds;
}

bool is_cidr(const std::string& text, int family, int bits_max) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos || slash + 1 == text.size() || text.size() > slash + 4) return false;
  const std::string bits = text.substr(slash + 1);
  if (!std::all_of(bits.begin(), bits.end(), ::isdigit) || std::stoi(bits) > bits_max) return false;
  unsigned char address[16];
  return inet_pton(family, text.substr(0, slash).c_str(), address) == 1;
}

Broken rule_cidr(const Situation& s) {
  for (const Value& rule : rules_in(s.store, s.request, egress(s))) {
    if (rule.has("CidrIpv4") && !is_cidr(rule.at("CidrIpv4").text(), AF_INET, 32)) return rule.at("CidrIpv4").text();
    if (rule.has("CidrIpv6") && !is_cidr(rule.at("CidrIpv6").text(), AF_INET6, 128)) return rule.at("CidrIpv6").text();
  }
  return holds;
}

Broken rule_group_missing(const Situation& s) {
  for (const Value& permission : s.request.at("IpPermissions").list())
    for (const Value& pair : permission.at("UserIdGroupPairs").list())
      if (security_group_in(s.store, pair).empty()) return pair.at("GroupId").text(pair.at("GroupName").text());
  return holds;
}

std::string peer_of(const Value& rule) {
  for (const char* name : {"CidrIpv4", "CidrIpv6", "PrefixListId"})
    if (rule.has(name)) return rule.at(name).text();
  return rule.at("ReferencedGroupInfo").at("GroupId").text();
}

Broken rule_group_elsewhere(const Situation& s) {
  const auto vpc_of = [&](const std::string& group) { return s.store.security_groups.at(group).at("VpcId").text(); };
  for (const Value& rule : rules_in(s.store, s.request, egress(s))) {
    const std::string other = rule.at("ReferencedGroupInfo").at("GroupId").text();
    if (other.empty() || vpc_of(other) == vpc_of(group_in(s))) continue;
    if (!are_peered(s.store, vpc_of(other), vpc_of(group_in(s)))) return other;
  }
  return holds;
}

Broken rule_exists(const Situation& s) {
  std::vector<Value> seen;
  for (const Value& rule : rules_in(s.store, s.request, egress(s))) {
    const bool twice =
        std::any_of(seen.begin(), seen.end(), [&](const Value& other) { return same_rule(rule, other); });
    if (twice || !stored_rule(s.store, rule).empty())
      return fmt::format("peer: {}, {}, from port: {}, to port: {}, ALLOW", peer_of(rule), rule.at("IpProtocol").text(),
                         rule.at("FromPort").number(), rule.at("ToPort").number());
    seen.push_back(rule);
  }
  return holds;
}

Broken rule_missing(const Situation& s) {
  for (const Value& rule : rules_in(s.store, s.request, egress(s)))
    if (stored_rule(s.store, rule).empty()) return group_in(s);
  return holds;
}

Broken rule_id_missing(const Situation& s) {
  for (const std::string& id : texts_of(s.request.at("SecurityGroupRuleIds")))
    if (!s.store.security_group_rules.contains(id)) return id;
  return holds;
}

Broken rules_full(const Situation& s) {
  const auto of_group = [&](const auto& entry) {
    return entry.second.at("GroupId").text() == group_in(s) && entry.second.at("IsEgress").truth() == egress(s);
  };
  const auto now = std::count_if(s.store.security_group_rules.begin(), s.store.security_group_rules.end(), of_group);
  const auto more = static_cast<std::ptrdiff_t>(rules_in(s.store, s.request, egress(s)).size());
  return when(now + more > quota_max(s.store, "RulesPerSecurityGroup"));
}

// ---- tags

Broken tagged_type(const Situation& s) {
  for (const Value& specification : s.request.at("TagSpecifications").list())
    if (specification.at("ResourceType").text() != type_made_by(s.action))
      return specification.at("ResourceType").text();
  return holds;
}

bool exists(const Store& store, const std::string& id) {
  return store.security_groups.contains(id) || store.security_group_rules.contains(id) || store.vpcs.contains(id) ||
         store.subnets.contains(id) || store.interfaces.contains(id) || store.peerings.contains(id);
}

Broken tagged_missing(const Situation& s) {
  for (const std::string& id : texts_of(s.request.at("Resources")))
    if (!exists(s.store, id)) return id;
  return holds;
}

std::vector<Value> tags_in(const Situation& s) {
  std::vector<Value> tags = s.request.at("Tags").list();
  for (const Value& specification : s.request.at("TagSpecifications").list())
    for (const Value& tag : specification.at("Tags").list()) tags.push_back(tag);
  return tags;
}

Broken tag_key(const Situation& s) {
  for (const Value& tag : tags_in(s)) {
    const std::string key = tag.at("Key").text();
    if (key.empty() || key.size() > 127 || base::lower(key).starts_with("aws:")) return key;
  }
  return holds;
}

constexpr std::ptrdiff_t tag_value_length_max = 256;

// Characters, not bytes: what goes on with a character begins with the bits 10.
Broken tag_value(const Situation& s) {
  for (const Value& tag : tags_in(s)) {
    const std::string value = tag.at("Value").text();
    const auto characters = std::count_if(value.begin(), value.end(), [](char c) { return (c & 0xC0) != 0x80; });
    if (characters > tag_value_length_max) return tag.at("Key").text();
  }
  return holds;
}

Broken tag_keys_twice(const Situation& s) {
  std::set<std::string> seen;
  for (const Value& tag : s.request.at("Tags").list())
    if (!seen.insert(tag.at("Key").text()).second) return tag.at("Key").text();
  return holds;
}

Broken tags_full(const Situation& s) {
  for (const std::string& id : texts_of(s.request.at("Resources"))) {
    Texts tags = tags_of(s.store, id);
    for (const Value& tag : tags_in(s)) tags[tag.at("Key").text()] = "";
    if (tags.size() > 50) return id;
  }
  return holds;
}

constexpr std::string_view authorizes = "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress";
constexpr std::string_view revokes = "RevokeSecurityGroupIngress RevokeSecurityGroupEgress";
constexpr std::string_view changes_rules =
    "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress";

const Rule table[] = {
    {"next token", "*", "ec2", "InvalidParameterValue", "Unable to parse pagination token: {}", next_token},
    {"security group filters", "DescribeSecurityGroups", "ec2", "InvalidParameterValue", "The filter '{}' is invalid",
     group_filters},
    {"security group rule filters", "DescribeSecurityGroupRules", "ec2", "InvalidParameterValue",
     "The filter '{}' is invalid", rule_filters},
    {"VPC filters", "DescribeVpcs", "ec2", "InvalidParameterValue", "The filter '{}' is invalid", vpc_filters},
    {"subnet filters", "DescribeSubnets", "ec2", "InvalidParameterValue", "The filter '{}' is invalid", subnet_filters},
    {"peering filters", "DescribeVpcPeeringConnections", "ec2", "InvalidParameterValue", "The filter '{}' is invalid",
     peering_filters},
    {"interface filters", "DescribeNetworkInterfaces", "ec2", "InvalidParameterValue", "The filter '{}' is invalid",
     interface_filters},
    {"tag filters", "DescribeTags", "ec2", "InvalidParameterValue", "The filter '{}' is invalid", tag_filters},

    {"security group not named",
     "DeleteSecurityGroup AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress "
     "RevokeSecurityGroupEgress",
     "ec2", "MissingParameter", "The request must contain the parameter groupName or groupId", group_not_named},
    {"security group id", "*", "ec2", "InvalidGroupId.Malformed", "Invalid id: \"{}\" (expecting \"sg-...\")",
     group_id_form},
    {"security group name", "CreateSecurityGroup", "ec2", "InvalidParameterValue",
     "Value ({}) for parameter GroupName is invalid. It has 1 to 255 characters, letters, digits, "
     "spaces and ._-:/()#,@[]+=&;!$* or braces only, and can't begin with sg-.",
     group_name},
    {"security group reserved", "CreateSecurityGroup", "ec2", "InvalidParameterValue",
     "Cannot use reserved security group name: {}", group_reserved},
    {"security group description", "CreateSecurityGroup", "ec2", "InvalidParameterValue",
     "Value ({}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.",
     group_description},
    {"VPC known", "CreateSecurityGroup DescribeVpcs CreateSubnet CreateVpcPeeringConnection", "ec2",
     "InvalidVpcID.NotFound", "The vpc ID '{}' does not exist", vpc_missing},
    {"subnet known", "DescribeSubnets CreateNetworkInterface", "ec2", "InvalidSubnetID.NotFound",
     "The subnet ID '{}' does not exist", subnet_missing},
    {"security group known",
     "DescribeSecurityGroups DeleteSecurityGroup AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress "
     "RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateNetworkInterface",
     "ec2", "InvalidGroup.NotFound", "The security group '{}' does not exist", group_missing},
    {"security group names known", "DescribeSecurityGroups", "ec2", "InvalidGroup.NotFound",
     "The security group '{}' does not exist", group_names_missing},
    {"security group taken", "CreateSecurityGroup", "ec2", "InvalidGroup.Duplicate", "The security group {}",
     group_taken},
    {"security groups of the account", "CreateSecurityGroup", "ec2", "SecurityGroupLimitExceeded",
     "The maximum number of security groups has been reached.", groups_full},
    {"default security group", "DeleteSecurityGroup", "ec2", "CannotDelete",
     "the specified group: \"{}\" name: \"default\" cannot be deleted by a user", group_default},
    {"security group on an instance", "DeleteSecurityGroup", "ec2", "DependencyViolation",
     "resource {} has a dependent object", group_on_instance},
    {"security group in a rule", "DeleteSecurityGroup", "ec2", "DependencyViolation",
     "resource {} has a dependent object", group_in_rule},

    {"security group on an interface", "DeleteSecurityGroup", "ec2", "DependencyViolation",
     "resource {} has a dependent object", group_on_interface},

    {"block given", "CreateVpc CreateSubnet", "ec2", "MissingParameter",
     "The request must contain the parameter CidrBlock", block_missing},
    {"block's form", "CreateVpc CreateSubnet", "ec2", "InvalidParameterValue",
     "Value ({}) for parameter cidrBlock is invalid. This is not a valid CIDR block.", block_form},
    {"VPC's block", "CreateVpc", "ec2", "InvalidVpc.Range", "The CIDR '{}' is invalid.", vpc_block},
    {"subnet's block", "CreateSubnet", "ec2", "InvalidSubnet.Range", "The CIDR '{}' is invalid.", subnet_block},
    {"subnet's block taken", "CreateSubnet", "ec2", "InvalidSubnet.Conflict",
     "The CIDR '{}' conflicts with another subnet", subnet_block_taken},
    {"subnet's zone", "CreateSubnet", "ec2", "InvalidParameterValue",
     "Value ({}) for parameter availabilityZone is invalid. The region has no such zone.", subnet_zone},
    {"peer given", "CreateVpcPeeringConnection", "ec2", "MissingParameter",
     "The request must contain the parameter peerVpcId", peer_missing},
    {"peering known",
     "DescribeVpcPeeringConnections AcceptVpcPeeringConnection ModifyVpcPeeringConnectionOptions "
     "DeleteVpcPeeringConnection",
     "ec2", "InvalidVpcPeeringConnectionID.NotFound", "The vpcPeeringConnection ID '{}' does not exist",
     peering_missing},
    {"peering accepted already", "AcceptVpcPeeringConnection", "ec2", "InvalidStateTransition",
     "The vpcPeeringConnection {} is not in the pending-acceptance state", peering_not_pending},
    {"peering not active", "ModifyVpcPeeringConnectionOptions", "ec2", "OperationNotPermitted",
     "Peering {} is not active. Peering options can be added only to active peerings.", peering_not_active},
    {"interface known", "DeleteNetworkInterface", "ec2", "InvalidNetworkInterfaceID.NotFound",
     "The networkInterface ID '{}' does not exist", interface_missing},

    {"permissions given", changes_rules, "ec2", "MissingParameter",
     "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.", rules_not_given},
    {"permission without source", changes_rules, "ec2", "MissingParameter",
     "Source group or CIDR is missing in the {} permission", rule_without_source},
    {"permission protocol", changes_rules, "ec2", "InvalidParameterValue",
     "Invalid value '{}' for IP protocol. Unknown protocol.", rule_protocol},
    {"permission ports", changes_rules, "ec2", "InvalidParameterValue", "Invalid value '{}' for portRange.",
     rule_ports},
    {"permission ICMP", changes_rules, "ec2", "InvalidParameterValue",
     "Invalid ICMP type or code for protocol '{}': both must be given, and all types have all codes.", rule_icmp},
    {"permission description", authorizes, "ec2", "InvalidParameterValue",
     "Invalid rule description '{}'. It has at most 255 characters, letters, digits, spaces and "
     "._-:/()#,@[]+=&;!$* or braces only.",
     rule_description},
    {"permission CIDR", changes_rules, "ec2", "InvalidParameterValue", "CIDR block {} is malformed", rule_cidr},
    {"permission's group known", changes_rules, "ec2", "InvalidGroup.NotFound",
     "The security group '{}' does not exist", rule_group_missing},
    {"permission's group in another VPC", authorizes, "ec2", "InvalidGroup.NotFound",
     "You have specified two resources that belong to different networks: {}", rule_group_elsewhere},
    {"permission taken", authorizes, "ec2", "InvalidPermission.Duplicate", "the specified rule \"{}\" already exists",
     rule_exists},
    {"permissions at most", authorizes, "ec2", "RulesPerSecurityGroupLimitExceeded",
     "The maximum number of rules per security group has been reached.", rules_full},
    {"permission known", revokes, "ec2", "InvalidPermission.NotFound",
     "The specified rule does not exist in this security group: {}", rule_missing},
    {"permission id known", "RevokeSecurityGroupIngress RevokeSecurityGroupEgress DescribeSecurityGroupRules", "ec2",
     "InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '{}' does not exist", rule_id_missing},

    {"tagged type",
     "CreateSecurityGroup AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress CreateVpc CreateSubnet "
     "CreateNetworkInterface CreateVpcPeeringConnection",
     "ec2", "InvalidParameterValue", "'{}' is not a valid taggable resource type for this operation.", tagged_type},
    {"tagged resource known", "CreateTags DeleteTags", "ec2", "InvalidID", "The ID '{}' is not valid", tagged_missing},
    {"EC2 tag keys", "*", "ec2", "InvalidParameterValue",
     "Tag keys have 1 to 127 characters, and those starting with 'aws:' are reserved for internal use: '{}'", tag_key},
    {"EC2 tag values", "*", "ec2", "InvalidParameterValue", "The value of the tag '{}' is longer than 256 characters",
     tag_value},
    {"EC2 tag keys twice", "CreateTags", "ec2", "InvalidParameterValue", "Duplicate tag key '{}' specified.",
     tag_keys_twice},
    {"EC2 tags at most", "CreateTags", "ec2", "TagLimitExceeded",
     "The maximum number of tags for '{}' has been reached", tags_full},
};

}  // namespace

std::span<const Rule> ec2_rules() { return table; }

}  // namespace darbe::lab
