// The front door: signatures, services, the request log and faults of the API, on a state without servers.
#include "lab/front.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "account_fixture.h"
#include "aws/xml.h"
#include "base/file.h"
#include "signed_request.h"

namespace darbe::lab {
namespace {

class FrontDoor : public Account {
 protected:
  static aws::Form identity() { return {{"Action", "GetCallerIdentity"}, {"Version", "2011-06-15"}}; }
  static aws::Form describe() { return {{"Action", "DescribeDBInstances"}, {"Version", "2014-10-31"}}; }
  static aws::Form create(const std::string& name) {
    return {{"Action", "CreateDBInstance"},
            {"Version", "2014-10-31"},
            {"DBInstanceIdentifier", name},
            {"DBInstanceClass", "db.t3.micro"},
            {"Engine", "mysql"},
            {"AllocatedStorage", "20"},
            {"MasterUsername", "root"},
            {"MasterUserPassword", "top-secret-word"}};
  }

  http::Response ask(const Signer& signer, const aws::Form& form) {
    return front_.handle(signed_request(signer, form));
  }
  static std::string code_of(const http::Response& response) {
    return fmt::format("{} {}", response.status, aws::parse_xml(response.body).child("Error").text("Code"));
  }
};

TEST_F(FrontDoor, TakesARightSignature) {
  EXPECT_EQ(ask(signer_, describe()).status, 200);
  signer_.service = "sts";
  const auto xml = aws::parse_xml(ask(signer_, identity()).body);
  EXPECT_EQ(xml.child("GetCallerIdentityResult").text("Account"), "123456789012");
}

TEST_F(FrontDoor, RefusesWrongSignaturesWithAwssCodes) {
  auto request = signed_request(signer_, describe());
  request.body += "&MaxRecords=20";
  EXPECT_EQ(code_of(front_.handle(request)), "403 SignatureDoesNotMatch");
  request.headers.erase("authorization");
  EXPECT_EQ(code_of(front_.handle(request)), "403 MissingAuthenticationToken");
  request.headers["authorization"] = "AWS4-HMAC-SHA256 Credential=x";
  EXPECT_EQ(code_of(front_.handle(request)), "400 IncompleteSignature");
  Signer unknown = signer_;
  unknown.key = "AKIAUNKNOWN";
  EXPECT_EQ(code_of(ask(unknown, describe())), "403 InvalidClientTokenId");
  Signer wrong = signer_;
  wrong.secret = base::Secret("not it");
  EXPECT_EQ(code_of(ask(wrong, describe())), "403 SignatureDoesNotMatch");
  Signer late = signer_;
  late.time -= std::chrono::minutes(16);
  EXPECT_EQ(code_of(ask(late, describe())), "400 RequestExpired");
  Signer elsewhere = signer_;
  elsewhere.region = "mars-north-1";
  EXPECT_EQ(code_of(ask(elsewhere, describe())), "403 SignatureDoesNotMatch");
  Signer other = signer_;
  other.service = "s3";
  EXPECT_EQ(code_of(ask(other, describe())), "403 SignatureDoesNotMatch");
}

TEST_F(FrontDoor, SpeaksJsonWithThoseServicesThatDo) {
  signer_.service = "kms";
  const auto ask_kms = [&](const std::string& body, const std::string& action = "DescribeKey") {
    const auto response = front_.handle(signed_body(signer_, body, "TrentService." + action));
    const Value answer = from_json(response.body);
    return fmt::format(
        "{} {}", response.status,
        answer.has("__type") ? answer.at("__type").text() : answer.at("KeyMetadata").at("KeyState").text());
  };
  EXPECT_EQ(ask_kms(R"({"KeyId": "alias/aws/rds"})"), "200 Enabled");
  EXPECT_EQ(ask_kms(R"({"KeyId": "alias/none"})"), "400 NotFoundException");
  EXPECT_EQ(ask_kms(R"({"KeyId": 7})"), "400 SerializationException");
  EXPECT_EQ(ask_kms("KeyId=alias/aws/rds"), "400 SerializationException");
  EXPECT_EQ(ask_kms("{}"), "400 ValidationException");
  EXPECT_EQ(ask_kms(R"({"KeyId": ""})"), "400 ValidationException");
  EXPECT_EQ(ask_kms(R"({"KeyId": "x", "Colour": "red"})"), "400 ValidationException");
  EXPECT_EQ(ask_kms("{}", "MakeCoffee"), "400 UnknownOperationException");
  EXPECT_EQ(ask_kms("{}", "GenerateMac"), "400 ValidationException");
  EXPECT_EQ(ask_kms(R"({"NumberOfBytes": 8})", "GenerateRandom"), "400 UnknownOperationException");
  signer_.time -= std::chrono::minutes(16);
  EXPECT_EQ(ask_kms(R"({"KeyId": "alias/aws/rds"})"), "400 InvalidSignatureException");
  signer_.key = "AKIAUNKNOWN";
  EXPECT_EQ(ask_kms(R"({"KeyId": "alias/aws/rds"})"), "400 UnrecognizedClientException");
}

TEST_F(FrontDoor, LogsNoSecret) {
  signer_.service = "secretsmanager";
  front_.handle(
      signed_body(signer_, R"({"Name": "login", "SecretString": "correct-horse"})", "secretsmanager.CreateSecret"));
  const auto read = front_.handle(signed_body(signer_, R"({"SecretId": "login"})", "secretsmanager.GetSecretValue"));
  EXPECT_EQ(from_json(read.body).at("SecretString").text(), "correct-horse");
  const std::string log = base::read_file(folder_.path() / "requests.log");
  EXPECT_THAT(log, testing::HasSubstr("GetSecretValue"));
  EXPECT_THAT(log, testing::Not(testing::HasSubstr("correct-horse")));
}

TEST_F(FrontDoor, SaysAuthFailureInEc2) {
  signer_.service = "ec2";
  signer_.key = "AKIAUNKNOWN";
  const auto response = ask(signer_, {{"Action", "DescribeVpcs"}, {"Version", "2016-11-15"}});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(aws::parse_xml(response.body).child("Errors").child("Error").text("Code"), "AuthFailure");
}

TEST_F(FrontDoor, TakesTheCredentialsOfAnAssumedRoleOnlyWithTheirToken) {
  signer_.service = "sts";
  const auto role = ask(signer_, {{"Action", "AssumeRole"},
                                  {"Version", "2011-06-15"},
                                  {"RoleArn", "arn:aws:iam::123456789012:role/darbe"},
                                  {"RoleSessionName", "night-shift"}});
  const auto given = aws::parse_xml(role.body).child("AssumeRoleResult").child("Credentials");
  Signer assumed;
  assumed.service = "sts";
  assumed.key = given.text("AccessKeyId");
  assumed.secret = base::Secret(given.text("SecretAccessKey"));
  EXPECT_EQ(code_of(ask(assumed, identity())), "403 InvalidClientTokenId");
  assumed.token = given.text("SessionToken");
  const auto me = aws::parse_xml(ask(assumed, identity()).body).child("GetCallerIdentityResult");
  EXPECT_EQ(me.text("Arn"), "arn:aws:sts::123456789012:assumed-role/darbe/night-shift");
  state_.change([&](World& world) { world.store.credentials.at(assumed.key).expires = 1; });
  EXPECT_EQ(code_of(ask(assumed, identity())), "403 ExpiredToken");
}

TEST_F(FrontDoor, RefusesUnknownActionsAndVersions) {
  EXPECT_EQ(code_of(ask(signer_, {{"Action", "MakeCoffee"}, {"Version", "2014-10-31"}})), "400 InvalidAction");
  EXPECT_EQ(code_of(ask(signer_, {{"Action", "DescribeDBInstances"}, {"Version", "1999-01-01"}})), "400 InvalidAction");
  const auto cluster = ask(signer_, {{"Action", "CreateDBCluster"},
                                     {"Version", "2014-10-31"},
                                     {"DBClusterIdentifier", "c"},
                                     {"Engine", "aurora-mysql"}});
  EXPECT_EQ(code_of(cluster), "400 InvalidAction");
  EXPECT_THAT(cluster.body, testing::HasSubstr("docs/lab.md lists what it plays"));
  EXPECT_EQ(code_of(ask(signer_, {{"Version", "2014-10-31"}})), "400 MissingAction");
}

TEST_F(FrontDoor, NotesEveryRequestWithoutItsSecrets) {
  EXPECT_EQ(ask(signer_, create("putio16")).status, 200);
  EXPECT_EQ(code_of(ask(signer_, create("putio16"))), "400 DBInstanceAlreadyExists");
  const std::string text = base::read_file(folder_.path() / "requests.log");
  EXPECT_EQ(text.find("top-secret-word"), std::string::npos);
  const Value first = from_json(text.substr(0, text.find('\n')));
  EXPECT_EQ(first.at("action").text(), "CreateDBInstance");
  EXPECT_EQ(first.at("parameters").at("MasterUserPassword").text(), "****");
  EXPECT_EQ(first.at("parameters").at("DBInstanceIdentifier").text(), "putio16");
  EXPECT_EQ(first.at("answer").at("DBInstance").at("DBInstanceStatus").text(), "creating");
  EXPECT_NE(text.find("DBInstanceAlreadyExists"), std::string::npos);
}

TEST_F(FrontDoor, LeavesATaskForTheWorkerAndKeepsTheStateInItsFile) {
  EXPECT_EQ(ask(signer_, create("putio16")).status, 200);
  ASSERT_EQ(tasks_.size(), 1u);
  EXPECT_EQ(tasks_.front().kind, Task::Kind::create);
  const Store kept = read_store(base::read_file(folder_.path() / "state.json"));
  ASSERT_NE(kept.instance("putio16"), nullptr);
  EXPECT_EQ(kept.instance("putio16")->resource_id(), tasks_.front().resource_id);
  EXPECT_EQ(kept.instance("putio16")->password.reveal(), "top-secret-word");
}

TEST_F(FrontDoor, FailsAnActionAsOftenAsOrdered) {
  faults_.order({"DescribeDBInstances", false, "Throttling", "slow down", 400, 2, 1});
  EXPECT_EQ(ask(signer_, describe()).status, 200);
  EXPECT_EQ(code_of(ask(signer_, describe())), "400 Throttling");
  EXPECT_EQ(code_of(ask(signer_, describe())), "400 Throttling");
  EXPECT_EQ(ask(signer_, describe()).status, 200);
}

TEST_F(FrontDoor, LosesAnAnswerAfterItTookEffect) {
  ActionFault fault;
  fault.action = "CreateDBInstance";
  fault.lost = true;
  faults_.order(fault);
  EXPECT_TRUE(ask(signer_, create("putio16")).lost);
  EXPECT_EQ(code_of(ask(signer_, create("putio16"))), "400 DBInstanceAlreadyExists");
}

TEST_F(FrontDoor, AnswersAnActionWhoseWorkNeverBegins) {
  ActionFault fault;
  fault.action = "CreateDBInstance";
  fault.stuck = true;
  faults_.order(fault);
  EXPECT_EQ(ask(signer_, create("putio16")).status, 200);
  EXPECT_TRUE(tasks_.empty());
  EXPECT_EQ(ask(signer_, create("putio17")).status, 200);
  EXPECT_EQ(tasks_.size(), 1U);
}

TEST_F(FrontDoor, TriesEc2RequestsDryWithoutEffect) {
  signer_.service = "ec2";
  const aws::Form form = {{"Action", "CreateSecurityGroup"},
                          {"Version", "2016-11-15"},
                          {"GroupName", "dry"},
                          {"GroupDescription", "dry"},
                          {"DryRun", "true"}};
  const auto response = ask(signer_, form);
  EXPECT_EQ(response.status, 412);
  EXPECT_EQ(aws::parse_xml(response.body).child("Errors").child("Error").text("Code"), "DryRunOperation");
  state_.look([](const Store& store) { EXPECT_EQ(store.security_groups.size(), 1u); });
}

TEST_F(FrontDoor, GivesLongAnswersInPages) {
  for (int i = 0; i < 25; ++i) EXPECT_EQ(ask(signer_, create(fmt::format("n{:02}", i))).status, 200);
  auto form = describe();
  form.emplace_back("MaxRecords", "20");
  auto page = aws::parse_xml(ask(signer_, form).body).child("DescribeDBInstancesResult");
  EXPECT_EQ(page.child("DBInstances").children().size(), 20u);
  form.emplace_back("Marker", page.text("Marker"));
  page = aws::parse_xml(ask(signer_, form).body).child("DescribeDBInstancesResult");
  EXPECT_EQ(page.child("DBInstances").children().size(), 5u);
  EXPECT_FALSE(page.has("Marker"));
}

// A user with a policy, by way of IAM: what it may not do is refused in each service's words, also as a dry run.
class FrontDoorWithPolicies : public FrontDoor {
 protected:
  aws::XmlElement ask_iam(const std::string& action, const aws::Form& parameters) {
    Signer lab = signer_;
    lab.service = "iam";
    lab.region = "us-east-1";
    aws::Form form = {{"Action", action}, {"Version", "2010-05-08"}};
    form.insert(form.end(), parameters.begin(), parameters.end());
    const http::Response response = ask(lab, form);
    EXPECT_EQ(response.status, 200) << response.body;
    return aws::parse_xml(response.body);
  }
  void allow(const std::string& action, const std::string& resource) {
    const std::string document = R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ")" + action +
                                 R"(", "Resource": ")" + resource + R"("}})";
    ask_iam("PutUserPolicy", {{"UserName", "darbe"}, {"PolicyName", "its"}, {"PolicyDocument", document}});
  }
  Signer new_user() {
    ask_iam("CreateUser", {{"UserName", "darbe"}});
    const auto key =
        ask_iam("CreateAccessKey", {{"UserName", "darbe"}}).child("CreateAccessKeyResult").child("AccessKey");
    Signer user;
    user.key = key.text("AccessKeyId");
    user.secret = base::Secret(key.text("SecretAccessKey"));
    return user;
  }
  static std::string ec2_code(const http::Response& response) {
    return fmt::format("{} {}", response.status,
                       aws::parse_xml(response.body).child("Errors").child("Error").text("Code"));
  }
};

TEST_F(FrontDoorWithPolicies, RefusesAUserWhatNoPolicyAllows) {
  const Signer user = new_user();
  const http::Response refused = ask(user, create("putio16"));
  EXPECT_EQ(code_of(refused), "403 AccessDenied");
  EXPECT_THAT(refused.body,
              testing::HasSubstr("User: arn:aws:iam::123456789012:user/darbe is not authorized to perform: "
                                 "rds:CreateDBInstance on resource: arn:aws:rds:eu-west-1:123456789012:db:putio16"));
  allow("rds:CreateDBInstance", "*");
  EXPECT_EQ(ask(user, create("putio16")).status, 200);
  EXPECT_EQ(ask(signer_, describe()).status, 200);  // the lab's own key may do all
  EXPECT_THAT(base::read_file(folder_.path() / "requests.log"),
              testing::HasSubstr("\"permissions\":[\"rds:CreateDBInstance\"]"));
}

TEST_F(FrontDoorWithPolicies, AnswersADryRunWithWhetherItWouldBeDone) {
  Signer user = new_user();
  user.service = "ec2";
  const aws::Form dry = {{"Action", "CreateSecurityGroup"},
                         {"Version", "2016-11-15"},
                         {"GroupName", "mine"},
                         {"GroupDescription", "mine"},
                         {"DryRun", "true"}};
  EXPECT_EQ(ec2_code(ask(user, dry)), "403 UnauthorizedOperation");
  allow("ec2:CreateSecurityGroup", "*");
  EXPECT_EQ(ec2_code(ask(user, dry)), "412 DryRunOperation");
}

TEST_F(FrontDoorWithPolicies, HoldsASessionToItsRolesPolicies) {
  ask_iam("CreateRole", {{"RoleName", "darbe"}, {"AssumeRolePolicyDocument", "{}"}});
  signer_.service = "sts";
  const auto role = ask(signer_, {{"Action", "AssumeRole"},
                                  {"Version", "2011-06-15"},
                                  {"RoleArn", "arn:aws:iam::123456789012:role/darbe"},
                                  {"RoleSessionName", "night-shift"}});
  const auto given = aws::parse_xml(role.body).child("AssumeRoleResult").child("Credentials");
  Signer session;
  session.key = given.text("AccessKeyId");
  session.secret = base::Secret(given.text("SecretAccessKey"));
  session.token = given.text("SessionToken");
  EXPECT_EQ(code_of(ask(session, describe())), "403 AccessDenied");
  ask_iam(
      "PutRolePolicy",
      {{"RoleName", "darbe"},
       {"PolicyName", "look"},
       {"PolicyDocument",
        R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "rds:Describe*", "Resource": "*"}})"}});
  EXPECT_EQ(ask(session, describe()).status, 200);
}

TEST_F(FrontDoorWithPolicies, SimulatesWhatAPolicyWouldAllow) {
  new_user();
  allow("rds:CreateDBInstance", "arn:aws:rds:*:*:db:putio17");
  const auto decision = [&](const std::string& resource) {
    return ask_iam("SimulatePrincipalPolicy", {{"PolicySourceArn", "arn:aws:iam::123456789012:user/darbe"},
                                               {"ActionNames.member.1", "rds:CreateDBInstance"},
                                               {"ResourceArns.member.1", resource}})
        .child("SimulatePrincipalPolicyResult")
        .child("EvaluationResults")
        .child("member")
        .text("EvalDecision");
  };
  EXPECT_EQ(decision("arn:aws:rds:eu-west-1:123456789012:db:putio17"), "allowed");
  EXPECT_EQ(decision("arn:aws:rds:eu-west-1:123456789012:db:putio18"), "implicitDeny");
}

}  // namespace
}  // namespace darbe::lab
