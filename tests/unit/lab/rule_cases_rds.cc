// RDS: of requests of any kind, of instances, of groups.
#include <fmt/format.h>

#include "rule_cases.h"

namespace darbe::lab::rule_test {

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
      plain("directory", "CreateDBInstance", create({{"Domain", "d-nowhere"}})),
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

}  // namespace darbe::lab::rule_test
