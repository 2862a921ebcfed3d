// The keys of AWS KMS as the rest of the lab asks for them. Nothing is encrypted with them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lab/store.h"

namespace darbe::lab {

inline constexpr std::string_view rds_key = "alias/aws/rds";
inline constexpr std::string_view secrets_key = "alias/aws/secretsmanager";

// By its id, its ARN, an alias or an alias's ARN; nothing if there is none.
const Value* key_named(const Store& store, std::string_view name);
// Requires: there is one.
std::string key_arn(const Store& store, std::string_view name);
bool is_enabled(const Value& key);

// The ARN that RDS shows for a key; `otherwise` where none is named.
std::string key_arn_or(const Store& store, std::string_view name, std::string_view otherwise);

struct NewKey {
  std::string description;
  std::string_view manager = "CUSTOMER";  // or AWS
};
// Gives its id.
std::string add_key(Store& store, const NewKey& key, std::chrono::system_clock::time_point now);
// The keys that AWS has in every account for RDS and Secrets Manager, where they are not yet.
void add_managed_keys(Store& store);

}  // namespace darbe::lab
