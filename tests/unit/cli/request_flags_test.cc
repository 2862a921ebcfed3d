#include "cli/request_flags.h"

#include <algorithm>
#include <set>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../aws/scripted_aws.h"
#include "plan/target_settings.h"

namespace darbe::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

plan::Request parsed(std::vector<std::string> words) {
  CLI::App app;
  RequestOptions options;
  add_request_flags(app, options);
  words.insert(words.begin(), {"--source-instance-id", "putio16", "--new-instance-id", "putio17"});
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  app.parse(words);
  return options.request;
}

TEST(RequestFlags, MakeSmallLettersOfNamesAsAwsDoes) {
  CLI::App app;
  RequestOptions options;
  add_request_flags(app, options);
  std::vector<std::string> words{"--source-instance-id",  "PutIO16",  "--new-instance-id", "PutIO17",
                                 "--replica-instance-id", "PutIO16-A"};
  std::reverse(words.begin(), words.end());
  app.parse(words);
  EXPECT_EQ(options.request.source_instance_id, "putio16");
  EXPECT_EQ(options.common.new_instance_id, "putio17");
  EXPECT_EQ(options.request.replica_instance_id, "putio16-a");
}

TEST(RequestFlags, TellTheLeaveToReplicateAgainFromTheChecks) {
  CLI::App app;
  RequestOptions options;
  add_request_flags(app, options);
  std::vector<std::string> words{"--source-instance-id",
                                 "putio16",
                                 "--new-instance-id",
                                 "putio17",
                                 "--allow",
                                 "storage",
                                 "--allow",
                                 "in-use",
                                 "--allow",
                                 "quotas"};
  std::reverse(words.begin(), words.end());
  app.parse(words);
  EXPECT_TRUE(options.allow_in_use);
  EXPECT_THAT(options.allow, testing::ElementsAre("storage", "quotas"));
}

// A source that has everything.
aws::Instance source() {
  aws::Instance instance;
  instance.identifier = "putio16";
  instance.instance_class = "db.r6g.xlarge";
  instance.engine = "mysql";
  instance.engine_version = "8.4.11";
  instance.engine_lifecycle_support = "open-source-rds-extended-support";
  instance.processor_features = {{"coreCount", "2"}};
  instance.auto_minor_version_upgrade = true;
  instance.port = 3307;
  instance.allocated_storage = 500;
  instance.max_allocated_storage = 1000;
  instance.storage_type = "gp3";
  instance.iops = 12000;
  instance.storage_throughput = 500;
  instance.storage_encrypted = true;
  instance.kms_key_id = "key/k";
  instance.availability_zone = "eu-west-1a";
  instance.multi_az = true;
  instance.subnet_group = "default";
  instance.security_group_ids = {"sg-1", "sg-2"};
  instance.network_type = "IPV4";
  instance.publicly_accessible = true;
  instance.ca_certificate_identifier = "rds-ca-rsa2048-g1";
  instance.option_groups = {{"default:mysql-8-4", "in-sync"}};
  instance.backup_retention_period = 7;
  instance.backup_window = "03:00-04:00";
  instance.maintenance_window = "sun:05:00-sun:06:00";
  instance.copy_tags_to_snapshot = true;
  instance.deletion_protection = true;
  instance.iam_authentication = true;
  instance.log_exports = {"error", "general"};
  instance.database_insights_mode = "advanced";
  instance.performance_insights = true;
  instance.performance_insights_kms_key_id = "key/p";
  instance.performance_insights_retention = 465;
  instance.monitoring_interval = 60;
  instance.monitoring_role_arn = "role/monitor";
  instance.tags = {{"team", "data"}};
  return instance;
}

// CreateDBInstance as AWS gets it, a field a line.
std::string creating_request(const plan::Request& request) {
  aws::ScriptedAws aws({aws::answer("CreateDBInstance", "<DBInstance/>")});
  aws.account.instances.create(plan::target_like(source(), request));
  return aws.body(0);
}

struct Override {
  std::vector<std::string> words;
  std::string in_request;  // lines of the creating request
};

// The flags of what CreateDBInstance is told. The others: AtTheEnd, and the parameter group, whose values are copied.
const Override told_at_once[] = {
    {{"--db-instance-class", "db.m6g.large"}, "DBInstanceClass=db.m6g.large\n"},
    {{"--engine-version", "8.4.12"}, "EngineVersion=8.4.12\n"},
    {{"--engine-lifecycle-support", "open-source-rds-extended-support-disabled"},
     "EngineLifecycleSupport=open-source-rds-extended-support-disabled\n"},
    {{"--option-group", "mine"}, "OptionGroupName=mine\n"},
    {{"--tags", "Key=env,Value=a=b,c", "Key=team,Value="},
     "Tags.Tag.1.Key=env\nTags.Tag.1.Value=a=b,c\nTags.Tag.2.Key=team\nTags.Tag.2.Value=\n"},
    {{"--allocated-storage", "600"}, "AllocatedStorage=600\n"},
    {{"--max-allocated-storage", "2000"}, "MaxAllocatedStorage=2000\n"},
    {{"--storage-type", "io2"}, "StorageType=io2\n"},
    {{"--iops", "13000"}, "Iops=13000\n"},
    {{"--storage-throughput", "600"}, "StorageThroughput=600\n"},
    {{"--no-storage-encrypted"}, "StorageEncrypted=false\n"},
    {{"--storage-encrypted"}, "StorageEncrypted=true\nKmsKeyId=key/k\n"},
    {{"--kms-key-id", "key/other"}, "StorageEncrypted=true\nKmsKeyId=key/other\n"},
    {{"--availability-zone", "eu-west-1c"}, "AvailabilityZone=eu-west-1c\n"},
    {{"--db-subnet-group-name", "other"}, "DBSubnetGroupName=other\n"},
    {{"--vpc-security-group-ids", "sg-8,sg-9"},
     "VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-8\nVpcSecurityGroupIds.VpcSecurityGroupId.2=sg-9\nNetworkType="},
    {{"--port", "3310"}, "Port=3310\n"},
    {{"--no-publicly-accessible"}, "PubliclyAccessible=false\n"},
    {{"--network-type", "DUAL"}, "NetworkType=DUAL\n"},
    {{"--ca-certificate-identifier", "rds-ca-ecc384-g1"}, "CACertificateIdentifier=rds-ca-ecc384-g1\n"},
    {{"--preferred-backup-window", "01:00-02:00"}, "PreferredBackupWindow=01:00-02:00\n"},
    {{"--preferred-maintenance-window", "mon:01:00-mon:02:00"}, "PreferredMaintenanceWindow=mon:01:00-mon:02:00\n"},
    {{"--no-auto-minor-version-upgrade"}, "AutoMinorVersionUpgrade=false\n"},
    {{"--no-copy-tags-to-snapshot"}, "CopyTagsToSnapshot=false\n"},
    {{"--no-enable-iam-database-authentication"}, "EnableIAMDatabaseAuthentication=false\n"},
    {{"--enable-cloudwatch-logs-exports", "error", "slowquery"},
     "EnableCloudwatchLogsExports.member.1=error\nEnableCloudwatchLogsExports.member.2=slowquery\nDatabaseInsights"},
    {{"--enable-cloudwatch-logs-exports", ""}, "EnableIAMDatabaseAuthentication=true\nDatabaseInsightsMode="},
    {{"--database-insights-mode", "standard"}, "DatabaseInsightsMode=standard\n"},
    {{"--no-enable-performance-insights"},
     "DatabaseInsightsMode=standard\nEnablePerformanceInsights=false\nMonitoringInterval="},
    {{"--performance-insights-kms-key-id", "key/q"}, "PerformanceInsightsKMSKeyId=key/q\n"},
    {{"--performance-insights-retention-period", "731"}, "PerformanceInsightsRetentionPeriod=731\n"},
    {{"--monitoring-interval", "15"}, "MonitoringInterval=15\n"},
    {{"--monitoring-interval", "0"}, "MonitoringInterval=0\nProcessorFeatures"},
    {{"--monitoring-role-arn", "role/other"}, "MonitoringRoleArn=role/other\n"},
};

TEST(Overrides, ReachTheCreatingRequest) {
  const std::string without = creating_request(parsed({}));
  for (const auto& [words, lines] : told_at_once) {
    const std::string request = creating_request(parsed(words));
    EXPECT_THAT(request, HasSubstr(lines)) << words.front();
    if (words.front() != "--storage-encrypted") {
      EXPECT_THAT(without, Not(HasSubstr(lines))) << words.front();
    }
  }
}

TEST(Overrides, OfAnotherClassTakeNoProcessorFeaturesOver) {
  EXPECT_THAT(creating_request(parsed({})), HasSubstr("ProcessorFeature"));
  EXPECT_THAT(creating_request(parsed({"--db-instance-class", "db.m6g.large"})), Not(HasSubstr("ProcessorFeature")));
}

TEST(Overrides, OfSubnetsLeaveTheZoneToAws) {
  EXPECT_THAT(creating_request(parsed({"--db-subnet-group-name", "other"})), Not(HasSubstr("AvailabilityZone")));
}

TEST(Overrides, OfWhatSettleSetsAreLeftForTheEnd) {
  const plan::Request request =
      parsed({"--backup-retention-period", "35", "--no-multi-az", "--no-deletion-protection"});
  const std::string at_once = creating_request(request);
  for (const char* line : {"BackupRetentionPeriod=0\n", "MultiAZ=false\n", "DeletionProtection=false\n"})
    EXPECT_THAT(at_once, HasSubstr(line));
  const auto then = plan::left_for_the_end(source(), request);
  EXPECT_EQ(then.backup_retention_period, 35);
  EXPECT_FALSE(then.multi_az);
  EXPECT_FALSE(then.deletion_protection);
  const auto like_source = plan::left_for_the_end(source(), parsed({}));
  EXPECT_EQ(like_source.backup_retention_period, 7);
  EXPECT_TRUE(like_source.multi_az);
  EXPECT_TRUE(like_source.deletion_protection);
}

TEST(Overrides, OfTheMasterPasswordAreForTheEndTooAndElseAsTheSourceHasIt) {
  aws::Instance managed = source();
  managed.master_user_secret_arn = "arn:aws:secretsmanager:s";
  managed.master_user_secret_kms_key_id = "key/s";
  EXPECT_FALSE(plan::left_for_the_end(source(), parsed({})).managed_password);
  EXPECT_TRUE(plan::left_for_the_end(managed, parsed({})).managed_password);
  EXPECT_EQ(plan::left_for_the_end(managed, parsed({})).managed_password_key, "key/s");
  EXPECT_FALSE(plan::left_for_the_end(managed, parsed({"--no-manage-master-user-password"})).managed_password);
  const plan::Request request = parsed({"--manage-master-user-password", "--master-user-secret-kms-key-id", "key/t"});
  EXPECT_TRUE(plan::left_for_the_end(source(), request).managed_password);
  EXPECT_EQ(plan::left_for_the_end(managed, request).managed_password_key, "key/t");
  EXPECT_THAT(creating_request(request), Not(HasSubstr("Manage")));
}

// Every override has a flag, comes back from the journal as it was, and makes another command of it.
TEST(Overrides, AreEachInThePlanAndHaveAFlag) {
  std::vector<std::vector<std::string>> commands;
  for (const Override& row : told_at_once) commands.push_back(row.words);
  for (const char* name : {"--multi-az", "--deletion-protection", "--manage-master-user-password"})
    commands.push_back({name});
  commands.insert(commands.end(), {{"--backup-retention-period", "1"},
                                   {"--parameter-group", "mine"},
                                   {"--master-user-secret-kms-key-id", "key/t"}});
  std::set<std::string> tried;
  for (const auto& words : commands) {
    plan::Plan plan;
    plan.request = parsed(words);
    EXPECT_EQ(plan::plan_from_json(plan::to_json(plan)), plan) << words.front();
    EXPECT_EQ(plan::differences(parsed({}), plan.request).size(), 1u) << words.front();
    plan::visit_overrides(plan.request, [&](const char* name, const auto& value) {
      if (value) tried.insert(name);
    });
  }
  const plan::Request all;
  plan::visit_overrides(all, [&](const char* name, const auto&) { EXPECT_TRUE(tried.contains(name)) << name; });
}

TEST(Overrides, ThatMakeNoSenseAreUsageErrors) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"--engine-lifecycle-support", "standard"},
                                                                 {"--tags", "team=data"},
                                                                 {"--tags", "Key=darbe:run,Value=x"},
                                                                 {"--tags", "Key=aws:x,Value=x"},
                                                                 {"--port", "80"},
                                                                 {"--backup-retention-period", "0"},
                                                                 {"--multi-az", "--no-multi-az"}})
    EXPECT_THROW(parsed(words), CLI::ParseError) << words.back();
}

// A script's variables that are not set: all would be copied, and nothing replicated.
TEST(CopiedFlags, NameSomething) {
  for (const char* flag : {"--databases", "--users"})
    for (const char* list : {",", " ", " , ,"}) EXPECT_THROW(parsed({flag, list}), CLI::ParseError) << flag << list;
  EXPECT_NO_THROW(parsed({"--databases", ",putio", "--users", "putio,"}));
}

}  // namespace
}  // namespace darbe::cli
