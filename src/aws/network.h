// Where instances stand in the network: the VPC of a subnet group, peerings between VPCs, who is in a security group.
#pragma once

#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

namespace darbe::aws {

class Client;

// Of a DB subnet group; nothing if there is none of that name. Throws: as Client.
std::optional<std::string> vpc_of_subnet_group(const Client& client, const std::string& name,
                                               std::stop_token stop = {});

// The zones of its subnets; none if there is none of that name. Throws: as Client.
std::set<std::string> zones_of_subnet_group(const Client& client, const std::string& name, std::stop_token stop = {});

// A side of a peering.
struct PeeredVpc {
  std::string id;
  // To the other side its public names are private addresses; else they are public ones.
  bool resolves_to_private = false;
};
struct VpcPeering {
  std::string id;
  std::string status;  // active | pending-acceptance | …
  bool same_region = false;
  PeeredVpc requester;
  PeeredVpc accepter;
};
// All that were ever made between the two and are still shown. Throws: as Client.
std::vector<VpcPeering> peerings_between(const Client& client, const std::string& vpc, const std::string& other_vpc,
                                         std::stop_token stop = {});

struct NetworkInterface {
  std::string id;
  std::string description;
  std::string instance_id;  // EC2's, if one has it

  // RDS's own say so; whose they are, only its instances' groups tell.
  bool is_of_rds() const { return description == "RDSNetworkInterface"; }
};
// The members of a security group. Throws: as Client.
std::vector<NetworkInterface> interfaces_in(const Client& client, const std::string& group_id,
                                            std::stop_token stop = {});

}  // namespace darbe::aws
