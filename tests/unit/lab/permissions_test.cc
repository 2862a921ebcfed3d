// What IAM is asked for a request, on a store without servers.
#include "lab/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/refusal.h"

namespace darbe::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "rds:CreateDBInstance db:putio17", a question a line; the parts of an ARN that all share are left out.
std::vector<std::string> asked(const Store& store, std::string_view service, std::string_view action,
                               const Value& request) {
  std::vector<std::string> lines;
  for (const PolicyQuestion& question : questions_of({service, action, request, store})) {
    const std::string& arn = question.resource;
    const std::size_t account = arn.find(store.account);
    lines.push_back(question.action + " " +
                    (account == std::string::npos ? arn : arn.substr(account + store.account.size() + 1)));
  }
  return lines;
}

const Value& tagged(Value& request, const char* list = "Tags") {
  request[list] = tag_list({{"darbe:run", "r1"}});
  return request;
}

TEST(Permissions, OfACreateAreAllThatItImplies) {
  const Store store = new_store("eu-west-1");
  Value request;
  request["DBInstanceIdentifier"] = "Putio17";
  request["DBParameterGroupName"] = "darbe-1";
  request["OptionGroupName"] = "default:mysql-8-4";
  request["MonitoringRoleArn"] = "arn:aws:iam::123456789012:role/monitor";
  request["KmsKeyId"] = "arn:aws:kms:eu-west-1:123456789012:key/k";
  EXPECT_THAT(asked(store, "rds", "CreateDBInstance", tagged(request)),
              ElementsAre("rds:CreateDBInstance db:putio17", "rds:CreateDBInstance og:default:mysql-8-4",
                          "rds:CreateDBInstance pg:darbe-1", "rds:CreateDBInstance subgrp:default",
                          "rds:AddTagsToResource db:putio17", "iam:PassRole role/monitor", "kms:DescribeKey key/k",
                          "kms:CreateGrant key/k"));
}

TEST(Permissions, TellConditionsOfTheRequestAndOfItsResource) {
  Store store = new_store("eu-west-1");
  store.tags[store.rds_arn("db", "putio17")] = {{"darbe:run", "r0"}};
  Value request;
  request["DBInstanceIdentifier"] = "putio17";
  const auto questions = questions_of({"rds", "CreateDBInstance", tagged(request), store});
  EXPECT_THAT(questions.at(0).context.at("aws:requesttag/darbe:run"), ElementsAre("r1"));
  EXPECT_THAT(questions.at(0).context.at("aws:tagkeys"), ElementsAre("darbe:run"));
  EXPECT_THAT(questions.at(0).context.at("aws:resourcetag/darbe:run"), ElementsAre("r0"));
  EXPECT_FALSE(questions.at(1).context.contains("aws:resourcetag/darbe:run"));
}

TEST(Permissions, OfWhatOnlyLooksAreAboutAllOfAKind) {
  const Store store = new_store("eu-west-1");
  EXPECT_THAT(asked(store, "rds", "DescribeDBInstances", {}), ElementsAre("rds:DescribeDBInstances db:*"));
  EXPECT_THAT(asked(store, "rds", "DescribeDBEngineVersions", {}), ElementsAre("rds:DescribeDBEngineVersions *"));
  EXPECT_THAT(asked(store, "ec2", "DescribeSecurityGroups", {}), ElementsAre("ec2:DescribeSecurityGroups *"));
  EXPECT_THAT(asked(store, "sts", "GetCallerIdentity", {}), IsEmpty());
}

TEST(Permissions, OfASecurityGroupAndItsRulesAskForTheirTagsToo) {
  const Store store = new_store("eu-west-1");
  const std::string vpc = store.default_vpc(), group = store.default_security_group(vpc);
  Value made;
  made["VpcId"] = vpc;
  Value specification;
  specification["ResourceType"] = "security-group";
  specification["Tags"] = tag_list({{"darbe:run", "r1"}});
  made["TagSpecifications"] = Value::List{specification};
  EXPECT_THAT(asked(store, "ec2", "CreateSecurityGroup", made),
              ElementsAre("ec2:CreateSecurityGroup security-group/*", "ec2:CreateTags security-group/*",
                          "ec2:CreateSecurityGroup vpc/" + vpc));
  Value opened;
  opened["GroupId"] = group;
  EXPECT_THAT(asked(store, "ec2", "AuthorizeSecurityGroupIngress", opened),
              ElementsAre("ec2:AuthorizeSecurityGroupIngress security-group/" + group,
                          "ec2:AuthorizeSecurityGroupIngress security-group-rule/*"));
  opened["SecurityGroupRuleIds"] = Value::List{"sgr-1"};
  EXPECT_THAT(asked(store, "ec2", "RevokeSecurityGroupIngress", opened),
              ElementsAre("ec2:RevokeSecurityGroupIngress security-group/" + group,
                          "ec2:RevokeSecurityGroupIngress security-group-rule/sgr-1"));
}

TEST(Permissions, OfANetworkAskForItsTagsToo) {
  const Store store = new_store("eu-west-1");
  Value made;
  EXPECT_THAT(asked(store, "ec2", "CreateVpc", made), ElementsAre("ec2:CreateVpc *"));
  Value specification;
  specification["ResourceType"] = "vpc";
  specification["Tags"] = tag_list({{"team", "db"}});
  made["TagSpecifications"] = Value::List{specification};
  EXPECT_THAT(asked(store, "ec2", "CreateVpc", made), ElementsAre("ec2:CreateVpc *", "ec2:CreateTags vpc/*"));
}

TEST(Permissions, OfTheLabsOwnUserAndOfRolesThatNobodyMadeAreAll) {
  Store store = new_store("eu-west-1");
  EXPECT_FALSE(policies_of(store, store.own_user_arn()));
  EXPECT_EQ(principal_of(store, "arn:aws:sts::123456789012:assumed-role/darbe/night"),
            "arn:aws:iam::123456789012:role/darbe");
  store.roles["darbe"]["Arn"] = "arn:aws:iam::123456789012:role/ops/darbe";
  EXPECT_EQ(principal_of(store, "arn:aws:sts::123456789012:assumed-role/darbe/night"),
            "arn:aws:iam::123456789012:role/ops/darbe");
}

}  // namespace
}  // namespace darbe::lab
