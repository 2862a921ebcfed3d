// The hosts are those of the services' endpoint rule sets (botocore 1.43.11).
#include "aws/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configuration_fixture.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

std::string url_of(std::string_view service, const std::string& region, bool is_fips = false,
                   bool is_dual_stack = false) {
  return endpoint_of(service, {.region = region, .is_fips = is_fips, .is_dual_stack = is_dual_stack}).url;
}

TEST(Endpoint, HasItsPartitionsSuffix) {
  EXPECT_EQ(url_of("rds", "eu-west-1"), "https://rds.eu-west-1.amazonaws.com");
  EXPECT_EQ(url_of("ec2", "cn-north-1"), "https://ec2.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(url_of("rds", "us-gov-west-1"), "https://rds.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(url_of("rds", "eusc-de-east-1"), "https://rds.eusc-de-east-1.amazonaws.eu");
  EXPECT_EQ(url_of("rds", "us-iso-east-1"), "https://rds.us-iso-east-1.c2s.ic.gov");
  EXPECT_EQ(url_of("rds", "us-isob-east-1"), "https://rds.us-isob-east-1.sc2s.sgov.gov");
  EXPECT_EQ(url_of("monitoring", "eu-west-1"), "https://monitoring.eu-west-1.amazonaws.com");
  EXPECT_EQ(url_of("portal.sso", "eu-west-1"), "https://portal.sso.eu-west-1.amazonaws.com");
}

TEST(Endpoint, OfFipsBearsItsMark) {
  EXPECT_EQ(url_of("rds", "us-east-1", true), "https://rds-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(url_of("portal.sso", "us-east-1", true), "https://portal.sso-fips.us-east-1.amazonaws.com");
  EXPECT_EQ(url_of("rds", "us-east-1", true, true), "https://rds-fips.us-east-1.api.aws");
}

TEST(Endpoint, OfFipsInGovCloudIsTheOrdinaryOne) {
  EXPECT_EQ(url_of("rds", "us-gov-west-1", true), "https://rds.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(url_of("sts", "us-gov-west-1", true), "https://sts.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(url_of("kms", "us-gov-west-1", true), "https://kms-fips.us-gov-west-1.amazonaws.com");
  EXPECT_EQ(url_of("rds", "us-gov-west-1", true, true), "https://rds-fips.us-gov-west-1.api.aws");
}

TEST(Endpoint, OfDualStackHasASuffixOfItsOwn) {
  EXPECT_EQ(url_of("rds", "eu-west-1", false, true), "https://rds.eu-west-1.api.aws");
  EXPECT_EQ(url_of("ec2", "cn-north-1", false, true), "https://ec2.cn-north-1.api.amazonwebservices.com.cn");
  EXPECT_EQ(url_of("rds", "eusc-de-east-1", false, true), "https://rds.eusc-de-east-1.api.amazonwebservices.eu");
  EXPECT_EQ(url_of("secretsmanager", "eu-west-1", false, true), "https://secretsmanager.eu-west-1.amazonaws.com");
}

TEST(Endpoint, OfIamServesAWholePartition) {
  const auto iam = [](const std::string& region) { return endpoint_of("iam", {.region = region}); };
  EXPECT_EQ(iam("eu-west-1").url, "https://iam.amazonaws.com");
  EXPECT_EQ(iam("eu-west-1").signing_region, "us-east-1");
  EXPECT_EQ(iam("cn-northwest-1").url, "https://iam.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(iam("cn-northwest-1").signing_region, "cn-north-1");
  EXPECT_EQ(iam("us-gov-east-1").url, "https://iam.us-gov.amazonaws.com");
  EXPECT_EQ(iam("us-gov-east-1").signing_region, "us-gov-west-1");
  EXPECT_EQ(url_of("iam", "us-gov-west-1", true), "https://iam.us-gov.amazonaws.com");
  EXPECT_EQ(url_of("iam", "us-gov-west-1", false, true), "https://iam.us-gov.api.aws");
  EXPECT_EQ(url_of("iam", "eu-west-1", true), "https://iam-fips.amazonaws.com");
  EXPECT_EQ(url_of("iam", "eu-west-1", false, true), "https://iam.global.api.aws");
}

TEST(Endpoint, OfStsIsTheRegionsUnlessTheOldOneIsAskedFor) {
  EndpointRules rules{.region = "eu-west-1", .is_sts_global = true};
  EXPECT_EQ(endpoint_of("sts", rules).url, "https://sts.amazonaws.com");
  EXPECT_EQ(endpoint_of("sts", rules).signing_region, "us-east-1");
  rules.region = "eu-south-2";  // never had the old one
  EXPECT_EQ(endpoint_of("sts", rules).url, "https://sts.eu-south-2.amazonaws.com");
  EXPECT_EQ(endpoint_of("sts", rules).signing_region, "eu-south-2");
}

using EndpointSettings = ConfigurationTest;

TEST_F(EndpointSettings, AreTakenFromEnvironmentThenServicesSectionThenProfile) {
  set_keys();
  write("config",
        "[profile putio]\nregion = eu-west-1\nservices = lab\nendpoint_url = http://127.0.0.1:4\n\n"
        "[services lab]\nrds =\n  endpoint_url = http://127.0.0.1:3\nsecrets_manager =\n"
        "  endpoint_url = http://127.0.0.1:5\n");
  variables["AWS_PROFILE"] = "putio";
  EXPECT_EQ(configure_with().endpoint("rds").url, "http://127.0.0.1:3");
  EXPECT_EQ(configure_with().endpoint("ec2").url, "http://127.0.0.1:4");
  EXPECT_EQ(configure_with().endpoint("secretsmanager").url, "http://127.0.0.1:5");
  variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:2";
  EXPECT_EQ(configure_with().endpoint("rds").url, "http://127.0.0.1:2");
  variables["AWS_ENDPOINT_URL_CLOUDWATCH"] = "http://127.0.0.1:1";
  EXPECT_EQ(configure_with().endpoint("monitoring").url, "http://127.0.0.1:1");
}

TEST_F(EndpointSettings, AreLeftOutWhenTheProfileSaysSo) {
  set_keys();
  write("config",
        "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:4\nignore_configured_endpoint_urls = true\n");
  EXPECT_EQ(configure_with().endpoint("rds").url, "https://rds.eu-west-1.amazonaws.com");
}

TEST_F(EndpointSettings, SayFipsDualStackAndTheOldSts) {
  set_keys();
  write("config", "[default]\nregion = us-east-1\nuse_fips_endpoint = true\nsts_regional_endpoints = legacy\n");
  EXPECT_EQ(configure_with().endpoint("rds").url, "https://rds-fips.us-east-1.amazonaws.com");
  variables["AWS_USE_FIPS_ENDPOINT"] = "false";
  EXPECT_EQ(configure_with().endpoint("sts").url, "https://sts.amazonaws.com");
  variables["AWS_STS_REGIONAL_ENDPOINTS"] = "regional";
  EXPECT_EQ(configure_with().endpoint("sts").url, "https://sts.us-east-1.amazonaws.com");
  variables["AWS_USE_DUALSTACK_ENDPOINT"] = "True";
  EXPECT_EQ(configure_with().endpoint("rds").url, "https://rds.us-east-1.api.aws");
  variables["AWS_USE_FIPS_ENDPOINT"] = "yes";
  EXPECT_THAT(complaint_about(), HasSubstr("AWS_USE_FIPS_ENDPOINT"));
}

}  // namespace
}  // namespace darbe::aws
