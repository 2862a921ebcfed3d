#include "lab/api_wire.h"

#include <gtest/gtest.h>

#include "aws/xml.h"
#include "servers/install.h"

namespace darbe::lab {
namespace {

const ApiModel& rds() {
  static const ApiModel model = ApiModel::load(servers::aws_model("rds", {}));
  return model;
}
const ApiModel& ec2() {
  static const ApiModel model = ApiModel::load(servers::aws_model("ec2", {}));
  return model;
}
const ApiModel& sts() {
  static const ApiModel model = ApiModel::load(servers::aws_model("sts", {}));
  return model;
}

Value parsed(const ApiModel& model, const std::string& action, const Form& form) {
  return parse_parameters(model, *model.operation(action), form);
}

std::string refusal_of(const ApiModel& model, const std::string& action, const Form& form) {
  try {
    parsed(model, action, form);
    return "";
  } catch (const Refusal& refusal) {
    return refusal.code() + ": " + refusal.what();
  }
}

TEST(ApiModel, KnowsServiceVersionAndErrors) {
  EXPECT_EQ(rds().service(), "rds");
  EXPECT_EQ(rds().version(), "2014-10-31");
  EXPECT_EQ(rds().http_status("DBInstanceNotFound"), 404);
  EXPECT_EQ(rds().http_status("DBInstanceAlreadyExists"), 400);
  EXPECT_EQ(ec2().service(), "ec2");
  EXPECT_EQ(sts().service(), "sts");
  EXPECT_EQ(rds().operation("MakeCoffee"), nullptr);
}

TEST(ApiWire, ReadsTheQueryProtocolsListsByTheirOwnNames) {
  const Value value = parsed(rds(), "CreateDBInstance",
                             {{"DBInstanceIdentifier", "a"},
                              {"DBInstanceClass", "db.t3.micro"},
                              {"Engine", "mysql"},
                              {"AllocatedStorage", "20"},
                              {"MultiAZ", "true"},
                              {"Tags.Tag.1.Key", "k"},
                              {"Tags.Tag.1.Value", "v"},
                              {"VpcSecurityGroupIds.VpcSecurityGroupId.2", "sg-2"},
                              {"VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1"},
                              {"EnableCloudwatchLogsExports.member.1", "error"}});
  EXPECT_EQ(value.at("AllocatedStorage").number(), 20);
  EXPECT_TRUE(value.at("MultiAZ").truth());
  EXPECT_EQ(value.at("Tags").list().front().at("Key").text(), "k");
  EXPECT_EQ(texts_of(value.at("VpcSecurityGroupIds")), (std::vector<std::string>{"sg-1", "sg-2"}));
  EXPECT_EQ(texts_of(value.at("EnableCloudwatchLogsExports")), std::vector<std::string>{"error"});
  EXPECT_FALSE(value.has("Iops"));
}

TEST(ApiWire, ReadsTimesAsIsoHasThem) {
  const ApiModel model = ApiModel::load(servers::aws_model("cloudwatch", {}));
  EXPECT_EQ(model.service(), "monitoring");
  Form form = {{"Namespace", "AWS/RDS"},
               {"MetricName", "ReplicaLag"},
               {"StartTime", "2026-11-22T19:41:31.250+01:00"},
               {"EndTime", "2026-11-22T18:51:31Z"},
               {"Period", "60"}};
  EXPECT_EQ(parsed(model, "GetMetricStatistics", form).at("StartTime").text(), "2026-11-22T18:41:31Z");
  form["EndTime"] = "yesterday";
  EXPECT_EQ(refusal_of(model, "GetMetricStatistics", form),
            "ValidationError: The parameter EndTime must be a time as ISO 8601 has it, not 'yesterday'.");
}

TEST(ApiWire, TakesMemberForAnyListAndTenItemsInOrder) {
  Form form = {{"DBParameterGroupName", "g"}};
  for (int i = 1; i <= 10; ++i)
    form["Parameters.member." + std::to_string(i) + ".ParameterName"] = "p" + std::to_string(i);
  const Value value = parsed(rds(), "ModifyDBParameterGroup", form);
  ASSERT_EQ(value.at("Parameters").list().size(), 10u);
  EXPECT_EQ(value.at("Parameters").list()[1].at("ParameterName").text(), "p2");
  EXPECT_EQ(value.at("Parameters").list()[9].at("ParameterName").text(), "p10");
}

TEST(ApiWire, ReadsTheEc2ProtocolsFlatLists) {
  const Value value = parsed(ec2(), "AuthorizeSecurityGroupIngress",
                             {{"GroupId", "sg-1"},
                              {"IpPermissions.1.IpProtocol", "tcp"},
                              {"IpPermissions.1.FromPort", "3306"},
                              {"IpPermissions.1.Groups.1.GroupId", "sg-2"},
                              {"TagSpecification.1.ResourceType", "security-group-rule"},
                              {"TagSpecification.1.Tag.1.Key", "k"}});
  const Value& permission = value.at("IpPermissions").list().front();
  EXPECT_EQ(permission.at("FromPort").number(), 3306);
  EXPECT_EQ(permission.at("UserIdGroupPairs").list().front().at("GroupId").text(), "sg-2");
  EXPECT_EQ(value.at("TagSpecifications").list().front().at("Tags").list().front().at("Key").text(), "k");
}

TEST(ApiWire, RefusesWhatTheModelDoesNotHave) {
  const Form good = {{"DBInstanceIdentifier", "a"}, {"DBInstanceClass", "c"}, {"Engine", "mysql"}};
  const auto with = [&](const std::string& name, const std::string& value) {
    Form form = good;
    form[name] = value;
    return refusal_of(rds(), "CreateDBInstance", form);
  };
  EXPECT_EQ(refusal_of(rds(), "CreateDBInstance", good), "");
  EXPECT_TRUE(with("AllocatedSpace", "20").starts_with("ValidationError: The parameter AllocatedSpace"));
  EXPECT_TRUE(with("AllocatedStorage", "20GB").starts_with("ValidationError"));
  EXPECT_TRUE(with("AllocatedStorage", "").starts_with("ValidationError"));
  EXPECT_TRUE(with("MultiAZ", "maybe").starts_with("ValidationError"));
  EXPECT_TRUE(with("DatabaseInsightsMode", "huge").starts_with("ValidationError"));
  EXPECT_TRUE(with("Tags", "x").starts_with("ValidationError"));
  EXPECT_TRUE(refusal_of(rds(), "CreateDBInstance", {{"Engine", "mysql"}}).starts_with("MissingParameter"));
}

TEST(ApiWire, RefusesInEc2sAndStssWords) {
  EXPECT_TRUE(refusal_of(ec2(), "DescribeVpcs", {{"Colour", "red"}}).starts_with("UnknownParameter"));
  EXPECT_TRUE(refusal_of(ec2(), "CreateSecurityGroup", {{"GroupName", "g"}}).starts_with("MissingParameter"));
  EXPECT_TRUE(refusal_of(ec2(), "DescribeSecurityGroups", {{"MaxResults", "2"}}).starts_with("InvalidParameterValue"));
  EXPECT_TRUE(refusal_of(sts(), "AssumeRole", {{"RoleArn", "arn:aws:iam::123456789012:role/x"}})
                  .starts_with("ValidationError"));
  EXPECT_TRUE(
      refusal_of(sts(), "AssumeRole", {{"RoleArn", "arn:aws:iam::123456789012:role/x"}, {"RoleSessionName", "a b"}})
          .starts_with("ValidationError"));
}

TEST(ApiWire, WordsAnAnswerInItsResultWrapper) {
  Value answer;
  Value instance;
  instance["DBInstanceIdentifier"] = "a<b>&\"c\"";
  instance["AllocatedStorage"] = 20;
  instance["MultiAZ"] = false;
  instance["Endpoint"]["Port"] = 3306;
  instance["ReadReplicaDBInstanceIdentifiers"] = Value::List{"r1", "r2"};
  instance["VpcSecurityGroups"] = Value::List{};
  answer["DBInstances"] = Value::List{instance};
  const auto xml = aws::parse_xml(answer_xml({rds(), "id-1"}, *rds().operation("DescribeDBInstances"), answer));
  EXPECT_EQ(xml.name(), "DescribeDBInstancesResponse");
  EXPECT_EQ(xml.child("ResponseMetadata").text("RequestId"), "id-1");
  const auto& shaped = xml.child("DescribeDBInstancesResult").child("DBInstances").child("DBInstance");
  EXPECT_EQ(shaped.text("DBInstanceIdentifier"), "a<b>&\"c\"");
  EXPECT_EQ(shaped.text("MultiAZ"), "false");
  EXPECT_EQ(shaped.child("Endpoint").text("Port"), "3306");
  const auto& replicas = shaped.child("ReadReplicaDBInstanceIdentifiers").children();
  ASSERT_EQ(replicas.size(), 2u);
  EXPECT_EQ(replicas[1].name(), "ReadReplicaDBInstanceIdentifier");
  EXPECT_TRUE(shaped.has("VpcSecurityGroups"));
  EXPECT_FALSE(shaped.has("Iops"));
}

TEST(ApiWire, WordsEc2sAnswersWithoutAWrapper) {
  Value group;
  group["GroupId"] = "sg-1";
  group["Tags"] = Value::List{Value::Members{{"Key", "k"}, {"Value", "v"}}};
  Value answer;
  answer["SecurityGroups"] = Value::List{group};
  const auto xml = aws::parse_xml(answer_xml({ec2(), "id-2"}, *ec2().operation("DescribeSecurityGroups"), answer));
  EXPECT_EQ(xml.text("requestId"), "id-2");
  const auto& item = xml.child("securityGroupInfo").child("item");
  EXPECT_EQ(item.text("groupId"), "sg-1");
  EXPECT_EQ(item.child("tagSet").child("item").text("key"), "k");
}

TEST(ApiWire, NeverLeavesOutWhatTheModelHasNoNameFor) {
  Value answer;
  answer["Colour"] = "red";
  EXPECT_THROW(answer_xml({rds(), "id"}, *rds().operation("DescribeDBInstances"), answer), std::exception);
}

TEST(ApiWire, WordsErrorsAsEachProtocolDoes) {
  const Refusal refusal("DBInstanceNotFound", "DBInstance a not found.");
  const auto query = aws::parse_xml(error_xml({rds(), "id-1"}, refusal));
  EXPECT_EQ(query.name(), "ErrorResponse");
  EXPECT_EQ(query.child("Error").text("Type"), "Sender");
  EXPECT_EQ(query.child("Error").text("Code"), "DBInstanceNotFound");
  EXPECT_EQ(query.text("RequestId"), "id-1");
  const auto flat = aws::parse_xml(error_xml({ec2(), "id-2"}, Refusal("InvalidGroup.NotFound", "gone")));
  EXPECT_EQ(flat.name(), "Response");
  EXPECT_EQ(flat.child("Errors").child("Error").text("Code"), "InvalidGroup.NotFound");
  EXPECT_EQ(flat.text("RequestID"), "id-2");
}

}  // namespace
}  // namespace darbe::lab
