// What a machine must remember to be started again by a later lab: machine.json in its folder, readable by its owner
// only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/secret.h"
#include "lab/machine.h"

namespace darbe::lab {

struct MachineState {
  MachineSpec spec;
  std::string address;
  unsigned server_id = 0;
  base::Secret admin_password;        // rdsadmin@localhost; a replica's is its source's
  base::Secret replication_password;  // rdsrepladmin@%
  std::string source;                 // the source machine's folder while this is its read replica
};

void write_state(const MachineState& state, const std::filesystem::path& folder);
// Throws: Error{failed} if there is none or it is damaged.
MachineState read_state(const std::filesystem::path& folder);

}  // namespace darbe::lab
