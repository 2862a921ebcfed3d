// How much of everything the account may have in this region: RDS's quotas, and EC2's limit of security groups.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace darbe::aws {

class Client;

struct AccountQuota {
  std::string name;  // DBInstances, AllocatedStorage (GiB), DBParameterGroups, …
  std::int64_t used = 0;
  std::int64_t max = 0;
};

// RDS's. Throws: as Client.
std::vector<AccountQuota> account_quotas(const Client& client, std::stop_token stop = {});

// How many security groups a network interface may have; nothing if EC2 doesn't tell. Throws: as Client.
std::optional<std::int64_t> security_groups_per_interface(const Client& client, std::stop_token stop = {});

}  // namespace darbe::aws
