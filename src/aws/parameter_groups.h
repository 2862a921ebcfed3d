// RDS's DB parameter groups: an instance's server variables.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/tags.h"

namespace darbe::aws {

class Client;

// RDS's own value of read_only: a replica takes no writes, any other instance does.
inline constexpr std::string_view true_if_replica = "{TrueIfReplica}";

struct ParameterGroup {
  std::string name;
  std::string family;  // mysql8.4
  std::string description;
  std::string arn;
};

struct CreateParameterGroup {
  std::string name;
  std::string family;
  std::string description;
  Tags tags;
};

struct Parameter {
  std::string name;
  std::optional<std::string> value;  // may be a formula: {DBInstanceClassMemory*3/4}
  std::string source;                // user | system | engine-default
  std::string apply_type;            // dynamic | static
  std::string apply_method;          // immediate | pending-reboot
  std::string data_type;
  std::string allowed_values;
  bool is_modifiable = false;
};

enum class ApplyMethod { immediate, pending_reboot };

struct ParameterChange {
  std::string name;
  std::string value;
  ApplyMethod apply = ApplyMethod::immediate;  // static parameters take pending_reboot only
};

// As AWS takes them: 20 in a request.
std::vector<std::vector<ParameterChange>> in_requests(const std::vector<ParameterChange>& changes);

// Threads may share it. Throws: as Client.
class ParameterGroups {
 public:
  explicit ParameterGroups(const Client& client) : client_(client) {}

  std::optional<ParameterGroup> find(const std::string& name, std::stop_token stop = {}) const;

  // A group of that name that bears all of the tags asked for counts as created.
  // Throws: ApiError{already_exists} if it is somebody else's.
  ParameterGroup create(const CreateParameterGroup& wanted, std::stop_token stop = {}) const;

  // In as many requests as that takes. Throws: ApiError{invalid_state} while AWS is at work on an earlier one.
  void modify(const std::string& name, const std::vector<ParameterChange>& changes, std::stop_token stop = {}) const;
  // Back to the engine's defaults, and else the same; the changes' values are not looked at.
  void reset(const std::string& name, const std::vector<ParameterChange>& changes, std::stop_token stop = {}) const;

  enum class Which { all, set_by_user };
  std::vector<Parameter> parameters(const std::string& name, Which which, std::stop_token stop = {}) const;
  std::vector<Parameter> engine_defaults(const std::string& family, std::stop_token stop = {}) const;

  // One that is gone counts as removed. Throws: ApiError{invalid_state} while an instance uses it.
  void remove(const std::string& name, std::stop_token stop = {}) const;

 private:
  void change(const std::string& action, const std::string& name, const std::vector<ParameterChange>& changes,
              std::stop_token stop) const;

  const Client& client_;
};

}  // namespace darbe::aws
