#include "lab/quotas.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace darbe::lab {
namespace {

std::int64_t size_of(std::size_t size) { return static_cast<std::int64_t>(size); }

template <typename Resources, typename Fits>
std::int64_t count(const Resources& resources, Fits fits) {
  return std::count_if(resources.begin(), resources.end(), fits);
}

std::int64_t instances(const Store& store) { return size_of(store.instances.size()); }

std::int64_t storage_gib(const Store& store) {
  std::int64_t sum = 0;
  for (const auto& [name, instance] : store.instances) sum += instance.shape.at("AllocatedStorage").number();
  return sum;
}

std::int64_t parameter_groups(const Store& store) {
  return count(store.parameter_groups, [](const auto& entry) { return !entry.second.is_default; });
}

std::int64_t option_groups(const Store& store) {
  return count(store.option_groups, [](const auto& entry) { return !entry.first.starts_with("default:"); });
}

std::int64_t subnet_groups(const Store& store) { return size_of(store.subnet_groups.size()); }

std::int64_t manual_snapshots(const Store& store) {
  return count(store.snapshots, [](const auto& entry) { return entry.second.at("SnapshotType").text() == "manual"; });
}

std::int64_t most_replicas(const Store& store) {
  std::int64_t most = 0;
  for (const auto& [name, instance] : store.instances)
    most = std::max(most, size_of(instance.shape.at("ReadReplicaDBInstanceIdentifiers").list().size()));
  return most;
}

std::int64_t most_roles(const Store& store) {
  std::int64_t most = 0;
  for (const auto& [name, instance] : store.instances)
    most = std::max(most, size_of(instance.shape.at("AssociatedRoles").list().size()));
  return most;
}

std::int64_t security_groups(const Store& store) { return size_of(store.security_groups.size()); }
std::int64_t none(const Store&) { return 0; }

constexpr auto table = std::to_array<Quota>({
    {"DBInstances", 40, instances},
    {"AllocatedStorage", 100'000, storage_gib},
    {"DBParameterGroups", 50, parameter_groups},
    {"OptionGroups", 20, option_groups},
    {"DBSubnetGroups", 50, subnet_groups},
    {"ManualSnapshots", 100, manual_snapshots},
    {"ReadReplicasPerMaster", 15, most_replicas},
    {"DBInstanceRoles", 5, most_roles},
    {"SecurityGroups", 2'500, security_groups, false},
    {"SecurityGroupsPerInterface", 5, none, false},
    {"RulesPerSecurityGroup", 60, none, false},
});

const Quota& quota_named(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Quota& quota) { return quota.name == name; });
  DARBE_ASSERT(found != table.end());
  return *found;
}

}  // namespace

std::span<const Quota> quotas() { return table; }

std::int64_t quota_max(const Store& store, std::string_view name) {
  const auto told = store.quotas.find(std::string(name));
  return told == store.quotas.end() ? quota_named(name).max : told->second;
}

bool exceeds_quota(const Store& store, std::string_view name, std::int64_t more) {
  return quota_named(name).used(store) + more > quota_max(store, name);
}

Value account_quotas(const Store& store) {
  Value::List list;
  for (const Quota& quota : table) {
    if (!quota.is_rds) continue;
    Value one;
    one["AccountQuotaName"] = quota.name;
    one["Used"] = quota.used(store);
    one["Max"] = quota_max(store, quota.name);
    list.push_back(std::move(one));
  }
  return list;
}

}  // namespace darbe::lab
