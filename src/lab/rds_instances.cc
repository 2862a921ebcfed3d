// RDS: DB instances and read replicas. States, waiting and servers are lab/instances'; here is what the API records.
#include <algorithm>
#include <cctype>
#include <span>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/letters.h"
#include "base/random.h"
#include "lab/action.h"
#include "lab/instance_values.h"
#include "lab/keys.h"
#include "lab/managed_password.h"
#include "lab/paging.h"

namespace darbe::lab {
namespace {

void copy_members(const Value& from, Value& to, std::span<const std::string_view> names) {
  for (const std::string_view name : names)
    if (from.has(name)) to[name] = from.at(name);
}

void set_unless_there(Value& shape, std::string_view name, Value value) {
  if (!shape.has(name)) shape[name] = std::move(value);
}

std::string new_resource_id() {
  std::string id = "db-" + base::lower(base::random_hex(13));
  std::transform(id.begin() + 3, id.end(), id.begin() + 3,
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return id;
}

// The members that CreateDBInstance and DescribeDBInstances call by the same name.
constexpr std::string_view same_at_create[] = {"DBInstanceClass",
                                               "Engine",
                                               "MasterUsername",
                                               "DBName",
                                               "AllocatedStorage",
                                               "PreferredBackupWindow",
                                               "PreferredMaintenanceWindow",
                                               "BackupRetentionPeriod",
                                               "AvailabilityZone",
                                               "MultiAZ",
                                               "EngineVersion",
                                               "AutoMinorVersionUpgrade",
                                               "LicenseModel",
                                               "Iops",
                                               "StorageThroughput",
                                               "CharacterSetName",
                                               "PubliclyAccessible",
                                               "StorageType",
                                               "StorageEncrypted",
                                               "KmsKeyId",
                                               "CopyTagsToSnapshot",
                                               "MonitoringInterval",
                                               "MonitoringRoleArn",
                                               "PromotionTier",
                                               "DatabaseInsightsMode",
                                               "PerformanceInsightsKMSKeyId",
                                               "PerformanceInsightsRetentionPeriod",
                                               "ProcessorFeatures",
                                               "DeletionProtection",
                                               "MaxAllocatedStorage",
                                               "NetworkType",
                                               "BackupTarget",
                                               "CACertificateIdentifier",
                                               "DedicatedLogVolume",
                                               "EngineLifecycleSupport",
                                               "MultiTenant",
                                               "Timezone"};

// The ones that ModifyDBInstance changes at once, whatever ApplyImmediately says.
constexpr std::string_view changed_at_once[] = {
    "PreferredBackupWindow", "PreferredMaintenanceWindow",  "AutoMinorVersionUpgrade",
    "LicenseModel",          "PubliclyAccessible",          "CopyTagsToSnapshot",
    "MonitoringInterval",    "MonitoringRoleArn",           "PromotionTier",
    "DatabaseInsightsMode",  "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod",
    "DeletionProtection",    "MaxAllocatedStorage",         "NetworkType",
    "EngineLifecycleSupport"};

// The ones that wait in PendingModifiedValues, by the same name in both.
constexpr std::string_view pending_by_name[] = {
    "DBInstanceClass",    "MultiAZ",          "EngineVersion",     "Iops",
    "StorageThroughput",  "StorageType",      "DBSubnetGroupName", "CACertificateIdentifier",
    "DedicatedLogVolume", "ProcessorFeatures"};

void take_renamed(const Value& request, Value& shape) {
  if (request.has("EnableIAMDatabaseAuthentication"))
    shape["IAMDatabaseAuthenticationEnabled"] = request.at("EnableIAMDatabaseAuthentication");
  if (request.has("EnablePerformanceInsights"))
    shape["PerformanceInsightsEnabled"] = request.at("EnablePerformanceInsights");
  if (request.has("EnableCloudwatchLogsExports"))
    shape["EnabledCloudwatchLogsExports"] = request.at("EnableCloudwatchLogsExports");
}

Value security_group_memberships(const Value& ids, std::string_view status) {
  Value::List memberships;
  for (const Value& id : ids.list()) {
    Value membership;
    membership["VpcSecurityGroupId"] = id;
    membership["Status"] = status;
    memberships.push_back(membership);
  }
  return memberships;
}

void set_security_groups(const View& view, const Value& request, Value& shape) {
  Value ids = request.at("VpcSecurityGroupIds");
  if (ids.list().empty())
    ids = Value::List{view.store.default_security_group(shape.at("DBSubnetGroup").at("VpcId").text())};
  shape["VpcSecurityGroups"] = security_group_memberships(ids, "active");
}

void set_zones(const View& view, Value& shape) {
  const Value& subnets = shape.at("DBSubnetGroup").at("Subnets");
  const auto zone = [&](std::size_t number) {
    const Value::List& list = subnets.list();
    return list.empty() ? view.store.region + "a"
                        : list[number % list.size()].at("SubnetAvailabilityZone").at("Name").text();
  };
  set_unless_there(shape, "AvailabilityZone", zone(0));
  if (shape.at("MultiAZ").truth()) shape["SecondaryAvailabilityZone"] = zone(1);
}

void set_storage_defaults(Value& shape) {
  set_unless_there(shape, "StorageType", shape.has("Iops") ? "io1" : "gp3");
  if (shape.at("StorageType").text() == "gp3") {
    const bool striped = shape.at("AllocatedStorage").number() >= gp3_striped_from_gib;
    set_unless_there(shape, "Iops", striped ? 12000 : 3000);
    set_unless_there(shape, "StorageThroughput", striped ? 500 : 125);
  }
}

// RDS shows keys by their ARNs, however they were named.
void resolve_keys(const View& view, Value& shape) {
  for (const char* name : {"KmsKeyId", "PerformanceInsightsKMSKeyId"})
    if (shape.has(name)) shape[name] = key_arn(view.store, shape.at(name).text());
}

void set_defaults(const View& view, Value& shape) {
  set_unless_there(shape, "BackupRetentionPeriod", 1);
  set_unless_there(shape, "PreferredBackupWindow", "03:10-03:40");
  set_unless_there(shape, "PreferredMaintenanceWindow", "sun:04:30-sun:05:00");
  set_unless_there(shape, "LicenseModel", "general-public-license");
  set_unless_there(shape, "AutoMinorVersionUpgrade", true);
  // "… false unless the value of DBSubnetGroup is default"
  set_unless_there(shape, "PubliclyAccessible", shape.at("DBSubnetGroup").at("DBSubnetGroupName").text() == "default");
  set_unless_there(shape, "MonitoringInterval", 0);
  set_unless_there(shape, "DatabaseInsightsMode", "standard");
  set_unless_there(shape, "NetworkType", "IPV4");
  set_unless_there(shape, "BackupTarget", "region");
  set_unless_there(shape, "CACertificateIdentifier", "rds-ca-rsa2048-g1");
  set_unless_there(shape, "EngineLifecycleSupport", "open-source-rds-extended-support");
  set_unless_there(shape, "DbInstancePort", 0);
  set_unless_there(shape, "ActivityStreamStatus", "stopped");
  for (const char* name : {"MultiAZ", "StorageEncrypted", "CopyTagsToSnapshot", "IAMDatabaseAuthenticationEnabled",
                           "PerformanceInsightsEnabled", "DeletionProtection", "DedicatedLogVolume",
                           "CustomerOwnedIpEnabled", "IsStorageConfigUpgradeAvailable"})
    set_unless_there(shape, name, false);
  for (const char* name :
       {"DBSecurityGroups", "ReadReplicaDBInstanceIdentifiers", "DomainMemberships", "AssociatedRoles"})
    set_unless_there(shape, name, Value::List{});
  shape["PendingModifiedValues"] = Value::Members{};
  shape["CertificateDetails"]["CAIdentifier"] = shape.at("CACertificateIdentifier");
  shape["CertificateDetails"]["ValidTill"] = base::iso_time(view.now + std::chrono::hours(24 * 365));
  shape["StorageEncryptionType"] = shape.at("StorageEncrypted").truth() ? "sse-kms" : "none";
  if (shape.at("StorageEncrypted").truth()) set_unless_there(shape, "KmsKeyId", rds_key);
  resolve_keys(view, shape);
}

void set_domain(const Value& request, Value& shape) {
  if (!request.has("Domain")) return;
  Value membership;
  membership["Domain"] = request.at("Domain");
  membership["Status"] = "kerberos-enabled";
  membership["FQDN"] = "directory.example";
  membership["IAMRoleName"] = request.at("DomainIAMRoleName").text();
  shape["DomainMemberships"] = Value::List{membership};
}

void set_identity(const View& view, const std::string& identifier, Value& shape) {
  shape["DBInstanceIdentifier"] = identifier;
  shape["DbiResourceId"] = new_resource_id();
  shape["DBInstanceArn"] = view.store.rds_arn("db", identifier);
  shape["DBInstanceStatus"] = "creating";
}

Value option_membership(std::string_view option_group, std::string_view status) {
  Value membership;
  membership["OptionGroupName"] = base::lower(option_group);
  membership["Status"] = status;
  return membership;
}

void set_groups(std::string_view parameter_group, std::string_view option_group, Value& shape) {
  Value parameters;
  parameters["DBParameterGroupName"] = base::lower(parameter_group);
  parameters["ParameterApplyStatus"] = "in-sync";
  shape["DBParameterGroups"] = Value::List{parameters};
  shape["OptionGroupMemberships"] = Value::List{option_membership(option_group, "in-sync")};
}

void take_password(World& world, const Value& request, Instance& instance) {
  if (request.at("ManageMasterUserPassword").truth())
    begin_with_managed_password(world, instance, request.at("MasterUserSecretKmsKeyId").text());
  else
    instance.password = base::Secret(request.at("MasterUserPassword").text());
}

void record(World& world, const Value& request, Instance instance, Task::Kind kind) {
  const Texts tags = tags_of(request.at("Tags"));
  if (!tags.empty()) world.store.tags[instance.shape.at("DBInstanceArn").text()] = tags;
  world.tasks.push_back({kind, instance.resource_id()});
  world.store.instances[instance.identifier()] = std::move(instance);
}

Value described(const View& view, const std::string& identifier) {
  Value answer;
  answer["DBInstance"] = described_instance(view.store, *view.store.instance(identifier), view.now);
  return answer;
}

Value create_instance(World& world, const Call& call) {
  const Value& request = call.request;
  const std::string identifier = base::lower(request.at("DBInstanceIdentifier").text());
  const EngineOffer& offer = *world.offers.engine(request.at("Engine").text(), request.at("EngineVersion").text());
  Instance instance;
  Value& shape = instance.shape;
  copy_members(request, shape, same_at_create);
  take_renamed(request, shape);
  set_identity(world, identifier, shape);
  shape["EngineVersion"] = offer.version;
  shape["Endpoint"]["Port"] = request.at("Port").number(3306);
  shape["DBSubnetGroup"] = world.store.subnet_groups.at(base::lower(request.at("DBSubnetGroupName").text("default")));
  set_security_groups(world, request, shape);
  set_groups(request.at("DBParameterGroupName").text(default_parameter_group(offer)),
             request.at("OptionGroupName").text(default_option_group(offer)), shape);
  set_storage_defaults(shape);
  set_domain(request, shape);
  set_defaults(world, shape);
  set_zones(world, shape);
  instance.in_force = group_values(world.store, instance.parameter_group());
  take_password(world, request, instance);
  record(world, request, std::move(instance), Task::Kind::create);
  return described(world, identifier);
}

// What a replica has like its source unless it is told otherwise.
constexpr std::string_view inherited_by_replica[] = {"Engine",
                                                     "EngineVersion",
                                                     "MasterUsername",
                                                     "DBName",
                                                     "DBInstanceClass",
                                                     "AllocatedStorage",
                                                     "LicenseModel",
                                                     "DBSubnetGroup",
                                                     "StorageEncrypted",
                                                     "KmsKeyId",
                                                     "AutoMinorVersionUpgrade",
                                                     "PreferredBackupWindow",
                                                     "PreferredMaintenanceWindow",
                                                     "CharacterSetName",
                                                     "NetworkType",
                                                     "CACertificateIdentifier",
                                                     "IAMDatabaseAuthenticationEnabled",
                                                     "EngineLifecycleSupport",
                                                     "MaxAllocatedStorage",
                                                     "PubliclyAccessible"};

std::string identifier_of_source(const Value& request) {
  const std::string source = request.at("SourceDBInstanceIdentifier").text();
  return base::lower(source.substr(source.rfind(':') + 1));
}

Value create_replica(World& world, const Call& call) {
  const Value& request = call.request;
  const std::string identifier = base::lower(request.at("DBInstanceIdentifier").text());
  Instance& source = *world.store.instance(identifier_of_source(request));
  Instance instance;
  Value& shape = instance.shape;
  copy_members(source.shape, shape, inherited_by_replica);
  copy_members(request, shape, same_at_create);
  take_renamed(request, shape);
  set_identity(world, identifier, shape);
  shape["BackupRetentionPeriod"] = 0;
  shape["Endpoint"]["Port"] = request.at("Port").number(source.shape.at("Endpoint").at("Port").number());
  if (request.has("DBSubnetGroupName"))
    shape["DBSubnetGroup"] = world.store.subnet_groups.at(base::lower(request.at("DBSubnetGroupName").text()));
  set_security_groups(world, request, shape);
  set_groups(source.parameter_group(), request.at("OptionGroupName").text(source.option_group()), shape);
  set_storage_defaults(shape);
  set_defaults(world, shape);
  set_zones(world, shape);
  shape["ReadReplicaSourceDBInstanceIdentifier"] = source.identifier();
  source.shape["ReadReplicaDBInstanceIdentifiers"].list().push_back(identifier);
  instance.in_force = group_values(world.store, instance.parameter_group());
  instance.password = source.password;
  record(world, request, std::move(instance), Task::Kind::create_replica);
  return described(world, identifier);
}

bool matches(const Instance& instance, const Value& filter) {
  const std::string name = filter.at("Name").text();
  const auto is_one_of = [&](const std::string& text) {
    const auto values = texts_of(filter.at("Values"));
    return std::any_of(values.begin(), values.end(),
                       [&](const std::string& value) { return base::lower(value) == base::lower(text); });
  };
  if (name == "db-instance-id")
    return is_one_of(instance.identifier()) || is_one_of(instance.shape.at("DBInstanceArn").text());
  if (name == "dbi-resource-id") return is_one_of(instance.resource_id());
  if (name == "engine") return is_one_of(instance.shape.at("Engine").text());
  if (name == "domain") {
    const Value::List& domains = instance.shape.at("DomainMemberships").list();
    return std::any_of(domains.begin(), domains.end(),
                       [&](const Value& domain) { return is_one_of(domain.at("Domain").text()); });
  }
  return false;  // db-cluster-id: the lab has no clusters
}

Value describe_instances(const View& view, const Call& call) {
  const std::string wanted = identifier_in(call.request.at("DBInstanceIdentifier").text());
  Value::List all;
  for (const auto& [identifier, instance] : view.store.instances) {
    if (!wanted.empty() && identifier != wanted) continue;
    const Value::List& filters = call.request.at("Filters").list();
    const auto fits = [&](const Value& filter) { return matches(instance, filter); };
    if (std::all_of(filters.begin(), filters.end(), fits))
      all.push_back(described_instance(view.store, instance, view.now));
  }
  Value answer;
  answer["DBInstances"] = page_of(std::move(all), call.request, rds_page, answer);
  return answer;
}

void change_parameter_group(const Value& request, Instance& instance) {
  if (!request.has("DBParameterGroupName")) return;
  const std::string name = base::lower(request.at("DBParameterGroupName").text());
  if (name == instance.parameter_group()) return;
  Value& membership = instance.shape["DBParameterGroups"].list().front();
  membership["DBParameterGroupName"] = name;
  membership["ParameterApplyStatus"] = "pending-reboot";
}

void change_security_groups(World& world, const Value& request, Instance& instance) {
  if (!request.has("VpcSecurityGroupIds")) return;
  const Value before = instance.shape.at("VpcSecurityGroups");
  Value memberships = security_group_memberships(request.at("VpcSecurityGroupIds"), "adding");
  bool changes = memberships.list().size() != before.list().size();
  for (Value& membership : memberships.list()) {
    const auto had = [&](const Value& old) {
      return old.at("VpcSecurityGroupId") == membership.at("VpcSecurityGroupId");
    };
    if (std::any_of(before.list().begin(), before.list().end(), had))
      membership["Status"] = "active";
    else
      changes = true;
  }
  if (!changes) return;
  instance.shape["VpcSecurityGroups"] = memberships;
  world.tasks.push_back({Task::Kind::settle_groups, instance.resource_id()});
}

void change_log_exports(const Value& request, Value& shape) {
  const Value& change = request.at("CloudwatchLogsExportConfiguration");
  if (change.is_null()) return;
  std::vector<std::string> types = texts_of(shape.at("EnabledCloudwatchLogsExports"));
  for (const std::string& type : texts_of(change.at("DisableLogTypes"))) std::erase(types, type);
  for (const std::string& type : texts_of(change.at("EnableLogTypes")))
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  shape["EnabledCloudwatchLogsExports"] = Value::List(types.begin(), types.end());
}

void leave_pending(Instance& instance, std::string_view name, const Value& now, const Value& wanted) {
  if (wanted.is_null()) return;
  Value& pending = instance.shape["PendingModifiedValues"];
  if (now == wanted)
    pending.erase(name);
  else
    pending[name] = wanted;
}

Value storage_wanted(const Value& request, const Value& shape) {
  if (!request.has("AllocatedStorage")) return {};
  const std::int64_t now = shape.at("AllocatedStorage").number();
  const std::int64_t wanted = request.at("AllocatedStorage").number();
  // "Values that are not at least 10% greater than the existing value are rounded up so that they are."
  return wanted > now ? std::max(wanted, (now * 11 + 9) / 10) : wanted;
}

void change_retention(const Value& request, Instance& instance) {
  if (!request.has("BackupRetentionPeriod")) return;
  Value& shape = instance.shape;
  const std::int64_t now = shape.at("BackupRetentionPeriod").number();
  const std::int64_t wanted = request.at("BackupRetentionPeriod").number();
  if ((now > 0) == (wanted > 0)) {
    shape["BackupRetentionPeriod"] = wanted;
    shape["PendingModifiedValues"].erase("BackupRetentionPeriod");
  } else {
    leave_pending(instance, "BackupRetentionPeriod", now, wanted);
  }
}

// Both memberships are shown until the change is made; PendingModifiedValues has no option group.
void change_option_group(const Value& request, Instance& instance) {
  if (!request.has("OptionGroupName")) return;
  const std::string wanted = base::lower(request.at("OptionGroupName").text()), now = instance.option_group();
  const bool soon = request.at("ApplyImmediately").truth();
  if (wanted == now)
    instance.shape["OptionGroupMemberships"] = Value::List{option_membership(now, "in-sync")};
  else
    instance.shape["OptionGroupMemberships"] =
        Value::List{option_membership(now, soon ? "pending-removal" : "pending-maintenance-removal"),
                    option_membership(wanted, soon ? "pending-apply" : "pending-maintenance-apply")};
}

void change_password(World& world, const Value& request, Instance& instance) {
  const bool managed = instance.shape.has("MasterUserSecret");
  const bool manage = request.at("ManageMasterUserPassword").truth(managed);
  if (manage && !managed) manage_password(world, instance, request.at("MasterUserSecretKmsKeyId").text());
  if (!manage && managed) drop_managed_password(world.store, instance.shape);
  if (request.at("RotateMasterUserPassword").truth()) rotate_password(world, instance);
  if (!request.has("MasterUserPassword")) return;
  instance.next_password = base::Secret(request.at("MasterUserPassword").text());
  instance.shape["PendingModifiedValues"]["MasterUserPassword"] = "****";
}

void note_pending(const Value& request, Instance& instance) {
  Value& shape = instance.shape;
  for (const std::string_view name : pending_by_name) {
    const Value now = name == "DBSubnetGroupName" ? shape.at("DBSubnetGroup").at("DBSubnetGroupName") : shape.at(name);
    leave_pending(instance, name, now, request.at(name));
  }
  leave_pending(instance, "AllocatedStorage", shape.at("AllocatedStorage"), storage_wanted(request, shape));
  leave_pending(instance, "Port", shape.at("Endpoint").at("Port"), request.at("DBPortNumber"));
  if (request.has("NewDBInstanceIdentifier"))
    leave_pending(instance, "DBInstanceIdentifier", instance.identifier(),
                  base::lower(request.at("NewDBInstanceIdentifier").text()));
}

Value modify_instance(World& world, const Call& call) {
  const Value& request = call.request;
  const std::string identifier = identifier_in(request.at("DBInstanceIdentifier").text());
  Instance& instance = *world.store.instance(identifier);
  copy_members(request, instance.shape, changed_at_once);
  take_renamed(request, instance.shape);
  resolve_keys(world, instance.shape);
  change_log_exports(request, instance.shape);
  change_retention(request, instance);
  change_parameter_group(request, instance);
  change_option_group(request, instance);
  change_security_groups(world, request, instance);
  change_password(world, request, instance);
  note_pending(request, instance);
  const Value& pending = instance.shape.at("PendingModifiedValues");
  // A new port restarts the server "regardless of the value of the ApplyImmediately parameter"; a password is set soon.
  const bool soon = request.at("ApplyImmediately").truth() || request.has("DBPortNumber");
  instance.apply_now = instance.apply_now || (soon && instance.has_pending());
  if (instance.apply_now || pending.has("MasterUserPassword"))
    world.tasks.push_back({Task::Kind::apply_pending, instance.resource_id()});
  return described(world, identifier);
}

Value reboot_instance(World& world, const Call& call) {
  Instance& instance = *world.store.instance(identifier_in(call.request.at("DBInstanceIdentifier").text()));
  instance.shape["DBInstanceStatus"] = "rebooting";
  world.tasks.push_back({Task::Kind::reboot, instance.resource_id()});
  return described(world, instance.identifier());
}

// The lab plays no feature that a role is for: it is shown, and that is all.
Value add_role(World& world, const Call& call) {
  Instance& instance = *world.store.instance(identifier_in(call.request.at("DBInstanceIdentifier").text()));
  Value role;
  role["RoleArn"] = call.request.at("RoleArn");
  role["FeatureName"] = call.request.at("FeatureName");
  role["Status"] = "ACTIVE";
  instance.shape["AssociatedRoles"].list().push_back(role);
  return {};
}

Value promote_replica(World& world, const Call& call) {
  Instance& instance = *world.store.instance(identifier_in(call.request.at("DBInstanceIdentifier").text()));
  if (call.request.has("PreferredBackupWindow"))
    instance.shape["PreferredBackupWindow"] = call.request.at("PreferredBackupWindow");
  instance.shape["PendingModifiedValues"]["BackupRetentionPeriod"] = call.request.at("BackupRetentionPeriod").number(1);
  instance.shape["DBInstanceStatus"] = "modifying";
  instance.promoting = true;
  world.tasks.push_back({Task::Kind::promote, instance.resource_id()});
  return described(world, instance.identifier());
}

Value delete_instance(World& world, const Call& call) {
  Instance& instance = *world.store.instance(identifier_in(call.request.at("DBInstanceIdentifier").text()));
  const std::string snapshot = call.request.at("FinalDBSnapshotIdentifier").text();
  if (!call.request.at("SkipFinalSnapshot").truth() && !snapshot.empty())
    record_snapshot(world, instance, {base::lower(snapshot), "manual", {}});
  instance.shape["DBInstanceStatus"] = "deleting";
  instance.shape["PendingModifiedValues"] = Value::Members{};
  if (call.request.at("DeleteAutomatedBackups").truth(true))
    drop_automated_snapshots(world.store, instance.resource_id());
  world.tasks.push_back({Task::Kind::destroy, instance.resource_id()});
  return described(world, instance.identifier());
}

}  // namespace

const Actions& rds_instance_actions() {
  static const Actions actions = {
      {"CreateDBInstance", create_instance},       {"CreateDBInstanceReadReplica", create_replica},
      {"DescribeDBInstances", describe_instances}, {"ModifyDBInstance", modify_instance},
      {"RebootDBInstance", reboot_instance},       {"PromoteReadReplica", promote_replica},
      {"DeleteDBInstance", delete_instance},       {"AddRoleToDBInstance", add_role},
  };
  return actions;
}

}  // namespace darbe::lab
