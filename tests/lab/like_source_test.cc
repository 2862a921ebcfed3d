// Whole runs on a source of which nothing is as RDS makes it unasked: what AWS was asked for, member by member. What
// the lab refuses as AWS does for its subnets (dual stack) and what io2 excludes (throughput) is in
// tests/unit/aws/instances_test.cc.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/metrics.h"
#include "aws/query.h"
#include "aws/waiter.h"
#include "lab/api_client.h"
#include "lab/policy_user.h"
#include "lab/value.h"
#include "story/world.h"

namespace darbe::story_test {
namespace {

using testing::IsSupersetOf;

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr const char* source_id = "like40";
constexpr const char* monitor = "arn:aws:iam::123456789012:role/monitor";
const aws::Domain domain{"d-1234567890", "join"};
const aws::AssociatedRole role{"arn:aws:iam::123456789012:role/files", "S3_INTEGRATION"};

std::vector<std::string> beyond(const std::set<std::string>& one, const std::set<std::string>& other) {
  std::vector<std::string> more;
  std::ranges::set_difference(one, other, std::back_inserter(more));
  return more;
}

class LikeSource : public testing::Test {
 protected:
  LikeSource() {
    make_groups();
    make_source();
    mysql::ConnectOptions options = world.options_of(source_id);
    options.user = "shopkeeper";
    mysql::Connection source(options, {});
    source.execute("CREATE DATABASE shop");
    source.execute("CREATE TABLE shop.orders (id INT PRIMARY KEY, note TEXT)");
    source.execute("INSERT INTO shop.orders VALUES (1, 'x'), (2, NULL)");
    source.execute("CREATE TABLE shop.papers (p JSON)");
    source.execute("INSERT INTO shop.papers VALUES (JSON_ARRAY(CAST(1 AS UNSIGNED)))");
  }

  Ended set_up(const std::string& id, const std::vector<std::string>& more,
               const std::map<std::string, std::string>& environment = {}) {
    std::vector<std::string> arguments{"--region", "eu-west-1",         "--source-instance-id",
                                       source_id,  "--new-instance-id", id};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return world.darbe(arguments, environment);
  }
  // The parameters of the last request of this action.
  std::map<std::string, std::string> asked(const std::string& action) {
    std::map<std::string, std::string> parameters;
    const lab::Value request = world.lab().requests(action).back();
    for (const auto& [name, value] : request.at("parameters").members()) parameters[name] = value.text();
    parameters.erase("Action");
    parameters.erase("Version");
    return parameters;
  }
  // All that was asked of ModifyDBInstance for this instance, in all requests.
  Fields modified(const std::string& id) {
    Fields all;
    for (const lab::Value& request : world.lab().requests("ModifyDBInstance"))
      if (request.at("parameters").at("DBInstanceIdentifier").text() == id)
        for (const auto& [name, value] : request.at("parameters").members()) all.emplace_back(name, value.text());
    return all;
  }
  aws::SecurityGroup own_group(const std::string& id) {
    const std::string run = world.account().instances.get(id).tags.at("darbe:run");
    return world.account().security_groups.list({.name = "darbe-" + run, .vpc_id = {}, .tags = {}}).at(0);
  }
  void settle(const std::string& id) {
    aws::Waiter(world.account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {
    }).until_settled(id, {});
  }

  std::string new_key() {
    return world.account().client.call_json(aws::kms, "CreateKey", {}, {}).at("KeyMetadata.Arn");
  }
  // The master password, encrypted with a key of our own. The secret's ARN.
  std::string new_secret() {
    const std::string login = fmt::format(R"({{"username":"shopkeeper","password":"{}"}})", World::master_password);
    return world.account()
        .client
        .call_json(aws::secretsmanager, "CreateSecret", {{"Name", "shop"}, {"SecretString", login}, {"KmsKeyId", key}},
                   {})
        .at("ARN");
  }
  // After a setup of like41: what else the policy is for.
  void expect_the_policy_to_be_all_that_is_needed(const lab_test::PolicyUser& user, const std::string& secret) {
    const std::vector<std::string> of_like41 = {"--region", "eu-west-1", "--new-instance-id", "like41"};
    for (const char* command : {"status", "undo"}) {
      std::vector<std::string> arguments = of_like41;
      arguments.insert(arguments.begin(), command);
      arguments.insert(arguments.end(), {"--master-user-secret", secret});
      if (arguments.front() == "undo") arguments.emplace_back("--yes");
      const Ended ended = world.darbe(arguments, user.environment());
      EXPECT_EQ(ended.status, 0) << command << ": " << ended.text();
    }
    EXPECT_FALSE(world.account().instances.find("like41"));
    lab_test::ApiClient api(world.lab());
    const std::string subnet_group = subnet_group_elsewhere(api);
    set_up("like41", {"--db-subnet-group-name", subnet_group, "--option-group", "shop"}, user.environment());
    // A restart of its own is MySQL 5.6's need: PolicyOnOldMySql.
    std::set<std::string> allowed = lab_test::actions_of(lab_test::policy_for({}));
    EXPECT_EQ(allowed.erase("rds:RebootDBInstance"), 1u);
    EXPECT_THAT(beyond(user.asked(), allowed), testing::IsEmpty()) << "asked for, but not in the policy";
    EXPECT_THAT(beyond(allowed, user.asked()), testing::IsEmpty()) << "in the policy, but never asked for";
  }
  // Of a VPC of its own; refused by check `network`, as nothing peers it with the source's.
  static std::string subnet_group_elsewhere(lab_test::ApiClient& api) {
    const std::string other = api.ask("CreateVpc", {{"CidrBlock", "10.9.0.0/16"}}).child("vpc").text("vpcId");
    const std::string subnet =
        api.ask("CreateSubnet", {{"VpcId", other}, {"CidrBlock", "10.9.1.0/24"}}).child("subnet").text("subnetId");
    const std::string second =
        api.ask("CreateSubnet", {{"VpcId", other}, {"CidrBlock", "10.9.2.0/24"}, {"AvailabilityZone", "eu-west-1b"}})
            .child("subnet")
            .text("subnetId");
    api.ask("CreateDBSubnetGroup", {{"DBSubnetGroupName", "elsewhere"},
                                    {"DBSubnetGroupDescription", "of another VPC"},
                                    {"SubnetIds.SubnetIdentifier.1", subnet},
                                    {"SubnetIds.SubnetIdentifier.2", second}});
    return "elsewhere";
  }

  World world{"mysql", "9."};
  const std::string key = new_key();
  const std::string insights_key = new_key();
  std::string group;  // the source's security group
  std::string vpc;

 private:
  void make_groups() {
    const auto& account = world.account();
    const aws::Instance model = account.instances.get(World::source_id);
    vpc = model.vpc_id;
    group =
        account.security_groups.create({.name = "shop", .description = "of the shop", .vpc_id = vpc, .tags = {}}).id;
    const auto family = account.parameter_groups.find(World::source_id).value().family;
    account.parameter_groups.create({.name = "shop", .family = family, .description = "of the shop", .tags = {}});
    account.parameter_groups.modify("shop", {{"max_connections", "321"}});
    lab_test::ApiClient api(world.lab());
    api.ask("CreateOptionGroup", {{"OptionGroupName", "shop"},
                                  {"EngineName", "mysql"},
                                  {"MajorEngineVersion", model.engine_version.substr(0, 3)},
                                  {"OptionGroupDescription", "of the shop"}});
    aws::Form subnets = {{"DBSubnetGroupName", "shop"}, {"DBSubnetGroupDescription", "of the shop"}};
    const aws::XmlElement there = api.ask("DescribeDBSubnetGroups", {});
    int number = 0;
    for (const auto& subnet : there.child("DBSubnetGroups").children().front().child("Subnets").children())
      subnets.emplace_back(fmt::format("SubnetIds.SubnetIdentifier.{}", ++number), subnet.text("SubnetIdentifier"));
    api.ask("CreateDBSubnetGroup", subnets);
  }

  void make_source() {
    aws::CreateInstance wanted;
    wanted.identifier = source_id;
    wanted.instance_class = "db.m6g.large";
    wanted.engine = "mysql";
    wanted.engine_version = world.account().instances.get(World::source_id).engine_version;
    wanted.license_model = "general-public-license";
    wanted.engine_lifecycle_support = "open-source-rds-extended-support-disabled";
    wanted.auto_minor_version_upgrade = false;
    wanted.processor_features = {{"coreCount", "1"}, {"threadsPerCore", "1"}};
    wanted.port = 3310;
    wanted.master_username = "shopkeeper";
    wanted.master_password = base::Secret(World::master_password);
    wanted.allocated_storage = 120;
    wanted.max_allocated_storage = 300;
    wanted.storage_type = "io2";
    wanted.iops = 3500;
    wanted.storage_encrypted = true;
    wanted.kms_key_id = key;
    wanted.dedicated_log_volume = true;
    wanted.availability_zone = "eu-west-1b";
    wanted.subnet_group = "shop";
    wanted.security_group_ids = {group};
    wanted.publicly_accessible = false;
    wanted.ca_certificate_identifier = "rds-ca-rsa4096-g1";
    wanted.parameter_group = "shop";
    wanted.option_group = "shop";
    wanted.backup_retention_period = 3;
    wanted.backup_window = "01:00-01:45";
    wanted.maintenance_window = "tue:02:00-tue:03:00";
    wanted.copy_tags_to_snapshot = true;
    wanted.deletion_protection = true;
    wanted.iam_authentication = true;
    wanted.log_exports = {"error", "slowquery"};
    wanted.database_insights_mode = "advanced";
    wanted.performance_insights = true;
    wanted.performance_insights_kms_key_id = insights_key;
    wanted.performance_insights_retention = 465;
    wanted.monitoring_interval = 30;
    wanted.monitoring_role_arn = monitor;
    wanted.domain = domain;
    // It was the target of an earlier run once.
    wanted.tags = {
        {"team", "data"}, {"darbe:run", "0123456789ab"}, {"darbe:source", "like39"}, {"darbe:phase", "serving"}};
    world.account().instances.create(wanted);
    settle(source_id);
    aws::ModifyInstance standby;
    standby.multi_az = true;
    world.account().instances.modify(source_id, standby);
    settle(source_id);
    world.account().instances.add_role(source_id, role);
  }
};

// By somebody who may do what docs/aws-iam-policy.json allows and nothing else; and that is no more than is asked for.
TEST_F(LikeSource, IsWhatTheNewInstanceIsMemberByMember) {
  lab_test::PolicyUser user(world.lab(), "operator");
  const std::string secret = new_secret();
  user.set_policy(lab_test::policy_for({.new_instance_id = "like41",
                                        .new_instance_vpc_id = vpc,
                                        .source_security_group_id = group,
                                        .master_user_secret = secret.substr(secret.find("secret:") + 7)}));
  const Ended ended =
      set_up("like41",
             {"--master-user-secret", secret, "--manage-master-user-password", "--master-user-secret-kms-key-id", key},
             user.environment());
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, testing::Not(testing::HasSubstr("IAM can't be asked")));
  EXPECT_THAT(ended.output,
              testing::ContainsRegex("Not proven by digests:\n  - JSON of shop.papers: integers are INTEGER"));
  const aws::SecurityGroup own = own_group("like41");
  const std::string run = own.tags.at("darbe:run");
  const std::map<std::string, std::string> expected = {
      {"DBInstanceIdentifier", "like41"},
      {"DBInstanceClass", "db.m6g.large"},
      {"Engine", "mysql"},
      {"EngineVersion", world.account().instances.get(source_id).engine_version},
      {"LicenseModel", "general-public-license"},
      {"EngineLifecycleSupport", "open-source-rds-extended-support-disabled"},
      {"AutoMinorVersionUpgrade", "false"},
      {"ProcessorFeatures.ProcessorFeature.1.Name", "coreCount"},
      {"ProcessorFeatures.ProcessorFeature.1.Value", "1"},
      {"ProcessorFeatures.ProcessorFeature.2.Name", "threadsPerCore"},
      {"ProcessorFeatures.ProcessorFeature.2.Value", "1"},
      {"Port", "3310"},
      {"MasterUsername", "shopkeeper"},
      {"MasterUserPassword", "****"},
      {"AllocatedStorage", "120"},
      {"MaxAllocatedStorage", "300"},
      {"StorageType", "io2"},
      {"Iops", "3500"},
      {"StorageEncrypted", "true"},
      {"KmsKeyId", key},
      {"DedicatedLogVolume", "true"},
      {"AvailabilityZone", "eu-west-1b"},
      {"MultiAZ", "false"},
      {"DBSubnetGroupName", "shop"},
      {"VpcSecurityGroupIds.VpcSecurityGroupId.1", group},
      {"VpcSecurityGroupIds.VpcSecurityGroupId.2", own.id},
      {"NetworkType", "IPV4"},
      {"PubliclyAccessible", "false"},
      {"CACertificateIdentifier", "rds-ca-rsa4096-g1"},
      {"DBParameterGroupName", "darbe-" + run},
      {"OptionGroupName", "shop"},
      {"BackupRetentionPeriod", "0"},
      {"PreferredBackupWindow", "01:00-01:45"},
      {"BackupTarget", "region"},
      {"PreferredMaintenanceWindow", "tue:02:00-tue:03:00"},
      {"CopyTagsToSnapshot", "true"},
      {"DeletionProtection", "false"},
      {"EnableIAMDatabaseAuthentication", "true"},
      {"EnableCloudwatchLogsExports.member.1", "error"},
      {"EnableCloudwatchLogsExports.member.2", "slowquery"},
      {"DatabaseInsightsMode", "advanced"},
      {"EnablePerformanceInsights", "true"},
      {"PerformanceInsightsKMSKeyId", insights_key},
      {"PerformanceInsightsRetentionPeriod", "465"},
      {"MonitoringInterval", "30"},
      {"MonitoringRoleArn", monitor},
      {"Domain", domain.id},
      {"DomainIAMRoleName", domain.iam_role_name},
      {"Tags.Tag.1.Key", "darbe:phase"},
      {"Tags.Tag.1.Value", "building"},
      {"Tags.Tag.2.Key", "darbe:request"},
      {"Tags.Tag.2.Value", world.account().instances.get("like41").tags.at("darbe:request")},
      {"Tags.Tag.3.Key", "darbe:run"},
      {"Tags.Tag.3.Value", run},
      {"Tags.Tag.4.Key", "darbe:source"},
      {"Tags.Tag.4.Value", source_id},
      {"Tags.Tag.5.Key", "team"},
      {"Tags.Tag.5.Value", "data"},
  };
  EXPECT_EQ(asked("CreateDBInstance"), expected);
  // One rule, on the source's port, for a group and no addresses.
  const std::map<std::string, std::string> let_in = {
      {"GroupId", group},
      {"IpPermissions.1.IpProtocol", "tcp"},
      {"IpPermissions.1.FromPort", "3310"},
      {"IpPermissions.1.ToPort", "3310"},
      {"IpPermissions.1.Groups.1.GroupId", own.id},
      {"IpPermissions.1.Groups.1.Description", "darbe: like41 replicates"},
      {"TagSpecification.1.ResourceType", "security-group-rule"},
      {"TagSpecification.1.Tag.1.Key", "darbe:run"},
      {"TagSpecification.1.Tag.1.Value", run},
      {"TagSpecification.1.Tag.2.Key", "darbe:source"},
      {"TagSpecification.1.Tag.2.Value", source_id},
  };
  EXPECT_EQ(asked("AuthorizeSecurityGroupIngress"), let_in);
  // And one out of the run's group, to there.
  auto let_out = let_in;
  let_out["GroupId"] = own.id;
  let_out["IpPermissions.1.Groups.1.GroupId"] = group;
  EXPECT_EQ(asked("AuthorizeSecurityGroupEgress"), let_out);
  EXPECT_THAT(world.account().security_groups.rules(own.id),
              testing::ElementsAre(testing::Field(&aws::SecurityGroupRule::other_group_id, group)));
  const Fields at_the_end = {{"BackupRetentionPeriod", "3"},
                             {"MultiAZ", "true"},
                             {"DeletionProtection", "true"},
                             {"ManageMasterUserPassword", "true"},
                             {"MasterUserSecretKmsKeyId", key}};
  EXPECT_THAT(modified("like41"), IsSupersetOf(at_the_end));
  const std::map<std::string, std::string> added = {
      {"DBInstanceIdentifier", "like41"}, {"RoleArn", role.arn}, {"FeatureName", role.feature}};
  EXPECT_EQ(asked("AddRoleToDBInstance"), added);
  const aws::Instance target = world.account().instances.get("like41");
  EXPECT_TRUE(target.multi_az);
  EXPECT_TRUE(target.deletion_protection);
  EXPECT_EQ(target.backup_retention_period, 3);
  EXPECT_THAT(target.domains, testing::ElementsAre(domain));
  EXPECT_THAT(target.associated_roles, testing::ElementsAre(role));
  constexpr std::uint64_t gib = 1ULL << 30;
  const auto logs = aws::disk_metrics(world.account().client, source_id).free_log_space;
  EXPECT_TRUE(logs && logs->bytes > 1000 * gib && logs->bytes < 1024 * gib) << "of the log volume, with the binlogs";
  expect_the_policy_to_be_all_that_is_needed(user, secret);
}

TEST_F(LikeSource, IsNotWhatTheNewInstanceIsWhereTheOperatorSaysSo) {
  const auto& groups = world.account().security_groups;
  const std::string other = groups.create({.name = "other", .description = "other", .vpc_id = vpc, .tags = {}}).id;
  const std::string other_key = new_key();
  const Ended ended = set_up("like42", {"--kms-key-id",
                                        other_key,
                                        "--storage-type",
                                        "gp3",
                                        "--allocated-storage",
                                        "400",
                                        "--max-allocated-storage",
                                        "800",
                                        "--iops",
                                        "13000",
                                        "--storage-throughput",
                                        "600",
                                        "--port",
                                        "3311",
                                        "--vpc-security-group-ids",
                                        other,
                                        "--db-subnet-group-name",
                                        "default",
                                        "--availability-zone",
                                        "eu-west-1c",
                                        "--no-multi-az",
                                        "--backup-retention-period",
                                        "9",
                                        "--no-deletion-protection",
                                        "--no-enable-performance-insights",
                                        "--monitoring-interval",
                                        "0",
                                        "--enable-cloudwatch-logs-exports",
                                        "",
                                        "--no-enable-iam-database-authentication",
                                        "--publicly-accessible",
                                        "--ca-certificate-identifier",
                                        "rds-ca-ecc384-g1",
                                        "--tags",
                                        "Key=env,Value=new"});
  ASSERT_EQ(ended.status, 0) << ended.text();
  const aws::Instance target = world.account().instances.get("like42");
  EXPECT_EQ(target.kms_key_id, other_key);
  EXPECT_EQ(target.storage_type, "gp3");
  EXPECT_EQ(target.allocated_storage, 400);
  EXPECT_EQ(target.max_allocated_storage, 800);
  EXPECT_EQ(target.iops, 13000);
  EXPECT_EQ(target.storage_throughput, 600);
  EXPECT_FALSE(target.dedicated_log_volume);
  EXPECT_EQ(target.port, 3311);
  EXPECT_THAT(target.security_group_ids, testing::ElementsAre(other, own_group("like42").id));
  EXPECT_EQ(target.subnet_group, "default");
  EXPECT_EQ(target.availability_zone, "eu-west-1c");
  EXPECT_FALSE(target.multi_az);
  EXPECT_EQ(target.backup_retention_period, 9);
  EXPECT_FALSE(target.deletion_protection);
  EXPECT_FALSE(target.performance_insights);
  EXPECT_EQ(target.monitoring_interval, 0);
  EXPECT_THAT(target.log_exports, testing::IsEmpty());
  EXPECT_FALSE(target.iam_authentication);
  EXPECT_TRUE(target.publicly_accessible);
  EXPECT_EQ(target.ca_certificate_identifier, "rds-ca-ecc384-g1");
  EXPECT_EQ(target.tags.at("env"), "new");
  EXPECT_EQ(target.tags.at("team"), "data");
}

TEST_F(LikeSource, IsNotOpenedToOthersInTheRunsGroup) {
  const Ended killed = set_up("like43", {}, {{"DARBE_FAULT", "provision.group_made:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  std::string own;
  for (const aws::SecurityGroup& one : world.account().security_groups.list({}))
    if (one.name.starts_with("darbe-")) own = one.id;
  aws::ModifyInstance stranger;
  stranger.security_group_ids = {group, own};
  world.account().instances.modify(World::source_id, stranger);
  settle(World::source_id);
  const Ended refused = set_up("like43", {});
  EXPECT_EQ(refused.status, 1) << refused.text();
  EXPECT_THAT(refused.errors, testing::HasSubstr("putio16 is in the run's security group"));
  for (const auto& rule : world.account().security_groups.rules(group)) EXPECT_NE(rule.other_group_id, own);
  EXPECT_FALSE(world.account().instances.find("like43"));
}

// The server reads its replication filters when it starts.
TEST(PolicyOnOldMySql, AllowsTheRestartForAFilter) {
  World world("mysql", "5.6");
  const aws::Instance source = world.account().instances.get(World::source_id);
  lab_test::PolicyUser user(world.lab(), "operator");
  user.set_policy(lab_test::policy_for({.new_instance_id = "like56",
                                        .new_instance_vpc_id = source.vpc_id,
                                        .source_security_group_id = source.security_group_ids.at(0)}));
  const Ended ended = world.darbe(world.setup_arguments("like56"), user.environment());
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(user.asked(), testing::Contains("rds:RebootDBInstance"));
  EXPECT_THAT(beyond(user.asked(), lab_test::actions_of(lab_test::policy_for({}))), testing::IsEmpty());

  // Nor does it let anybody say that an instance serves, or that one that serves does not.
  const std::string arn = world.account().instances.get("like56").arn;
  const auto set_phase = [&](lab_test::ApiClient api, const std::string& phase) {
    return api.refusal("AddTagsToResource", {{"ResourceName", arn},
                                             {"Tags.Tag.1.Key", "darbe:run"},
                                             {"Tags.Tag.1.Value", "0123456789ab"},
                                             {"Tags.Tag.2.Key", "darbe:phase"},
                                             {"Tags.Tag.2.Value", phase}});
  };
  const lab_test::ApiClient operators(world.lab(), user.environment()), owners(world.lab());
  EXPECT_EQ(set_phase(operators, "building"), "");
  EXPECT_EQ(set_phase(operators, "serving"), "AccessDenied");
  EXPECT_EQ(set_phase(owners, "serving"), "");
  EXPECT_EQ(set_phase(operators, "building"), "AccessDenied");
}

}  // namespace
}  // namespace darbe::story_test
