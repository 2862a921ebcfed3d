#include "aws/change.h"

#include <array>
#include <string_view>

namespace darbe::aws {

namespace {

// In the order of what tells most.
constexpr auto naming =
    std::to_array<std::string_view>({"DBInstanceIdentifier", "DBParameterGroupName", "DBSnapshotIdentifier", "GroupId",
                                     "GroupName", "ResourceName", "ResourceId.1", "SecurityGroupRuleId.1", "SecretId"});

}  // namespace

std::string subject_of(const Form& form) {
  for (const std::string_view name : naming)
    for (const auto& [parameter, value] : form)
      if (parameter == name) return value;
  return {};
}

}  // namespace darbe::aws
