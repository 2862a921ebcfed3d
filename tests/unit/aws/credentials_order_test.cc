// The whole chain in one configuration: each source before the next one, and each of those whose keys end asked anew
// in good time by a configuration that lives on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "configuration_fixture.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using namespace std::chrono_literals;

constexpr auto sso_cache = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";  // SHA-1 of "work"
constexpr auto sso_session =
    "sso_session = work\nsso_account_id = 1\nsso_role_name = r\n"
    "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://w.awsapps.com/start\n";

http::Response text(const std::string& body) { return {200, {}, body}; }

std::string in(std::chrono::minutes time) { return base::iso_time(std::chrono::system_clock::now() + time); }

http::Response machine_keys(const std::string& key, std::chrono::minutes life) {
  return text(fmt::format(R"({{"Code": "Success", "AccessKeyId": "{}", "SecretAccessKey": "s", "Token": "t",)"
                          R"( "Expiration": "{}"}})",
                          key, in(life)));
}
http::Response portal_keys(const std::string& key, std::chrono::minutes life) {
  const auto ends = std::chrono::system_clock::now().time_since_epoch() + life;
  return text(fmt::format(R"({{"roleCredentials": {{"accessKeyId": "{}", "secretAccessKey": "s", "sessionToken": "t",)"
                          R"( "expiration": {}}}}})",
                          key, std::chrono::duration_cast<std::chrono::milliseconds>(ends).count()));
}
http::Response role_keys(const std::string& action, const std::string& key, std::chrono::minutes life) {
  return answer(action, fmt::format("<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                                    "<SessionToken>t</SessionToken><Expiration>{}</Expiration></Credentials>",
                                    key, in(life)));
}

class CredentialsOfALongRun : public ConfigurationTest {
 protected:
  // The source gives AK1 for an hour and AK2 for three. `profile` may be empty.
  void expect_renewed(const std::string& profile = {}) {
    const Configuration configuration = configure_with({"eu-west-1", profile, ""});
    const auto key_after = [&](std::chrono::minutes time) {
      configuration.clock->correct(base::http_date(std::chrono::system_clock::now() + time));
      return configuration.credentials({}, {}).access_key_id;
    };
    EXPECT_EQ(key_after(0min), "AK1");
    EXPECT_EQ(key_after(40min), "AK1");
    EXPECT_EQ(key_after(50min), "AK2") << "they end in ten minutes";
    EXPECT_EQ(key_after(100min), "AK2");
  }
};

TEST_F(CredentialsOfALongRun, AreAskedOfTheContainerBeforeTheyEnd) {
  ScriptedAws service({machine_keys("AK1", 60min), machine_keys("AK2", 180min)});
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.url();
  expect_renewed();
}

TEST_F(CredentialsOfALongRun, AreAskedOfTheInstanceWithATokenOfTheirOwnBeforeTheyEnd) {
  ScriptedAws service({text("token-1"), text("role"), machine_keys("AK1", 60min), text("token-2"), text("role"),
                       machine_keys("AK2", 180min)});
  variables.erase("AWS_EC2_METADATA_DISABLED");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.url();
  expect_renewed();
  EXPECT_EQ(service.requests().at(5).headers.at("x-aws-ec2-metadata-token"), "token-2");
}

TEST_F(CredentialsOfALongRun, AreAskedOfTheSsoPortalBeforeTheyEnd) {
  ScriptedAws portal({portal_keys("AK1", 60min), portal_keys("AK2", 180min)});
  variables["AWS_ENDPOINT_URL_SSO"] = portal.url();
  write("config", std::string("[profile a]\n") + sso_session);
  write(sso_cache, R"({"accessToken": "bearer", "expiresAt": "2099-01-01T00:00:00Z"})");
  expect_renewed("a");
}

TEST_F(CredentialsOfALongRun, AreAskedOfStsBeforeTheyEnd) {
  ScriptedAws sts({role_keys("AssumeRole", "AK1", 60min), role_keys("AssumeRole", "AK2", 180min)});
  variables["AWS_ENDPOINT_URL"] = sts.url();
  write("config",
        "[profile a]\nrole_arn = arn:a\nsource_profile = b\n"
        "[profile b]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n");
  expect_renewed("a");
}

TEST_F(CredentialsOfALongRun, AreAskedOfStsForAWebIdentityBeforeTheyEnd) {
  ScriptedAws sts(
      {role_keys("AssumeRoleWithWebIdentity", "AK1", 60min), role_keys("AssumeRoleWithWebIdentity", "AK2", 180min)});
  variables["AWS_ENDPOINT_URL"] = sts.url();
  variables["AWS_ROLE_ARN"] = "arn:web";
  write("token", "jwt");
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (folder.path() / "token").string();
  expect_renewed();
}

// All are there, and the first one is taken away again and again.
TEST_F(CredentialsOfALongRun, ComeFromTheFirstPlaceThatHasThem) {
  ScriptedAws sts({role_keys("AssumeRole", "AKROLE", 60min), role_keys("AssumeRoleWithWebIdentity", "AKWEB", 60min)});
  ScriptedAws portal({portal_keys("AKSSO", 60min)});
  ScriptedAws container({machine_keys("AKCONTAINER", 60min)});
  ScriptedAws instance({text("token"), text("role"), machine_keys("AKINSTANCE", 60min)});
  variables["AWS_ENDPOINT_URL"] = sts.url();
  variables["AWS_ENDPOINT_URL_SSO"] = portal.url();
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = container.url();
  variables.erase("AWS_EC2_METADATA_DISABLED");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = instance.url();
  write(sso_cache, R"({"accessToken": "bearer", "expiresAt": "2099-01-01T00:00:00Z"})");
  write("token", "jwt");
  const std::string keys = "aws_access_key_id = AKCONFIG\naws_secret_access_key = s\n";
  const std::string process = "credential_process = " + (folder.path() / "keys.sh").string() + "\n";
  base::write_file_atomically(
      folder.path() / "keys.sh",
      "#!/bin/sh\necho '{\"Version\": 1, \"AccessKeyId\": \"AKPROCESS\", \"SecretAccessKey\": \"s\"}'\n", 0755);
  write("credentials",
        "[default]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n"
        "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n");
  const std::string role = "role_arn = arn:a\nsource_profile = base\n";
  const auto key_with = [&](const std::string& profile) {
    write("config", "[default]\n" + profile);
    return credentials_with().access_key_id;
  };
  set_keys();
  const std::string web = "web_identity_token_file = " + (folder.path() / "token").string() + "\n";
  EXPECT_EQ(key_with(role + keys + process + sso_session), "AKENV");
  variables.erase("AWS_ACCESS_KEY_ID");
  variables.erase("AWS_SECRET_ACCESS_KEY");
  EXPECT_EQ(key_with(role + keys + process + sso_session), "AKROLE");
  EXPECT_EQ(key_with(web + "role_arn = arn:a\n" + keys + process + sso_session), "AKWEB");
  EXPECT_EQ(key_with(keys + process + sso_session), "AKSSO");
  EXPECT_EQ(key_with(keys + process), "AKFILE");
  write("credentials", "");
  EXPECT_EQ(key_with(keys + process), "AKPROCESS");
  EXPECT_EQ(key_with(keys), "AKCONFIG");
  EXPECT_EQ(key_with(""), "AKCONTAINER");
  variables.erase("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  EXPECT_EQ(key_with(""), "AKINSTANCE");
}

}  // namespace
}  // namespace darbe::aws
