// EC2, as far as databases need it: security groups and their rules, the VPC and its subnets, tags.
#include <algorithm>

#include <fmt/format.h>

#include "lab/action.h"
#include "lab/ec2_values.h"
#include "lab/paging.h"
#include "lab/quotas.h"

namespace darbe::lab {
namespace {

Value described_rule(const Store& store, const std::string& id) {
  return with_tags(store, id, store.security_group_rules.at(id));
}

std::string add_rule(World& world, Value rule, const Texts& tags) {
  const std::string id = new_id("sgr");
  rule["SecurityGroupRuleId"] = id;
  rule["SecurityGroupRuleArn"] = world.store.ec2_arn("security-group-rule", id);
  world.store.security_group_rules[id] = std::move(rule);
  keep_tags(world.store, id, tags);
  return id;
}

Value create_security_group(World& world, const Call& call) {
  const std::string id = new_id("sg");
  Value group;
  group["GroupId"] = id;
  group["GroupName"] = call.request.at("GroupName");
  group["Description"] = call.request.at("Description");
  group["VpcId"] = call.request.at("VpcId").text(world.store.default_vpc());
  group["OwnerId"] = world.store.account;
  group["SecurityGroupArn"] = world.store.ec2_arn("security-group", id);
  world.store.security_groups[id] = group;
  keep_tags(world.store, id, tags_for(call.request, "security-group"));
  Value everywhere;
  everywhere["GroupId"] = id;
  everywhere["GroupOwnerId"] = world.store.account;
  everywhere["IsEgress"] = true;
  everywhere["IpProtocol"] = "-1";
  everywhere["FromPort"] = -1;
  everywhere["ToPort"] = -1;
  everywhere["CidrIpv4"] = "0.0.0.0/0";
  add_rule(world, everywhere, {});
  Value answer;
  answer["GroupId"] = id;
  answer["SecurityGroupArn"] = group.at("SecurityGroupArn");
  return with_tags(world.store, id, answer);
}

void add_source(Value& permission, const Value& rule) {
  Value source;
  if (rule.has("Description")) source["Description"] = rule.at("Description");
  const auto put = [&](const char* list, const char* member, const char* from) {
    source[member] = rule.at(from);
    permission[list].list().push_back(source);
  };
  if (rule.has("CidrIpv4")) return put("IpRanges", "CidrIp", "CidrIpv4");
  if (rule.has("CidrIpv6")) return put("Ipv6Ranges", "CidrIpv6", "CidrIpv6");
  if (rule.has("PrefixListId")) return put("PrefixListIds", "PrefixListId", "PrefixListId");
  source["GroupId"] = rule.at("ReferencedGroupInfo").at("GroupId");
  source["UserId"] = rule.at("ReferencedGroupInfo").at("UserId");
  permission["UserIdGroupPairs"].list().push_back(source);
}

Value new_permission(const Value& rule) {
  Value permission;
  permission["IpProtocol"] = rule.at("IpProtocol");
  if (rule.at("IpProtocol").text() != "-1") {
    permission["FromPort"] = rule.at("FromPort");
    permission["ToPort"] = rule.at("ToPort");
  }
  for (const char* list : {"UserIdGroupPairs", "IpRanges", "Ipv6Ranges", "PrefixListIds"})
    permission[list] = Value::List{};
  return permission;
}

// Rules of the same protocol and ports are one permission with many sources.
Value permissions(const Store& store, const std::string& group, bool egress) {
  std::map<std::string, Value> by_ports;
  for (const auto& [id, rule] : store.security_group_rules) {
    if (rule.at("GroupId").text() != group || rule.at("IsEgress").truth() != egress) continue;
    const std::string ports =
        fmt::format("{} {} {}", rule.at("IpProtocol").text(), rule.at("FromPort").number(), rule.at("ToPort").number());
    const auto [entry, is_new] = by_ports.emplace(ports, Value());
    if (is_new) entry->second = new_permission(rule);
    add_source(entry->second, rule);
  }
  Value::List list;
  for (auto& [ports, permission] : by_ports) list.push_back(std::move(permission));
  return list;
}

std::vector<std::string> group_filter_values(const Store& store, const Value& group, const std::string& name) {
  if (name == "group-id") return {group.at("GroupId").text()};
  if (name == "group-name") return {group.at("GroupName").text()};
  if (name == "vpc-id") return {group.at("VpcId").text()};
  if (name == "description") return {group.at("Description").text()};
  if (name == "owner-id") return {group.at("OwnerId").text()};
  std::vector<std::string> found;
  for (const auto& [id, rule] : store.security_group_rules) {
    if (rule.at("GroupId") != group.at("GroupId") || rule.at("IsEgress").truth() != name.starts_with("egress."))
      continue;
    if (name.ends_with("ip-permission.group-id")) found.push_back(rule.at("ReferencedGroupInfo").at("GroupId").text());
    if (name.ends_with("ip-permission.cidr")) found.push_back(rule.at("CidrIpv4").text());
    if (name.ends_with("ip-permission.protocol")) found.push_back(rule.at("IpProtocol").text());
    if (name.ends_with("ip-permission.from-port")) found.push_back(rule.at("FromPort").text());
    if (name.ends_with("ip-permission.to-port")) found.push_back(rule.at("ToPort").text());
  }
  return found;
}

Value describe_security_groups(const View& view, const Call& call) {
  const Store& store = view.store;
  Value::List all;
  for (const auto& [id, group] : store.security_groups) {
    if (!is_wanted(call.request.at("GroupIds"), id)) continue;
    if (!is_wanted(call.request.at("GroupNames"), group.at("GroupName").text())) continue;
    const auto values = [&, &one = group](const std::string& name) { return group_filter_values(store, one, name); };
    if (!fits_filters(call.request.at("Filters"), tags_of(store, id), values)) continue;
    Value shape = with_tags(store, id, group);
    shape["IpPermissions"] = permissions(store, id, false);
    shape["IpPermissionsEgress"] = permissions(store, id, true);
    all.push_back(std::move(shape));
  }
  Value answer;
  answer["SecurityGroups"] = page_of(std::move(all), call.request, ec2_page, answer);
  return answer;
}

Value delete_security_group(World& world, const Call& call) {
  const std::string id = security_group_in(world.store, call.request);
  std::erase_if(world.store.security_group_rules, [&](const auto& entry) {
    if (entry.second.at("GroupId").text() != id) return false;
    world.store.tags.erase(entry.first);
    return true;
  });
  world.store.security_groups.erase(id);
  world.store.tags.erase(id);
  Value answer;
  answer["Return"] = true;
  answer["GroupId"] = id;
  return answer;
}

Value authorize(World& world, const Call& call, bool egress) {
  const Texts tags = tags_for(call.request, "security-group-rule");
  Value answer;
  answer["Return"] = true;
  answer["SecurityGroupRules"] = Value::List{};
  for (const Value& rule : rules_in(world.store, call.request, egress))
    answer["SecurityGroupRules"].list().push_back(described_rule(world.store, add_rule(world, rule, tags)));
  return answer;
}

Value authorize_ingress(World& world, const Call& call) { return authorize(world, call, false); }
Value authorize_egress(World& world, const Call& call) { return authorize(world, call, true); }

Value revoked(const std::string& id, const Value& rule) {
  Value shape;
  shape["SecurityGroupRuleId"] = id;
  for (const char* name : {"GroupId", "IsEgress", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6",
                           "PrefixListId", "Description"})
    if (rule.has(name)) shape[name] = rule.at(name);
  if (rule.has("ReferencedGroupInfo")) shape["ReferencedGroupId"] = rule.at("ReferencedGroupInfo").at("GroupId");
  return shape;
}

Value revoke(World& world, const Call& call, bool egress) {
  std::vector<std::string> ids = texts_of(call.request.at("SecurityGroupRuleIds"));
  for (const Value& rule : rules_in(world.store, call.request, egress)) ids.push_back(stored_rule(world.store, rule));
  Value answer;
  answer["Return"] = true;
  answer["RevokedSecurityGroupRules"] = Value::List{};
  for (const std::string& id : ids) {
    const auto found = world.store.security_group_rules.find(id);
    if (found == world.store.security_group_rules.end()) continue;
    answer["RevokedSecurityGroupRules"].list().push_back(revoked(id, found->second));
    world.store.security_group_rules.erase(found);
    world.store.tags.erase(id);
  }
  return answer;
}

Value revoke_ingress(World& world, const Call& call) { return revoke(world, call, false); }
Value revoke_egress(World& world, const Call& call) { return revoke(world, call, true); }

Value describe_security_group_rules(const View& view, const Call& call) {
  Value::List all;
  for (const auto& [id, rule] : view.store.security_group_rules) {
    if (!is_wanted(call.request.at("SecurityGroupRuleIds"), id)) continue;
    const auto values = [&own_id = id, &one = rule](const std::string& name) -> std::vector<std::string> {
      return {name == "group-id" ? one.at("GroupId").text() : own_id};
    };
    if (fits_filters(call.request.at("Filters"), tags_of(view.store, id), values))
      all.push_back(described_rule(view.store, id));
  }
  Value answer;
  answer["SecurityGroupRules"] = page_of(std::move(all), call.request, ec2_page, answer);
  return answer;
}

// Vpcs and subnets: their filters are few enough to be looked up by member.
const std::map<std::string, std::string>& plain_filters() {
  static const std::map<std::string, std::string> filters = {{"vpc-id", "VpcId"},
                                                             {"subnet-id", "SubnetId"},
                                                             {"isDefault", "IsDefault"},
                                                             {"is-default", "IsDefault"},
                                                             {"state", "State"},
                                                             {"cidr", "CidrBlock"},
                                                             {"cidr-block", "CidrBlock"},
                                                             {"availability-zone", "AvailabilityZone"},
                                                             {"owner-id", "OwnerId"},
                                                             {"default-for-az", "DefaultForAz"},
                                                             {"defaultForAz", "DefaultForAz"}};
  return filters;
}

Value::List described(const Store& store, const std::map<std::string, Value>& resources, const Value& ids,
                      const Value& filters) {
  Value::List all;
  for (const auto& [id, shape] : resources) {
    if (!is_wanted(ids, id)) continue;
    const auto values = [&one = shape](const std::string& name) -> std::vector<std::string> {
      const auto member = plain_filters().find(name);
      return member == plain_filters().end() ? std::vector<std::string>() : std::vector{one.at(member->second).text()};
    };
    if (fits_filters(filters, tags_of(store, id), values)) all.push_back(with_tags(store, id, shape));
  }
  return all;
}

Value describe_vpcs(const View& view, const Call& call) {
  Value answer;
  answer["Vpcs"] =
      page_of(described(view.store, view.store.vpcs, call.request.at("VpcIds"), call.request.at("Filters")),
              call.request, ec2_page, answer);
  return answer;
}

Value describe_subnets(const View& view, const Call& call) {
  Value answer;
  answer["Subnets"] =
      page_of(described(view.store, view.store.subnets, call.request.at("SubnetIds"), call.request.at("Filters")),
              call.request, ec2_page, answer);
  return answer;
}

Value create_tags(World& world, const Call& call) {
  for (const std::string& id : texts_of(call.request.at("Resources")))
    for (const auto& [key, value] : tags_of(call.request.at("Tags"))) world.store.tags[id][key] = value;
  return {};
}

// A tag given without a value goes whatever its value is; without tags all go.
void delete_tags_of(Store& store, const std::string& id, const Value& wanted) {
  const auto found = store.tags.find(id);
  if (found == store.tags.end()) return;
  if (wanted.list().empty()) {
    store.tags.erase(found);
    return;
  }
  for (const Value& tag : wanted.list()) {
    const auto own = found->second.find(tag.at("Key").text());
    if (own != found->second.end() && (!tag.has("Value") || tag.at("Value").text() == own->second))
      found->second.erase(own);
  }
}

Value delete_tags(World& world, const Call& call) {
  for (const std::string& id : texts_of(call.request.at("Resources")))
    delete_tags_of(world.store, id, call.request.at("Tags"));
  return {};
}

Value describe_tags(const View& view, const Call& call) {
  Value::List all;
  for (const auto& [id, tags] : view.store.tags) {
    if (resource_type(id).empty()) continue;
    for (const auto& [key, value] : tags) {
      const Value tag =
          Value::Members{{"ResourceId", id}, {"ResourceType", resource_type(id)}, {"Key", key}, {"Value", value}};
      const auto values = [&tag](const std::string& name) -> std::vector<std::string> {
        if (name == "resource-id") return {tag.at("ResourceId").text()};
        if (name == "resource-type") return {tag.at("ResourceType").text()};
        return {tag.at(name == "key" ? "Key" : "Value").text()};
      };
      if (fits_filters(call.request.at("Filters"), {{key, value}}, values)) all.push_back(tag);
    }
  }
  Value answer;
  answer["Tags"] = page_of(std::move(all), call.request, ec2_page, answer);
  return answer;
}

// Of the many that EC2 tells, the one that databases can run into.
Value describe_account(const View& view, const Call&) {
  Value value;
  value["AttributeValue"] = std::to_string(quota_max(view.store, "SecurityGroupsPerInterface"));
  Value attribute;
  attribute["AttributeName"] = "vpc-max-security-groups-per-interface";
  attribute["AttributeValues"] = Value::List{value};
  Value answer;
  answer["AccountAttributes"] = Value::List{attribute};
  return answer;
}

}  // namespace

const Actions& ec2_actions() {
  static const Actions actions = {
      {"CreateSecurityGroup", create_security_group},
      {"DescribeSecurityGroups", describe_security_groups},
      {"DeleteSecurityGroup", delete_security_group},
      {"AuthorizeSecurityGroupIngress", authorize_ingress},
      {"AuthorizeSecurityGroupEgress", authorize_egress},
      {"RevokeSecurityGroupIngress", revoke_ingress},
      {"RevokeSecurityGroupEgress", revoke_egress},
      {"DescribeSecurityGroupRules", describe_security_group_rules},
      {"DescribeVpcs", describe_vpcs},
      {"DescribeSubnets", describe_subnets},
      {"CreateTags", create_tags},
      {"DeleteTags", delete_tags},
      {"DescribeTags", describe_tags},
      {"DescribeAccountAttributes", describe_account},
  };
  return actions;
}

}  // namespace darbe::lab
