// Secrets of AWS Secrets Manager as the store has them: DescribeSecret's members, and Versions: by id, with what is in
// them (SecretString or SecretBinary), their Stages and their CreatedDate.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lab/store.h"

namespace darbe::lab {

inline constexpr std::string_view current_stage = "AWSCURRENT";
inline constexpr std::string_view previous_stage = "AWSPREVIOUS";
inline constexpr std::string_view pending_stage = "AWSPENDING";

// By its name, its ARN or its ARN without the six random characters; nothing if there is none.
const Value* secret_named(const Store& store, std::string_view name);
Value* secret_named(Store& store, std::string_view name);

// The id of the version with a stage; empty if there is none.
std::string version_with(const Value& secret, std::string_view stage);

struct NewSecret {
  std::string name;
  std::string key;  // as given; empty: AWS's own
};
// Without a version. Its ARN is where it is in the store.
Value& add_secret(Store& store, const NewSecret& secret, std::chrono::system_clock::time_point now);

struct NewVersion {
  std::string id;
  Value content;  // {SecretString} or {SecretBinary}
};
// Stages go from the version that had them; a version without stages goes altogether.
void add_version(Value& secret, const NewVersion& version, const std::vector<std::string>& stages,
                 std::chrono::system_clock::time_point now);
// A version takes a stage from the one that has it; AWSCURRENT leaves AWSPREVIOUS behind.
void move_stage(Value& secret, const std::string& stage, const std::string& version);

}  // namespace darbe::lab
