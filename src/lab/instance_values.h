// What several actions and the workers know about an instance's values.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lab/action.h"

namespace darbe::lab {

// The instance's name in what a caller gave: an identifier in any case, or an ARN.
std::string identifier_in(std::string_view text);

// The shape DBInstance as DescribeDBInstances gives it: tags added, the restorable time as of `now`.
Value described_instance(const Store& store, const Instance& instance, std::chrono::system_clock::time_point now);

// The explicit values of a parameter group.
Texts group_values(const Store& store, const std::string& parameter_group);

void set_parameter_status(Instance& instance, std::string_view status);

struct SnapshotRequest {
  std::string identifier;
  std::string type;  // manual | automated
  Texts tags;
};
// Records a snapshot that is being made and leaves the task that finishes it.
void record_snapshot(World& world, const Instance& instance, const SnapshotRequest& request);

void drop_automated_snapshots(Store& store, std::string_view resource_id);

// The replica's name goes out of its source's list, or its new name in.
void replace_in_source(Store& store, const Instance& replica, std::string_view new_identifier);

}  // namespace darbe::lab
