#include "aws/network.h"

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/query.h"

namespace darbe::aws {

namespace {

PeeredVpc to_peered_vpc(const XmlElement& side) {
  return {side.text("vpcId"), side.child("peeringOptions").text("allowDnsResolutionFromRemoteVpc") == "true"};
}

void add_peerings(const Client& client, const std::string& requester, const std::string& accepter,
                  std::vector<VpcPeering>& peerings, const std::stop_token& stop) {
  Parameters parameters;
  parameters.add("Filter.1.Name", "requester-vpc-info.vpc-id").add("Filter.1.Value.1", requester);
  parameters.add("Filter.2.Name", "accepter-vpc-info.vpc-id").add("Filter.2.Value.1", accepter);
  for (const XmlElement& page : client.call_pages(ec2, "DescribeVpcPeeringConnections", parameters, {}, stop))
    for (const XmlElement& element : page.child("vpcPeeringConnectionSet").children()) {
      const XmlElement& from = element.child("requesterVpcInfo");
      const XmlElement& to = element.child("accepterVpcInfo");
      peerings.push_back({element.text("vpcPeeringConnectionId"), element.child("status").text("code"),
                          from.text("region") == to.text("region"), to_peered_vpc(from), to_peered_vpc(to)});
    }
}

std::optional<XmlElement> find_subnet_group(const Client& client, const std::string& name,
                                            const std::stop_token& stop) {
  Parameters parameters;
  parameters.add("DBSubnetGroupName", name);
  try {
    const XmlElement result = client.call(rds, "DescribeDBSubnetGroups", parameters, stop);
    for (const XmlElement& group : result.child("DBSubnetGroups").children()) return group;
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::not_found) throw;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> vpc_of_subnet_group(const Client& client, const std::string& name, std::stop_token stop) {
  const auto group = find_subnet_group(client, name, stop);
  return group ? std::optional(group->text("VpcId")) : std::nullopt;
}

std::set<std::string> zones_of_subnet_group(const Client& client, const std::string& name, std::stop_token stop) {
  std::set<std::string> zones;
  if (const auto group = find_subnet_group(client, name, stop))
    for (const XmlElement& subnet : group->child("Subnets").children())
      zones.insert(subnet.child("SubnetAvailabilityZone").text("Name"));
  return zones;
}

std::vector<VpcPeering> peerings_between(const Client& client, const std::string& vpc, const std::string& other_vpc,
                                         std::stop_token stop) {
  std::vector<VpcPeering> peerings;
  add_peerings(client, vpc, other_vpc, peerings, stop);
  add_peerings(client, other_vpc, vpc, peerings, stop);
  return peerings;
}

std::vector<NetworkInterface> interfaces_in(const Client& client, const std::string& group_id, std::stop_token stop) {
  Parameters parameters;
  parameters.add("Filter.1.Name", "group-id").add("Filter.1.Value.1", group_id);
  std::vector<NetworkInterface> interfaces;
  for (const XmlElement& page : client.call_pages(ec2, "DescribeNetworkInterfaces", parameters, {}, stop))
    for (const XmlElement& element : page.child("networkInterfaceSet").children())
      interfaces.push_back({element.text("networkInterfaceId"), element.text("description"),
                            element.child("attachment").text("instanceId")});
  return interfaces;
}

}  // namespace darbe::aws
