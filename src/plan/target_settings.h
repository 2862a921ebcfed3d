// What the new instance has in common with the source and what it has otherwise: the source's properties, and over them
// what the operator asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/instances.h"
#include "plan/plan.h"

namespace darbe::plan {

// The request that makes the target, with what follows from the overrides: a key means encryption, insights that are
// off have no key. Still without name, password and own groups; backups, Multi-AZ and deletion protection are off.
aws::CreateInstance target_like(const aws::Instance& source, const Request& request);

// What the target has from Settle on.
struct LeftForTheEnd {
  int backup_retention_period = 0;  // days
  bool multi_az = false;
  bool deletion_protection = false;
  std::string maintenance_window;  // until then it is kept away from the run
  std::vector<aws::AssociatedRole> roles;
  bool managed_password = false;                    // RDS makes one of its own then, and keeps it in Secrets Manager
  std::optional<std::string> managed_password_key;  // nothing: AWS's own
};
LeftForTheEnd left_for_the_end(const aws::Instance& source, const Request& request);

// The target's security groups, but for the run's own.
std::vector<std::string> security_groups_of_target(const aws::Instance& source, const Request& request);

}  // namespace darbe::plan
