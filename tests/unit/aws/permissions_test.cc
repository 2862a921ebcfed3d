// What a caller may do, and how much: IAM's simulator, EC2's dry runs, quotas.
#include "aws/permissions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/account_quotas.h"
#include "aws/error.h"
#include "aws/security_groups.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

std::optional<std::string> source_of(const std::string& arn) { return policy_source({"1", arn, "id"}); }

TEST(PolicySource, IsTheUserOrTheRoleOfASession) {
  EXPECT_THAT(source_of("arn:aws:iam::1:user/ops/darbe"), Optional(std::string("arn:aws:iam::1:user/ops/darbe")));
  EXPECT_THAT(source_of("arn:aws:sts::1:assumed-role/darbe/night:shift"),
              Optional(std::string("arn:aws:iam::1:role/darbe")));
  EXPECT_THAT(source_of("arn:aws-cn:sts::1:assumed-role/darbe/x"),
              Optional(std::string("arn:aws-cn:iam::1:role/darbe")));
}

TEST(PolicySource, IsNothingForRootAndForOthersSessions) {
  EXPECT_FALSE(source_of("arn:aws:iam::1:root"));
  EXPECT_FALSE(source_of("arn:aws:sts::1:federated-user/x"));
  EXPECT_FALSE(source_of("nonsense"));
}

std::string decision(const std::string& action, const std::string& word) {
  return fmt::format("<member><EvalActionName>{}</EvalActionName><EvalDecision>{}</EvalDecision></member>", action,
                     word);
}

TEST(Simulation, TellsWhatIsNotAllowedPageAfterPage) {
  ScriptedAws aws(
      {answer("SimulatePrincipalPolicy", "<EvaluationResults>" + decision("rds:CreateDBInstance", "allowed") +
                                             decision("rds:DeleteDBInstance", "implicitDeny") +
                                             "</EvaluationResults><IsTruncated>true</IsTruncated><Marker>m2</Marker>"),
       answer("SimulatePrincipalPolicy", "<EvaluationResults>" + decision("rds:RebootDBInstance", "explicitDeny") +
                                             "</EvaluationResults><IsTruncated>false</IsTruncated>")});
  const Permissions permissions{{"rds:CreateDBInstance", "rds:DeleteDBInstance", "rds:RebootDBInstance"},
                                "arn:db",
                                {{"aws:RequestTag/darbe:run", "r1"}}};
  EXPECT_THAT(not_allowed(aws.account.client, "arn:aws:iam::1:user/darbe", permissions),
              ElementsAre("rds:DeleteDBInstance", "rds:RebootDBInstance"));
  EXPECT_EQ(aws.body(0),
            "Action=SimulatePrincipalPolicy\nVersion=2010-05-08\nPolicySourceArn=arn:aws:iam::1:user/darbe\n"
            "ActionNames.member.1=rds:CreateDBInstance\nActionNames.member.2=rds:DeleteDBInstance\n"
            "ActionNames.member.3=rds:RebootDBInstance\nResourceArns.member.1=arn:db\n"
            "ContextEntries.member.1.ContextKeyName=aws:RequestTag/darbe:run\n"
            "ContextEntries.member.1.ContextKeyValues.member.1=r1\nContextEntries.member.1.ContextKeyType=string\n");
  EXPECT_THAT(aws.body(1), HasSubstr("Marker=m2\n"));
}

TEST(Simulation, ThrowsWhereItIsNotAllowedItself) {
  ScriptedAws aws({complaint("AccessDenied", "No.", 403)});
  try {
    not_allowed(aws.account.client, "arn:aws:iam::1:user/darbe", {{"rds:CreateDBInstance"}});
    FAIL();
  } catch (const ApiError& error) {
    EXPECT_EQ(error.meaning(), Meaning::access_denied);
  }
}

TEST(DryRun, AsksWithAllThatTheRealRequestHasAndMakesNothing) {
  ScriptedAws aws({ec2_complaint("DryRunOperation", 412), ec2_complaint("UnauthorizedOperation", 403),
                   ec2_complaint("InvalidPermission.Duplicate")});
  const CreateSecurityGroup group{"darbe-x", "d", "vpc-1", {{"darbe:run", "r1"}}};
  const CreateRule rule{.group_id = "sg-1", .other_group_id = "sg-2", .port = 3306, .description = "d", .tags = {}};
  EXPECT_EQ(try_to_create(aws.account.client, group), DryRun::allowed);
  EXPECT_EQ(try_to_authorize(aws.account.client, rule), DryRun::not_allowed);
  EXPECT_EQ(try_to_authorize(aws.account.client, rule), DryRun::unknown);
  EXPECT_EQ(aws.body(0),
            "Action=CreateSecurityGroup\nVersion=2016-11-15\nGroupName=darbe-x\nGroupDescription=d\nVpcId=vpc-1\n"
            "TagSpecification.1.ResourceType=security-group\nTagSpecification.1.Tag.1.Key=darbe:run\n"
            "TagSpecification.1.Tag.1.Value=r1\nDryRun=true\n");
  EXPECT_THAT(aws.body(1), HasSubstr("DryRun=true\n"));
}

TEST(AccountQuotas, AreReadAsRdsTellsThem) {
  ScriptedAws aws({answer("DescribeAccountAttributes",
                          "<AccountQuotas><AccountQuota><AccountQuotaName>DBInstances</AccountQuotaName><Used>3</Used>"
                          "<Max>40</Max></AccountQuota></AccountQuotas>"),
                   ec2_answer("DescribeAccountAttributes",
                              "<accountAttributeSet><item><attributeName>max-instances</attributeName>"
                              "<attributeValueSet><item><attributeValue>20</attributeValue></item></attributeValueSet>"
                              "</item><item><attributeName>vpc-max-security-groups-per-interface</attributeName>"
                              "<attributeValueSet><item><attributeValue>5</attributeValue></item></attributeValueSet>"
                              "</item></accountAttributeSet>"),
                   ec2_answer("DescribeAccountAttributes", "<accountAttributeSet/>")});
  const auto quotas = account_quotas(aws.account.client);
  ASSERT_EQ(quotas.size(), 1u);
  EXPECT_EQ(quotas[0].name, "DBInstances");
  EXPECT_EQ(quotas[0].used, 3);
  EXPECT_EQ(quotas[0].max, 40);
  EXPECT_EQ(security_groups_per_interface(aws.account.client), 5);
  EXPECT_EQ(security_groups_per_interface(aws.account.client), std::nullopt);
}

}  // namespace
}  // namespace darbe::aws
