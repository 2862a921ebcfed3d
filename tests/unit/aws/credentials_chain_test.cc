// Which source is asked, and what it is asked: STS and the SSO portal are played on loopback.
#include "aws/credentials_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configuration_fixture.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

http::Response given(const std::string& action, const std::string& key,
                     const std::string& ends = "2099-01-01T00:00:00Z") {
  return answer(action, fmt::format("<Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                                    "<SessionToken>t</SessionToken><Expiration>{}</Expiration></Credentials>",
                                    key, ends));
}

class CredentialChain : public ConfigurationTest {
 protected:
  void answer_at(const ScriptedAws& aws) { variables["AWS_ENDPOINT_URL"] = aws.url(); }
  // Who signed a request.
  static std::string key_of(const http::Request& request) {
    const std::string header = request.headers.at("authorization");
    const auto begin = header.find("Credential=") + std::string("Credential=").size();
    return header.substr(begin, header.find('/') - begin);
  }
};

TEST_F(CredentialChain, TakesARoleWithAnotherProfilesKeys) {
  ScriptedAws aws({given("AssumeRole", "AKROLE")});
  answer_at(aws);
  write("credentials", "[base]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n");
  write("config",
        "[profile putio]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = e&1\n"
        "role_session_name = me\nduration_seconds = 1800\n");
  variables["AWS_PROFILE"] = "putio";
  const Configuration configuration = configure_with({"eu-west-1", "", ""});
  EXPECT_EQ(configuration.credentials({}, {}).access_key_id, "AKROLE");
  EXPECT_EQ(configuration.credentials({}, {}).session_token.reveal(), "t");
  EXPECT_EQ(aws.requests().size(), 1u);
  EXPECT_EQ(aws.body(0),
            "Action=AssumeRole\nVersion=2011-06-15\nRoleArn=arn:aws:iam::1:role/r\nRoleSessionName=me\n"
            "DurationSeconds=1800\nExternalId=e&1\n");
  EXPECT_EQ(key_of(aws.requests().at(0)), "AKBASE");
  EXPECT_EQ(configuration.credentials("AKROLE", {}).access_key_id, "AKROLE");
  EXPECT_EQ(aws.requests().size(), 2u) << "what AWS rejects is fetched anew";
}

TEST_F(CredentialChain, LeavesPatienceToWhoNeedsTheRole) {
  ScriptedAws aws({complaint("InternalFailure", "Oops.", 500)});
  answer_at(aws);
  set_keys();
  write("config", "[profile a]\nrole_arn = arn:a\ncredential_source = Environment\n");
  EXPECT_THROW(credentials_with({"eu-west-1", "a", ""}), base::Error);
  EXPECT_EQ(aws.requests().size(), 3u);
}

TEST_F(CredentialChain, TakesARoleThroughARole) {
  ScriptedAws aws({given("AssumeRole", "AKMIDDLE"), given("AssumeRole", "AKROLE")});
  answer_at(aws);
  write("config",
        "[profile a]\nrole_arn = arn:a\nsource_profile = b\n[profile b]\nrole_arn = arn:b\nsource_profile = c\n"
        "[profile c]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n");
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKROLE");
  EXPECT_THAT(aws.body(0), HasSubstr("RoleArn=arn:b"));
  EXPECT_EQ(key_of(aws.requests().at(0)), "AKBASE");
  EXPECT_THAT(aws.body(1), HasSubstr("RoleArn=arn:a"));
  EXPECT_THAT(aws.body(1), HasSubstr("RoleSessionName=darbe-"));
  EXPECT_EQ(key_of(aws.requests().at(1)), "AKMIDDLE");
}

TEST_F(CredentialChain, TakesARoleWithKeysOfItsOwnProfile) {
  ScriptedAws aws({given("AssumeRole", "AKROLE")});
  answer_at(aws);
  write("config",
        "[profile a]\nrole_arn = arn:a\nsource_profile = a\naws_access_key_id = AKOWN\naws_secret_access_key = s\n");
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKROLE");
  EXPECT_EQ(key_of(aws.requests().at(0)), "AKOWN");
}

TEST_F(CredentialChain, TakesARoleWithTheEnvironmentsKeys) {
  ScriptedAws aws({given("AssumeRole", "AKROLE")});
  answer_at(aws);
  set_keys();
  write("config", "[profile a]\nrole_arn = arn:a\ncredential_source = Environment\n");
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKROLE");
  EXPECT_EQ(key_of(aws.requests().at(0)), "AKENV");
}

TEST_F(CredentialChain, TakesARoleWithTheMachinesKeys) {
  ScriptedAws machine({{200, {}, "tok"},
                       {200, {}, "r"},
                       {200, {}, R"({"AccessKeyId": "AKM", "SecretAccessKey": "s", "Token": "t"})"},
                       {200, {}, R"({"AccessKeyId": "AKC", "SecretAccessKey": "s", "Token": "t"})"}});
  ScriptedAws aws({given("AssumeRole", "AKROLE")});
  answer_at(aws);
  variables.erase("AWS_EC2_METADATA_DISABLED");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = machine.url();
  write("config",
        "[profile a]\nrole_arn = arn:a\ncredential_source = Ec2InstanceMetadata\n"
        "[profile b]\nrole_arn = arn:b\ncredential_source = EcsContainer\n");
  credentials_with({"eu-west-1", "a", ""});
  EXPECT_EQ(key_of(aws.requests().at(0)), "AKM");
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = machine.url();
  credentials_with({"eu-west-1", "b", ""});
  EXPECT_EQ(key_of(aws.requests().at(1)), "AKC");
}

TEST_F(CredentialChain, RefusesRolesThatCannotBeTaken) {
  write("config",
        "[profile circle]\nrole_arn = arn:a\nsource_profile = round\n"
        "[profile round]\nrole_arn = arn:b\nsource_profile = circle\n"
        "[profile self]\nrole_arn = arn:b\nsource_profile = self\n"
        "[profile bare]\nrole_arn = arn:b\n"
        "[profile both]\nrole_arn = arn:b\nsource_profile = bare\ncredential_source = Environment\n"
        "[profile lost]\nrole_arn = arn:b\nsource_profile = nowhere\n"
        "[profile empty]\nregion = eu-west-1\n[profile dry]\nrole_arn = arn:b\nsource_profile = empty\n"
        "[profile unset]\nrole_arn = arn:b\ncredential_source = Environment\n"
        "[profile odd]\nrole_arn = arn:b\ncredential_source = Moon\n"
        "[profile code]\nrole_arn = arn:b\nsource_profile = keys\nmfa_serial = arn:mfa\n"
        "[profile long]\nrole_arn = arn:b\nsource_profile = keys\nduration_seconds = 1h\n"
        "[profile keys]\naws_access_key_id = AK\naws_secret_access_key = s\n");
  const auto about = [&](const std::string& profile) { return complaint_about({"eu-west-1", profile, ""}); };
  EXPECT_THAT(about("circle"), HasSubstr("circle -> round -> circle"));
  EXPECT_THAT(about("self"), HasSubstr("self -> self"));
  EXPECT_THAT(about("bare"), HasSubstr("source_profile"));
  EXPECT_THAT(about("both"), HasSubstr("source_profile"));
  EXPECT_THAT(about("lost"), HasSubstr("'lost' has source_profile = nowhere"));
  EXPECT_THAT(about("dry"), HasSubstr("'empty', the source_profile of 'dry', has no credentials"));
  EXPECT_THAT(about("unset"), HasSubstr("credential_source = Environment"));
  EXPECT_THAT(about("odd"), HasSubstr("credential_source = Moon"));
  EXPECT_THAT(about("code"), HasSubstr("export-credentials --profile code"));
  EXPECT_THAT(about("long"), HasSubstr("duration_seconds is '1h'"));
}

TEST_F(CredentialChain, TakesAWebIdentityUnsignedAndReadsItsTokenEachTime) {
  ScriptedAws aws({given("AssumeRoleWithWebIdentity", "AKWEB")});
  answer_at(aws);
  write("token", "jwt-1\n");
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = (folder.path() / "token").string();
  EXPECT_THAT(complaint_about({"eu-west-1", "", ""}), HasSubstr("AWS_ROLE_ARN"));
  variables["AWS_ROLE_ARN"] = "arn:web";
  variables["AWS_ROLE_SESSION_NAME"] = "pod";
  const Configuration configuration = configure_with({"eu-west-1", "", ""});
  EXPECT_EQ(configuration.credentials({}, {}).access_key_id, "AKWEB");
  EXPECT_EQ(aws.body(0),
            "Action=AssumeRoleWithWebIdentity\nVersion=2011-06-15\nRoleArn=arn:web\nRoleSessionName=pod\n"
            "WebIdentityToken=jwt-1\n");
  EXPECT_FALSE(aws.requests().at(0).headers.contains("authorization"));
  write("token", "jwt-2");
  configuration.credentials("AKWEB", {});
  EXPECT_THAT(aws.body(1), HasSubstr("WebIdentityToken=jwt-2\n"));
}

TEST_F(CredentialChain, TakesAWebIdentityOfTheProfile) {
  ScriptedAws aws({given("AssumeRoleWithWebIdentity", "AKWEB")});
  answer_at(aws);
  write("token", "jwt");
  write("config",
        "[profile a]\nrole_arn = arn:a\nweb_identity_token_file = " + (folder.path() / "token").string() + "\n");
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKWEB");
  EXPECT_THAT(aws.body(0), HasSubstr("RoleArn=arn:a\n"));
}

// SHA-1 of "work" and of "https://w.awsapps.com/start", as sha1sum prints them.
constexpr auto session_cache = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json";
constexpr auto start_url_cache = ".aws/sso/cache/c660f80cec4c9123f6f2afc246cf07ca08ec5e75.json";
constexpr auto login = R"({"accessToken": "bearer", "expiresAt": "2099-01-01T00:00:00Z"})";
const http::Response role_credentials = {
    200,
    {},
    R"({"roleCredentials": {"accessKeyId": "AKSSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": 4070908800000}})"};

TEST_F(CredentialChain, TakesAnSsoSession) {
  ScriptedAws portal({role_credentials});
  variables["AWS_ENDPOINT_URL_SSO"] = portal.url();
  write("config",
        "[profile a]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = R&D\n"
        "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://w.awsapps.com/start\n");
  write(session_cache, login);
  const Credentials credentials = credentials_with({"eu-west-1", "a", ""});
  EXPECT_EQ(credentials.access_key_id, "AKSSO");
  EXPECT_EQ(credentials.ends, read_iso_time("2099-01-01T00:00:00Z"));
  EXPECT_EQ(portal.requests().at(0).method, "GET");
  EXPECT_EQ(portal.requests().at(0).target, "/federation/credentials?role_name=R%26D&account_id=123456789012");
  EXPECT_EQ(portal.requests().at(0).headers.at("x-amz-sso_bearer_token"), "bearer");
  EXPECT_FALSE(portal.requests().at(0).headers.contains("authorization"));
}

// A token that ends in a moment, and what renews it.
constexpr auto ending_login =
    R"({"accessToken": "old", "expiresAt": "2020-01-01T00:00:00Z", "clientId": "c", "clientSecret": "cs",
        "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "r1", "region": "eu-west-1"})";
constexpr auto session_profile =
    "[profile a]\nsso_session = work\nsso_account_id = 1\nsso_role_name = r\n"
    "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://w.awsapps.com/start\n";

TEST_F(CredentialChain, RenewsTheLoginOfAnSsoSession) {
  ScriptedAws portal({role_credentials});
  ScriptedAws tokens({{200, {}, R"({"accessToken": "new", "expiresIn": 28800, "refreshToken": "r2"})"}});
  variables["AWS_ENDPOINT_URL_SSO"] = portal.url();
  variables["AWS_ENDPOINT_URL_SSO_OIDC"] = tokens.url();
  write("config", session_profile);
  write(session_cache, ending_login);
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKSSO");
  EXPECT_EQ(tokens.requests().at(0).method, "POST");
  EXPECT_EQ(tokens.requests().at(0).target, "/token");
  EXPECT_EQ(
      parse_json(tokens.requests().at(0).body, "the request"),
      (Fields{{"clientId", "c"}, {"clientSecret", "cs"}, {"grantType", "refresh_token"}, {"refreshToken", "r1"}}));
  EXPECT_EQ(portal.requests().at(0).headers.at("x-amz-sso_bearer_token"), "new");
  const auto file = folder.path() / session_cache;
  const Fields left = parse_json(base::read_file(file), "the login");
  EXPECT_EQ(field(left, "accessToken"), "new");
  EXPECT_EQ(field(left, "refreshToken"), "r2");
  EXPECT_EQ(field(left, "region"), "eu-west-1");
  EXPECT_GT(read_iso_time(field(left, "expiresAt")).value(), std::chrono::system_clock::now() + std::chrono::hours(7));
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKSSO");
  EXPECT_EQ(tokens.requests().size(), 1u);
}

TEST_F(CredentialChain, SaysHowToLogInAgainWhenTheLoginCannotBeRenewed) {
  ScriptedAws portal({role_credentials});
  ScriptedAws tokens({{400, {}, R"({"error": "invalid_grant"})"}, {503, {}, ""}});
  variables["AWS_ENDPOINT_URL_SSO"] = portal.url();
  variables["AWS_ENDPOINT_URL_SSO_OIDC"] = tokens.url();
  write("config", session_profile);
  write(session_cache, ending_login);
  const Configuration configuration = configure_with({"eu-west-1", "a", ""});
  for (const base::Kind kind : {base::Kind::usage, base::Kind::transient}) try {
      configuration.credentials({}, {});
      ADD_FAILURE() << "no login was needed";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
    }
  EXPECT_TRUE(portal.requests().empty());
  EXPECT_EQ(tokens.requests().size(), 2u);
}

TEST_F(CredentialChain, TakesTheOldFormOfSso) {
  ScriptedAws portal({role_credentials});
  variables["AWS_ENDPOINT_URL_SSO"] = portal.url();
  write("config",
        "[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_region = eu-west-1\n"
        "sso_start_url = https://w.awsapps.com/start\n");
  write(start_url_cache, login);
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKSSO");
}

TEST_F(CredentialChain, SaysHowToLogInAgain) {
  ScriptedAws portal({{401, {}, R"({"message": "Session token not found or invalid"})"}});
  variables["AWS_ENDPOINT_URL_SSO"] = portal.url();
  write("config",
        "[profile a]\nsso_session = work\nsso_account_id = 1\nsso_role_name = r\n"
        "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://w.awsapps.com/start\n");
  const Configuration configuration = configure_with({"eu-west-1", "a", ""});
  const auto advice = [&] {
    try {
      configuration.credentials({}, {});
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::Kind::usage);
      return error.advice();
    }
    return std::string();
  };
  EXPECT_THAT(advice(), HasSubstr("aws sso login --profile a")) << "nobody has logged in";
  write(session_cache, R"({"accessToken": "bearer", "expiresAt": "2020-01-01T00:00:00Z"})");
  EXPECT_THAT(advice(), HasSubstr("aws sso login --profile a")) << "the login has ended";
  EXPECT_TRUE(portal.requests().empty());
  write(session_cache, login);
  EXPECT_THAT(advice(), HasSubstr("aws sso login --profile a")) << "the portal says so";
}

TEST_F(CredentialChain, SaysWhatAnSsoProfileLacks) {
  write("config",
        "[profile a]\nsso_session = nowhere\nsso_account_id = 1\nsso_role_name = r\n"
        "[profile b]\nsso_account_id = 1\n");
  EXPECT_THAT(complaint_about({"eu-west-1", "a", ""}), HasSubstr("[sso-session nowhere] has no sso_region"));
  EXPECT_THAT(complaint_about({"eu-west-1", "b", ""}), HasSubstr("'b' has no sso_role_name"));
}

TEST_F(CredentialChain, RefusesALoginThatNeedsAPerson) {
  write("config", "[profile a]\nlogin_session = arn:aws:iam::1:user/me\n");
  EXPECT_THAT(complaint_about({"eu-west-1", "a", ""}), HasSubstr("export-credentials --profile a --format process"));
}

TEST_F(CredentialChain, AsksForNoCodeWithoutARole) {
  base::write_file_atomically(folder.path() / "keys.sh",
                              "#!/bin/sh\necho '{\"Version\": 1, \"AccessKeyId\": \"AKPROCESS\", "
                              "\"SecretAccessKey\": \"s\"}'\n",
                              0755);
  write("config",
        "[profile process]\nmfa_serial = arn:mfa\ncredential_process = " + (folder.path() / "keys.sh").string() +
            "\n[profile keys]\nmfa_serial = arn:mfa\naws_access_key_id = AKFILE\naws_secret_access_key = s\n");
  EXPECT_EQ(credentials_with({"eu-west-1", "process", ""}).access_key_id, "AKPROCESS");
  EXPECT_EQ(credentials_with({"eu-west-1", "keys", ""}).access_key_id, "AKFILE");
}

TEST_F(CredentialChain, RunsAProcessWhenItsKeysEnd) {
  const std::string counter = (folder.path() / "count").string();
  base::write_file_atomically(
      folder.path() / "keys.sh",
      "#!/bin/sh\necho x >> '" + counter + "'\nn=$(wc -l < '" + counter +
          "')\necho '{\"Version\": 1, \"AccessKeyId\": \"AK'$n'\", \"SecretAccessKey\": \"s\", \"Expiration\": "
          "\"2099-01-01T00:00:00Z\"}'\n",
      0755);
  write("config", "[profile a]\ncredential_process = " + (folder.path() / "keys.sh").string() +
                      " --for darbe\naws_access_key_id = AKNOT\naws_secret_access_key = s\n");
  const Configuration configuration = configure_with({"eu-west-1", "a", ""});
  EXPECT_EQ(configuration.credentials({}, {}).access_key_id, "AK1");
  EXPECT_EQ(configuration.credentials({}, {}).access_key_id, "AK1");
  EXPECT_EQ(configuration.credentials("AK1", {}).access_key_id, "AK2");
}

TEST_F(CredentialChain, PutsKeysOfTheCredentialsFileBeforeAProcessAndKeysOfTheOtherAfterIt) {
  write("credentials", "[a]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n");
  write("config", "[profile a]\ncredential_process = /nowhere\n");
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKFILE");
}

TEST_F(CredentialChain, DoesNotTakeHalfOfTheKeys) {
  write("credentials", "[a]\naws_access_key_id = AKFILE\n");
  EXPECT_THAT(complaint_about({"eu-west-1", "a", ""}), HasSubstr("no aws_secret_access_key"));
}

TEST_F(CredentialChain, LooksPastTheEnvironmentWhenAProfileIsGiven) {
  write("credentials", "[a]\naws_access_key_id = AKFILE\naws_secret_access_key = s\n");
  set_keys();
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/nowhere";
  EXPECT_EQ(credentials_with({"eu-west-1", "a", ""}).access_key_id, "AKFILE");
  variables["AWS_PROFILE"] = "a";
  EXPECT_EQ(credentials_with().access_key_id, "AKENV");
}

}  // namespace
}  // namespace darbe::aws
