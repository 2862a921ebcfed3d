#include "cli/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../aws/scripted_aws.h"
#include "base/error.h"

namespace darbe::cli {
namespace {

// The lab has no Secrets Manager: AWS is a script here.
class MasterUserSecret : public testing::Test {
 protected:
  MasterUserSecret() {
    options.master_user_secret = "arn:aws:secretsmanager:eu-west-1:1:secret:s";
    options.tls_mode = "required";
    source.engine = "mysql";
    source.engine_version = "8.4.11";
    source.master_username = "root";
  }

  aws::ScriptedAws aws{std::vector<http::Response>{
      {200, {}, R"({"SecretString":"{\"username\":\"root\",\"password\":\"correct-horse\"}"})"}}};
  CommonOptions options;
  aws::Instance source;
};

TEST_F(MasterUserSecret, HasThePassword) {
  EXPECT_EQ(settings_for(options, aws.account, source, {}).master_password.reveal(), "correct-horse");
}

TEST_F(MasterUserSecret, OfAnotherUserIsRefused) {
  options.master_user_name = "shopkeeper";
  try {
    settings_for(options, aws.account, source, {});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::refused);
    EXPECT_THAT(error.what(), testing::HasSubstr("is of root, not of shopkeeper"));
  }
}

}  // namespace
}  // namespace darbe::cli
