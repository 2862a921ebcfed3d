// Security groups, their rules and EC2's filters, as actions and rules both need them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/store.h"

namespace darbe::lab {

// The id of the group that a request names by GroupId or, in the default VPC, by GroupName; empty if there is none.
std::string security_group_in(const Store& store, const Value& request);

// The rules (SecurityGroupRule without SecurityGroupRuleId) that an Authorize… or Revoke… request spells out, by
// IpPermissions or by CidrIp, IpProtocol and ports.
std::vector<Value> rules_in(const Store& store, const Value& request, bool egress);

// Whether both let through the same; ids, descriptions and tags aside.
bool same_rule(const Value& one, const Value& other);

// The id of the stored rule like `rule`; empty if there is none.
std::string stored_rule(const Store& store, const Value& rule);

// "security-group" for "sg-…"; empty for what the lab does not have.
std::string resource_type(std::string_view id);

// The values of a resource for a filter's name; nothing if its kind has no such filter.
using FilterValues = std::function<std::vector<std::string>(const std::string& name)>;

// Whether `filters` (EC2's, with * and ?) all fit; `tags` answers tag:KEY and tag-key.
bool fits_filters(const Value& filters, const Texts& tags, const FilterValues& values);

const Texts& tags_of(const Store& store, const std::string& id);

}  // namespace darbe::lab
