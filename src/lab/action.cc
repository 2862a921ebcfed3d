#include "lab/action.h"

#include <algorithm>

namespace darbe::lab {

std::vector<const Actions*> actions_of(std::string_view service) {
  if (service == "rds")
    return {&rds_instance_actions(), &rds_group_actions(), &rds_catalog_actions(), &rds_resource_actions()};
  if (service == "ec2") return {&ec2_actions(), &ec2_network_actions()};
  if (service == "sts") return {&sts_actions()};
  if (service == "monitoring") return {&monitoring_actions()};
  if (service == "secretsmanager") return {&secretsmanager_actions()};
  if (service == "kms") return {&kms_actions()};
  if (service == "iam") return {&iam_actions()};
  return {};
}

bool changes_something(std::string_view action) {
  static constexpr std::string_view looks[] = {"Describe", "List", "Get", "Simulate"};
  return std::none_of(std::begin(looks), std::end(looks),
                      [&](std::string_view word) { return action.starts_with(word); });
}

}  // namespace darbe::lab
