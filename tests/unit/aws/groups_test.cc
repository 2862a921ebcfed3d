// Parameter groups and security groups.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/engine_versions.h"
#include "aws/error.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

const Tags ours = {{"darbe:run", "r1"}};
constexpr auto our_tag_list = "<TagList><Tag><Key>darbe:run</Key><Value>r1</Value></Tag></TagList>";
constexpr auto group =
    "<DBParameterGroup><DBParameterGroupName>darbe-x</DBParameterGroupName><DBParameterGroupFamily>mysql8.4"
    "</DBParameterGroupFamily><Description>d</Description><DBParameterGroupArn>arn:pg</DBParameterGroupArn>"
    "</DBParameterGroup>";

http::Response described_groups() {
  return answer("DescribeDBParameterGroups", fmt::format("<DBParameterGroups>{}</DBParameterGroups>", group));
}

TEST(ParameterGroups, AreMadeWithTheirTags) {
  ScriptedAws aws({answer("CreateDBParameterGroup", group)});
  const ParameterGroup made = aws.account.parameter_groups.create({"darbe-x", "mysql8.4", "d", ours});
  EXPECT_EQ(made.arn, "arn:pg");
  EXPECT_EQ(made.family, "mysql8.4");
  EXPECT_EQ(aws.body(0),
            "Action=CreateDBParameterGroup\nVersion=2014-10-31\nDBParameterGroupName=darbe-x\n"
            "DBParameterGroupFamily=mysql8.4\nDescription=d\nTags.Tag.1.Key=darbe:run\nTags.Tag.1.Value=r1\n");
}

TEST(ParameterGroups, CountAsMadeAfterALostAnswerOnlyIfTheyAreOurs) {
  const auto tags = answer("ListTagsForResource", our_tag_list);
  ScriptedAws lost({lost_answer, complaint("DBParameterGroupAlreadyExists"), described_groups(), tags});
  EXPECT_EQ(lost.account.parameter_groups.create({"darbe-x", "mysql8.4", "d", ours}).name, "darbe-x");
  ScriptedAws taken({complaint("DBParameterGroupAlreadyExists"), described_groups(), tags});
  EXPECT_THROW(taken.account.parameter_groups.create({"darbe-x", "mysql8.4", "d", {{"darbe:run", "r2"}}}), ApiError);
}

TEST(ParameterGroups, AreChangedTwentyParametersAtATime) {
  ScriptedAws aws({answer("ModifyDBParameterGroup", "<DBParameterGroupName>darbe-x</DBParameterGroupName>")});
  std::vector<ParameterChange> changes;
  for (int i = 1; i <= 21; ++i) changes.push_back({fmt::format("p{}", i), "1", ApplyMethod::immediate});
  changes.push_back({"static", "2", ApplyMethod::pending_reboot});
  aws.account.parameter_groups.modify("darbe-x", changes);
  EXPECT_EQ(aws.requests().size(), 2u);
  EXPECT_THAT(aws.body(0), HasSubstr("Parameters.Parameter.20.ParameterName=p20\n"));
  EXPECT_EQ(aws.body(1),
            "Action=ModifyDBParameterGroup\nVersion=2014-10-31\nDBParameterGroupName=darbe-x\n"
            "Parameters.Parameter.1.ParameterName=p21\nParameters.Parameter.1.ParameterValue=1\n"
            "Parameters.Parameter.1.ApplyMethod=immediate\n"
            "Parameters.Parameter.2.ParameterName=static\nParameters.Parameter.2.ParameterValue=2\n"
            "Parameters.Parameter.2.ApplyMethod=pending-reboot\n");
}

TEST(ParameterGroups, GoBackToTheEnginesDefaultsByName) {
  ScriptedAws aws({answer("ResetDBParameterGroup", "<DBParameterGroupName>darbe-x</DBParameterGroupName>")});
  aws.account.parameter_groups.reset("darbe-x", {});
  EXPECT_TRUE(aws.requests().empty());
  aws.account.parameter_groups.reset("darbe-x", {{"local_infile", "", ApplyMethod::immediate}});
  EXPECT_EQ(aws.body(0),
            "Action=ResetDBParameterGroup\nVersion=2014-10-31\nDBParameterGroupName=darbe-x\n"
            "Parameters.Parameter.1.ParameterName=local_infile\nParameters.Parameter.1.ApplyMethod=immediate\n"
            "ResetAllParameters=false\n");
}

TEST(ParameterGroups, TellTheirParameters) {
  ScriptedAws aws(
      {answer("DescribeDBParameters",
              "<Parameters><Parameter><ParameterName>read_only</ParameterName><ParameterValue>{TrueIfReplica}"
              "</ParameterValue><Source>user</Source><ApplyType>dynamic</ApplyType><DataType>boolean</DataType>"
              "<AllowedValues>0,1,{TrueIfReplica}</AllowedValues><IsModifiable>true</IsModifiable>"
              "<ApplyMethod>immediate</ApplyMethod></Parameter><Parameter><ParameterName>basedir"
              "</ParameterName><IsModifiable>false</IsModifiable></Parameter></Parameters>")});
  const auto parameters = aws.account.parameter_groups.parameters("darbe-x", ParameterGroups::Which::set_by_user);
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0].name, "read_only");
  EXPECT_EQ(parameters[0].value, "{TrueIfReplica}");
  EXPECT_EQ(parameters[0].apply_type, "dynamic");
  EXPECT_TRUE(parameters[0].is_modifiable);
  EXPECT_EQ(parameters[1].value, std::nullopt);
  EXPECT_FALSE(parameters[1].is_modifiable);
  EXPECT_EQ(aws.body(0),
            "Action=DescribeDBParameters\nVersion=2014-10-31\nDBParameterGroupName=darbe-x\nSource=user\n");
}

TEST(ParameterGroups, TellAFamilysDefaultsPageByPage) {
  const auto page = [](const std::string& name, const std::string& marker) {
    return answer("DescribeEngineDefaultParameters",
                  fmt::format("<EngineDefaults><DBParameterGroupFamily>mysql8.4</DBParameterGroupFamily>{}<Parameters>"
                              "<Parameter><ParameterName>{}</ParameterName></Parameter></Parameters></EngineDefaults>",
                              marker, name));
  };
  ScriptedAws aws({page("one", "<Marker>m</Marker>"), page("two", "")});
  const auto parameters = aws.account.parameter_groups.engine_defaults("mysql8.4");
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[1].name, "two");
}

TEST(ParameterGroups, ThatAreGoneCountAsRemoved) {
  ScriptedAws gone({complaint("DBParameterGroupNotFound", "", 404)});
  gone.account.parameter_groups.remove("darbe-x");
  EXPECT_FALSE(gone.account.parameter_groups.find("darbe-x"));
  ScriptedAws used({complaint("InvalidDBParameterGroupState")});
  EXPECT_THROW(used.account.parameter_groups.remove("darbe-x"), ApiError);
}

TEST(EngineVersions, TellTheirParameterGroupFamily) {
  ScriptedAws aws(
      {answer("DescribeDBEngineVersions",
              "<DBEngineVersions><DBEngineVersion><Engine>mysql</Engine><EngineVersion>8.4.11</EngineVersion>"
              "<DBParameterGroupFamily>mysql8.4</DBParameterGroupFamily><Status>available</Status>"
              "</DBEngineVersion></DBEngineVersions>")});
  const auto version = find_engine_version(aws.account.client, "mysql", "8.4.11");
  ASSERT_TRUE(version);
  EXPECT_EQ(version->parameter_group_family, "mysql8.4");
  EXPECT_FALSE(find_engine_version(aws.account.client, "mysql", "8.4.99"));
}

std::string security_group(const std::string& tag_value) {
  return fmt::format(
      "<securityGroupInfo><item><ownerId>1</ownerId><groupId>sg-9</groupId><groupName>darbe-x</groupName>"
      "<groupDescription>d</groupDescription><vpcId>vpc-1</vpcId><tagSet><item><key>darbe:run</key><value>{}</value></"
      "item>"
      "</tagSet></item></securityGroupInfo>",
      tag_value);
}

std::string rule(const std::string& id, const std::string& tags) {
  return fmt::format(
      "<item><securityGroupRuleId>{}</securityGroupRuleId><groupId>sg-1</groupId><groupOwnerId>1</groupOwnerId>"
      "<isEgress>false</isEgress><ipProtocol>tcp</ipProtocol><fromPort>3306</fromPort><toPort>3306</toPort>"
      "<referencedGroupInfo><groupId>sg-9</groupId><userId>1</userId></referencedGroupInfo><description>d</description>"
      "{}</item>",
      id, tags);
}
constexpr auto our_rule_tags = "<tagSet><item><key>darbe:run</key><value>r1</value></item></tagSet>";
const CreateRule wanted_rule = {
    .group_id = "sg-1", .other_group_id = "sg-9", .port = 3306, .description = "d", .tags = ours};

TEST(SecurityGroups, AreMadeWithTheirTagsAndWaitedFor) {
  ScriptedAws aws({ec2_answer("CreateSecurityGroup", "<return>true</return><groupId>sg-9</groupId>"),
                   ec2_complaint("InvalidGroup.NotFound"), ec2_answer("DescribeSecurityGroups", security_group("r1"))});
  const SecurityGroup made = aws.account.security_groups.create({"darbe-x", "d", "vpc-1", ours});
  EXPECT_EQ(made.id, "sg-9");
  EXPECT_EQ(made.tags, ours);
  EXPECT_EQ(aws.body(0),
            "Action=CreateSecurityGroup\nVersion=2016-11-15\nGroupName=darbe-x\nGroupDescription=d\nVpcId=vpc-1\n"
            "TagSpecification.1.ResourceType=security-group\nTagSpecification.1.Tag.1.Key=darbe:run\n"
            "TagSpecification.1.Tag.1.Value=r1\n");
  EXPECT_EQ(aws.body(1), "Action=DescribeSecurityGroups\nVersion=2016-11-15\nGroupId.1=sg-9\n");
}

TEST(SecurityGroups, CountAsMadeAfterALostAnswerOnlyIfTheyAreOurs) {
  ScriptedAws lost({lost_answer, ec2_complaint("InvalidGroup.Duplicate"),
                    ec2_answer("DescribeSecurityGroups", security_group("r1"))});
  EXPECT_EQ(lost.account.security_groups.create({"darbe-x", "d", "vpc-1", ours}).id, "sg-9");
  ScriptedAws taken(
      {ec2_complaint("InvalidGroup.Duplicate"), ec2_answer("DescribeSecurityGroups", security_group("r2"))});
  EXPECT_THROW(taken.account.security_groups.create({"darbe-x", "d", "vpc-1", ours}), ApiError);
}

TEST(SecurityGroups, AreListedByNameVpcAndTag) {
  ScriptedAws aws({ec2_answer("DescribeSecurityGroups", security_group("r1"))});
  const auto groups = aws.account.security_groups.list({"darbe-x", "vpc-1", ours});
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].vpc_id, "vpc-1");
  EXPECT_EQ(aws.body(0),
            "Action=DescribeSecurityGroups\nVersion=2016-11-15\nFilter.1.Name=group-name\nFilter.1.Value.1=darbe-x\n"
            "Filter.2.Name=vpc-id\nFilter.2.Value.1=vpc-1\nFilter.3.Name=tag:darbe:run\nFilter.3.Value.1=r1\n");
}

TEST(SecurityGroupRules, NameAGroupAndBearTheirTags) {
  ScriptedAws aws(
      {ec2_answer("AuthorizeSecurityGroupIngress", "<return>true</return><securityGroupRuleSet>" +
                                                       rule("sgr-1", our_rule_tags) + "</securityGroupRuleSet>")});
  const SecurityGroupRule made = aws.account.security_groups.authorize(wanted_rule);
  EXPECT_EQ(made.id, "sgr-1");
  EXPECT_EQ(made.other_group_id, "sg-9");
  EXPECT_EQ(made.from_port, 3306);
  EXPECT_EQ(made.tags, ours);
  EXPECT_EQ(aws.body(0),
            "Action=AuthorizeSecurityGroupIngress\nVersion=2016-11-15\nGroupId=sg-1\nIpPermissions.1.IpProtocol=tcp\n"
            "IpPermissions.1.FromPort=3306\nIpPermissions.1.ToPort=3306\nIpPermissions.1.Groups.1.GroupId=sg-9\n"
            "IpPermissions.1.Groups.1.Description=d\nTagSpecification.1.ResourceType=security-group-rule\n"
            "TagSpecification.1.Tag.1.Key=darbe:run\nTagSpecification.1.Tag.1.Value=r1\n");
}

TEST(SecurityGroupRules, CountAsMadeAfterALostAnswerOnlyIfTheyAreOurs) {
  const auto listed = [](const std::string& tags) {
    return ec2_answer("DescribeSecurityGroupRules",
                      "<securityGroupRuleSet>" + rule("sgr-1", tags) + "</securityGroupRuleSet>");
  };
  ScriptedAws lost({lost_answer, ec2_complaint("InvalidPermission.Duplicate"), listed(our_rule_tags)});
  EXPECT_EQ(lost.account.security_groups.authorize(wanted_rule).id, "sgr-1");
  ScriptedAws taken({ec2_complaint("InvalidPermission.Duplicate"), listed("<tagSet/>")});
  const SecurityGroups groups(taken.account.client, {std::chrono::milliseconds(1), std::chrono::milliseconds(20)});
  EXPECT_THROW(groups.authorize(wanted_rule), ApiError);
}

TEST(SecurityGroupRules, AreOursOnceEc2ShowsTheirTags) {
  const auto listed = [](const std::string& rules) {
    return ec2_answer("DescribeSecurityGroupRules", "<securityGroupRuleSet>" + rules + "</securityGroupRuleSet>");
  };
  ScriptedAws aws({lost_answer, ec2_complaint("InvalidPermission.Duplicate"), listed(""),
                   listed(rule("sgr-1", "<tagSet/>")), listed(rule("sgr-1", our_rule_tags))});
  const SecurityGroups groups(aws.account.client, {std::chrono::milliseconds(1), std::chrono::seconds(10)});
  EXPECT_EQ(groups.authorize(wanted_rule).id, "sgr-1");
}

TEST(SecurityGroupRules, WaitUntilTheirGroupsAreKnown) {
  ScriptedAws aws(
      {ec2_complaint("InvalidGroup.NotFound"),
       ec2_answer("AuthorizeSecurityGroupIngress", "<return>true</return><securityGroupRuleSet>" +
                                                       rule("sgr-1", our_rule_tags) + "</securityGroupRuleSet>")});
  EXPECT_EQ(aws.account.security_groups.authorize(wanted_rule).id, "sgr-1");
}

TEST(SecurityGroups, AreOursOnceEc2ShowsTheirTags) {
  const std::string bare =
      "<securityGroupInfo><item><groupId>sg-9</groupId><groupName>darbe-x</groupName><vpcId>vpc-1</vpcId></item>"
      "</securityGroupInfo>";
  ScriptedAws made({ec2_answer("CreateSecurityGroup", "<return>true</return><groupId>sg-9</groupId>"),
                    ec2_answer("DescribeSecurityGroups", bare),
                    ec2_answer("DescribeSecurityGroups", security_group("r1"))});
  EXPECT_EQ(made.account.security_groups.create({"darbe-x", "d", "vpc-1", ours}).tags, ours);
  ScriptedAws lost({lost_answer, ec2_complaint("InvalidGroup.Duplicate"), ec2_answer("DescribeSecurityGroups", bare),
                    ec2_answer("DescribeSecurityGroups", security_group("r1"))});
  EXPECT_EQ(lost.account.security_groups.create({"darbe-x", "d", "vpc-1", ours}).tags, ours);
}

TEST(SecurityGroupRules, AreRevokedByTheirIdAndMayBeGone) {
  ScriptedAws aws({ec2_answer("RevokeSecurityGroupIngress", "<return>true</return>"),
                   ec2_complaint("InvalidSecurityGroupRuleId.NotFound")});
  SecurityGroupRule made;
  made.id = "sgr-1";
  made.group_id = "sg-1";
  aws.account.security_groups.revoke(made);
  aws.account.security_groups.revoke(made);
  EXPECT_EQ(aws.body(0),
            "Action=RevokeSecurityGroupIngress\nVersion=2016-11-15\nGroupId=sg-1\nSecurityGroupRuleId.1=sgr-1\n");
}

TEST(SecurityGroupRules, GoBothWays) {
  ScriptedAws aws(
      {ec2_answer("AuthorizeSecurityGroupEgress", "<return>true</return><securityGroupRuleSet>" +
                                                      rule("sgr-1", our_rule_tags) + "</securityGroupRuleSet>"),
       ec2_answer("RevokeSecurityGroupEgress", "<return>true</return>")});
  CreateRule outbound = wanted_rule;
  outbound.is_egress = true;
  SecurityGroupRule made = aws.account.security_groups.authorize(outbound);
  EXPECT_THAT(aws.body(0), testing::StartsWith("Action=AuthorizeSecurityGroupEgress\nVersion=2016-11-15\nGroupId=sg-1\n"
                                               "IpPermissions.1.IpProtocol=tcp\n"));
  made.is_egress = true;
  aws.account.security_groups.revoke(made);
  EXPECT_EQ(aws.body(1),
            "Action=RevokeSecurityGroupEgress\nVersion=2016-11-15\nGroupId=sg-1\nSecurityGroupRuleId.1=sgr-1\n");
}

std::string outbound_rule(const std::string& id, const std::string& where) {
  return fmt::format(
      "<item><securityGroupRuleId>{}</securityGroupRuleId><groupId>sg-9</groupId><isEgress>true</isEgress>"
      "<ipProtocol>-1</ipProtocol><fromPort>-1</fromPort><toPort>-1</toPort>{}</item>",
      id, where);
}

// Which EC2 shows after a moment.
TEST(SecurityGroups, LetNothingOutWithoutTheRulesThatEc2GivesThem) {
  const auto listed = [](const std::string& rules) {
    return ec2_answer("DescribeSecurityGroupRules", "<securityGroupRuleSet>" + rules + "</securityGroupRuleSet>");
  };
  const http::Response revoked = ec2_answer("RevokeSecurityGroupEgress", "<return>true</return>");
  ScriptedAws aws({listed(rule("sgr-1", "")),
                   listed(outbound_rule("sgr-4", "<cidrIpv4>0.0.0.0/0</cidrIpv4>") +
                          outbound_rule("sgr-5", "<cidrIpv4>10.0.0.0/8</cidrIpv4>") +
                          outbound_rule("sgr-6", "<cidrIpv6>::/0</cidrIpv6>") + rule("sgr-1", "")),
                   revoked, revoked});
  const SecurityGroups groups(aws.account.client, {std::chrono::milliseconds(1), std::chrono::seconds(10)});
  groups.let_nothing_out("sg-9");
  EXPECT_THAT(aws.body(2), testing::EndsWith("SecurityGroupRuleId.1=sgr-4\n"));
  EXPECT_THAT(aws.body(3), testing::EndsWith("SecurityGroupRuleId.1=sgr-6\n"));
}

TEST(SecurityGroups, ThatAreInUseAreNotRemoved) {
  ScriptedAws used({ec2_complaint("DependencyViolation")});
  try {
    used.account.security_groups.remove("sg-9");
    FAIL() << "it is in use";
  } catch (const ApiError& error) {
    EXPECT_EQ(error.meaning(), Meaning::in_use);
  }
  ScriptedAws gone({ec2_complaint("InvalidGroup.NotFound")});
  gone.account.security_groups.remove("sg-9");
}

}  // namespace
}  // namespace darbe::aws
