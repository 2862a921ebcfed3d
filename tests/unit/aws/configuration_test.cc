#include "aws/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

// An environment of its own, with AWS's two files in a folder of its own.
class ConfigurationTest : public testing::Test {
 protected:
  ConfigurationTest() {
    variables["AWS_SHARED_CREDENTIALS_FILE"] = (folder.path() / "credentials").string();
    variables["AWS_CONFIG_FILE"] = (folder.path() / "config").string();
  }

  void write(const std::string& name, const std::string& text) {
    base::write_file_atomically(folder.path() / name, text);
  }
  Environment environment() const {
    return [variables = variables](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
  }
  Configuration configure_with(const Flags& flags = {}) const { return configure(flags, environment()); }
  // The error's text and advice.
  std::string complaint_about(const Flags& flags = {}) const {
    try {
      configure_with(flags);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::Kind::usage);
      return std::string(error.what()) + " " + error.advice();
    }
    ADD_FAILURE() << "there is nothing to complain about";
    return {};
  }
  void set_keys() {
    variables["AWS_ACCESS_KEY_ID"] = "AKENV";
    variables["AWS_SECRET_ACCESS_KEY"] = "env-secret";
  }

  base::TemporaryFolder folder;
  std::map<std::string, std::string> variables;
};

TEST_F(ConfigurationTest, TakesKeysFromTheEnvironmentFirst) {
  set_keys();
  variables["AWS_SESSION_TOKEN"] = "env-token";
  variables["AWS_PROFILE"] = "putio";
  write("credentials", "[putio]\naws_access_key_id = AKFILE\naws_secret_access_key = file-secret\n");
  const Credentials credentials = configure_with({"eu-west-1", "", ""}).credentials({});
  EXPECT_EQ(credentials.access_key_id, "AKENV");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "env-secret");
  EXPECT_EQ(credentials.session_token.reveal(), "env-token");
}

TEST_F(ConfigurationTest, TakesKeysFromTheFileWhenAProfileIsAskedFor) {
  set_keys();
  write("credentials",
        "# keys\n[default]\naws_access_key_id=AKDEFAULT\naws_secret_access_key=default-secret\n\n"
        "[putio]\naws_access_key_id = AKFILE\naws_secret_access_key = file=secret\naws_session_token = file-token\n");
  const Credentials credentials = configure_with({"eu-west-1", "putio", ""}).credentials({});
  EXPECT_EQ(credentials.access_key_id, "AKFILE");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "file=secret");
  EXPECT_EQ(credentials.session_token.reveal(), "file-token");
}

TEST_F(ConfigurationTest, ReadsRenewedKeysForEachRequest) {
  write("credentials", "[default]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
  const Configuration configuration = configure_with({"eu-west-1", "", ""});
  EXPECT_EQ(configuration.credentials({}).access_key_id, "AK1");
  write("credentials", "[default]\naws_access_key_id=AK2\naws_secret_access_key=s\n");
  EXPECT_EQ(configuration.credentials({}).access_key_id, "AK2");
}

TEST_F(ConfigurationTest, SaysWhereKeysCanBeGiven) {
  EXPECT_THAT(complaint_about({"eu-west-1", "", ""}), HasSubstr("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"));
  variables["AWS_ACCESS_KEY_ID"] = "AKENV";
  EXPECT_THAT(complaint_about({"eu-west-1", "", ""}), HasSubstr("AWS_SECRET_ACCESS_KEY is not"));
}

TEST_F(ConfigurationTest, SaysWhichProfileIsNotThere) {
  write("credentials", "[default]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
  EXPECT_THAT(complaint_about({"eu-west-1", "putio", ""}), HasSubstr("no profile 'putio'"));
}

TEST_F(ConfigurationTest, RefusesAProfileThatNamesASourceItCannotFollow) {
  write("credentials", "[putio]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
  write("config", "[profile putio]\nrole_arn = arn:aws:iam::1:role/r\n");
  EXPECT_THAT(complaint_about({"eu-west-1", "putio", ""}), HasSubstr("by role_arn"));
}

TEST_F(ConfigurationTest, TakesTheRegionFromFlagThenEnvironmentThenProfile) {
  set_keys();
  write("config", "[default]\nregion = eu-west-4\ns3 =\n  max_concurrent_requests = 20\n");
  EXPECT_EQ(configure_with().region, "eu-west-4");
  variables["AWS_DEFAULT_REGION"] = "eu-west-3";
  EXPECT_EQ(configure_with().region, "eu-west-3");
  variables["AWS_REGION"] = "eu-west-2";
  EXPECT_EQ(configure_with().region, "eu-west-2");
  EXPECT_EQ(configure_with({"eu-west-1", "", ""}).region, "eu-west-1");
}

TEST_F(ConfigurationTest, SaysThatThereIsNoRegionOrABadOne) {
  set_keys();
  EXPECT_THAT(complaint_about(), HasSubstr("Give --region"));
  EXPECT_THAT(complaint_about({"eu west", "", ""}), HasSubstr("'eu west' is not the name of a region"));
  EXPECT_THAT(complaint_about({"evil.example/", "", ""}), HasSubstr("not the name of a region"));
}

TEST_F(ConfigurationTest, FindsAwssOwnEndpoints) {
  set_keys();
  EXPECT_EQ(configure_with({"eu-west-1", "", ""}).endpoint("rds"), "https://rds.eu-west-1.amazonaws.com");
  EXPECT_EQ(configure_with({"eu-west-1", "", ""}).endpoint("sts"), "https://sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(configure_with({"cn-north-1", "", ""}).endpoint("ec2"), "https://ec2.cn-north-1.amazonaws.com.cn");
}

TEST_F(ConfigurationTest, PrefersEndpointsThatWereGiven) {
  set_keys();
  write("config", "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:4\n");
  EXPECT_EQ(configure_with().endpoint("rds"), "http://127.0.0.1:4");
  variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:3";
  EXPECT_EQ(configure_with().endpoint("rds"), "http://127.0.0.1:3");
  variables["AWS_ENDPOINT_URL_RDS"] = "http://127.0.0.1:2";
  EXPECT_EQ(configure_with().endpoint("rds"), "http://127.0.0.1:2");
  EXPECT_EQ(configure_with().endpoint("ec2"), "http://127.0.0.1:3");
  EXPECT_EQ(configure_with({"", "", "http://127.0.0.1:1"}).endpoint("rds"), "http://127.0.0.1:1");
  variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(configure_with().endpoint("rds"), "https://rds.eu-west-1.amazonaws.com");
}

TEST(Profiles, NameTheLineThatCannotBeRead) {
  try {
    parse_profiles("[default]\nregion = x\nwhat\n", "/home/me/.aws/config");
    FAIL() << "the line was read";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/home/me/.aws/config, line 3"));
  }
  EXPECT_THROW(parse_profiles("key = before any section", "f"), base::Error);
}

}  // namespace
}  // namespace darbe::aws
