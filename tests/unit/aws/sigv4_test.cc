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
