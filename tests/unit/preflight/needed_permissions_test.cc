// What preflight asks IAM about, against docs/aws-iam-policy.json.
#include "preflight/needed_permissions.h"

#include <algorithm>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/json.h"
#include "base/file.h"

namespace darbe::preflight {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

aws::Instance source() {
  aws::Instance instance;
  instance.identifier = "putio16";
  instance.arn = "arn:aws:rds:eu-west-1:123456789012:db:putio16";
  instance.engine = "mysql";
  instance.engine_version = "9.7.4";
  instance.option_groups = {{.name = "default:mysql-9-7", .status = "in-sync"}};
  instance.security_group_ids = {"sg-1"};
  instance.kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/k";
  instance.storage_encrypted = true;
  instance.monitoring_interval = 30;
  instance.monitoring_role_arn = "arn:aws:iam::123456789012:role/monitor";
  instance.master_user_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-1";
  instance.master_user_secret_kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/s";
  instance.associated_roles = {{.arn = "arn:aws:iam::123456789012:role/files", .feature = "S3_INTEGRATION"}};
  return instance;
}

plan::Plan plan_of(const aws::Instance& instance) {
  plan::Plan plan;
  plan.account = "123456789012";
  plan.request.region = "eu-west-1";
  plan.request.source_instance_id = instance.identifier;
  plan.request.new_instance_id = "putio17";
  plan.names = plan::names_for(plan.account, plan.request);
  plan.engine = instance.engine;
  plan.source_engine_version = plan.target_engine_version = instance.engine_version;
  return plan;
}

std::set<std::string> actions_in(const std::vector<aws::Permissions>& all) {
  std::set<std::string> actions;
  for (const aws::Permissions& one : all) actions.insert(one.actions.begin(), one.actions.end());
  return actions;
}

// "rds:CreateDBInstance arn:aws:rds:*:*:pg:*": what the policy allows, its blanks filled in, a pattern for each.
std::set<std::string> documented() {
  std::string text = base::read_file(DARBE_SOURCE_DIR "/docs/aws-iam-policy.json");
  text = std::regex_replace(text, std::regex("NEW_INSTANCE_ID"), "putio17");
  text = std::regex_replace(text, std::regex("NEW_INSTANCE_VPC_ID"), "vpc-1");
  text = std::regex_replace(text, std::regex("SOURCE_SECURITY_GROUP_ID"), "sg-1");
  const aws::Fields policy = aws::parse_json(text, "the policy");
  const auto listed = [&policy](const std::string& name) {  // it may be a text or a list of them
    std::vector<std::string> values;
    for (const auto& [key, value] : policy)
      if (key == name || key.starts_with(name + ".")) values.push_back(value);
    return values;
  };
  std::set<std::string> all;
  for (int number = 0; policy.contains(fmt::format("Statement.{}.Sid", number)); ++number)
    for (const std::string& action : listed(fmt::format("Statement.{}.Action", number)))
      for (const std::string& resource : listed(fmt::format("Statement.{}.Resource", number)))
        all.insert(action + " " + resource);
  return all;
}

bool allows(const std::string& pattern, const std::string& question) {
  return std::regex_match(question, std::regex(std::regex_replace(pattern, std::regex(R"(\*)"), ".*")));
}

// What the policy's statements, which are products, allow beside what a run asks for.
const std::regex of_no_request(
    "rds:[A-Za-z]+DBParameterGroup .*:(db|og|subgrp):.*|rds:CreateDBInstanceReadReplica .*:(pg|subgrp):.*|"
    "rds:(Modify|Reboot|AddRoleTo)DBInstance .*:pg:.*|rds:(Reboot|AddRoleTo)DBInstance .*:db:darbe-.*");
// Asked before preflight, or by it: an answer from them says that they are allowed.
const std::regex asked_already(
    "(iam:SimulatePrincipalPolicy|cloudwatch:GetMetricData|(rds|ec2):DescribeAccountAttributes|secretsmanager:"
    "GetSecretValue .*:MASTER_USER_SECRET).*");

TEST(NeededPermissions, AreThoseOfThePolicyInTheDocuments) {
  const std::set<std::string> allowed = documented();
  std::set<std::string> left = allowed;
  plan::Plan plan = plan_of(source());
  plan.request.option_group = "default:mysql-9-7";
  plan.request.db_subnet_group_name = "other";
  for (const aws::Permissions& one : needed_permissions(plan, source(), "vpc-1"))
    for (const std::string& action : one.actions) {
      const std::string question = action + " " + one.resource;
      const auto is_answered = [&](const std::string& pattern) { return allows(pattern, question); };
      EXPECT_TRUE(std::ranges::any_of(allowed, is_answered)) << question;
      std::erase_if(left, is_answered);
    }
  std::erase_if(left, [](const std::string& pair) {
    return std::regex_match(pair, of_no_request) || std::regex_match(pair, asked_already);
  });
  EXPECT_THAT(left, IsEmpty()) << "in the policy, and not asked about";
}

TEST(NeededPermissions, AreAboutThisPlansThings) {
  const aws::Instance instance = source();
  const plan::Plan plan = plan_of(instance);
  const auto all = needed_permissions(plan, instance, "vpc-1");
  const auto on = [](const std::string& resource) { return Field(&aws::Permissions::resource, resource); };
  const std::string rds = "arn:aws:rds:eu-west-1:123456789012:", ec2 = "arn:aws:ec2:eu-west-1:123456789012:";
  for (const std::string& resource :
       {rds + "db:putio17", rds + "db:" + plan.names.replica, rds + "db:putio16",
        rds + "pg:" + plan.names.parameter_group, rds + "og:default:mysql-9-7", ec2 + "vpc/vpc-1",
        ec2 + "security-group/sg-1", instance.kms_key_id, instance.monitoring_role_arn})
    EXPECT_THAT(all, Contains(on(resource))) << resource;
}

TEST(NeededPermissions, LeaveTheSourceAsItIs) {
  const aws::Instance instance = source();
  for (const aws::Permissions& one : needed_permissions(plan_of(instance), instance, "vpc-1")) {
    if (one.resource != instance.arn) continue;
    EXPECT_THAT(one.actions, Each(std::string("rds:CreateDBInstanceReadReplica")));
  }
}

TEST(NeededPermissions, AreFewerForALessFurnishedRun) {
  aws::Instance instance = source();
  instance.kms_key_id.clear();
  instance.monitoring_interval = 0;
  instance.master_user_secret_arn.clear();
  instance.associated_roles.clear();
  plan::Plan plan = plan_of(instance);
  plan.request.replica_instance_id = "own-replica";
  const auto actions = actions_in(needed_permissions(plan, instance, "vpc-1"));
  for (const char* action :
       {"kms:CreateGrant", "iam:PassRole", "rds:AddRoleToDBInstance", "rds:CreateDBInstanceReadReplica",
        "secretsmanager:CreateSecret", "rds:DescribeOptionGroups", "ec2:DescribeVpcPeeringConnections"})
    EXPECT_THAT(actions, Not(Contains(action)));
}

// Its policy is AWS's, and lets nobody ask about it.
TEST(NeededPermissions, AreNotAboutAKeyThatAwsOwns) {
  aws::Instance instance = source();
  instance.storage_encryption_type = "sse-rds";
  for (const aws::Permissions& one : needed_permissions(plan_of(instance), instance, "vpc-1"))
    EXPECT_NE(one.resource, instance.kms_key_id);
}

TEST(NeededPermissions, AreAskedForInTheSourcesPartition) {
  aws::Instance instance = source();
  instance.arn = "arn:aws-cn:rds:cn-north-1:123456789012:db:putio16";
  instance.kms_key_id.clear();
  instance.monitoring_interval = 0;
  instance.master_user_secret_arn.clear();
  instance.associated_roles.clear();
  plan::Plan plan = plan_of(instance);
  plan.request.region = "cn-north-1";
  for (const aws::Permissions& one : needed_permissions(plan, instance, "vpc-1")) {
    if (one.resource == "*") continue;
    EXPECT_THAT(one.resource, StartsWith("arn:aws-cn:"));
  }
}

}  // namespace
}  // namespace darbe::preflight
