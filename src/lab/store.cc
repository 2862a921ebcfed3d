#include "lab/store.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/letters.h"
#include "base/random.h"

namespace darbe::lab {
namespace {

Value written(const Texts& texts) {
  Value::Members members;
  for (const auto& [name, text] : texts) members.emplace(name, text);
  return members;
}

Texts read_texts(const Value& value) {
  Texts texts;
  for (const auto& [name, text] : value.members()) texts.emplace(name, text.text());
  return texts;
}

Value written(const Credential& credential) {
  Value value;
  value["Secret"] = credential.secret.reveal();
  value["SessionToken"] = credential.session_token.reveal();
  value["Arn"] = credential.arn;
  value["UserId"] = credential.user_id;
  value["Expires"] = credential.expires;
  return value;
}

Credential read_credential(const Value& value) {
  return {base::Secret(value.at("Secret").text()), base::Secret(value.at("SessionToken").text()),
          value.at("Arn").text(), value.at("UserId").text(), value.at("Expires").number()};
}

Value written(const ParameterGroup& group) {
  Value value;
  value["Name"] = group.name;
  value["Family"] = group.family;
  value["Description"] = group.description;
  value["IsDefault"] = group.is_default;
  value["Settings"] = Value::Members{};
  for (const auto& [name, setting] : group.settings) {
    value["Settings"][name]["Value"] = setting.value;
    value["Settings"][name]["Method"] = setting.method;
  }
  return value;
}

ParameterGroup read_parameter_group(const Value& value) {
  ParameterGroup group{value.at("Name").text(),
                       value.at("Family").text(),
                       value.at("Description").text(),
                       value.at("IsDefault").truth(),
                       {}};
  for (const auto& [name, setting] : value.at("Settings").members())
    group.settings[name] = {setting.at("Value").text(), setting.at("Method").text()};
  return group;
}

std::int64_t milliseconds_of(std::chrono::system_clock::time_point moment) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(moment.time_since_epoch()).count();
}

std::chrono::system_clock::time_point moment(const Value& milliseconds) {
  return std::chrono::system_clock::time_point(std::chrono::milliseconds(milliseconds.number()));
}

Value written(const Instance& instance) {
  Value value;
  value["Shape"] = instance.shape;
  value["Password"] = instance.password.reveal();
  value["NextPassword"] = instance.next_password.reveal();
  value["InForce"] = written(instance.in_force);
  value["ApplyNow"] = instance.apply_now;
  value["Promoting"] = instance.promoting;
  value["LoadingFrom"] = milliseconds_of(instance.loading.from);
  value["LoadingUntil"] = milliseconds_of(instance.loading.until);
  value["SaidStatus"] = instance.said_status;
  return value;
}

Instance read_instance(const Value& value) {
  return {value.at("Shape"),
          base::Secret(value.at("Password").text()),
          base::Secret(value.at("NextPassword").text()),
          read_texts(value.at("InForce")),
          value.at("ApplyNow").truth(),
          value.at("Promoting").truth(),
          {moment(value.at("LoadingFrom")), moment(value.at("LoadingUntil"))},
          value.at("SaidStatus").text()};
}

Value written(const Value& value) { return value; }

template <typename Resource>
Value written_map(const std::map<std::string, Resource>& resources) {
  Value::Members members;
  for (const auto& [name, resource] : resources) members.emplace(name, written(resource));
  return members;
}

template <typename Resource, typename Read>
std::map<std::string, Resource> read_map(const Value& value, Read read) {
  std::map<std::string, Resource> resources;
  for (const auto& [name, member] : value.members()) resources.emplace(name, read(member));
  return resources;
}

std::map<std::string, Value> read_values(const Value& value) {
  return read_map<Value>(value, [](const Value& member) { return member; });
}

Value network_rule(const Store& store, const std::string& group, bool egress) {
  Value rule;
  rule["SecurityGroupRuleId"] = new_id("sgr");
  rule["GroupId"] = group;
  rule["GroupOwnerId"] = store.account;
  rule["IsEgress"] = egress;
  rule["IpProtocol"] = "-1";
  rule["FromPort"] = -1;
  rule["ToPort"] = -1;
  return rule;
}

void add_default_security_group(Store& store, const std::string& vpc) {
  const std::string id = new_id("sg");
  Value group;
  group["GroupId"] = id;
  group["GroupName"] = "default";
  group["Description"] = "default VPC security group";
  group["VpcId"] = vpc;
  group["OwnerId"] = store.account;
  group["SecurityGroupArn"] = store.ec2_arn("security-group", id);
  store.security_groups[id] = group;
  Value inside = network_rule(store, id, false);
  inside["ReferencedGroupInfo"]["GroupId"] = id;
  inside["ReferencedGroupInfo"]["UserId"] = store.account;
  store.security_group_rules[inside.at("SecurityGroupRuleId").text()] = inside;
  Value outside = network_rule(store, id, true);
  outside["CidrIpv4"] = "0.0.0.0/0";
  store.security_group_rules[outside.at("SecurityGroupRuleId").text()] = outside;
}

void add_default_subnet_group(Store& store, const std::string& vpc) {
  Value group;
  group["DBSubnetGroupName"] = "default";
  group["DBSubnetGroupDescription"] = "default";
  group["VpcId"] = vpc;
  group["SubnetGroupStatus"] = "Complete";
  group["DBSubnetGroupArn"] = store.rds_arn("subgrp", "default");
  group["SupportedNetworkTypes"] = Value::List{"IPV4"};
  for (const auto& [id, subnet] : store.subnets) {
    Value member;
    member["SubnetIdentifier"] = id;
    member["SubnetAvailabilityZone"]["Name"] = subnet.at("AvailabilityZone");
    member["SubnetStatus"] = "Active";
    group["Subnets"].list().push_back(member);
  }
  store.subnet_groups["default"] = group;
}

Value own_user(const Credential& credential) {
  Value user;
  user["Path"] = "/";
  user["UserName"] = "lab";
  user["UserId"] = credential.user_id;
  user["Arn"] = credential.arn;
  return user;
}

std::string first_name(const Value& list, std::string_view member) {
  return list.list().empty() ? std::string() : list.list().front().at(member).text();
}

}  // namespace

// A volume that is being optimized hides nothing else that is done to its instance.
std::string Instance::shown_status() const {
  const std::string own = status();
  const bool is_hidden = said_status != "storage-optimization" || own == "available";
  return said_status.empty() || own == "deleting" || !is_hidden ? own : said_status;
}

std::string Instance::parameter_group() const {
  return first_name(shape.at("DBParameterGroups"), "DBParameterGroupName");
}

std::string Instance::option_group() const { return first_name(shape.at("OptionGroupMemberships"), "OptionGroupName"); }

bool Instance::has_option_group(std::string_view name) const {
  const Value::List& memberships = shape.at("OptionGroupMemberships").list();
  return std::any_of(memberships.begin(), memberships.end(),
                     [&](const Value& membership) { return membership.at("OptionGroupName").text() == name; });
}

bool Instance::has_pending() const {
  return !shape.at("PendingModifiedValues").members().empty() || shape.at("OptionGroupMemberships").list().size() > 1;
}

Instance* Store::instance(std::string_view identifier) {
  const auto found = instances.find(base::lower(identifier));
  return found == instances.end() ? nullptr : &found->second;
}

const Instance* Store::instance(std::string_view identifier) const {
  return const_cast<Store*>(this)->instance(identifier);
}

const Instance* Store::instance_by_resource(std::string_view resource_id) const {
  for (const auto& [name, one] : instances)
    if (one.resource_id() == resource_id) return &one;
  return nullptr;
}

Instance* Store::instance_by_resource(std::string_view resource_id) {
  return const_cast<Instance*>(std::as_const(*this).instance_by_resource(resource_id));
}

std::string Store::rds_arn(std::string_view kind, std::string_view name) const {
  return fmt::format("arn:aws:rds:{}:{}:{}:{}", region, account, kind, name);
}

std::string Store::ec2_arn(std::string_view kind, std::string_view id) const {
  return fmt::format("arn:aws:ec2:{}:{}:{}/{}", region, account, kind, id);
}

std::string Store::own_user_arn() const { return fmt::format("arn:aws:iam::{}:user/lab", account); }

std::string Store::default_vpc() const {
  for (const auto& [id, vpc] : vpcs)
    if (vpc.at("IsDefault").truth()) return id;
  return {};
}

std::string Store::default_security_group(std::string_view vpc) const {
  for (const auto& [id, group] : security_groups)
    if (group.at("GroupName").text() == "default" && group.at("VpcId").text() == vpc) return id;
  return {};
}

std::string new_access_key_id(std::string_view prefix) {
  std::string key = fmt::format("{}{}", prefix, base::random_hex(8));
  std::transform(key.begin(), key.end(), key.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return key;
}

std::string new_id(std::string_view prefix) { return fmt::format("{}-{}", prefix, base::random_hex(9).substr(0, 17)); }

std::string add_vpc(Store& store, const std::string& block, bool is_default) {
  const std::string id = new_id("vpc");
  Value vpc;
  vpc["VpcId"] = id;
  vpc["CidrBlock"] = block;
  vpc["IsDefault"] = is_default;
  vpc["State"] = "available";
  vpc["InstanceTenancy"] = "default";
  vpc["OwnerId"] = store.account;
  vpc["DhcpOptionsId"] = new_id("dopt");
  Value::Members association{{"AssociationId", new_id("vpc-cidr-assoc")}, {"CidrBlock", block}};
  association["CidrBlockState"]["State"] = "associated";
  vpc["CidrBlockAssociationSet"] = Value::List{association};
  store.vpcs[id] = vpc;
  add_default_security_group(store, id);
  return id;
}

std::string add_subnet(Store& store, const NewSubnet& wanted) {
  const std::string id = new_id("subnet");
  Value subnet;
  subnet["SubnetId"] = id;
  subnet["SubnetArn"] = store.ec2_arn("subnet", id);
  subnet["VpcId"] = wanted.vpc;
  subnet["CidrBlock"] = wanted.block;
  subnet["AvailabilityZone"] = wanted.zone;
  subnet["AvailabilityZoneId"] = fmt::format("lab1-az{}", wanted.zone.back() - 'a' + 1);
  subnet["AvailableIpAddressCount"] = 4091;
  subnet["State"] = "available";
  subnet["DefaultForAz"] = wanted.is_default;
  subnet["MapPublicIpOnLaunch"] = wanted.is_default;
  subnet["OwnerId"] = store.account;
  store.subnets[id] = subnet;
  return id;
}

Store new_store(const std::string& region) {
  Store store;
  store.account = "123456789012";
  store.region = region;
  Credential credential;
  credential.secret = base::Secret(base::random_hex(20));
  credential.arn = store.own_user_arn();
  credential.user_id = "AIDALABLABLABLABLABLA";
  store.users["lab"] = own_user(credential);
  store.credentials[new_access_key_id("AKIA")] = credential;
  const std::string vpc = add_vpc(store, "172.31.0.0/16", true);
  for (int number = 0; number < 3; ++number)
    add_subnet(store, {.vpc = vpc,
                       .block = fmt::format("172.31.{}.0/20", number * 16),
                       .zone = fmt::format("{}{}", region, static_cast<char>('a' + number)),
                       .is_default = true});
  add_default_subnet_group(store, vpc);
  return store;
}

std::string written(const Store& store) {
  Value value;
  value["Account"] = store.account;
  value["Region"] = store.region;
  value["Credentials"] = written_map(store.credentials);
  value["Instances"] = written_map(store.instances);
  value["ParameterGroups"] = written_map(store.parameter_groups);
  value["OptionGroups"] = written_map(store.option_groups);
  value["SubnetGroups"] = written_map(store.subnet_groups);
  value["Snapshots"] = written_map(store.snapshots);
  value["Vpcs"] = written_map(store.vpcs);
  value["Subnets"] = written_map(store.subnets);
  value["SecurityGroups"] = written_map(store.security_groups);
  value["SecurityGroupRules"] = written_map(store.security_group_rules);
  value["Secrets"] = written_map(store.secrets);
  value["Keys"] = written_map(store.keys);
  value["KeyAliases"] = written(store.key_aliases);
  value["Peerings"] = written_map(store.peerings);
  value["Interfaces"] = written_map(store.interfaces);
  value["Tags"] = written_map(store.tags);
  value["Quotas"] = Value::Members(store.quotas.begin(), store.quotas.end());
  value["Users"] = written_map(store.users);
  value["Roles"] = written_map(store.roles);
  value["Policies"] = written_map(store.policies);
  return to_json(value);
}

Store read_store(std::string_view json) {
  const Value value = from_json(json);
  Store store;
  store.account = value.at("Account").text();
  store.region = value.at("Region").text();
  store.credentials = read_map<Credential>(value.at("Credentials"), read_credential);
  store.instances = read_map<Instance>(value.at("Instances"), read_instance);
  store.parameter_groups = read_map<ParameterGroup>(value.at("ParameterGroups"), read_parameter_group);
  store.option_groups = read_values(value.at("OptionGroups"));
  store.subnet_groups = read_values(value.at("SubnetGroups"));
  store.snapshots = read_values(value.at("Snapshots"));
  store.vpcs = read_values(value.at("Vpcs"));
  store.subnets = read_values(value.at("Subnets"));
  store.security_groups = read_values(value.at("SecurityGroups"));
  store.security_group_rules = read_values(value.at("SecurityGroupRules"));
  store.secrets = read_values(value.at("Secrets"));
  store.keys = read_values(value.at("Keys"));
  store.key_aliases = read_texts(value.at("KeyAliases"));
  store.peerings = read_values(value.at("Peerings"));
  store.interfaces = read_values(value.at("Interfaces"));
  store.tags = read_map<Texts>(value.at("Tags"), read_texts);
  store.quotas = read_map<std::int64_t>(value.at("Quotas"), [](const Value& max) { return max.number(); });
  store.users = read_values(value.at("Users"));
  store.roles = read_values(value.at("Roles"));
  store.policies = read_map<Texts>(value.at("Policies"), read_texts);
  return store;
}

Value tag_list(const Texts& tags) {
  Value::List list;
  for (const auto& [key, value] : tags) list.push_back(Value::Members{{"Key", key}, {"Value", value}});
  return list;
}

Texts tags_of(const Value& list) {
  Texts tags;
  for (const Value& tag : list.list()) tags[tag.at("Key").text()] = tag.at("Value").text();
  return tags;
}

}  // namespace darbe::lab
