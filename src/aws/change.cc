#include "aws/change.h"

#include <algorithm>
#include <array>

namespace darbe::aws {

namespace {

constexpr auto harmless = std::to_array<std::string_view>({"Describe", "List", "Get", "Simulate", "Assume", "Decode"});

// In the order of what tells most.
constexpr auto naming =
    std::to_array<std::string_view>({"DBInstanceIdentifier", "DBParameterGroupName", "DBSnapshotIdentifier", "GroupId",
                                     "GroupName", "ResourceName", "ResourceId.1", "SecurityGroupRuleId.1", "SecretId"});

}  // namespace

bool may_change(std::string_view action) {
  return std::ranges::none_of(harmless, [&](std::string_view word) { return action.starts_with(word); });
}

std::string subject_of(const Form& form) {
  for (const std::string_view name : naming)
    for (const auto& [parameter, value] : form)
      if (parameter == name) return value;
  return {};
}

}  // namespace darbe::aws
