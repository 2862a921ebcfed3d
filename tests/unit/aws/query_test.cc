#include "aws/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/error.h"
#include "aws/identity.h"
#include "aws/sigv4.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

constexpr auto identity_result =
    "<Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>123456789012</"
    "Account>";

// What the lab does with a request: the signature computed anew from what came.
std::string expected_signature(const http::Request& request, const Authorization& authorization) {
  SigningInput input{request.method,       request.target,       {}, request.body, request.headers.at("x-amz-date"),
                     authorization.region, authorization.service};
  for (const std::string& name : authorization.signed_headers)
    input.headers.emplace_back(name, request.headers.at(name));
  return signature(input, base::Secret("secret"));
}

TEST(Query, IsASignedFormByPost) {
  ScriptedAws aws({answer("GetCallerIdentity", identity_result)});
  const Identity identity = caller_identity(aws.account.client);
  EXPECT_EQ(identity.account, "123456789012");
  EXPECT_EQ(identity.arn, "arn:aws:iam::123456789012:user/Alice");

  const http::Request request = aws.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/");
  EXPECT_EQ(request.body, "Action=GetCallerIdentity&Version=2011-06-15");
  EXPECT_EQ(request.headers.at("content-type"), "application/x-www-form-urlencoded; charset=utf-8");
  EXPECT_EQ(request.headers.at("x-amz-security-token"), "token");
  EXPECT_THAT(request.headers.at("user-agent"), testing::StartsWith("darbe/"));
  const auto authorization = parse_authorization(request.headers.at("authorization"));
  ASSERT_TRUE(authorization);
  EXPECT_EQ(authorization->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(authorization->region, "eu-west-1");
  EXPECT_EQ(authorization->service, "sts");
  EXPECT_EQ(authorization->signature, expected_signature(request, *authorization));
}

TEST(Query, RepeatsWhileAwsIsInTrouble) {
  ScriptedAws aws({complaint("InternalFailure", "Oops.", 500),
                   {503, {}, "<html>try later</html>"},
                   answer("GetCallerIdentity", identity_result)});
  EXPECT_EQ(caller_identity(aws.account.client).account, "123456789012");
  EXPECT_EQ(aws.requests().size(), 3u);
}

TEST(Query, RepeatsWhenThrottled) {
  ScriptedAws aws({complaint("Throttling", "Rate exceeded", 400), ec2_complaint("RequestLimitExceeded", 503),
                   answer("GetCallerIdentity", identity_result)});
  EXPECT_EQ(caller_identity(aws.account.client).account, "123456789012");
  EXPECT_EQ(aws.requests().size(), 3u);
}

TEST(Query, RepeatsAfterALostAnswer) {
  ScriptedAws aws({lost_answer, answer("GetCallerIdentity", identity_result)});
  EXPECT_EQ(caller_identity(aws.account.client).account, "123456789012");
}

TEST(Query, GivesUpAfterTheLastTry) {
  ScriptedAws aws({complaint("Throttling", "Rate exceeded")});
  try {
    caller_identity(aws.account.client);
    FAIL() << "there was no answer";
  } catch (const ApiError& error) {
    EXPECT_EQ(error.meaning(), Meaning::throttled);
    EXPECT_EQ(error.code(), "Throttling");
    EXPECT_EQ(error.message(), "Rate exceeded");
    EXPECT_EQ(error.request_id(), "b136");
    EXPECT_EQ(error.http_status(), 400);
  }
  EXPECT_EQ(aws.requests().size(), 3u);
}

TEST(Query, NeverRepeatsARefusal) {
  ScriptedAws aws({complaint("AccessDenied", "User is not authorized", 403)});
  EXPECT_THROW(caller_identity(aws.account.client), ApiError);
  EXPECT_EQ(aws.requests().size(), 1u);
}

TEST(Query, WaitsAsLongAsTheServerAsks) {
  http::Response busy = complaint("Throttling");
  busy.headers["x-amz-retry-after"] = "60";
  ScriptedAws aws({busy, answer("GetCallerIdentity", identity_result)});
  const auto begin = base::Clock::now();
  caller_identity(aws.account.client);
  EXPECT_GE(base::Clock::now() - begin, std::chrono::milliseconds(60));
}

TEST(Query, EndsAtOnceOnAStop) {
  http::Response busy = complaint("Throttling");
  busy.headers["x-amz-retry-after"] = "60000";
  ScriptedAws aws({busy});
  std::stop_source stop;
  const std::jthread stopper([&] {
    base::poll_until({std::chrono::milliseconds(1), std::chrono::seconds(10)}, {},
                     [&] { return !aws.requests().empty(); });
    stop.request_stop();
  });
  const auto begin = base::Clock::now();
  try {
    caller_identity(aws.account.client, stop.get_token());
    FAIL() << "there was no answer";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::interrupted);
  }
  EXPECT_LT(base::Clock::now() - begin, std::chrono::seconds(4));
}

// Also of a try that nobody waited for: it may have had its effect.
TEST(Query, TellsOfAChangeThatAStopCutShort) {
  http::Response busy = complaint("Throttling");
  busy.headers["x-amz-retry-after"] = "60000";
  ScriptedAws aws({lost_answer, busy});
  std::vector<Change> changes;
  Configuration configuration = aws.configuration();
  configuration.on_change = [&](const Change& change) { changes.push_back(change); };
  const Account account(configuration);
  std::stop_source stop;
  const std::jthread stopper([&] {
    base::poll_until({std::chrono::milliseconds(1), std::chrono::seconds(10)}, {},
                     [&] { return aws.requests().size() == 2; });
    stop.request_stop();
  });
  EXPECT_THROW(account.instances.modify("putio17", {}, stop.get_token()), base::Error);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].action, "ModifyDBInstance");
  EXPECT_EQ(changes[0].subject, "putio17");
  EXPECT_EQ(changes[0].outcome, "no answer");
}

TEST(Query, ReadsEc2sComplaints) {
  ScriptedAws aws({ec2_complaint("UnauthorizedOperation", 403)});
  try {
    aws.account.security_groups.find("sg-1");
    FAIL() << "it was refused";
  } catch (const ApiError& error) {
    EXPECT_STREQ(error.what(), "DescribeSecurityGroups: No. (UnauthorizedOperation, request 59db)");
    EXPECT_EQ(error.meaning(), Meaning::access_denied);
  }
}

TEST(Query, NamesTheActionWhoseAnswerIsNotXml) {
  ScriptedAws aws({{200, {}, "{}"}});
  try {
    caller_identity(aws.account.client);
    FAIL() << "it was read";
  } catch (const std::exception& error) {
    EXPECT_THAT(base::text_of(error), HasSubstr("GetCallerIdentity"));
  }
}

TEST(Query, FollowsTheMarksOfPages) {
  const auto page = [](const std::string& id, const std::string& marker) {
    return answer("DescribeDBInstances",
                  fmt::format("<DBInstances><DBInstance><DBInstanceIdentifier>{}</DBInstanceIdentifier></DBInstance>"
                              "</DBInstances>{}",
                              id, marker));
  };
  ScriptedAws aws({page("one", "<Marker>m&amp;1</Marker>"), page("two", "<Marker>m2</Marker>"), page("three", "")});
  std::vector<std::string> identifiers;
  for (const Instance& instance : aws.account.instances.list()) identifiers.push_back(instance.identifier);
  EXPECT_EQ(identifiers, (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_EQ(aws.body(0), "Action=DescribeDBInstances\nVersion=2014-10-31\n");
  EXPECT_EQ(aws.body(1), "Action=DescribeDBInstances\nVersion=2014-10-31\nMarker=m&1\n");
  EXPECT_EQ(aws.body(2), "Action=DescribeDBInstances\nVersion=2014-10-31\nMarker=m2\n");
}

TEST(Parameters, SayNothingOfWhatIsNotGiven) {
  Parameters parameters;
  parameters.add("Text", std::optional<std::string>())
      .add("Number", std::optional<int>(7))
      .add("Yes", std::optional<bool>(true))
      .add_list("Absent.member", std::optional<std::vector<std::string>>())
      .add_list("Ids.Id", std::vector<std::string>{"a", "b"})
      .add_list("Empty.List.member", std::vector<std::string>());
  EXPECT_EQ(parameters.form(),
            (Form{{"Number", "7"}, {"Yes", "true"}, {"Ids.Id.1", "a"}, {"Ids.Id.2", "b"}, {"Empty.List", ""}}));
}

TEST(Secrets, NeverReachTheLog) {
  ScriptedAws aws({answer("ModifyDBInstance", "<DBInstance/>")});
  log::set_level(log::Level::debug);
  testing::internal::CaptureStderr();
  ModifyInstance change;
  change.master_password = base::Secret("hunter2hunter2");
  aws.account.instances.modify("putio17", change);
  const std::string logged = testing::internal::GetCapturedStderr();
  log::set_level(log::Level::warning);
  EXPECT_THAT(logged, HasSubstr("MasterUserPassword=****"));
  EXPECT_THAT(logged, Not(HasSubstr("hunter2")));
  EXPECT_THAT(aws.body(0), HasSubstr("MasterUserPassword=hunter2hunter2\n"));
}

}  // namespace
}  // namespace darbe::aws
