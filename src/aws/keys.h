// Keys of AWS KMS: whether one can be used.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

namespace darbe::aws {

class Client;

struct Key {
  std::string arn;
  std::string state;  // as KMS says: Enabled, Disabled, PendingDeletion, …
  bool is_enabled() const { return state == "Enabled"; }
};

// By its id, its ARN, an alias or an alias's ARN; nothing if there is none. Throws: as Client. Wants the permission
// kms:DescribeKey.
std::optional<Key> find_key(const Client& client, const std::string& id, std::stop_token stop = {});

}  // namespace darbe::aws
