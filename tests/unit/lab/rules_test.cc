// Every row of the lab's table of rules is broken once, by a request that AWS's model takes; a row without a request
// here fails the suite.
#include "lab/rules.h"

#include <functional>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lab/api_wire.h"
#include "lab/json_wire.h"
#include "lab/keys.h"
#include "lab/secrets.h"
#include "servers/install.h"

namespace darbe::lab {
namespace {

const ApiModel& model(const std::string& service) {
  static const std::map<std::string, ApiModel> models = [] {
    std::map<std::string, ApiModel> loaded;
    for (const char* name : {"rds", "ec2", "sts", "iam", "cloudwatch", "secretsmanager", "kms"}) {
      ApiModel one = ApiModel::load(servers::aws_model(name, {}));
      const std::string signed_for = one.service();
      loaded.emplace(signed_for, std::move(one));
    }
    return loaded;
  }();
  return models.at(service);
}

const ParameterCatalog& catalog(std::string_view family) {
  static const auto parameter = [](const char* name, const char* type, const char* allowed, bool modifiable) {
    return Parameter{name, "1", "", "engine-default", type, "integer", allowed, modifiable};
  };
  static std::map<std::string, ParameterCatalog> catalogs;
  const auto [entry, is_new] = catalogs.try_emplace(
      std::string(family), std::string(family),
      std::vector{parameter("innodb_flush_log_at_trx_commit", "dynamic", "0-2", true),
                  parameter("performance_schema", "static", "0,1", true),
                  parameter("replicate-do-table", "dynamic", "", true), parameter("port", "static", "1-65535", false)});
  return entry->second;
}

Offers offers() {
  return {{{"mysql", "9.7.4", "9.7", "mysql9.7", "MySQL 9.7.4", true},
           {"mysql", "5.6.24", "5.6", "mysql5.6", "MySQL 5.6.24", false},
           {"mariadb", "10.11.6", "10.11", "mariadb10.11", "MariaDB 10.11.6", true}},
          catalog};
}

using Fields = std::map<std::string, std::string>;

// `base` with `more` on top; a field given as "-" goes.
Fields with(Fields base, const Fields& more) {
  for (const auto& [name, value] : more)
    if (value == "-")
      base.erase(name);
    else
      base[name] = value;
  return base;
}

Fields create(const Fields& more = {}) {
  return with({{"DBInstanceIdentifier", "fresh"},
               {"DBInstanceClass", "db.t3.micro"},
               {"Engine", "mysql"},
               {"AllocatedStorage", "20"},
               {"MasterUsername", "root"},
               {"MasterUserPassword", "correct-horse"}},
              more);
}
Fields replicate(const Fields& more = {}) {
  return with({{"DBInstanceIdentifier", "fresh"}, {"SourceDBInstanceIdentifier", "source"}}, more);
}
Fields modify(const Fields& more = {}) { return with({{"DBInstanceIdentifier", "source"}}, more); }
Fields remove(const Fields& more = {}) {
  return with({{"DBInstanceIdentifier", "source"}, {"SkipFinalSnapshot", "true"}}, more);
}
Fields parameter(const std::string& name, const std::string& value = "1",
                 const std::string& method = "pending-reboot") {
  return {{"DBParameterGroupName", "own"},
          {"Parameters.Parameter.1.ParameterName", name},
          {"Parameters.Parameter.1.ParameterValue", value},
          {"Parameters.Parameter.1.ApplyMethod", method}};
}
Fields permission(const std::string& group, const Fields& more = {}) {
  return with({{"GroupId", group},
               {"IpPermissions.1.IpProtocol", "tcp"},
               {"IpPermissions.1.FromPort", "3306"},
               {"IpPermissions.1.ToPort", "3306"},
               {"IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"}},
              more);
}

// A request as its service's protocol has it. In the JSON protocol a value that begins with [ or { is no text, nor is a
// number or a truth.
Value parameters_of(const std::string& service, const Operation& operation, const Fields& fields) {
  if (model(service).protocol() != Protocol::json) return parse_parameters(model(service), operation, fields);
  Value::Members members;
  for (const auto& [name, text] : fields) {
    const bool plain_text =
        text.empty() || std::string_view("[{0123456789").find(text.front()) == std::string_view::npos;
    members.emplace(name, text == "true" ? Value(true) : plain_text ? Value(text) : from_json(text));
  }
  return parse_json_parameters(operation, to_json(members));
}

Value done(Store& store, const std::string& service, const std::string& action, const Fields& fields) {
  static const Offers on_offer = offers();
  const Operation& operation = *model(service).operation(action);
  const Value request = parameters_of(service, operation, fields);
  std::vector<Task> tasks;
  const Metrics metrics;
  World world{store, on_offer, std::chrono::system_clock::now(), metrics, tasks};
  const Call call{action, request, {}};
  for (const Actions* actions : actions_of(service))
    if (const auto found = actions->find(action); found != actions->end())
      return std::visit([&](auto run) { return run(world, call); }, found->second);
  ADD_FAILURE() << "no action " << action;
  return {};
}

void add_default_groups(Store& store) {
  for (const EngineOffer& offer : offers().engines) {
    store.parameter_groups["default." + offer.family] = {"default." + offer.family, offer.family, "default", true, {}};
    const std::string options = default_option_group(offer);
    store.option_groups[options]["EngineName"] = offer.engine;
    store.option_groups[options]["MajorEngineVersion"] = offer.major;
  }
}

// An account with an instance "source" that has a replica, one whose password is managed, own groups, and snapshots.
constexpr const char* token = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

Store furnished() {
  Store store = new_store("eu-west-1");
  add_default_groups(store);
  add_managed_keys(store);
  done(store, "rds", "CreateDBParameterGroup",
       {{"DBParameterGroupName", "own"}, {"DBParameterGroupFamily", "mysql9.7"}, {"Description", "mine"}});
  done(store, "rds", "CreateDBParameterGroup",
       {{"DBParameterGroupName", "old"}, {"DBParameterGroupFamily", "mysql5.6"}, {"Description", "mine"}});
  done(store, "rds", "CreateOptionGroup",
       {{"OptionGroupName", "options"},
        {"EngineName", "mysql"},
        {"MajorEngineVersion", "9.7"},
        {"OptionGroupDescription", "mine"}});
  done(store, "rds", "CreateDBInstance",
       create({{"DBInstanceIdentifier", "source"}, {"DBParameterGroupName", "own"}, {"OptionGroupName", "options"}}));
  done(store, "rds", "CreateDBInstanceReadReplica", replicate({{"DBInstanceIdentifier", "replica"}}));
  done(
      store, "rds", "CreateDBInstance",
      create({{"DBInstanceIdentifier", "managed"}, {"MasterUserPassword", "-"}, {"ManageMasterUserPassword", "true"}}));
  for (auto& [name, instance] : store.instances) instance.shape["DBInstanceStatus"] = "available";
  done(store, "rds", "CreateDBSnapshot", {{"DBSnapshotIdentifier", "shot"}, {"DBInstanceIdentifier", "source"}});
  store.snapshots["shot"]["Status"] = "available";
  done(store, "ec2", "CreateSecurityGroup", {{"GroupName", "mine"}, {"GroupDescription", "mine"}});
  done(store, "secretsmanager", "CreateSecret",
       {{"Name", "login"}, {"SecretString", "x"}, {"ClientRequestToken", token}});
  return store;
}

std::string group_id(const Store& store, const std::string& name) {
  for (const auto& [id, group] : store.security_groups)
    if (group.at("GroupName").text() == name) return id;
  return {};
}

std::string some_subnet(const Store& store) { return store.subnets.begin()->first; }

struct Case {
  std::string rule;
  std::string action;
  std::function<Fields(Store&)> fields;  // may change the store first
};

Case plain(const std::string& rule, const std::string& action, const Fields& fields) {
  return {rule, action, [fields](Store&) { return fields; }};
}

void set(Store& store, const std::string& instance, const std::string& member, Value value) {
  store.instances.at(instance).shape[member] = std::move(value);
}

Fields many_tags(const Fields& base, const std::string& prefix, int count) {
  Fields fields = base;
  for (int i = 1; i <= count; ++i) {
    fields[fmt::format("{}.{}.Key", prefix, i)] = fmt::format("key{}", i);
    fields[fmt::format("{}.{}.Value", prefix, i)] = "x";
  }
  return fields;
}

std::string arn(const std::string& kind, const std::string& name) {
  return "arn:aws:rds:eu-west-1:123456789012:" + kind + ":" + name;
}

std::vector<Case> request_cases() {
  return {
      plain("page size", "DescribeDBInstances", {{"MaxRecords", "5"}}),
      plain("marker", "DescribeDBInstances", {{"Marker", "elsewhere"}}),
      plain("ARN elsewhere", "CreateDBInstanceReadReplica",
            replicate({{"SourceDBInstanceIdentifier", "arn:aws:rds:us-east-1:123456789012:db:source"}})),
      plain("instance filters", "DescribeDBInstances",
            {{"Filters.Filter.1.Name", "colour"}, {"Filters.Filter.1.Values.Value.1", "x"}}),
      plain("snapshot filters", "DescribeDBSnapshots",
            {{"Filters.Filter.1.Name", "colour"}, {"Filters.Filter.1.Values.Value.1", "x"}}),
      plain("version filters", "DescribeDBEngineVersions",
            {{"Filters.Filter.1.Name", "colour"}, {"Filters.Filter.1.Values.Value.1", "x"}}),
      plain("parameter filters", "DescribeDBParameters",
            {{"DBParameterGroupName", "own"},
             {"Filters.Filter.1.Name", "colour"},
             {"Filters.Filter.1.Values.Value.1", "x"}}),
      plain("unsupported filters", "DescribeDBParameterGroups",
            {{"Filters.Filter.1.Name", "engine"}, {"Filters.Filter.1.Values.Value.1", "x"}}),
      plain("filter without values", "DescribeDBInstances",
            {{"Filters.Filter.1.Name", "engine"}, {"Filters.Filter.1.Values", ""}}),
      plain("tag keys", "CreateDBInstance", create({{"Tags.Tag.1.Key", "aws:mine"}, {"Tags.Tag.1.Value", "x"}})),
      plain("tag values", "CreateDBInstance",
            create({{"Tags.Tag.1.Key", "k"}, {"Tags.Tag.1.Value", std::string(257, 'x')}})),
      plain("tag keys twice", "CreateDBInstance", create({{"Tags.Tag.1.Key", "k"}, {"Tags.Tag.2.Key", "k"}})),
      plain("tags at most", "AddTagsToResource", many_tags({{"ResourceName", arn("db", "source")}}, "Tags.Tag", 51)),
      plain("resource ARN", "ListTagsForResource", {{"ResourceName", "arn:aws:rds:us-east-1:1:db:source"}}),
      plain("tagged instance", "ListTagsForResource", {{"ResourceName", arn("db", "nobody")}}),
      plain("tagged parameter group", "ListTagsForResource", {{"ResourceName", arn("pg", "nobody")}}),
      plain("tagged option group", "ListTagsForResource", {{"ResourceName", arn("og", "nobody")}}),
      plain("tagged subnet group", "ListTagsForResource", {{"ResourceName", arn("subgrp", "nobody")}}),
      plain("tagged snapshot", "ListTagsForResource", {{"ResourceName", arn("snapshot", "nobody")}}),
  };
}

std::vector<Case> instance_cases() {
  return {
      plain("instance identifier", "CreateDBInstance", create({{"DBInstanceIdentifier", "two--hyphens"}})),
      plain("source named", "CreateDBInstanceReadReplica", {{"DBInstanceIdentifier", "fresh"}}),
      plain("two sources", "CreateDBInstanceReadReplica", replicate({{"SourceDBClusterIdentifier", "cluster"}})),
      plain("source is a cluster", "CreateDBInstanceReadReplica",
            replicate({{"SourceDBInstanceIdentifier", "-"}, {"SourceDBClusterIdentifier", "cluster"}})),
      plain("instance known", "ModifyDBInstance", {{"DBInstanceIdentifier", "nobody"}}),
      plain("instance taken", "CreateDBInstance", create({{"DBInstanceIdentifier", "SOURCE"}})),
      {"storage quota", "CreateDBInstance",
       [](Store& store) {
         store.quotas["AllocatedStorage"] = 3 * 20 + 19;
         return create();
       }},
      {"instance quota", "CreateDBInstance",
       [](Store& store) {
         store.quotas["DBInstances"] = 3;  // furnished() has as many
         return create();
       }},
      plain("engine", "CreateDBInstance", create({{"Engine", "postgres"}})),
      plain("engine version", "CreateDBInstance", create({{"EngineVersion", "8.4.5"}})),
      plain("standard support ended", "CreateDBInstance",
            create({{"EngineVersion", "5.6.24"},
                    {"EngineLifecycleSupport", "open-source-rds-extended-support-disabled"}})),
      plain("instance class", "CreateDBInstance", create({{"DBInstanceClass", "db.z9.tiny"}})),
      {"modify state", "ModifyDBInstance",
       [](Store& store) {
         set(store, "source", "DBInstanceStatus", "backing-up");
         return modify({{"DeletionProtection", "true"}});
       }},
      {"available state", "CreateDBSnapshot",
       [](Store& store) {
         set(store, "source", "DBInstanceStatus", "rebooting");
         return Fields{{"DBInstanceIdentifier", "source"}, {"DBSnapshotIdentifier", "new"}};
       }},
      {"storage being optimized", "ModifyDBInstance",
       [](Store& store) {
         set(store, "source", "DBInstanceStatus", "storage-optimization");
         return modify({{"AllocatedStorage", "40"}});
       }},
      {"deleting already", "DeleteDBInstance",
       [](Store& store) {
         set(store, "source", "DBInstanceStatus", "deleting");
         return remove();
       }},
      plain("master user missing", "CreateDBInstance", create({{"MasterUsername", "-"}})),
      plain("master user name", "CreateDBInstance", create({{"MasterUsername", "1root"}})),
      plain("master user reserved", "CreateDBInstance", create({{"MasterUsername", "rdsadmin"}})),
      plain("password missing", "CreateDBInstance", create({{"MasterUserPassword", "-"}})),
      plain("password and managed", "CreateDBInstance", create({{"ManageMasterUserPassword", "true"}})),
      plain("password short", "CreateDBInstance", create({{"MasterUserPassword", "seven77"}})),
      plain("password long", "CreateDBInstance", create({{"MasterUserPassword", std::string(42, 'x')}})),
      plain("password characters", "ModifyDBInstance", modify({{"MasterUserPassword", "with/slash"}})),
      plain("password of managed", "ModifyDBInstance",
            modify({{"DBInstanceIdentifier", "managed"}, {"MasterUserPassword", "correct-horse"}})),
      plain("unmanaged without password", "ModifyDBInstance",
            modify({{"DBInstanceIdentifier", "managed"}, {"ManageMasterUserPassword", "false"}})),
      plain("rotation unmanaged", "ModifyDBInstance",
            modify({{"RotateMasterUserPassword", "true"}, {"ApplyImmediately", "true"}})),
      plain("rotation later", "ModifyDBInstance",
            modify({{"DBInstanceIdentifier", "managed"}, {"RotateMasterUserPassword", "true"}})),
      plain("secret key alone", "CreateDBInstance", create({{"MasterUserSecretKmsKeyId", "key"}})),
      plain("secret key of managed", "ModifyDBInstance",
            modify({{"DBInstanceIdentifier", "managed"},
                    {"ManageMasterUserPassword", "true"},
                    {"MasterUserSecretKmsKeyId", "key"}})),
      plain("database name", "CreateDBInstance", create({{"DBName", "1db"}})),
      plain("database reserved", "CreateDBInstance", create({{"DBName", "InnoDB"}})),
      plain("port", "CreateDBInstance", create({{"Port", "80"}})),
      plain("zone and Multi-AZ", "CreateDBInstance", create({{"MultiAZ", "true"}, {"AvailabilityZone", "eu-west-1a"}})),
      plain("zone", "CreateDBInstance", create({{"AvailabilityZone", "us-east-1a"}})),
      plain("subnet group", "CreateDBInstance", create({{"DBSubnetGroupName", "nowhere"}})),
      {"replica's VPC", "CreateDBInstanceReadReplica",
       [](Store& store) {
         store.subnet_groups["else"] = store.subnet_groups.at("default");
         store.subnet_groups["else"]["VpcId"] = "vpc-elsewhere";
         return replicate({{"DBSubnetGroupName", "else"}});
       }},
      plain("security group", "CreateDBInstance", create({{"VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-none"}})),
      {"security group's VPC", "CreateDBInstance",
       [](Store& store) {
         store.security_groups["sg-else"]["VpcId"] = "vpc-elsewhere";
         return create({{"VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-else"}});
       }},
      {"security groups at most", "ModifyDBInstance",
       [](Store& store) {
         Fields fields = modify();
         for (int i = 1; i <= 6; ++i)
           fields[fmt::format("VpcSecurityGroupIds.VpcSecurityGroupId.{}", i)] = group_id(store, "mine");
         return fields;
       }},
      plain("classic security groups", "CreateDBInstance",
            create({{"DBSecurityGroups.DBSecurityGroupName.1", "default"}})),
      plain("network type", "CreateDBInstance", create({{"NetworkType", "DUAL"}})),
      plain("storage missing", "CreateDBInstance", create({{"AllocatedStorage", "-"}})),
      plain("magnetic storage", "CreateDBInstance", create({{"StorageType", "standard"}})),
      plain("storage type", "CreateDBInstance", create({{"StorageType", "floppy"}})),
      plain("storage shrinks", "ModifyDBInstance", modify({{"AllocatedStorage", "10"}})),
      {"replica smaller", "CreateDBInstanceReadReplica",
       [](Store& store) {
         set(store, "source", "AllocatedStorage", 100);
         return replicate({{"AllocatedStorage", "50"}});
       }},
      plain("storage size", "CreateDBInstance", create({{"AllocatedStorage", "10"}})),
      plain("gp3 small", "CreateDBInstance", create({{"StorageType", "gp3"}, {"Iops", "3000"}})),
      plain("gp3 IOPS", "CreateDBInstance",
            create({{"StorageType", "gp3"}, {"AllocatedStorage", "400"}, {"Iops", "3000"}})),
      plain("gp3 throughput", "CreateDBInstance",
            create({{"StorageType", "gp3"}, {"AllocatedStorage", "400"}, {"StorageThroughput", "125"}})),
      plain(
          "gp3 throughput per IOPS", "CreateDBInstance",
          create(
              {{"StorageType", "gp3"}, {"AllocatedStorage", "400"}, {"Iops", "12000"}, {"StorageThroughput", "3500"}})),
      plain("IOPS per GiB", "CreateDBInstance",
            create({{"StorageType", "io1"}, {"AllocatedStorage", "100"}, {"Iops", "6000"}})),
      plain("provisioned without IOPS", "CreateDBInstance",
            create({{"StorageType", "io1"}, {"AllocatedStorage", "100"}})),
      {"grows without IOPS", "ModifyDBInstance",
       [](Store& store) {
         set(store, "source", "StorageType", "io1");
         set(store, "source", "Iops", 1000);
         return modify({{"AllocatedStorage", "200"}});
       }},
      {"more IOPS alone", "ModifyDBInstance",
       [](Store& store) {
         set(store, "source", "StorageType", "gp3");
         set(store, "source", "AllocatedStorage", 400);
         set(store, "source", "Iops", 12000);
         return modify({{"Iops", "16000"}});
       }},
      plain("IOPS not taken", "CreateDBInstance", create({{"StorageType", "gp2"}, {"Iops", "3000"}})),
      plain("throughput not taken", "CreateDBInstance", create({{"StorageType", "gp2"}, {"StorageThroughput", "500"}})),
      plain("storage limit", "CreateDBInstance", create({{"MaxAllocatedStorage", "10"}})),
      plain("log volume", "CreateDBInstance", create({{"DedicatedLogVolume", "true"}})),
      plain("log volume's version", "CreateDBInstance",
            create({{"EngineVersion", "5.6.24"},
                    {"StorageType", "io1"},
                    {"AllocatedStorage", "100"},
                    {"Iops", "3000"},
                    {"DedicatedLogVolume", "true"}})),
      plain("replica's key", "CreateDBInstanceReadReplica", replicate({{"KmsKeyId", "key"}})),
      {"key usable", "CreateDBInstance",
       [](Store& store) {
         const std::string key = done(store, "kms", "CreateKey", {}).at("KeyMetadata").at("Arn").text();
         done(store, "kms", "DisableKey", {{"KeyId", key}});
         return create({{"StorageEncrypted", "true"}, {"KmsKeyId", key}});
       }},
      plain("key without encryption", "CreateDBInstance", create({{"KmsKeyId", "key"}})),
      plain("parameter group missing", "CreateDBInstance", create({{"DBParameterGroupName", "none"}})),
      plain("parameter group of a replica", "CreateDBInstanceReadReplica",
            replicate({{"DBParameterGroupName", "own"}})),
      plain("parameter group's family", "CreateDBInstance", create({{"DBParameterGroupName", "old"}})),
      plain("option group missing", "CreateDBInstance", create({{"OptionGroupName", "none"}})),
      plain("option group's engine", "CreateDBInstance", create({{"OptionGroupName", "default:mysql-5-6"}})),
      plain("retention", "CreateDBInstance", create({{"BackupRetentionPeriod", "36"}})),
      plain("retention with replicas", "ModifyDBInstance", modify({{"BackupRetentionPeriod", "0"}})),
      plain("backup window", "CreateDBInstance", create({{"PreferredBackupWindow", "03:00-03:10"}})),
      plain("maintenance window", "CreateDBInstance", create({{"PreferredMaintenanceWindow", "someday"}})),
      plain("windows", "CreateDBInstance",
            create({{"PreferredBackupWindow", "03:00-04:00"}, {"PreferredMaintenanceWindow", "mon:03:30-mon:04:30"}})),
      plain("monitoring interval", "CreateDBInstance", create({{"MonitoringInterval", "7"}})),
      plain("monitoring without role", "CreateDBInstance", create({{"MonitoringInterval", "5"}})),
      plain("monitoring role alone", "CreateDBInstance",
            create({{"MonitoringRoleArn", "arn:aws:iam::123456789012:role/m"}})),
      plain("insights retention", "CreateDBInstance", create({{"PerformanceInsightsRetentionPeriod", "94"}})),
      plain("replica's insights", "CreateDBInstanceReadReplica", replicate({{"DatabaseInsightsMode", "standard"}})),
      plain("advanced insights", "CreateDBInstance", create({{"DatabaseInsightsMode", "advanced"}})),
      plain("log types", "CreateDBInstance", create({{"EnableCloudwatchLogsExports.member.1", "postgresql"}})),
      plain("license model", "CreateDBInstance", create({{"LicenseModel", "bring-your-own-license"}})),
      plain("lifecycle support", "CreateDBInstance", create({{"EngineLifecycleSupport", "forever"}})),
      plain("backup target", "CreateDBInstance", create({{"BackupTarget", "outposts"}})),
      plain(
          "tag specification", "CreateDBInstance",
          create({{"TagSpecifications.item.1.ResourceType", "db"}, {"TagSpecifications.item.1.Tags.Tag.1.Key", "k"}})),
      plain("certificate authority", "CreateDBInstance", create({{"CACertificateIdentifier", "rds-ca-2015"}})),
      plain("not for MySQL", "CreateDBInstance", create({{"Timezone", "UTC"}})),
      plain("engine changed", "ModifyDBInstance", modify({{"Engine", "oracle-ee-cdb"}})),
      plain("upgrade", "ModifyDBInstance", modify({{"EngineVersion", "5.6.24"}})),
      plain("failover without standby", "RebootDBInstance",
            {{"DBInstanceIdentifier", "source"}, {"ForceFailover", "true"}}),
      {"role there", "AddRoleToDBInstance",
       [](Store& store) {
         Value role;
         role["RoleArn"] = "role/r";
         set(store, "source", "AssociatedRoles", Value::List{role});
         return Fields{{"DBInstanceIdentifier", "source"}, {"RoleArn", "role/r"}, {"FeatureName", "F"}};
       }},
      plain("source without backups", "CreateDBInstanceReadReplica",
            replicate({{"SourceDBInstanceIdentifier", "replica"}})),
      {"replicas at most", "CreateDBInstanceReadReplica",
       [](Store& store) {
         set(store, "source", "ReadReplicaDBInstanceIdentifiers", Value::List(15, "r"));
         return replicate();
       }},
      plain("managed source", "CreateDBInstanceReadReplica", replicate({{"SourceDBInstanceIdentifier", "managed"}})),
      plain("managed replica", "ModifyDBInstance",
            {{"DBInstanceIdentifier", "replica"}, {"ManageMasterUserPassword", "true"}}),
      plain("not a replica", "PromoteReadReplica", {{"DBInstanceIdentifier", "source"}}),
      {"deletion protection", "DeleteDBInstance",
       [](Store& store) {
         set(store, "source", "DeletionProtection", true);
         return remove();
       }},
      plain("replica with snapshot", "DeleteDBInstance",
            {{"DBInstanceIdentifier", "replica"}, {"FinalDBSnapshotIdentifier", "last"}}),
      plain("replica without skip", "DeleteDBInstance", {{"DBInstanceIdentifier", "replica"}}),
      plain("final snapshot missing", "DeleteDBInstance", remove({{"SkipFinalSnapshot", "-"}})),
      plain("final snapshot and skip", "DeleteDBInstance", remove({{"FinalDBSnapshotIdentifier", "last"}})),
      {"final snapshot of broken", "DeleteDBInstance",
       [](Store& store) {
         set(store, "source", "DBInstanceStatus", "failed");
         return remove({{"SkipFinalSnapshot", "-"}, {"FinalDBSnapshotIdentifier", "last"}});
       }},
      plain("snapshot name", "CreateDBSnapshot", {{"DBInstanceIdentifier", "source"}, {"DBSnapshotIdentifier", "-x"}}),
      plain("snapshot taken", "CreateDBSnapshot",
            {{"DBInstanceIdentifier", "source"}, {"DBSnapshotIdentifier", "SHOT"}}),
      {"snapshot quota", "CreateDBSnapshot",
       [](Store& store) {
         store.quotas["ManualSnapshots"] = 1;
         return Fields{{"DBInstanceIdentifier", "source"}, {"DBSnapshotIdentifier", "new"}};
       }},
      plain("snapshot type", "DescribeDBSnapshots", {{"SnapshotType", "weekly"}}),
      plain("snapshot known", "DeleteDBSnapshot", {{"DBSnapshotIdentifier", "none"}}),
      {"automated snapshot's type", "DescribeDBSnapshots",
       [](Store& store) {
         store.snapshots["rds:source-1"]["SnapshotType"] = "automated";
         return Fields{{"DBSnapshotIdentifier", "rds:source-1"}};
       }},
      {"snapshot automated", "DeleteDBSnapshot",
       [](Store& store) {
         store.snapshots["rds:source-1"]["SnapshotType"] = "automated";
         return Fields{{"DBSnapshotIdentifier", "rds:source-1"}};
       }},
      {"snapshot unfinished", "DeleteDBSnapshot",
       [](Store& store) {
         store.snapshots["shot"]["Status"] = "creating";
         return Fields{{"DBSnapshotIdentifier", "shot"}};
       }},
  };
}

std::vector<Case> group_cases() {
  const Fields fresh = {
      {"DBParameterGroupName", "fresh"}, {"DBParameterGroupFamily", "mysql9.7"}, {"Description", "x"}};
  const Fields options = {{"OptionGroupName", "fresh"},
                          {"EngineName", "mysql"},
                          {"MajorEngineVersion", "9.7"},
                          {"OptionGroupDescription", "x"}};
  const Fields subnets = {{"DBSubnetGroupName", "fresh"}, {"DBSubnetGroupDescription", "x"}};
  return {
      plain("parameter group name", "CreateDBParameterGroup", with(fresh, {{"DBParameterGroupName", "default.mine"}})),
      plain("parameter group description", "CreateDBParameterGroup", with(fresh, {{"Description", ""}})),
      plain("parameter group family", "CreateDBParameterGroup", with(fresh, {{"DBParameterGroupFamily", "mysql8.4"}})),
      plain("parameter group known", "DescribeDBParameters", {{"DBParameterGroupName", "none"}}),
      plain("parameter group taken", "CreateDBParameterGroup", with(fresh, {{"DBParameterGroupName", "OWN"}})),
      {"parameter group quota", "CreateDBParameterGroup",
       [fresh](Store& store) {
         store.quotas["DBParameterGroups"] = 2;
         return fresh;
       }},
      plain("default parameter group changed", "ModifyDBParameterGroup",
            with(parameter("performance_schema"), {{"DBParameterGroupName", "default.mysql9.7"}})),
      plain("default parameter group deleted", "DeleteDBParameterGroup",
            {{"DBParameterGroupName", "default.mysql9.7"}}),
      plain("default parameter group copied", "CopyDBParameterGroup",
            {{"SourceDBParameterGroupIdentifier", "default.mysql9.7"},
             {"TargetDBParameterGroupIdentifier", "fresh"},
             {"TargetDBParameterGroupDescription", "x"}}),
      plain("parameter group in use", "DeleteDBParameterGroup", {{"DBParameterGroupName", "own"}}),
      {"parameters at most", "ModifyDBParameterGroup",
       [](Store&) {
         Fields fields = parameter("performance_schema");
         for (int i = 2; i <= parameters_max + 1; ++i)
           fields[fmt::format("Parameters.Parameter.{}.ParameterName", i)] = fmt::format("p{}", i);
         return fields;
       }},
      plain("parameters at least", "ModifyDBParameterGroup", {{"DBParameterGroupName", "own"}, {"Parameters", ""}}),
      plain("parameter complete", "ModifyDBParameterGroup",
            with(parameter("performance_schema"), {{"Parameters.Parameter.1.ApplyMethod", "-"}})),
      plain("parameter twice", "ModifyDBParameterGroup",
            with(parameter("performance_schema"), {{"Parameters.Parameter.2.ParameterName", "performance_schema"},
                                                   {"Parameters.Parameter.2.ParameterValue", "0"},
                                                   {"Parameters.Parameter.2.ApplyMethod", "pending-reboot"}})),
      plain("parameter known", "ModifyDBParameterGroup", parameter("no_such_thing")),
      plain("parameter modifiable", "ModifyDBParameterGroup", parameter("port", "3307")),
      plain("parameter static", "ModifyDBParameterGroup", parameter("performance_schema", "1", "immediate")),
      plain("filter's length", "ModifyDBParameterGroup", parameter("replicate-do-table", std::string(2001, 'x'))),
      plain("filter's commas", "ModifyDBParameterGroup", parameter("replicate-do-table", "shop.`a,b`")),
      plain("parameter value", "ModifyDBParameterGroup", parameter("innodb_flush_log_at_trx_commit", "7")),
      plain("parameter source", "DescribeDBParameters", {{"DBParameterGroupName", "own"}, {"Source", "nobody"}}),
      plain("reset nothing", "ResetDBParameterGroup",
            {{"DBParameterGroupName", "own"}, {"ResetAllParameters", "false"}}),
      plain("reset all and some", "ResetDBParameterGroup",
            with(parameter("performance_schema"), {{"ResetAllParameters", "true"}})),
      plain("option group name", "CreateOptionGroup", with(options, {{"OptionGroupName", "9x"}})),
      plain("option group engine", "CreateOptionGroup", with(options, {{"MajorEngineVersion", "8.4"}})),
      plain("option group taken", "CreateOptionGroup", with(options, {{"OptionGroupName", "options"}})),
      {"option group quota", "CreateOptionGroup",
       [options](Store& store) {
         store.quotas["OptionGroups"] = 1;
         return options;
       }},
      plain("option group by two ways", "DescribeOptionGroups",
            {{"OptionGroupName", "options"}, {"EngineName", "mysql"}}),
      plain("option group version alone", "DescribeOptionGroups", {{"MajorEngineVersion", "9.7"}}),
      plain("option group known", "DescribeOptionGroups", {{"OptionGroupName", "none"}}),
      plain("default option group", "DeleteOptionGroup", {{"OptionGroupName", "default:mysql-9-7"}}),
      plain("option group in use", "DeleteOptionGroup", {{"OptionGroupName", "options"}}),
      {"subnet group name", "CreateDBSubnetGroup",
       [subnets](Store& store) {
         return with(subnets, {{"DBSubnetGroupName", "default"}, {"SubnetIds.SubnetIdentifier.1", some_subnet(store)}});
       }},
      {"subnet group taken", "CreateDBSubnetGroup",
       [subnets](Store& store) {
         store.subnet_groups["fresh"] = {};
         return with(subnets, {{"SubnetIds.SubnetIdentifier.1", some_subnet(store)}});
       }},
      {"subnet group quota", "CreateDBSubnetGroup",
       [subnets](Store& store) {
         store.quotas["DBSubnetGroups"] = 1;
         return with(subnets, {{"SubnetIds.SubnetIdentifier.1", some_subnet(store)}});
       }},
      plain("subnets of a group", "CreateDBSubnetGroup",
            with(subnets, {{"SubnetIds.SubnetIdentifier.1", "subnet-none"}})),
      {"subnet group zones", "CreateDBSubnetGroup",
       [subnets](Store& store) { return with(subnets, {{"SubnetIds.SubnetIdentifier.1", some_subnet(store)}}); }},
      plain("subnet group known", "DeleteDBSubnetGroup", {{"DBSubnetGroupName", "none"}}),
      plain("default subnet group", "DeleteDBSubnetGroup", {{"DBSubnetGroupName", "default"}}),
      {"subnet group in use", "DeleteDBSubnetGroup",
       [](Store& store) {
         store.subnet_groups["own"] = store.subnet_groups.at("default");
         store.instances.at("source").shape["DBSubnetGroup"]["DBSubnetGroupName"] = "own";
         return Fields{{"DBSubnetGroupName", "own"}};
       }},
  };
}

Case of_group(const std::string& rule, const std::string& action, const Fields& more) {
  return {rule, action, [more](Store& store) { return permission(group_id(store, "mine"), more); }};
}

std::vector<Case> ec2_cases() {
  const auto filter = [](const std::string& rule, const std::string& action) {
    return plain(rule, action, {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "x"}});
  };
  const Fields fresh = {{"GroupName", "fresh"}, {"GroupDescription", "fresh"}};
  const auto of_subnet = [](const std::string& rule, const Fields& more) {
    return Case{rule, "CreateSubnet", [more](Store& store) { return with({{"VpcId", store.default_vpc()}}, more); }};
  };
  return {
      plain("next token", "DescribeVpcs", {{"NextToken", "elsewhere"}}),
      filter("security group filters", "DescribeSecurityGroups"),
      filter("security group rule filters", "DescribeSecurityGroupRules"),
      filter("VPC filters", "DescribeVpcs"),
      filter("subnet filters", "DescribeSubnets"),
      filter("tag filters", "DescribeTags"),
      plain("security group not named", "DeleteSecurityGroup", {}),
      plain("security group id", "DeleteSecurityGroup", {{"GroupId", "mine"}}),
      plain("security group name", "CreateSecurityGroup", with(fresh, {{"GroupName", "sg-x"}})),
      plain("security group reserved", "CreateSecurityGroup", with(fresh, {{"GroupName", "default"}})),
      plain("security group description", "CreateSecurityGroup", with(fresh, {{"GroupDescription", "gr\xc3\xbcn"}})),
      plain("VPC known", "CreateSecurityGroup", with(fresh, {{"VpcId", "vpc-none"}})),
      plain("subnet known", "DescribeSubnets", {{"SubnetId.1", "subnet-none"}}),
      plain("security group known", "DescribeSecurityGroups", {{"GroupId.1", "sg-none"}}),
      plain("security group names known", "DescribeSecurityGroups", {{"GroupName.1", "nobody"}}),
      plain("security group taken", "CreateSecurityGroup", with(fresh, {{"GroupName", "mine"}})),
      {"default security group", "DeleteSecurityGroup",
       [](Store& store) { return Fields{{"GroupId", group_id(store, "default")}}; }},
      {"security group on an instance", "DeleteSecurityGroup",
       [](Store& store) {
         const std::string id = group_id(store, "mine");
         done(store, "rds", "ModifyDBInstance", modify({{"VpcSecurityGroupIds.VpcSecurityGroupId.1", id}}));
         return Fields{{"GroupId", id}};
       }},
      {"security group in a rule", "DeleteSecurityGroup",
       [](Store& store) {
         done(store, "ec2", "AuthorizeSecurityGroupIngress",
              permission(group_id(store, "default"), {{"IpPermissions.1.IpRanges.1.CidrIp", "-"},
                                                      {"IpPermissions.1.Groups.1.GroupId", group_id(store, "mine")}}));
         return Fields{{"GroupId", group_id(store, "mine")}};
       }},
      {"security groups of the account", "CreateSecurityGroup",
       [](Store& store) {
         store.quotas["SecurityGroups"] = 2;
         return Fields{{"GroupName", "one-more"}, {"GroupDescription", "mine"}};
       }},
      {"security group on an interface", "DeleteSecurityGroup",
       [](Store& store) {
         done(store, "ec2", "CreateNetworkInterface",
              {{"SubnetId", some_subnet(store)}, {"SecurityGroupId.1", group_id(store, "mine")}});
         return Fields{{"GroupId", group_id(store, "mine")}};
       }},
      plain("peering filters", "DescribeVpcPeeringConnections",
            {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "x"}}),
      plain("interface filters", "DescribeNetworkInterfaces", {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "x"}}),
      plain("block given", "CreateVpc", {}),
      plain("block's form", "CreateVpc", {{"CidrBlock", "10.0.0.0"}}),
      plain("VPC's block", "CreateVpc", {{"CidrBlock", "10.0.0.0/15"}}),
      of_subnet("subnet's block", {{"CidrBlock", "10.0.0.0/24"}}),
      of_subnet("subnet's block taken", {{"CidrBlock", "172.31.47.0/24"}}),
      of_subnet("subnet's zone", {{"CidrBlock", "172.31.48.0/24"}, {"AvailabilityZone", "eu-west-1z"}}),
      {"peer given", "CreateVpcPeeringConnection", [](Store& store) { return Fields{{"VpcId", store.default_vpc()}}; }},
      plain("peering known", "AcceptVpcPeeringConnection", {{"VpcPeeringConnectionId", "pcx-none"}}),
      {"peering accepted already", "AcceptVpcPeeringConnection",
       [](Store& store) {
         const std::string other = add_vpc(store, "10.0.0.0/16", false);
         const Value made =
             done(store, "ec2", "CreateVpcPeeringConnection", {{"VpcId", other}, {"PeerVpcId", store.default_vpc()}});
         const Fields it = {
             {"VpcPeeringConnectionId", made.at("VpcPeeringConnection").at("VpcPeeringConnectionId").text()}};
         done(store, "ec2", "AcceptVpcPeeringConnection", it);
         return it;
       }},
      plain("interface known", "DeleteNetworkInterface", {{"NetworkInterfaceId", "eni-none"}}),
      {"permission's group in another VPC", "AuthorizeSecurityGroupIngress",
       [](Store& store) {
         const std::string other = store.default_security_group(add_vpc(store, "10.0.0.0/16", false));
         return permission(group_id(store, "mine"),
                           {{"IpPermissions.1.IpRanges.1.CidrIp", "-"}, {"IpPermissions.1.Groups.1.GroupId", other}});
       }},
      {"permissions given", "AuthorizeSecurityGroupIngress",
       [](Store& store) { return Fields{{"GroupId", group_id(store, "mine")}}; }},
      of_group("permission without source", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpRanges.1.CidrIp", "-"}}),
      of_group("permission protocol", "AuthorizeSecurityGroupIngress", {{"IpPermissions.1.IpProtocol", "morse"}}),
      of_group("permission ports", "AuthorizeSecurityGroupIngress", {{"IpPermissions.1.ToPort", "3305"}}),
      of_group("permission ICMP", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpProtocol", "icmp"},
                {"IpPermissions.1.FromPort", "-1"},
                {"IpPermissions.1.ToPort", "3"}}),
      of_group("permission description", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpRanges.1.Description", "<office>"}}),
      of_group("permission CIDR", "AuthorizeSecurityGroupIngress", {{"IpPermissions.1.IpRanges.1.CidrIp", "10.0.0/8"}}),
      of_group("permission's group known", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpRanges.1.CidrIp", "-"}, {"IpPermissions.1.Groups.1.GroupId", "sg-none"}}),
      {"permission taken", "AuthorizeSecurityGroupIngress",
       [](Store& store) {
         done(store, "ec2", "AuthorizeSecurityGroupIngress", permission(group_id(store, "mine")));
         return permission(group_id(store, "mine"), {{"IpPermissions.1.IpRanges.1.CidrIp", "10.1.2.3/8"}});
       }},
      {"permissions at most", "AuthorizeSecurityGroupIngress",
       [](Store& store) {
         Fields fields = permission(group_id(store, "mine"));
         for (int i = 2; i <= 61; ++i)
           fields[fmt::format("IpPermissions.1.IpRanges.{}.CidrIp", i)] = fmt::format("10.0.{}.0/24", i);
         return fields;
       }},
      of_group("permission known", "RevokeSecurityGroupIngress", {}),
      {"permission id known", "RevokeSecurityGroupIngress",
       [](Store& store) {
         return Fields{{"GroupId", group_id(store, "mine")}, {"SecurityGroupRuleId.1", "sgr-none"}};
       }},
      plain("tagged type", "CreateSecurityGroup",
            with(fresh, {{"TagSpecification.1.ResourceType", "vpc"}, {"TagSpecification.1.Tag.1.Key", "k"}})),
      plain("tagged resource known", "CreateTags",
            {{"ResourceId.1", "sg-none"}, {"Tag.1.Key", "k"}, {"Tag.1.Value", "v"}}),
      {"EC2 tag keys", "CreateTags",
       [](Store& store) {
         return Fields{{"ResourceId.1", group_id(store, "mine")}, {"Tag.1.Key", "aws:x"}, {"Tag.1.Value", "v"}};
       }},
      {"EC2 tag values", "CreateTags",
       [](Store& store) {
         return Fields{
             {"ResourceId.1", group_id(store, "mine")}, {"Tag.1.Key", "k"}, {"Tag.1.Value", std::string(257, 'x')}};
       }},
      {"EC2 tag keys twice", "CreateTags",
       [](Store& store) {
         return Fields{{"ResourceId.1", group_id(store, "mine")}, {"Tag.1.Key", "k"}, {"Tag.2.Key", "k"}};
       }},
      {"EC2 tags at most", "CreateTags",
       [](Store& store) { return many_tags({{"ResourceId.1", group_id(store, "mine")}}, "Tag", 51); }},
  };
}

std::vector<Case> identity_cases() {
  const Fields policy = {
      {"PolicyName", "p"},
      {"PolicyDocument",
       R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})"}};
  const Fields simulation = {{"PolicySourceArn", "arn:aws:iam::123456789012:user/nobody"},
                             {"ActionNames.member.1", "rds:CreateDBInstance"}};
  const Fields role = {{"RoleName", "darbe"}, {"AssumeRolePolicyDocument", "{}"}};
  return {
      plain("user taken", "CreateUser", {{"UserName", "lab"}}),
      {"role taken", "CreateRole",
       [role](Store& store) {
         done(store, "iam", "CreateRole", role);
         return role;
       }},
      plain("user known", "PutUserPolicy", with(policy, {{"UserName", "nobody"}})),
      plain("role known", "PutRolePolicy", with(policy, {{"RoleName", "nobody"}})),
      plain("policy known", "DeleteUserPolicy", {{"UserName", "lab"}, {"PolicyName", "none"}}),
      plain("policy document", "PutUserPolicy", with(policy, {{"UserName", "lab"}, {"PolicyDocument", "{"}})),
      plain("policy source", "SimulatePrincipalPolicy",
            with(simulation, {{"PolicySourceArn", "arn:aws:iam::123456789012:group/darbe"}})),
      plain("policy source known", "SimulatePrincipalPolicy", simulation),
      {"simulated action", "SimulatePrincipalPolicy",
       [simulation](Store& store) {
         done(store, "iam", "CreateUser", {{"UserName", "nobody"}});
         return with(simulation, {{"ActionNames.member.1", "CreateDBInstance"}});
       }},
      plain("role ARN", "AssumeRole", {{"RoleArn", "arn:aws:iam::123456789012:user/x"}, {"RoleSessionName", "me"}}),
      plain("role of another account", "AssumeRole",
            {{"RoleArn", "arn:aws:iam::999999999999:role/x"}, {"RoleSessionName", "me"}}),
  };
}

Fields metric_data(const Fields& more = {}) {
  const std::string query = "MetricDataQueries.member.1.";
  return with({{query + "Id", "free"},
               {query + "MetricStat.Metric.Namespace", "AWS/RDS"},
               {query + "MetricStat.Metric.MetricName", "FreeStorageSpace"},
               {query + "MetricStat.Period", "60"},
               {query + "MetricStat.Stat", "Minimum"},
               {"StartTime", "2026-11-22T18:00:00Z"},
               {"EndTime", "2026-11-22T19:00:00Z"}},
              more);
}

Fields metric_statistics(const Fields& more = {}) {
  return with({{"Namespace", "AWS/RDS"},
               {"MetricName", "FreeStorageSpace"},
               {"Period", "60"},
               {"Statistics.member.1", "Minimum"},
               {"StartTime", "2026-11-22T18:00:00Z"},
               {"EndTime", "2026-11-22T19:00:00Z"}},
              more);
}

std::vector<Case> monitoring_cases() {
  const auto of_data = [](const std::string& rule, const Fields& more) {
    return plain(rule, "GetMetricData", metric_data(more));
  };
  const auto of_statistics = [](const std::string& rule, const Fields& more) {
    return plain(rule, "GetMetricStatistics", metric_statistics(more));
  };
  const std::string second = "MetricDataQueries.member.2.";
  Fields many;
  for (int i = 2; i <= 501; ++i) many[fmt::format("MetricDataQueries.member.{}.Id", i)] = fmt::format("q{}", i);
  return {
      plain("metrics' token", "ListMetrics", {{"NextToken", "elsewhere"}}),
      of_data("times equal", {{"EndTime", "2026-11-22T18:00:00Z"}}),
      of_data("times reversed", {{"EndTime", "2026-11-22T17:59:00Z"}}),
      plain("queries at least", "GetMetricData",
            {{"MetricDataQueries", ""}, {"StartTime", "2026-11-22T18:00:00Z"}, {"EndTime", "2026-11-22T19:00:00Z"}}),
      of_data("queries at most", many),
      of_data("query's name", {{"MetricDataQueries.member.1.Id", "Free"}}),
      of_data("query's name twice", {{second + "Id", "free"}, {second + "Expression", "1"}}),
      of_data("expressions", {{second + "Id", "e"}, {second + "Expression", "free / 2"}}),
      of_data("pages of data", {{"MaxDatapoints", "100"}}),
      of_data("periods of queries", {{"MetricDataQueries.member.1.MetricStat.Period", "61"}}),
      of_data("statistic of queries", {{"MetricDataQueries.member.1.MetricStat.Stat", "Mode"}}),
      of_statistics("times of statistics equal", {{"EndTime", "2026-11-22T18:00:00Z"}}),
      of_statistics("times of statistics reversed", {{"EndTime", "2026-11-22T17:59:00Z"}}),
      of_statistics("period of statistics", {{"Period", "45"}}),
      of_statistics("statistics missing", {{"Statistics.member.1", "-"}}),
      of_statistics("extended statistics", {{"ExtendedStatistics.member.1", "p99"}}),
      of_statistics("datapoints at most", {{"StartTime", "2026-11-21T18:00:00Z"}}),
  };
}

std::vector<Case> secret_cases() {
  const auto of_login = [](const std::string& rule, const std::string& action, const Fields& more) {
    return plain(rule, action, with({{"SecretId", "login"}}, more));
  };
  const auto of_deleted = [](const std::string& rule, const std::string& action, const std::string& name) {
    return Case{rule, action, [name](Store& store) {
                  done(store, "secretsmanager", "DeleteSecret", {{"SecretId", "login"}});
                  return Fields{{name, "login"}, {"SecretString", "y"}};
                }};
  };
  // Of a key of its own, which is disabled.
  const auto with_disabled_key = [](const std::string& rule, const std::string& action, const Fields& more) {
    return Case{rule, action, [more](Store& store) {
                  done(store, "secretsmanager", "CreateSecret", {{"Name", "keyed"}, {"SecretString", "x"}});
                  const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
                  (*secret_named(store, "keyed"))["KmsKeyId"] = key_arn(store, key);
                  store.keys.at(key)["Enabled"] = false;
                  return with({{"SecretId", "keyed"}}, more);
                }};
  };
  return {
      plain("secret's name", "CreateSecret", {{"Name", "log in"}}),
      plain("secrets' token", "ListSecrets", {{"NextToken", "elsewhere"}}),
      plain("secrets' filters", "ListSecrets", {{"Filters", R"([{"Key": "all", "Values": ["x"]}])"}}),
      plain("secret known", "GetSecretValue", {{"SecretId", "nobody"}}),
      {"secret deleted", "GetSecretValue",
       [](Store& store) {
         done(store, "secretsmanager", "DeleteSecret", {{"SecretId", "login"}});
         return Fields{{"SecretId", "login"}};
       }},
      of_deleted("secret's name deleted", "CreateSecret", "Name"),
      of_login("two contents", "PutSecretValue", {{"SecretString", "y"}, {"SecretBinary", "eQ=="}}),
      plain("secret taken", "CreateSecret", {{"Name", "login"}, {"SecretString", "x"}}),
      of_login("no content", "PutSecretValue", {}),
      plain("secret features", "CreateSecret",
            {{"Name", "far"}, {"AddReplicaRegions", R"([{"Region": "us-east-1"}])"}}),
      {"secret managed", "PutSecretValue",
       [](Store& store) {
         const auto& secret = store.instances.at("managed").shape.at("MasterUserSecret");
         return Fields{{"SecretId", secret.at("SecretArn").text()}, {"SecretString", "y"}};
       }},
      of_login("secret's token taken", "PutSecretValue", {{"SecretString", "y"}, {"ClientRequestToken", token}}),
      of_login("secret's reserved tags", "TagResource", {{"Tags", R"([{"Key": "aws:mine", "Value": "x"}])"}}),
      with_disabled_key("secret's key", "PutSecretValue", {{"SecretString", "y"}}),
      with_disabled_key("secret's key to read", "GetSecretValue", {}),
      of_login("version known", "GetSecretValue", {{"VersionId", "bbbbbbbb-aaaa-aaaa-aaaa-aaaaaaaaaaaa"}}),
      of_login("stage known", "GetSecretValue", {{"VersionStage", "AWSPREVIOUS"}}),
      of_login("version and stage", "GetSecretValue", {{"VersionId", token}, {"VersionStage", "AWSPREVIOUS"}}),
      of_login("window and force", "DeleteSecret",
               {{"ForceDeleteWithoutRecovery", "true"}, {"RecoveryWindowInDays", "7"}}),
      of_login("recovery window", "DeleteSecret", {{"RecoveryWindowInDays", "6"}}),
  };
}

std::vector<Case> key_cases() {
  const auto of_new_key = [](const std::string& rule, const std::string& action, bool going, const Fields& more) {
    return Case{rule, action, [=](Store& store) {
                  const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
                  if (going) done(store, "kms", "ScheduleKeyDeletion", {{"KeyId", key_arn(store, key)}});
                  return with({{"KeyId", key_arn(store, key)}}, more);
                }};
  };
  return {
      plain("key's ARN", "DescribeKey", {{"KeyId", "arn:aws:rds:eu-west-1:123456789012:db:source"}}),
      plain("key known", "DescribeKey", {{"KeyId", "alias/none"}}),
      plain("key of AWS", "DisableKey", {{"KeyId", "alias/aws/rds"}}),
      of_new_key("key to be deleted", "EnableKey", true, {}),
      of_new_key("key not to be deleted", "CancelKeyDeletion", false, {}),
      of_new_key("key's last days", "ScheduleKeyDeletion", false, {{"PendingWindowInDays", "6"}}),
      plain("key's kind", "CreateKey", {{"KeySpec", "RSA_2048"}, {"KeyUsage", "SIGN_VERIFY"}}),
      {"alias's name", "CreateAlias",
       [](Store& store) {
         const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
         return Fields{{"AliasName", "alias/aws/mine"}, {"TargetKeyId", key_arn(store, key)}};
       }},
      {"alias taken", "CreateAlias",
       [](Store& store) {
         const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
         const Fields fields = {{"AliasName", "alias/mine"}, {"TargetKeyId", key_arn(store, key)}};
         done(store, "kms", "CreateAlias", fields);
         return fields;
       }},
      plain("aliases' marker", "ListAliases", {{"Marker", "elsewhere"}}),
  };
}

const std::map<std::string, Case>& cases() {
  static const std::map<std::string, Case> all = [] {
    std::map<std::string, Case> joined;
    for (const auto& part : {request_cases(), instance_cases(), group_cases(), ec2_cases(), identity_cases(),
                             monitoring_cases(), secret_cases(), key_cases()})
      for (const Case& one : part) joined.emplace(one.rule, one);
    return joined;
  }();
  return all;
}

TEST(Rules, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Rule& rule : rules()) EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
}

TEST(Rules, AreEachBrokenByARequestOfTheirOwn) {
  const Store base = furnished();
  const Offers on_offer = offers();
  for (const Rule& rule : rules()) {
    SCOPED_TRACE(std::string(rule.name));
    const auto one = cases().find(std::string(rule.name));
    ASSERT_NE(one, cases().end()) << "no request breaks this rule: add one";
    Store store = base;
    const Fields fields = one->second.fields(store);
    const std::string service(rule.service);
    const Operation* operation = model(service).operation(one->second.action);
    ASSERT_NE(operation, nullptr);
    const Value request = parameters_of(service, *operation, fields);
    const Situation situation{operation->name, request, store, on_offer};
    const Rule* broken = broken_rule(service, situation);
    ASSERT_NE(broken, nullptr) << "nothing is refused";
    EXPECT_EQ(broken->name, rule.name);
    try {
      check_rules(service, situation);
      ADD_FAILURE() << "not refused";
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.code(), rule.code);
      EXPECT_EQ(std::string(refusal.what()).find("{}"), std::string::npos);
    }
  }
}

TEST(Rules, LetGoodRequestsPass) {
  const Store base = furnished();
  const Offers on_offer = offers();
  const std::vector<Case> good = {
      plain("", "CreateDBInstance", create()),
      plain(
          "", "CreateDBInstance",
          create(
              {{"StorageType", "gp3"}, {"AllocatedStorage", "400"}, {"Iops", "16000"}, {"StorageThroughput", "1000"}})),
      plain(
          "", "CreateDBInstance",
          create(
              {{"StorageType", "io1"}, {"AllocatedStorage", "100"}, {"Iops", "3000"}, {"DedicatedLogVolume", "true"}})),
      plain("", "CreateDBInstance",
            create({{"Engine", "mariadb"}, {"EngineVersion", "10.11"}, {"BackupRetentionPeriod", "0"}})),
      plain("", "CreateDBInstance",
            create({{"PreferredBackupWindow", "03:00-04:00"}, {"PreferredMaintenanceWindow", "mon:04:00-mon:05:00"}})),
      plain("", "CreateDBInstanceReadReplica", replicate()),
      plain("", "ModifyDBInstance",
            modify({{"MultiAZ", "true"}, {"AllocatedStorage", "40"}, {"ApplyImmediately", "true"}})),
      plain("", "ModifyDBInstance", modify({{"EngineVersion", "9.7.4"}, {"BackupRetentionPeriod", "7"}})),
      plain("", "ModifyDBParameterGroup", parameter("innodb_flush_log_at_trx_commit", "2", "immediate")),
      plain("", "DeleteDBInstance", remove()),
      plain("", "DeleteDBInstance", {{"DBInstanceIdentifier", "replica"}, {"SkipFinalSnapshot", "true"}}),
      plain("", "DescribeDBInstances", {{"MaxRecords", "20"}}),
      plain("", "DescribeOrderableDBInstanceOptions", {{"Engine", "mysql"}, {"MaxRecords", "1000"}}),
      plain("", "ModifyDBParameterGroup", parameter("replicate-do-table", "shop.a,`odd\\_name`.`b`", "immediate")),
      plain("", "CreateDBInstance", create({{"StorageEncrypted", "true"}, {"KmsKeyId", "alias/aws/rds"}})),
      plain("", "CreateDBInstanceReadReplica", replicate({{"SourceDBInstanceIdentifier", arn("db", "source")}})),
      {"", "CreateDBInstanceReadReplica",
       [](Store& store) {
         set(store, "source", "StorageEncrypted", true);
         return replicate({{"KmsKeyId", "alias/aws/rds"}});
       }},
      {"", "ModifyDBInstance",
       [](Store& store) {
         set(store, "source", "StorageType", "standard");
         return modify({{"StorageType", "standard"}});
       }},
      plain("", "PromoteReadReplica", {{"DBInstanceIdentifier", "replica"}, {"PreferredBackupWindow", "05:00-05:30"}}),
      plain("", "DescribeDBEngineVersions", {}),
  };
  for (const Case& one : good) {
    Store store = base;
    const Operation& operation = *model("rds").operation(one.action);
    const Value request = parse_parameters(model("rds"), operation, one.fields(store));
    const Rule* broken = broken_rule("rds", {operation.name, request, store, on_offer});
    EXPECT_EQ(broken, nullptr) << one.action << ": " << (broken ? broken->name : "");
  }
}

// Rows that several actions share, broken by others than above.
TEST(Rules, HoldForEveryActionThatTheyName) {
  const Offers on_offer = offers();
  const Store store = furnished();
  const auto broken_by = [&](const std::string& action, const Fields& fields) {
    const Operation& operation = *model("rds").operation(action);
    const Value request = parse_parameters(model("rds"), operation, fields);
    const Rule* broken = broken_rule("rds", {operation.name, request, store, on_offer});
    return broken ? broken->name : "";
  };
  EXPECT_EQ(
      broken_by("PromoteReadReplica", {{"DBInstanceIdentifier", "replica"}, {"PreferredBackupWindow", "04:00-05:00"}}),
      "windows");
  EXPECT_EQ(broken_by("DescribeOrderableDBInstanceOptions", {{"Engine", "mysql"}, {"MaxRecords", "1001"}}),
            "page size");
  EXPECT_EQ(broken_by("DescribeDBEngineVersions", {{"DBParameterGroupFamily", "mysql8.4"}}), "parameter group family");
  EXPECT_EQ(broken_by("CreateDBInstanceReadReplica", replicate({{"StorageType", "standard"}})), "magnetic storage");
  EXPECT_EQ(broken_by("ModifyDBInstance", modify({{"StorageType", "standard"}})), "magnetic storage");
}

}  // namespace
}  // namespace darbe::lab
