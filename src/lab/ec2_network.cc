// EC2: VPCs beside the default one, peerings between them, network interfaces.
#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/random.h"
#include "lab/action.h"
#include "lab/ec2_values.h"
#include "lab/paging.h"

namespace darbe::lab {
namespace {

std::string new_id(std::string_view prefix) { return fmt::format("{}-{}", prefix, base::random_hex(9).substr(0, 17)); }

bool named(const Value& names, const std::string& name) {
  const auto all = texts_of(names);
  return all.empty() || std::find(all.begin(), all.end(), name) != all.end();
}

Value create_vpc(World& world, const Call& call) {
  Value answer;
  answer["Vpc"] = world.store.vpcs.at(add_vpc(world.store, call.request.at("CidrBlock").text(), false));
  return answer;
}

Value create_subnet(World& world, const Call& call) {
  const std::string id =
      add_subnet(world.store, {.vpc = call.request.at("VpcId").text(),
                               .block = call.request.at("CidrBlock").text(),
                               .zone = call.request.at("AvailabilityZone").text(world.store.region + "a"),
                               .is_default = false});
  Value answer;
  answer["Subnet"] = world.store.subnets.at(id);
  return answer;
}

// ---- peerings

Value side_of_peering(const Store& store, const std::string& vpc) {
  Value side;
  side["VpcId"] = vpc;
  side["CidrBlock"] = store.vpcs.at(vpc).at("CidrBlock");
  side["OwnerId"] = store.account;
  side["Region"] = store.region;
  return side;
}

void set_status(Value& peering, const char* code, const char* message) {
  peering["Status"]["Code"] = code;
  peering["Status"]["Message"] = message;
}

Value create_peering(World& world, const Call& call) {
  const std::string id = new_id("pcx");
  Value peering;
  peering["VpcPeeringConnectionId"] = id;
  peering["RequesterVpcInfo"] = side_of_peering(world.store, call.request.at("VpcId").text());
  peering["AccepterVpcInfo"] = side_of_peering(world.store, call.request.at("PeerVpcId").text());
  set_status(peering, "pending-acceptance", "Pending Acceptance");
  world.store.peerings[id] = peering;
  Value answer;
  answer["VpcPeeringConnection"] = peering;
  return answer;
}

Value accept_peering(World& world, const Call& call) {
  Value& peering = world.store.peerings.at(call.request.at("VpcPeeringConnectionId").text());
  set_status(peering, "active", "Active");
  Value answer;
  answer["VpcPeeringConnection"] = peering;
  return answer;
}

// A deleted one is still shown for a while; here for good.
Value delete_peering(World& world, const Call& call) {
  set_status(world.store.peerings.at(call.request.at("VpcPeeringConnectionId").text()), "deleted", "Deleted");
  Value answer;
  answer["Return"] = true;
  return answer;
}

std::vector<std::string> peering_filter_values(const Value& peering, const std::string& name) {
  if (name == "requester-vpc-info.vpc-id") return {peering.at("RequesterVpcInfo").at("VpcId").text()};
  if (name == "accepter-vpc-info.vpc-id") return {peering.at("AccepterVpcInfo").at("VpcId").text()};
  if (name == "status-code") return {peering.at("Status").at("Code").text()};
  return {peering.at("VpcPeeringConnectionId").text()};
}

Value describe_peerings(const View& view, const Call& call) {
  Value::List all;
  for (const auto& [id, peering] : view.store.peerings) {
    const auto values = [&one = peering](const std::string& name) { return peering_filter_values(one, name); };
    if (named(call.request.at("VpcPeeringConnectionIds"), id) &&
        fits_filters(call.request.at("Filters"), tags_of(view.store, id), values))
      all.push_back(peering);
  }
  Value answer;
  answer["VpcPeeringConnections"] = page_of(std::move(all), call.request, ec2_page, answer);
  return answer;
}

// ---- network interfaces

Value::List groups_named(const Store& store, const std::vector<std::string>& ids) {
  Value::List groups;
  for (const std::string& id : ids) {
    Value group;
    group["GroupId"] = id;
    group["GroupName"] = store.security_groups.at(id).at("GroupName");
    groups.push_back(std::move(group));
  }
  return groups;
}

Value create_interface(World& world, const Call& call) {
  const Value& subnet = world.store.subnets.at(call.request.at("SubnetId").text());
  std::vector<std::string> groups = texts_of(call.request.at("Groups"));
  if (groups.empty()) groups = {world.store.default_security_group(subnet.at("VpcId").text())};
  Value made;
  made["NetworkInterfaceId"] = new_id("eni");
  made["Description"] = call.request.at("Description").text();
  made["InterfaceType"] = "interface";
  made["OwnerId"] = world.store.account;
  made["RequesterManaged"] = false;
  made["Status"] = "available";
  made["SubnetId"] = subnet.at("SubnetId");
  made["VpcId"] = subnet.at("VpcId");
  made["AvailabilityZone"] = subnet.at("AvailabilityZone");
  made["Groups"] = groups_named(world.store, groups);
  world.store.interfaces[made.at("NetworkInterfaceId").text()] = made;
  Value answer;
  answer["NetworkInterface"] = made;
  return answer;
}

Value delete_interface(World& world, const Call& call) {
  world.store.interfaces.erase(call.request.at("NetworkInterfaceId").text());
  return {};
}

// RDS's own, which it makes and removes with an instance.
Value interface_of(const Store& store, const Instance& instance) {
  std::vector<std::string> groups;
  for (const Value& membership : instance.shape.at("VpcSecurityGroups").list())
    if (store.security_groups.contains(membership.at("VpcSecurityGroupId").text()))
      groups.push_back(membership.at("VpcSecurityGroupId").text());
  Value own;
  own["NetworkInterfaceId"] = "eni-" + lower_case(instance.resource_id().substr(3, 17));
  own["Description"] = "RDSNetworkInterface";
  own["InterfaceType"] = "interface";
  own["OwnerId"] = store.account;
  own["RequesterId"] = "amazon-rds";
  own["RequesterManaged"] = true;
  own["Status"] = "in-use";
  own["VpcId"] = instance.shape.at("DBSubnetGroup").at("VpcId");
  own["Groups"] = groups_named(store, groups);
  return own;
}

std::vector<std::string> interface_filter_values(const Value& interface, const std::string& name) {
  std::vector<std::string> values;
  if (name == "group-id")
    for (const Value& group : interface.at("Groups").list()) values.push_back(group.at("GroupId").text());
  if (name == "vpc-id") values.push_back(interface.at("VpcId").text());
  if (name == "description") values.push_back(interface.at("Description").text());
  if (name == "network-interface-id") values.push_back(interface.at("NetworkInterfaceId").text());
  return values;
}

Value describe_interfaces(const View& view, const Call& call) {
  Value::List there;
  for (const auto& [name, instance] : view.store.instances) there.push_back(interface_of(view.store, instance));
  for (const auto& [id, interface] : view.store.interfaces) there.push_back(interface);
  std::erase_if(there, [&](const Value& interface) {
    const auto values = [&](const std::string& name) { return interface_filter_values(interface, name); };
    return !named(call.request.at("NetworkInterfaceIds"), interface.at("NetworkInterfaceId").text()) ||
           !fits_filters(call.request.at("Filters"), {}, values);
  });
  Value answer;
  answer["NetworkInterfaces"] = page_of(std::move(there), call.request, ec2_page, answer);
  return answer;
}

}  // namespace

const Actions& ec2_network_actions() {
  static const Actions actions = {
      {"CreateVpc", create_vpc},
      {"CreateSubnet", create_subnet},
      {"CreateVpcPeeringConnection", create_peering},
      {"AcceptVpcPeeringConnection", accept_peering},
      {"DeleteVpcPeeringConnection", delete_peering},
      {"DescribeVpcPeeringConnections", describe_peerings},
      {"CreateNetworkInterface", create_interface},
      {"DeleteNetworkInterface", delete_interface},
      {"DescribeNetworkInterfaces", describe_interfaces},
  };
  return actions;
}

}  // namespace darbe::lab
