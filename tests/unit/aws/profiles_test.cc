#include "aws/profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configuration_fixture.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

TEST(Profiles, NameTheLineThatCannotBeRead) {
  try {
    parse_profiles("[default]\nregion = x\nwhat\n", "/home/me/.aws/config");
    FAIL() << "the line was read";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/home/me/.aws/config, line 3"));
  }
  EXPECT_THROW(parse_profiles("key = before any section", "f"), base::Error);
}

TEST(Profiles, HaveNestedValuesUnderTheirParent) {
  const Profiles profiles = parse_profiles(
      "[services lab]\nRDS =\n  endpoint_url = http://127.0.0.1:1\n  # no more\nec2 = \n\tendpoint_url=x\n"
      "region = a\n  b = c\n",
      "f");
  EXPECT_EQ(profiles.at("services lab"), (Profile{{"rds", ""},
                                                  {"rds.endpoint_url", "http://127.0.0.1:1"},
                                                  {"ec2", ""},
                                                  {"ec2.endpoint_url", "x"},
                                                  {"region", "a"}}));
}

TEST(Profiles, MayHaveQuotedNames) {
  const Profiles profiles = parse_profiles("[ profile \"my work\" ]\nregion = a\n[profile\tputio]\nregion = b\n", "f");
  EXPECT_EQ(profiles.at("profile my work").at("region"), "a");
  EXPECT_EQ(profiles.at("profile putio").at("region"), "b");
}

using Files = ConfigurationTest;

TEST_F(Files, OfCredentialsComeBeforeThatOfSettings) {
  write("credentials", "[putio]\naws_access_key_id = AK1\n");
  write("config", "[profile putio]\naws_access_key_id = AK2\nregion = eu-west-1\n[putio]\nregion = not this one\n");
  const ProfileFiles files("putio", environment());
  EXPECT_EQ(files.chosen(), (Profile{{"aws_access_key_id", "AK1"}, {"region", "eu-west-1"}}));
}

TEST_F(Files, PreferProfileDefaultToDefault) {
  write("config", "[default]\nregion = a\n[profile default]\nregion = b\n");
  EXPECT_EQ(value_of(ProfileFiles("", environment()).chosen(), "region"), "b");
}

TEST_F(Files, AreLookedForInTheHomeFolder) {
  variables.erase("AWS_CONFIG_FILE");
  write(".aws/config", "[default]\nregion = home\n");
  EXPECT_EQ(value_of(ProfileFiles("", environment()).chosen(), "region"), "home");
  variables["AWS_CONFIG_FILE"] = "~/elsewhere";
  write("elsewhere", "[default]\nregion = elsewhere\n");
  EXPECT_EQ(value_of(ProfileFiles("", environment()).chosen(), "region"), "elsewhere");
}

}  // namespace
}  // namespace darbe::aws
