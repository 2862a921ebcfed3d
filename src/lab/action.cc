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
  static constexpr std::string_view services[] = {"rds", "ec2", "sts", "monitoring", "secretsmanager", "kms", "iam"};
  const auto is_change = [&](const Actions* actions) {
    const auto found = actions->find(action);
    return found != actions->end() && std::holds_alternative<Change>(found->second);
  };
  return std::any_of(std::begin(services), std::end(services),
                     [&](std::string_view service) { return std::ranges::any_of(actions_of(service), is_change); });
}

}  // namespace darbe::lab
