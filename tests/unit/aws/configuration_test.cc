#include "aws/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "configuration_fixture.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

TEST_F(ConfigurationTest, TakesKeysFromTheEnvironmentFirst) {
  set_keys();
  variables["AWS_SESSION_TOKEN"] = "env-token";
  variables["AWS_PROFILE"] = "putio";
  write("credentials", "[putio]\naws_access_key_id = AKFILE\naws_secret_access_key = file-secret\n");
  const Credentials credentials = configure_with({"eu-west-1", "", ""}).credentials({}, {});
  EXPECT_EQ(credentials.access_key_id, "AKENV");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "env-secret");
  EXPECT_EQ(credentials.session_token.reveal(), "env-token");
  EXPECT_FALSE(credentials.can_be_renewed);
}

TEST_F(ConfigurationTest, TakesKeysFromTheFileWhenAProfileIsAskedFor) {
  set_keys();
  write("credentials",
        "# keys\n[default]\naws_access_key_id=AKDEFAULT\naws_secret_access_key=default-secret\n\n"
        "[putio]\naws_access_key_id = AKFILE\naws_secret_access_key = file=secret\naws_session_token = file-token\n");
  const Credentials credentials = configure_with({"eu-west-1", "putio", ""}).credentials({}, {});
  EXPECT_EQ(credentials.access_key_id, "AKFILE");
  EXPECT_EQ(credentials.secret_access_key.reveal(), "file=secret");
  EXPECT_EQ(credentials.session_token.reveal(), "file-token");
  EXPECT_TRUE(credentials.can_be_renewed) << "something else may write others into the file";
}

TEST_F(ConfigurationTest, ReadsRenewedKeysForEachRequest) {
  write("credentials", "[default]\naws_access_key_id=AK1\naws_secret_access_key=s\n");
  const Configuration configuration = configure_with({"eu-west-1", "", ""});
  EXPECT_EQ(configuration.credentials({}, {}).access_key_id, "AK1");
  write("credentials", "[default]\naws_access_key_id=AK2\naws_secret_access_key=s\n");
  EXPECT_EQ(configuration.credentials({}, {}).access_key_id, "AK2");
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
  EXPECT_EQ(configure_with({"eu-west-1", "", ""}).endpoint("rds").url, "https://rds.eu-west-1.amazonaws.com");
  EXPECT_EQ(configure_with({"eu-west-1", "", ""}).endpoint("sts").url, "https://sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(configure_with({"cn-north-1", "", ""}).endpoint("ec2").url, "https://ec2.cn-north-1.amazonaws.com.cn");
}

TEST_F(ConfigurationTest, PrefersEndpointsThatWereGiven) {
  set_keys();
  write("config", "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:4\n");
  EXPECT_EQ(configure_with().endpoint("rds").url, "http://127.0.0.1:4");
  variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:3";
  EXPECT_EQ(configure_with().endpoint("rds").url, "http://127.0.0.1:3");
  variables["AWS_ENDPOINT_URL_RDS"] = "http://127.0.0.1:2";
  EXPECT_EQ(configure_with().endpoint("rds").url, "http://127.0.0.1:2");
  EXPECT_EQ(configure_with().endpoint("ec2").url, "http://127.0.0.1:3");
  EXPECT_EQ(configure_with({"", "", "http://127.0.0.1:1"}).endpoint("rds").url, "http://127.0.0.1:1");
  variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
  EXPECT_EQ(configure_with().endpoint("rds").url, "https://rds.eu-west-1.amazonaws.com");
}

TEST_F(ConfigurationTest, TakesTheCaFileFromEnvironmentThenProfile) {
  set_keys();
  write("config", "[default]\nregion = eu-west-1\nca_bundle = /profile.pem\n");
  EXPECT_EQ(configure_with().ca_file, "/profile.pem");
  variables["AWS_CA_BUNDLE"] = "/environment.pem";
  EXPECT_EQ(configure_with().ca_file, "/environment.pem");
}

}  // namespace
}  // namespace darbe::aws
