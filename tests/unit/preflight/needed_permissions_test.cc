// What preflight asks IAM about, against docs/aws-iam-policy.json.
#include "preflight/needed_permissions.h"

#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace darbe::preflight {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
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

TEST(NeededPermissions, AreThoseOfThePolicyInTheDocuments) {
  const std::string policy = base::read_file(DARBE_SOURCE_DIR "/docs/aws-iam-policy.json");
  const std::regex action(R"re("((?:rds|ec2|iam|kms|secretsmanager|cloudwatch):[A-Za-z]+)"(?!\s*:))re");
  std::set<std::string> documented;
  for (auto match = std::sregex_iterator(policy.begin(), policy.end(), action); match != std::sregex_iterator();
       ++match)
    documented.insert((*match)[1]);
  // Asked before preflight, or by it: an answer from them says that they are allowed.
  for (const char* asked_already : {"iam:SimulatePrincipalPolicy", "cloudwatch:GetMetricData"})
    EXPECT_EQ(documented.erase(asked_already), 1u) << asked_already;
  EXPECT_EQ(actions_in(needed_permissions(plan_of(source()), source(), "vpc-1")), documented);
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
  for (const char* action : {"kms:CreateGrant", "iam:PassRole", "rds:AddRoleToDBInstance",
                             "rds:CreateDBInstanceReadReplica", "secretsmanager:CreateSecret"})
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
