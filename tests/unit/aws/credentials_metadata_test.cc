// Only loopback is ever asked here: the addresses of the real services are compared, never used.
#include "aws/credentials_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configuration_fixture.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

std::string keys_json(const std::string& key) {
  return R"({"Code": "Success", "AccessKeyId": ")" + key +
         R"(", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"})";
}
http::Response text(const std::string& body) { return {200, {}, body}; }

class MachineCredentials : public ConfigurationTest {
 protected:
  std::string kind_and_text_of(const std::function<void()>& work) {
    try {
      work();
    } catch (const base::Error& error) {
      return std::string(base::name_of(error.kind())) + ": " + error.what();
    }
    ADD_FAILURE() << "there is nothing to complain about";
    return {};
  }
};

TEST_F(MachineCredentials, OfAContainerComeFromItsServiceOnly) {
  EXPECT_FALSE(container_url(environment()));
  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/credentials/x";
  EXPECT_EQ(container_url(environment()), "http://169.254.170.2/v2/credentials/x");
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://127.0.0.1:1/x";
  EXPECT_EQ(container_url(environment()), "http://169.254.170.2/v2/credentials/x") << "the relative one comes first";
  variables.erase("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  for (const char* good : {"http://127.0.0.1:1/x", "http://127.9.9.9/x", "http://localhost/x", "http://[::1]:80/x",
                           "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/x",
                           "https://example.com/x"}) {
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = good;
    EXPECT_EQ(container_url(environment()), good);
  }
  for (const char* bad : {"http://example.com/x", "http://127.0.0.1.example.com/", "http://127.0.0.1@example.com/",
                          "http://127.0.0.1:80@example.com/", "http://169.254.169.254/x", "ftp://127.0.0.1/x",
                          "127.0.0.1/x", "http://[fd00:ec2::24]/"}) {
    variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = bad;
    EXPECT_THAT(kind_and_text_of([&] { container_url(environment()); }), HasSubstr("usage")) << bad;
  }
}

TEST_F(MachineCredentials, OfAContainerAreAskedForWithItsToken) {
  ScriptedAws service({text(keys_json("AKCONTAINER"))});
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.url() + "/creds?x=1";
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic abc";
  const Credentials credentials = container_credentials(environment(), {});
  EXPECT_EQ(credentials.access_key_id, "AKCONTAINER");
  EXPECT_EQ(credentials.session_token.reveal(), "t");
  EXPECT_TRUE(credentials.ends);
  EXPECT_EQ(service.requests().at(0).target, "/creds?x=1");
  EXPECT_EQ(service.requests().at(0).headers.at("authorization"), "Basic abc");
  write("token", "from a file");
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (folder.path() / "token").string();
  container_credentials(environment(), {});
  EXPECT_EQ(service.requests().at(1).headers.at("authorization"), "from a file");
}

TEST_F(MachineCredentials, OfAContainerAreNotAskedForWithATokenOfTwoLines) {
  ScriptedAws service({text(keys_json("AK"))});
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.url();
  write("token", "abc\r\nX-Evil: 1");
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = (folder.path() / "token").string();
  EXPECT_THAT(kind_and_text_of([&] { container_credentials(environment(), {}); }), HasSubstr("line break"));
  EXPECT_TRUE(service.requests().empty());
}

TEST_F(MachineCredentials, OfAContainerAreAskedForAgainWhenTheServiceIsInTrouble) {
  ScriptedAws service({{500, {}, "no"}, text(keys_json("AK"))});
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = service.url();
  EXPECT_EQ(container_credentials(environment(), {}).access_key_id, "AK");
  ScriptedAws closed({{403, {}, "no"}});
  variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = closed.url();
  EXPECT_THAT(kind_and_text_of([&] { container_credentials(environment(), {}); }), HasSubstr("HTTP 403"));
  EXPECT_EQ(closed.requests().size(), 1u);
}

TEST_F(MachineCredentials, OfAnInstanceHaveAnAddressThatCanBeSet) {
  EXPECT_EQ(metadata_url(environment(), {}), "http://169.254.169.254");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"] = "IPv6";
  EXPECT_EQ(metadata_url(environment(), {}), "http://[fd00:ec2::254]");
  EXPECT_EQ(metadata_url(environment(), {{"ec2_metadata_service_endpoint", "http://127.0.0.1:2/"}}),
            "http://127.0.0.1:2");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://127.0.0.1:1/";
  EXPECT_EQ(metadata_url(environment(), {{"ec2_metadata_service_endpoint", "http://127.0.0.1:2/"}}),
            "http://127.0.0.1:1");
}

TEST_F(MachineCredentials, OfAnInstanceNeedAToken) {
  ScriptedAws service({text("the-token"), text("my-role\n"), text(keys_json("AKINSTANCE"))});
  const auto credentials = instance_credentials(service.url(), {});
  ASSERT_TRUE(credentials);
  EXPECT_EQ(credentials->access_key_id, "AKINSTANCE");
  EXPECT_TRUE(credentials->ends);
  const auto requests = service.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].method + " " + requests[0].target, "PUT /latest/api/token");
  EXPECT_EQ(requests[0].headers.at("x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(requests[1].method + " " + requests[1].target, "GET /latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(requests[2].target, "/latest/meta-data/iam/security-credentials/my-role");
  EXPECT_EQ(requests[1].headers.at("x-aws-ec2-metadata-token"), "the-token");
  EXPECT_EQ(requests[2].headers.at("x-aws-ec2-metadata-token"), "the-token");
}

TEST_F(MachineCredentials, OfAnInstanceMayNotBeThere) {
  ScriptedAws no_role({text("the-token"), {404, {}, ""}});
  EXPECT_FALSE(instance_credentials(no_role.url(), {}));
  ScriptedAws old({{403, {}, ""}});
  EXPECT_THAT(kind_and_text_of([&] { instance_credentials(old.url(), {}); }), HasSubstr("failed"));
  EXPECT_EQ(old.requests().size(), 1u) << "version 1 is never asked";
  ScriptedAws failed({text("the-token"), text("r"), text(R"({"Code": "AssumeRoleUnauthorizedAccess"})")});
  EXPECT_THAT(kind_and_text_of([&] { instance_credentials(failed.url(), {}); }),
              HasSubstr("AssumeRoleUnauthorizedAccess"));
}

TEST_F(MachineCredentials, AreTheLastThatIsAskedFor) {
  ScriptedAws service({text("the-token"), text("my-role"), text(keys_json("AKINSTANCE"))});
  variables.erase("AWS_EC2_METADATA_DISABLED");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.url();
  EXPECT_EQ(credentials_with().access_key_id, "AKINSTANCE");
  set_keys();
  EXPECT_EQ(credentials_with().access_key_id, "AKENV");
  EXPECT_EQ(service.requests().size(), 3u);
}

TEST_F(MachineCredentials, ThatNobodyOffersAreReportedWithAllThatCouldBeDone) {
  ScriptedAws service({lost_answer});
  variables.erase("AWS_EC2_METADATA_DISABLED");
  variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = service.url();
  EXPECT_THAT(kind_and_text_of([&] { credentials_with(); }), HasSubstr("usage: no AWS credentials"));
  variables["AWS_EC2_METADATA_DISABLED"] = "TRUE";
  EXPECT_THAT(complaint_about({"eu-west-1", "", ""}), HasSubstr("no AWS credentials"));
}

}  // namespace
}  // namespace darbe::aws
