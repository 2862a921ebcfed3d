// The figures are AWS's own: the Signature Version 4 test suite (aws-sig-v4-test-suite) and the IAM ListUsers example
// of the AWS General Reference.
#include "aws/sigv4.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"

namespace darbe::aws {
namespace {

const base::Secret example_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

SigningInput suite_request(const std::string& method, const std::string& target) {
  return {method,
          target,
          {{"Host", "example.amazonaws.com"}, {"X-Amz-Date", "20150830T123600Z"}},
          "",
          "20150830T123600Z",
          "us-east-1",
          "service"};
}

SigningInput list_users() {
  return {"GET",
          "/?Action=ListUsers&Version=2010-05-08",
          {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
           {"Host", "iam.amazonaws.com"},
           {"X-Amz-Date", "20150830T123600Z"}},
          "",
          "20150830T123600Z",
          "us-east-1",
          "iam"};
}

TEST(Signature, FollowsTheListUsersExampleStepByStep) {
  EXPECT_EQ(canonical_request(list_users()),
            "GET\n/\nAction=ListUsers&Version=2010-05-08\n"
            "content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n"
            "x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n"
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(string_to_sign(list_users()),
            "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
  EXPECT_EQ(signature(list_users(), example_key), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST(Signature, MatchesGetVanilla) {
  EXPECT_EQ(signature(suite_request("GET", "/"), example_key),
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

TEST(Signature, MatchesPostVanilla) {
  EXPECT_EQ(signature(suite_request("POST", "/"), example_key),
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
}

TEST(Signature, MatchesGetVanillaQueryOrderKeyCase) {
  EXPECT_EQ(signature(suite_request("GET", "/?Param2=value2&Param1=value1"), example_key),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

TEST(Signature, MatchesGetVanillaUtf8Query) {
  EXPECT_EQ(signature(suite_request("GET", "/?\u1234=bar"), example_key),
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04");
}

TEST(Signature, MatchesGetUtf8) {
  EXPECT_EQ(signature(suite_request("GET", "/\u1234"), example_key),
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}

TEST(Signature, MatchesPostXWwwFormUrlencoded) {
  SigningInput input = suite_request("POST", "/");
  input.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  input.body = "Param1=value1";
  EXPECT_EQ(signature(input, example_key), "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST(Signature, MatchesGetHeaderValueTrim) {
  SigningInput input = suite_request("GET", "/");
  input.headers.emplace_back("My-Header1", " value1");
  input.headers.emplace_back("My-Header2", " \"a   b   c\"");
  EXPECT_EQ(signature(input, example_key), "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
}

struct SuiteCase {
  std::string name;
  std::string method;
  std::string target;
  Headers headers;  // besides Host and X-Amz-Date
  std::string signature;
};

const std::string unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const std::vector<SuiteCase> suite_cases = {
    {"get-vanilla-empty-query-key",
     "GET",
     "/?Param1=value1",
     {},
     "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"},
    {"get-vanilla-query-order-key",
     "GET",
     "/?Param1=value2&Param1=Value1",
     {},
     "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"},
    {"get-vanilla-query-order-value",
     "GET",
     "/?Param1=value2&Param1=value1",
     {},
     "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"},
    {"get-vanilla-query-order-encoded",
     "GET",
     "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
     {},
     "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"},
    {"get-vanilla-query-unreserved",
     "GET",
     "/?" + unreserved + "=" + unreserved,
     {},
     "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
    {"get-vanilla-with-session-token",
     "GET",
     "/",
     {{"X-Amz-Security-Token", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"}},
     "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"},
    {"get-unreserved", "GET", "/" + unreserved, {}, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
    {"get-header-value-multiline",
     "GET",
     "/",
     {{"My-Header1", "value1\n  value2\n     value3"}},
     "cfd34249e4b1c8d6b91ef74165d41a32e5fab3306300901bb65a51a73575eefd"},
    {"get-header-value-order",
     "GET",
     "/",
     {{"My-Header1", "value4"}, {"My-Header1", "value1"}, {"My-Header1", "value3"}, {"My-Header1", "value2"}},
     "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"},
    {"post-vanilla-query",
     "POST",
     "/?Param1=value1",
     {},
     "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"},
    {"post-header-key-sort",
     "POST",
     "/",
     {{"My-Header1", "value1"}},
     "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"},
    {"post-header-value-case",
     "POST",
     "/",
     {{"My-Header1", "VALUE1"}},
     "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"},
    {"post-sts-header-before",
     "POST",
     "/",
     {{"X-Amz-Security-Token",
       "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuw"
       "thAx7mSEI/qkPpKPi/"
       "kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNV"
       "XAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/"
       "oLxBA="
       "="}},
     "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
    {"get-space", "GET", "/example space/", {}, "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
    {"get-special-character",
     "GET",
     "/example/$delete",
     {},
     "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27"},
};

TEST(Signature, MatchesTheSuitesOtherCases) {
  for (const SuiteCase& one : suite_cases) {
    SigningInput input = suite_request(one.method, one.target);
    input.headers.insert(input.headers.end(), one.headers.begin(), one.headers.end());
    EXPECT_EQ(signature(input, example_key), one.signature) << one.name;
  }
}

TEST(Signature, MatchesPostXWwwFormUrlencodedParameters) {
  SigningInput input = suite_request("POST", "/");
  input.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf8");
  input.body = "Param1=value1";
  EXPECT_EQ(signature(input, example_key), "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe");
}

TEST(Signature, OfARepeatedHeaderJoinsItsValues) {
  SigningInput input = suite_request("GET", "/");
  input.headers.emplace_back("My-Header1", "value2");
  input.headers.emplace_back("My-Header1", "value2");
  input.headers.emplace_back("My-Header1", "value1");
  EXPECT_EQ(signature(input, example_key), "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea");
}

TEST(Authorization, IsReadBackAsWritten) {
  const std::string header = authorization(list_users(), "AKIDEXAMPLE", "5d67");
  EXPECT_EQ(header,
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, Signature=5d67");
  const auto read = parse_authorization(header);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(read->date, "20150830");
  EXPECT_EQ(read->region, "us-east-1");
  EXPECT_EQ(read->service, "iam");
  EXPECT_EQ(read->signed_headers, (std::vector<std::string>{"content-type", "host", "x-amz-date"}));
  EXPECT_EQ(read->signature, "5d67");
}

TEST(Authorization, IsReadWithoutBlanksAfterTheCommas) {
  EXPECT_TRUE(
      parse_authorization("AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request,SignedHeaders=host,Signature=00"));
}

TEST(Authorization, IsNothingWhenAPartIsMissing) {
  EXPECT_FALSE(parse_authorization(""));
  EXPECT_FALSE(parse_authorization("Basic cm9vdA=="));
  EXPECT_FALSE(
      parse_authorization("AWS4-HMAC-SHA256 Credential=A/20150830/r/aws4_request, SignedHeaders=host, Signature=0"));
  EXPECT_FALSE(parse_authorization("AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, Signature=0"));
  EXPECT_FALSE(parse_authorization("AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, SignedHeaders=host"));
}

TEST(SigningTime, IsUtc) {
  EXPECT_EQ(signing_time(std::chrono::system_clock::from_time_t(1440938160)), "20150830T123600Z");
}

TEST(Signatures, AreEqualOnlyInFull) {
  EXPECT_TRUE(equal_signatures("abc", "abc"));
  EXPECT_FALSE(equal_signatures("abc", "abd"));
  EXPECT_FALSE(equal_signatures("abc", "ab"));
}

}  // namespace
}  // namespace darbe::aws
