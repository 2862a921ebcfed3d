#include "aws/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/error.h"
#include "aws/identity.h"
#include "aws/query.h"
#include "aws/sigv4.h"
#include "base/error.h"
#include "base/log.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const http::Response me = answer("GetCallerIdentity", "<Account>1</Account>");
const http::Response throttled = complaint("Throttling", "Rate exceeded");
const http::Response in_trouble = complaint("InternalFailure", "Oops.", 500);

const TimePoint noon = std::chrono::system_clock::from_time_t(784'123'200);  // 6 Nov 1994, 12:00:00

http::Response at(http::Response response, const std::string& time) {
  response.headers["date"] = "Sun, 06 Nov 1994 " + time + " GMT";
  return response;
}

// What is called, and the warnings on the way.
struct Outcome {
  std::optional<Meaning> complaint;  // nothing: it went well
  std::string warnings;
};

Outcome outcome_of(const std::function<void()>& work) {
  Outcome outcome;
  testing::internal::CaptureStderr();
  try {
    work();
  } catch (const ApiError& error) {
    outcome.complaint = error.meaning();
  }
  outcome.warnings = testing::internal::GetCapturedStderr();
  return outcome;
}

// A client on a scripted AWS whose clock shows noon.
struct Caller {
  explicit Caller(std::vector<http::Response> script) : aws(std::move(script)) {
    configuration.clock = std::make_shared<SigningClock>([] { return noon; });
  }

  Outcome ask() {
    if (!client) client.emplace(configuration);
    return outcome_of([&] { caller_identity(*client); });
  }
  std::vector<std::string> signing_times() {
    std::vector<std::string> times;
    for (const http::Request& request : aws.requests()) times.push_back(request.headers.at("x-amz-date"));
    return times;
  }
  std::vector<std::string> keys() {
    std::vector<std::string> result;
    for (const http::Request& request : aws.requests())
      result.push_back(parse_authorization(request.headers.at("authorization"))->access_key_id);
    return result;
  }

  ScriptedAws aws;
  Configuration configuration = aws.configuration();
  std::optional<Client> client;
};

TEST(Clock, ThatIsOffIsCorrectedByAwss) {
  Caller caller({at(complaint("RequestExpired"), "12:20:00"), me, me});
  const Outcome outcome = caller.ask();
  EXPECT_FALSE(outcome.complaint);
  EXPECT_THAT(outcome.warnings, HasSubstr("clock is off: AWS says it is Sun, 06 Nov 1994 12:20:00 GMT"));
  EXPECT_EQ(caller.ask().warnings, "") << "it stays corrected";
  EXPECT_THAT(caller.signing_times(), ElementsAre("19941106T120000Z", "19941106T122000Z", "19941106T122000Z"));
}

TEST(Clock, ThatIsOffShowsInWrongSignaturesToo) {
  for (const char* code :
       {"SignatureDoesNotMatch", "RequestTimeTooSkewed", "AuthFailure", "InvalidSignatureException"}) {
    Caller caller({at(complaint(code, "Signature expired: 19941106T120000Z", 403), "11:40:00"), me});
    EXPECT_FALSE(caller.ask().complaint) << code;
    EXPECT_THAT(caller.signing_times(), ElementsAre("19941106T120000Z", "19941106T114000Z")) << code;
  }
}

TEST(Clock, IsCorrectedOnceForARequest) {
  Caller caller({at(complaint("RequestExpired"), "12:20:00"), at(complaint("RequestExpired"), "12:40:00")});
  caller.configuration.credentials = [](std::string_view, std::stop_token) {
    return Credentials{"AK", base::Secret("s")};
  };
  EXPECT_EQ(caller.ask().complaint, Meaning::clock_skew);
  EXPECT_EQ(caller.aws.requests().size(), 2u);
}

TEST(Clock, IsNotToBlameWhenItAgreesWithAwss) {
  Caller caller({at(complaint("SignatureDoesNotMatch", "The secret is wrong.", 403), "12:00:07")});
  EXPECT_EQ(caller.ask().complaint, Meaning::unknown_credentials);
  EXPECT_EQ(caller.aws.requests().size(), 1u);
}

// Credentials AK1, AK2, … each given when the one before is rejected.
CredentialSource counting() {
  return [number = std::make_shared<int>(1)](std::string_view rejected, std::stop_token) {
    if (rejected == "AK" + std::to_string(*number)) ++*number;
    return Credentials{"AK" + std::to_string(*number), base::Secret("s"), base::Secret("t")};
  };
}

TEST(ExpiredCredentials, AreRenewedOnce) {
  Caller caller({complaint("ExpiredToken", "", 403), me, complaint("ExpiredToken", "", 403)});
  caller.configuration.credentials = counting();
  EXPECT_FALSE(caller.ask().complaint);
  EXPECT_EQ(caller.ask().complaint, Meaning::expired_token);
  EXPECT_THAT(caller.keys(), ElementsAre("AK1", "AK2", "AK2", "AK3"));
}

TEST(ExpiredCredentials, AreCalledAnExpiredRequestByEc2) {
  Caller caller({at(ec2_complaint("RequestExpired"), "12:00:00"), me});
  caller.configuration.credentials = counting();
  EXPECT_FALSE(caller.ask().complaint);
  EXPECT_THAT(caller.keys(), ElementsAre("AK1", "AK2"));
}

TEST(ExpiredCredentials, ThatNobodyRenewsAreReported) {
  Caller caller({complaint("ExpiredToken", "", 403)});
  EXPECT_EQ(caller.ask().complaint, Meaning::expired_token);
  EXPECT_EQ(caller.aws.requests().size(), 1u);
}

// Patience, but no time.
RetryRules patient() {
  RetryRules rules = ScriptedAws::quick_retries();
  rules.storm = 1h;
  return rules;
}

std::vector<http::Response> storm_of(int length, const http::Response& response) {
  std::vector<http::Response> script(static_cast<std::size_t>(length), response);
  script.insert(script.begin(), me);
  script.push_back(me);
  return script;
}

TEST(Storm, IsWaitedOutByWhatReads) {
  for (const http::Response& response : {throttled, in_trouble}) {
    Caller caller(storm_of(20, response));
    caller.configuration.retries = patient();
    caller.ask();
    const Outcome outcome = caller.ask();
    EXPECT_FALSE(outcome.complaint);
    EXPECT_THAT(outcome.warnings, HasSubstr("AWS is asked again"));
    EXPECT_EQ(caller.aws.requests().size(), 22u);
  }
}

TEST(Storm, IsWaitedOutByChangesThatAwsTookNoNoticeOf) {
  Caller caller(storm_of(20, throttled));
  caller.configuration.retries = patient();
  caller.ask();
  EXPECT_FALSE(outcome_of([&] { caller.client->call(rds, "RebootDBInstance", {}, {}); }).complaint);
}

TEST(Storm, IsNotWaitedOutByChangesThatMayHaveTakenEffect) {
  Caller caller(storm_of(20, in_trouble));
  caller.configuration.retries = patient();
  caller.ask();
  EXPECT_EQ(outcome_of([&] { caller.client->call(rds, "RebootDBInstance", {}, {}); }).complaint, Meaning::fault);
  EXPECT_EQ(caller.aws.requests().size(), 4u);
}

TEST(Storm, IsNotWaitedOutForFiguresThatOnlyTellMore) {
  Caller in_storm(storm_of(20, in_trouble));
  in_storm.configuration.retries = patient();
  in_storm.ask();
  EXPECT_EQ(outcome_of([&] { in_storm.client->call(monitoring, "GetMetricData", {}, {}); }).complaint, Meaning::fault);
  EXPECT_EQ(in_storm.aws.requests().size(), 4u);
}

TEST(Storm, EndsWithPatience) {
  Caller caller(storm_of(1000, throttled));
  caller.configuration.retries = patient();
  caller.configuration.retries.storm = 30ms;
  caller.ask();
  EXPECT_EQ(caller.ask().complaint, Meaning::throttled);
}

TEST(Storm, IsWaitedOutFromTheFirstRequestOnForARole) {
  Caller caller({me});
  caller.configuration.retries = patient();
  int failures = 0;
  caller.configuration.credentials = [&](std::string_view, std::stop_token) -> Credentials {
    base::in_context("can't take on the role", [&] {
      if (++failures < 20) throw ApiError({"AssumeRole", "Throttling", "Rate exceeded", 400, "b136"});
    });
    return {"AK", base::Secret("s")};
  };
  EXPECT_FALSE(caller.ask().complaint);
  EXPECT_EQ(failures, 20);
}

TEST(Storm, IsNoneWhereNobodyEverAnswered) {
  Caller caller({lost_answer});
  caller.configuration.retries = patient();
  caller.configuration.retries.storm = 1s;
  caller.client.emplace(caller.configuration);
  EXPECT_THROW(caller_identity(*caller.client), base::Error);
  EXPECT_EQ(caller.aws.requests().size(), 3u);
}

TEST(Retries, StopWhenTheBudgetIsUsedUp) {
  Caller caller({in_trouble});
  caller.configuration.retries.tries = 1000;
  EXPECT_EQ(caller.ask().complaint, Meaning::fault);
  EXPECT_EQ(caller.aws.requests().size(), 1u + 500 / 14);
  EXPECT_EQ(caller.ask().complaint, Meaning::fault);
  EXPECT_EQ(caller.aws.requests().size(), 2u + 500 / 14) << "there is none left for the next request";
}

TEST(Request, IsSignedForTheServicesOwnRegion) {
  Caller caller({me});
  caller.configuration.endpoint = [url = caller.aws.url()](std::string_view) { return Endpoint{url, "us-east-1"}; };
  caller.ask();
  EXPECT_EQ(parse_authorization(caller.aws.requests().at(0).headers.at("authorization"))->region, "us-east-1");
}

TEST(Request, IsNotSignedWithoutCredentials) {
  Caller caller({me});
  caller.configuration.credentials = {};
  EXPECT_FALSE(caller.ask().complaint);
  const auto headers = caller.aws.requests().at(0).headers;
  EXPECT_FALSE(headers.contains("authorization"));
  EXPECT_FALSE(headers.contains("x-amz-date"));
}

TEST(JsonRequest, NamesItsActionInAHeaderThatIsSigned) {
  ScriptedAws aws(
      {{200, {}, R"({"SecretString": "{\"password\":\"x\"}", "VersionStages": ["AWSCURRENT"], "N": null})"}});
  const Fields fields = aws.account.client.call_json(secretsmanager, "GetSecretValue", {{"SecretId", "arn:\"1\""}}, {});
  EXPECT_EQ(fields, (Fields{{"SecretString", "{\"password\":\"x\"}"}, {"VersionStages.0", "AWSCURRENT"}}));
  const http::Request request = aws.requests().at(0);
  EXPECT_EQ(request.body, R"({"SecretId":"arn:\"1\""})");
  EXPECT_EQ(request.headers.at("content-type"), "application/x-amz-json-1.1");
  EXPECT_EQ(request.headers.at("x-amz-target"), "secretsmanager.GetSecretValue");
  const auto authorization = parse_authorization(request.headers.at("authorization"));
  EXPECT_EQ(authorization->service, "secretsmanager");
  EXPECT_THAT(authorization->signed_headers, testing::Contains("x-amz-target"));
}

TEST(JsonRequest, IsRefusedInJson) {
  ScriptedAws aws({{400,
                    {{"x-amzn-requestid", "b136"}},
                    R"({"__type": "com.amazonaws.kms#NotFoundException", "message": "No such key."})"}});
  try {
    aws.account.client.call_json(kms, "DescribeKey", {{"KeyId", "x"}}, {});
    FAIL() << "it was refused";
  } catch (const ApiError& error) {
    EXPECT_STREQ(error.what(), "DescribeKey: No such key. (NotFoundException, request b136)");
    EXPECT_EQ(error.meaning(), Meaning::not_found);
  }
  EXPECT_EQ(aws.requests().at(0).headers.at("x-amz-target"), "TrentService.DescribeKey");
}

TEST(Secrets, OfWebIdentitiesNeverReachTheLog) {
  ScriptedAws aws({answer("AssumeRoleWithWebIdentity", "")});
  log::set_level(log::Level::debug);
  testing::internal::CaptureStderr();
  Parameters parameters;
  parameters.add("WebIdentityToken", "hunter2hunter2");
  aws.account.client.call(sts, "AssumeRoleWithWebIdentity", parameters, {});
  const std::string logged = testing::internal::GetCapturedStderr();
  log::set_level(log::Level::warning);
  EXPECT_THAT(logged, HasSubstr("WebIdentityToken=****"));
  EXPECT_THAT(logged, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace darbe::aws
