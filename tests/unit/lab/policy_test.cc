#include "lab/policy.h"

#include <gtest/gtest.h>

#include "lab/refusal.h"

namespace darbe::lab {
namespace {

// One statement for rds:CreateDBInstance on any instance, with `more` of JSON behind it.
Policy one_statement(const std::string& more = "", const std::string& effect = "Allow") {
  return parse_policy(R"({"Version": "2012-10-17", "Statement": {"Effect": ")" + effect +
                      R"(", "Action": "rds:CreateDBInstance", "Resource": "arn:aws:rds:*:*:db:*")" + more + "}}");
}

PolicyQuestion question(const PolicyContext& context = {}) {
  return {"rds:CreateDBInstance", "arn:aws:rds:eu-west-1:123456789012:db:putio17", context};
}

Verdict verdict_of(const Policy& policy, const PolicyQuestion& asked) {
  return judge(std::vector<Policy>{policy}, asked);
}

Verdict under(const std::string& condition, const PolicyContext& context) {
  return verdict_of(one_statement(", \"Condition\": {" + condition + "}"), question(context));
}

constexpr Verdict yes = Verdict::allowed;
constexpr Verdict no = Verdict::not_allowed;

TEST(Policy, AllowsWhatAStatementNamesAndNothingElse) {
  EXPECT_EQ(judge({}, question()), no);
  EXPECT_EQ(verdict_of(one_statement(), question()), yes);
  EXPECT_EQ(verdict_of(one_statement(), {"rds:DeleteDBInstance", question().resource, {}}), no);
  EXPECT_EQ(verdict_of(one_statement(), {"rds:CreateDBInstance", "arn:aws:rds:eu-west-1:123456789012:pg:own", {}}), no);
  EXPECT_EQ(verdict_of(one_statement(), {"rds:CreateDBInstance", "*", {}}), no);
}

TEST(Policy, LetsADenyDecideWhereverItStands) {
  const std::vector<Policy> both = {one_statement("", "Deny"), one_statement()};
  EXPECT_EQ(judge(both, question()), Verdict::denied);
  EXPECT_EQ(judge(std::vector{both[1], both[0]}, question()), Verdict::denied);
}

TEST(Policy, MatchesActionsInAnyLettersAndResourcesInTheirOwn) {
  const auto policy = [](const std::string& action, const std::string& resource) {
    return parse_policy(R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [")" + action +
                        R"("], "Resource": [")" + resource + R"("]}]})");
  };
  const PolicyQuestion asked = question();
  EXPECT_EQ(verdict_of(policy("RDS:create*", "*"), asked), yes);
  EXPECT_EQ(verdict_of(policy("rds:CreateDBInstanc?", "*"), asked), yes);
  EXPECT_EQ(verdict_of(policy("rds:CreateDBInstance?", "*"), asked), no);
  EXPECT_EQ(verdict_of(policy("*", "arn:aws:rds:eu-west-?:123456789012:db:putio*"), asked), yes);
  EXPECT_EQ(verdict_of(policy("*", "arn:aws:rds:eu-west-1:123456789012:db:PUTIO17"), asked), no);
  // A star stays within its part of the ARN, but for the last, which may have colons.
  EXPECT_EQ(verdict_of(policy("*", "arn:aws:rds:*:db:putio17"), asked), no);
  EXPECT_EQ(verdict_of(policy("*", "arn:aws:rds:eu-west-1:123456789012:*"), asked), yes);
}

TEST(Policy, MatchesAllButWhatIsNamedWithNot) {
  const auto policy = parse_policy(
      R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": "rds:Delete*",
          "NotResource": "arn:aws:rds:*:*:db:production"}})");
  EXPECT_EQ(verdict_of(policy, question()), yes);
  EXPECT_EQ(verdict_of(policy, {"rds:DeleteDBInstance", question().resource, {}}), no);
  EXPECT_EQ(verdict_of(policy, {"rds:CreateDBInstance", "arn:aws:rds:eu-west-1:1:db:production", {}}), no);
}

TEST(Policy, ComparesTextsAsTheirOperatorSays) {
  const PolicyContext run = {{"aws:requesttag/darbe:run", {"a1"}}};
  EXPECT_EQ(under(R"("StringEquals": {"aws:RequestTag/darbe:run": ["b2", "a1"]})", run), yes);
  EXPECT_EQ(under(R"("StringEquals": {"aws:RequestTag/darbe:run": "A1"})", run), no);
  EXPECT_EQ(under(R"("StringEqualsIgnoreCase": {"aws:RequestTag/darbe:run": "A1"})", run), yes);
  EXPECT_EQ(under(R"("StringEquals": {"aws:RequestTag/darbe:run": "a*"})", run), no);
  EXPECT_EQ(under(R"("StringLike": {"aws:RequestTag/darbe:run": "a*"})", run), yes);
  EXPECT_EQ(under(R"("StringNotEquals": {"aws:RequestTag/darbe:run": ["a1", "b2"]})", run), no);
  EXPECT_EQ(under(R"("StringNotLike": {"aws:RequestTag/darbe:run": "b*"})", run), yes);
  EXPECT_EQ(under(R"("ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"})",
                  {{"aws:principalarn", {"arn:aws:iam::1:user/x"}}}),
            yes);
  EXPECT_EQ(under(R"("Bool": {"rds:StorageEncrypted": "True"})", {{"rds:storageencrypted", {"true"}}}), yes);
  // All operators and all keys must hold.
  EXPECT_EQ(
      under(R"("StringEquals": {"aws:RequestTag/darbe:run": "a1"}, "StringLike": {"aws:RequestedRegion": "us-*"})",
            run),
      no);
}

TEST(Policy, KnowsWhatAMissingKeyMeans) {
  EXPECT_EQ(under(R"("StringEquals": {"a:key": "x"})", {}), no);
  EXPECT_EQ(under(R"("StringEqualsIfExists": {"a:key": "x"})", {}), yes);
  EXPECT_EQ(under(R"("StringEqualsIfExists": {"a:key": "x"})", {{"a:key", {"y"}}}), no);
  EXPECT_EQ(under(R"("StringNotEquals": {"a:key": "x"})", {}), yes);
  EXPECT_EQ(under(R"("Null": {"a:key": "true"})", {}), yes);
  EXPECT_EQ(under(R"("Null": {"a:key": "false"})", {}), no);
  EXPECT_EQ(under(R"("Null": {"a:key": false})", {{"a:key", {"x"}}}), yes);
  EXPECT_EQ(under(R"("ForAllValues:StringEquals": {"a:key": "x"})", {}), yes);
  EXPECT_EQ(under(R"("ForAnyValue:StringEquals": {"a:key": "x"})", {}), no);
}

TEST(Policy, LooksAtEachValueOfAKeyThatHasMany) {
  const PolicyContext keys = {{"aws:tagkeys", {"darbe:run", "Name"}}};
  EXPECT_EQ(under(R"("ForAllValues:StringEquals": {"aws:TagKeys": "darbe:run"})", keys), no);
  EXPECT_EQ(under(R"("ForAllValues:StringLike": {"aws:TagKeys": ["darbe:*", "Name"]})", keys), yes);
  EXPECT_EQ(under(R"("ForAnyValue:StringEquals": {"aws:TagKeys": "Name"})", keys), yes);
  EXPECT_EQ(under(R"("ForAnyValue:StringEquals": {"aws:TagKeys": "Owner"})", keys), no);
}

TEST(Policy, RefusesDocumentsThatItCannotEvaluate) {
  const auto refused = [](const std::string& json) {
    try {
      parse_policy(json);
      return false;
    } catch (const Refusal& refusal) {
      return refusal.code() == "MalformedPolicyDocument";
    }
  };
  const auto statement = [](const std::string& content) {
    return R"({"Version": "2012-10-17", "Statement": [{)" + content + "}]}";
  };
  EXPECT_FALSE(refused(statement(R"("Effect": "Allow", "Action": "*", "Resource": "*")")));
  for (const char* content :
       {R"("Effect": "Perhaps", "Action": "*", "Resource": "*")", R"("Effect": "Allow", "Resource": "*")",
        R"("Effect": "Allow", "Action": "*")", R"("Effect": "Allow", "Action": [], "Resource": "*")",
        R"("Effect": "Allow", "Action": "*", "NotAction": "x:y", "Resource": "*")",
        R"("Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*")",
        R"("Effect": "Allow", "Action": "*", "Resource": "arn:aws:iam::1:user/${aws:username}")",
        R"("Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "::1"}})"})
    EXPECT_TRUE(refused(statement(content))) << content;
  EXPECT_TRUE(refused("{"));
  EXPECT_TRUE(refused(R"({"Statement": []})"));
  EXPECT_TRUE(refused(R"({"Version": "2012-10-17"})"));
}

}  // namespace
}  // namespace darbe::lab
