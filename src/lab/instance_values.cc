#include "lab/instance_values.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/letters.h"

namespace darbe::lab {

std::string identifier_in(std::string_view text) {
  if (text.starts_with("arn:")) text.remove_prefix(text.rfind(':') + 1);
  return base::lower(text);
}

Value described_instance(const Store& store, const Instance& instance, std::chrono::system_clock::time_point now) {
  Value shape = instance.shape;
  if (!instance.said_status.empty()) shape["DBInstanceStatus"] = instance.shown_status();
  const auto tags = store.tags.find(shape.at("DBInstanceArn").text());
  shape["TagList"] = tags == store.tags.end() ? Value::List{} : tag_list(tags->second);
  // RDS ships the binlog to its backups every five minutes: it can restore up to the last of these.
  if (shape.has("LatestRestorableTime")) {
    const auto steps = std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count() / 5;
    const std::string latest = base::iso_time(std::chrono::system_clock::time_point(std::chrono::minutes(steps * 5)));
    shape["LatestRestorableTime"] = std::max(latest, shape.at("LatestRestorableTime").text());
  }
  if (const auto& [from, until] = instance.loading; now < until) {
    shape["StorageOperationStatus"] = "Initializing";
    shape["StorageOperationPercentProgress"] = std::max<std::int64_t>(100 * (now - from) / (until - from), 0);
  }
  // An endpoint has its port from the beginning but is shown once there is an address to go with it.
  if (!shape.at("Endpoint").has("Address")) shape.erase("Endpoint");
  return shape;
}

Texts group_values(const Store& store, const std::string& parameter_group) {
  Texts values;
  const auto group = store.parameter_groups.find(parameter_group);
  if (group == store.parameter_groups.end()) return values;
  for (const auto& [name, setting] : group->second.settings) values[name] = setting.value;
  return values;
}

void set_parameter_status(Instance& instance, std::string_view status) {
  instance.shape["DBParameterGroups"].list().front()["ParameterApplyStatus"] = status;
}

void record_snapshot(World& world, const Instance& instance, const SnapshotRequest& request) {
  Value snapshot;
  for (const char* name :
       {"DBInstanceIdentifier", "Engine", "AllocatedStorage", "AvailabilityZone", "InstanceCreateTime",
        "MasterUsername", "EngineVersion", "LicenseModel", "Iops", "StorageThroughput", "StorageType", "KmsKeyId",
        "DbiResourceId", "DedicatedLogVolume", "StorageEncryptionType", "IAMDatabaseAuthenticationEnabled"})
    if (instance.shape.has(name)) snapshot[name] = instance.shape.at(name);
  snapshot["DBSnapshotIdentifier"] = request.identifier;
  snapshot["DBSnapshotArn"] = world.store.rds_arn("snapshot", request.identifier);
  snapshot["SnapshotType"] = request.type;
  snapshot["SnapshotCreateTime"] = base::iso_time(world.now);
  snapshot["Status"] = "creating";
  snapshot["PercentProgress"] = 0;
  snapshot["Port"] = instance.shape.at("Endpoint").at("Port");
  snapshot["VpcId"] = instance.shape.at("DBSubnetGroup").at("VpcId");
  snapshot["OptionGroupName"] = instance.option_group();
  snapshot["Encrypted"] = instance.shape.at("StorageEncrypted");
  if (!request.tags.empty()) world.store.tags[snapshot.at("DBSnapshotArn").text()] = request.tags;
  world.store.snapshots[request.identifier] = snapshot;
  world.tasks.push_back({Task::Kind::finish_snapshot, instance.resource_id(), {request.identifier}});
}

void drop_automated_snapshots(Store& store, std::string_view resource_id) {
  std::erase_if(store.snapshots, [&](const auto& entry) {
    return entry.second.at("SnapshotType").text() == "automated" &&
           entry.second.at("DbiResourceId").text() == resource_id;
  });
}

void replace_in_source(Store& store, const Instance& replica, std::string_view new_identifier) {
  Instance* source = store.instance(replica.source());
  if (!source) return;
  Value::List& replicas = source->shape["ReadReplicaDBInstanceIdentifiers"].list();
  std::erase(replicas, Value(replica.identifier()));
  if (!new_identifier.empty()) replicas.emplace_back(new_identifier);
}

}  // namespace darbe::lab
