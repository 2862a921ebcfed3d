#include "aws/secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/error.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:putio-AbCdEf";

http::Response with(const std::string& member) { return {200, {}, "{\"ARN\":\"x\"," + member + "}"}; }

TEST(DatabaseSecret, IsTheCurrentUserAndPassword) {
  ScriptedAws aws({with(R"("SecretString":"{\"username\":\"root\",\"password\":\"correct-horse\",\"port\":3306}")")});
  const DatabaseSecret secret = database_secret(aws.account.client, arn);
  EXPECT_EQ(secret.username, "root");
  EXPECT_EQ(secret.password.reveal(), "correct-horse");
  EXPECT_THAT(aws.requests().at(0).body, HasSubstr(arn));
}

TEST(DatabaseSecret, OfAnotherFormIsRefusedUnseen) {
  for (const char* member : {R"("SecretString":"correct-horse")", R"("SecretString":"{\"key\":\"correct-horse\"}")",
                             R"("SecretString":"{\"password\":\"\"}")", R"("SecretBinary":"correct-horse")"}) {
    ScriptedAws aws({with(member)});
    try {
      database_secret(aws.account.client, arn);
      FAIL() << member;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::Kind::refused);
      EXPECT_THAT(error.what(), HasSubstr(arn));
      EXPECT_THAT(error.what() + error.advice(), Not(HasSubstr("correct-horse")));
    }
  }
}

TEST(DatabaseSecret, ThatIsNotThereOrForbiddenSaysSo) {
  ScriptedAws aws({http::Response{
      400, {}, R"({"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find it."})"}});
  try {
    database_secret(aws.account.client, arn);
    FAIL();
  } catch (const ApiError& error) {
    EXPECT_EQ(error.meaning(), Meaning::not_found);
  }
}

}  // namespace
}  // namespace darbe::aws
