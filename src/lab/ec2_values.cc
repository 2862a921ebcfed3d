#include "lab/ec2_values.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fnmatch.h>

namespace darbe::lab {
namespace {

Value bare_rule(const Store& store, const std::string& group, const Value& permission, bool egress) {
  Value rule;
  rule["GroupId"] = group;
  rule["GroupOwnerId"] = store.account;
  rule["IsEgress"] = egress;
  const std::string protocol = permission.at("IpProtocol").text("-1");
  rule["IpProtocol"] = protocol;
  rule["FromPort"] = protocol == "-1" ? -1 : permission.at("FromPort").number(-1);
  rule["ToPort"] = protocol == "-1" ? -1 : permission.at("ToPort").number(-1);
  return rule;
}

Value group_named(const Store& store, const Value& pair) {
  Value reference;
  reference["GroupId"] = security_group_in(store, pair);
  reference["UserId"] = pair.at("UserId").text(store.account);
  return reference;
}

// "For example, if you specify 100.68.0.18/18, AWS canonicalizes it to 100.68.0.0/18." What is no block stays as it is.
std::string canonical_block(const std::string& block, int family) {
  unsigned char address[16] = {};
  const std::size_t slash = block.find('/');
  if (slash == std::string::npos || inet_pton(family, block.substr(0, slash).c_str(), address) != 1) return block;
  const std::string length = block.substr(slash + 1);
  if (length.empty() || length.size() > 3 || !std::all_of(length.begin(), length.end(), ::isdigit)) return block;
  const int bits = std::stoi(length);
  for (int bit = bits; bit < 128; ++bit) address[bit / 8] &= static_cast<unsigned char>(~(0x80 >> bit % 8));
  char text[INET6_ADDRSTRLEN] = {};
  return fmt::format("{}/{}", inet_ntop(family, address, text, sizeof text), bits);
}

Value canonical(const Value& block, int family) { return canonical_block(block.text(), family); }

void add_sources(const Store& store, const Value& bare, const Value& permission, std::vector<Value>& rules) {
  const auto add = [&](std::string_view member, Value source, const Value& from) {
    Value rule = bare;
    rule[member] = std::move(source);
    if (from.has("Description")) rule["Description"] = from.at("Description");
    rules.push_back(std::move(rule));
  };
  for (const Value& pair : permission.at("UserIdGroupPairs").list())
    add("ReferencedGroupInfo", group_named(store, pair), pair);
  for (const Value& range : permission.at("IpRanges").list())
    add("CidrIpv4", canonical(range.at("CidrIp"), AF_INET), range);
  for (const Value& range : permission.at("Ipv6Ranges").list())
    add("CidrIpv6", canonical(range.at("CidrIpv6"), AF_INET6), range);
  for (const Value& prefix : permission.at("PrefixListIds").list())
    add("PrefixListId", prefix.at("PrefixListId"), prefix);
}

void add_flat(const Store& store, const Value& bare, const Value& request, std::vector<Value>& rules) {
  Value rule = bare;
  if (request.has("CidrIp")) {
    rule["CidrIpv4"] = canonical(request.at("CidrIp"), AF_INET);
    rules.push_back(rule);
  } else if (request.has("SourceSecurityGroupName")) {
    Value pair;
    pair["GroupName"] = request.at("SourceSecurityGroupName");
    rule["ReferencedGroupInfo"] = group_named(store, pair);
    rules.push_back(rule);
  }
}

bool fits(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

}  // namespace

std::string security_group_in(const Store& store, const Value& request) {
  const std::string id = request.at("GroupId").text();
  if (!id.empty()) return store.security_groups.contains(id) ? id : std::string();
  const std::string name = request.at("GroupName").text();
  for (const auto& [group_id, group] : store.security_groups)
    if (group.at("GroupName").text() == name && group.at("VpcId").text() == store.default_vpc()) return group_id;
  return {};
}

std::vector<Value> rules_in(const Store& store, const Value& request, bool egress) {
  std::vector<Value> rules;
  const std::string group = security_group_in(store, request);
  for (const Value& permission : request.at("IpPermissions").list())
    add_sources(store, bare_rule(store, group, permission, egress), permission, rules);
  add_flat(store, bare_rule(store, group, request, egress), request, rules);
  return rules;
}

bool same_rule(const Value& one, const Value& other) {
  for (const char* name :
       {"GroupId", "IsEgress", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId"})
    if (!(one.at(name) == other.at(name))) return false;
  return one.at("ReferencedGroupInfo").at("GroupId") == other.at("ReferencedGroupInfo").at("GroupId");
}

std::string stored_rule(const Store& store, const Value& rule) {
  for (const auto& [id, stored] : store.security_group_rules)
    if (same_rule(stored, rule)) return id;
  return {};
}

std::string resource_type(std::string_view id) {
  if (id.starts_with("sgr-")) return "security-group-rule";
  if (id.starts_with("sg-")) return "security-group";
  if (id.starts_with("vpc-")) return "vpc";
  if (id.starts_with("subnet-")) return "subnet";
  if (id.starts_with("eni-")) return "network-interface";
  if (id.starts_with("pcx-")) return "vpc-peering-connection";
  return {};
}

std::string_view type_made_by(std::string_view action) {
  if (action == "CreateSecurityGroup") return "security-group";
  if (action == "AuthorizeSecurityGroupIngress" || action == "AuthorizeSecurityGroupEgress")
    return "security-group-rule";
  if (action == "CreateVpc") return "vpc";
  if (action == "CreateSubnet") return "subnet";
  if (action == "CreateNetworkInterface") return "network-interface";
  if (action == "CreateVpcPeeringConnection") return "vpc-peering-connection";
  return {};
}

Texts tags_for(const Value& request, std::string_view type) {
  Texts tags;
  for (const Value& specification : request.at("TagSpecifications").list())
    if (specification.at("ResourceType").text() == type)
      for (const auto& [key, value] : tags_of(specification.at("Tags"))) tags[key] = value;
  return tags;
}

void keep_tags(Store& store, const std::string& id, const Texts& tags) {
  if (!tags.empty()) store.tags[id] = tags;
}

Value with_tags(const Store& store, const std::string& id, Value shape, std::string_view member) {
  if (const Texts& tags = tags_of(store, id); !tags.empty()) shape[member] = tag_list(tags);
  return shape;
}

bool is_wanted(const Value& names, const std::string& name) {
  const auto all = texts_of(names);
  return all.empty() || std::find(all.begin(), all.end(), name) != all.end();
}

std::optional<Block> ipv4_block(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  unsigned bits = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data() + slash + 1, end, bits);
  in_addr address{};
  if (problem != std::errc() || rest != end || bits > 32 ||
      inet_pton(AF_INET, text.substr(0, slash).c_str(), &address) != 1)
    return std::nullopt;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return Block{ntohl(address.s_addr) & mask, bits};
}

bool is_within(const Block& inner, const Block& outer) {
  return inner.bits >= outer.bits && (outer.bits == 0 || (inner.first ^ outer.first) >> (32 - outer.bits) == 0);
}

bool overlap(const Block& one, const Block& other) { return is_within(one, other) || is_within(other, one); }

std::string canonical_ipv4(const std::string& block) { return canonical_block(block, AF_INET); }

std::string zone_in(const Store& store, const Value& request) {
  const std::string name = request.at("AvailabilityZone").text();
  const std::string id = request.at("AvailabilityZoneId").text();
  std::set<std::string> zones;
  for (const auto& [subnet_id, subnet] : store.subnets)  // the default VPC has one in each
    if (subnet.at("DefaultForAz").truth() && (name.empty() || subnet.at("AvailabilityZone").text() == name) &&
        (id.empty() || subnet.at("AvailabilityZoneId").text() == id))
      zones.insert(subnet.at("AvailabilityZone").text());
  return zones.empty() ? std::string() : *zones.begin();
}

bool fits_filters(const Value& filters, const Texts& tags, const FilterValues& values) {
  const auto tag_values = [&](const std::string& name) {
    std::vector<std::string> found;
    for (const auto& [key, value] : tags)
      if (name == "tag-key")
        found.push_back(key);
      else if (name == "tag:" + key)
        found.push_back(value);
    return found;
  };
  return std::all_of(filters.list().begin(), filters.list().end(), [&](const Value& filter) {
    const std::string name = filter.at("Name").text();
    const auto own = name.starts_with("tag") ? tag_values(name) : values(name);
    const auto patterns = texts_of(filter.at("Values"));
    return std::any_of(own.begin(), own.end(), [&](const std::string& text) {
      return std::any_of(patterns.begin(), patterns.end(),
                         [&](const std::string& pattern) { return fits(pattern, text); });
    });
  });
}

const Texts& tags_of(const Store& store, const std::string& id) {
  static const Texts none;
  const auto found = store.tags.find(id);
  return found == store.tags.end() ? none : found->second;
}

}  // namespace darbe::lab
