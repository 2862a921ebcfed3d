// EC2: VPCs beside the default one, peerings between them, network interfaces.
#include <algorithm>
#include <utility>

#include "base/letters.h"
#include "lab/action.h"
#include "lab/ec2_values.h"
#include "lab/paging.h"

namespace darbe::lab {
namespace {

// Keeps the tags of what was made and shows it with them.
Value made(World& world, const Call& call, const std::string& id, const Value& shape,
           std::string_view member = "Tags") {
  keep_tags(world.store, id, tags_for(call.request, type_made_by(call.action)));
  return with_tags(world.store, id, shape, member);
}

Value create_vpc(World& world, const Call& call) {
  const std::string id = add_vpc(world.store, canonical_ipv4(call.request.at("CidrBlock").text()), false);
  Value answer;
  answer["Vpc"] = made(world, call, id, world.store.vpcs.at(id));
  return answer;
}

Value create_subnet(World& world, const Call& call) {
  const std::string id = add_subnet(world.store, {.vpc = call.request.at("VpcId").text(),
                                                  .block = canonical_ipv4(call.request.at("CidrBlock").text()),
                                                  .zone = zone_in(world.store, call.request),
                                                  .is_default = false});
  Value answer;
  answer["Subnet"] = made(world, call, id, world.store.subnets.at(id));
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

Block block_of(const Store& store, const std::string& vpc) {
  return ipv4_block(store.vpcs.at(vpc).at("CidrBlock").text()).value();
}

// "If you create a VPC peering connection request between VPCs with overlapping CIDR blocks, the VPC peering connection
// has a status of failed."
Value create_peering(World& world, const Call& call) {
  const std::string id = new_id("pcx");
  const std::string requester = call.request.at("VpcId").text(), accepter = call.request.at("PeerVpcId").text();
  Value peering;
  peering["VpcPeeringConnectionId"] = id;
  peering["RequesterVpcInfo"] = side_of_peering(world.store, requester);
  peering["AccepterVpcInfo"] = side_of_peering(world.store, accepter);
  if (overlap(block_of(world.store, requester), block_of(world.store, accepter)))
    set_status(peering, "failed", "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range");
  else
    set_status(peering, "pending-acceptance", "Pending Acceptance");
  world.store.peerings[id] = peering;
  Value answer;
  answer["VpcPeeringConnection"] = made(world, call, id, peering);
  return answer;
}

Value accept_peering(World& world, const Call& call) {
  const std::string id = call.request.at("VpcPeeringConnectionId").text();
  Value& peering = world.store.peerings.at(id);
  set_status(peering, "active", "Active");
  for (const char* side : {"RequesterVpcInfo", "AccepterVpcInfo"})
    peering[side]["PeeringOptions"]["AllowDnsResolutionFromRemoteVpc"] = false;
  Value answer;
  answer["VpcPeeringConnection"] = with_tags(world.store, id, world.store.peerings.at(id));
  return answer;
}

// Of each side that is named; what isn't asked for stays.
Value modify_peering_options(World& world, const Call& call) {
  Value& peering = world.store.peerings.at(call.request.at("VpcPeeringConnectionId").text());
  Value answer;
  for (const auto& [side, options] : {std::pair("RequesterVpcInfo", "RequesterPeeringConnectionOptions"),
                                      std::pair("AccepterVpcInfo", "AccepterPeeringConnectionOptions")}) {
    if (!call.request.has(options)) continue;
    Value& now = peering[side]["PeeringOptions"];
    for (const auto& [name, value] : call.request.at(options).members()) now[name] = value;
    answer[options] = now;
  }
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
    if (is_wanted(call.request.at("VpcPeeringConnectionIds"), id) &&
        fits_filters(call.request.at("Filters"), tags_of(view.store, id), values))
      all.push_back(with_tags(view.store, id, peering));
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
  Value interface;
  const std::string id = new_id("eni");
  interface["NetworkInterfaceId"] = id;
  interface["Description"] = call.request.at("Description").text();
  interface["InterfaceType"] = "interface";
  interface["OwnerId"] = world.store.account;
  interface["RequesterManaged"] = false;
  interface["Status"] = "available";
  interface["SubnetId"] = subnet.at("SubnetId");
  interface["VpcId"] = subnet.at("VpcId");
  interface["AvailabilityZone"] = subnet.at("AvailabilityZone");
  interface["Groups"] = groups_named(world.store, groups);
  world.store.interfaces[id] = interface;
  Value answer;
  answer["NetworkInterface"] = made(world, call, id, interface, "TagSet");
  return answer;
}

Value delete_interface(World& world, const Call& call) {
  const std::string id = call.request.at("NetworkInterfaceId").text();
  world.store.interfaces.erase(id);
  world.store.tags.erase(id);
  return {};
}

// RDS's own, which it makes and removes with an instance.
Value interface_of(const Store& store, const Instance& instance) {
  std::vector<std::string> groups;
  for (const Value& membership : instance.shape.at("VpcSecurityGroups").list())
    if (store.security_groups.contains(membership.at("VpcSecurityGroupId").text()))
      groups.push_back(membership.at("VpcSecurityGroupId").text());
  Value own;
  own["NetworkInterfaceId"] = "eni-" + base::lower(instance.resource_id().substr(3, 17));
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
  for (const auto& [id, interface] : view.store.interfaces)
    there.push_back(with_tags(view.store, id, interface, "TagSet"));
  std::erase_if(there, [&](const Value& interface) {
    const auto values = [&](const std::string& name) { return interface_filter_values(interface, name); };
    return !is_wanted(call.request.at("NetworkInterfaceIds"), interface.at("NetworkInterfaceId").text()) ||
           !fits_filters(call.request.at("Filters"), tags_of(interface.at("TagSet")), values);
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
      {"ModifyVpcPeeringConnectionOptions", modify_peering_options},
      {"DeleteVpcPeeringConnection", delete_peering},
      {"DescribeVpcPeeringConnections", describe_peerings},
      {"CreateNetworkInterface", create_interface},
      {"DeleteNetworkInterface", delete_interface},
      {"DescribeNetworkInterfaces", describe_interfaces},
  };
  return actions;
}

}  // namespace darbe::lab
