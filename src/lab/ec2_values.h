// Security groups, their rules and EC2's filters, as actions and rules both need them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
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

// What the action makes, as TagSpecifications call it; empty for what takes none.
std::string_view type_made_by(std::string_view action);

// The tags that TagSpecifications give to what is of this type.
Texts tags_for(const Value& request, std::string_view type);
void keep_tags(Store& store, const std::string& id, const Texts& tags);
// The shape with the resource's tags; network interfaces have them in TagSet.
Value with_tags(const Store& store, const std::string& id, Value shape, std::string_view member = "Tags");

// Whether a list of ids or names has this one, or is empty: then all are wanted.
bool is_wanted(const Value& names, const std::string& name);

// A range of IPv4 addresses.
struct Block {
  std::uint32_t first = 0;
  unsigned bits = 0;  // that all of them share
};
// Of "10.1.0.0/16"; nothing for what is none.
std::optional<Block> ipv4_block(const std::string& text);
bool overlap(const Block& one, const Block& other);
bool is_within(const Block& inner, const Block& outer);
// "10.0.0.0/8" for "10.1.2.3/8". Requires: ipv4_block() has it.
std::string canonical_ipv4(const std::string& block);

// The zone that CreateSubnet asks for by name or id, the first one without either; empty if the region has none such.
std::string zone_in(const Store& store, const Value& request);

// The values of a resource for a filter's name; nothing if its kind has no such filter.
using FilterValues = std::function<std::vector<std::string>(const std::string& name)>;

// Whether `filters` (EC2's, with * and ?) all fit; `tags` answers tag:KEY and tag-key.
bool fits_filters(const Value& filters, const Texts& tags, const FilterValues& values);

const Texts& tags_of(const Store& store, const std::string& id);

}  // namespace darbe::lab
