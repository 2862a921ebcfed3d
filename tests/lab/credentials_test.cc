// Credentials of a role, storms and clocks that are off, against an AWS that checks every signature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/account.h"
#include "aws/error.h"
#include "aws/identity.h"
#include "base/file.h"
#include "base/log.h"
#include "story/world.h"

namespace darbe::lab_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto role = "arn:aws:iam::123456789012:role/migrator";

// A config file whose profile takes the role on with the lab's key.
class RoleProfile {
 public:
  explicit RoleProfile(const LabProcess& lab) {
    base::write_file_atomically(
        folder_.path() / "config",
        fmt::format("[profile migrator]\nrole_arn = {}\nsource_profile = base\nrole_session_name = night\n"
                    "[profile base]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                    role, lab.environment().at("AWS_ACCESS_KEY_ID"), lab.environment().at("AWS_SECRET_ACCESS_KEY")),
        0600);
  }
  // On top of the lab's. Empty variables count as unset.
  std::map<std::string, std::string> environment() const {
    return {{"AWS_CONFIG_FILE", (folder_.path() / "config").string()},
            {"AWS_SHARED_CREDENTIALS_FILE", (folder_.path() / "no-credentials").string()},
            {"AWS_PROFILE", "migrator"},
            {"AWS_ACCESS_KEY_ID", ""},
            {"AWS_SECRET_ACCESS_KEY", ""}};
  }

 private:
  base::TemporaryFolder folder_;
};

aws::Configuration configuration(const LabProcess& lab, const std::map<std::string, std::string>& more = {}) {
  auto variables = lab.environment();
  for (const auto& [name, value] : more) variables[name] = value;
  aws::Configuration result = aws::configure({}, [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  result.retries.throttling_base = result.retries.fault_base = 2ms;
  result.retries.storm_base = result.retries.storm_at_most = 10ms;
  return result;
}

std::size_t refusals(const LabProcess& lab, const std::string& action, const std::string& code) {
  const auto requests = lab.requests(action);
  return static_cast<std::size_t>(std::count_if(
      requests.begin(), requests.end(), [&](const lab::Value& request) { return request.at("code").text() == code; }));
}

class LabCredentials : public testing::Test {
 protected:
  LabProcess lab;
};

TEST_F(LabCredentials, OfARoleAreTakenAnewWhenTheyEnd) {
  const RoleProfile profile(lab);
  const aws::Account account(configuration(lab, profile.environment()));
  EXPECT_EQ(aws::caller_identity(account.client).arn, "arn:aws:sts::123456789012:assumed-role/migrator/night");
  account.instances.list();
  EXPECT_EQ(lab.requests("AssumeRole").size(), 1u);
  lab.expire_sessions();
  EXPECT_TRUE(account.instances.list().empty());
  EXPECT_EQ(refusals(lab, "DescribeDBInstances", "ExpiredToken"), 1u);
  EXPECT_EQ(lab.requests("AssumeRole").size(), 2u);
}

TEST_F(LabCredentials, OfARoleSurviveAStorm) {
  const RoleProfile profile(lab);
  const aws::Account account(configuration(lab, profile.environment()));
  account.instances.list();
  lab.expire_sessions();
  lab.fail("*", "Throttling", 15);
  testing::internal::CaptureStderr();
  EXPECT_TRUE(account.instances.list().empty());
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("AWS is asked again"));
}

TEST_F(LabCredentials, SignRightThoughTheClockIsTwentyMinutesOff) {
  for (const auto offset : {20min, -20min}) {
    aws::Configuration off = configuration(lab);
    off.clock = std::make_shared<aws::SigningClock>([offset] { return std::chrono::system_clock::now() + offset; });
    const aws::Account account(off);
    const std::size_t before = refusals(lab, "DescribeDBInstances", "RequestExpired");
    testing::internal::CaptureStderr();
    account.instances.list();
    account.instances.list();
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("this machine's clock is off"));
    EXPECT_EQ(refusals(lab, "DescribeDBInstances", "RequestExpired"), before + 1);
  }
}

TEST(CredentialsOfARun, EndAndAreRenewedInItsMiddleAndStormsErrorsAndAClockThatIsOffAreBorne) {
  story_test::World world("mysql", "9.");
  const RoleProfile profile(world.lab());
  auto environment = profile.environment();
  environment["DARBE_FAULT"] = "copy.text_taken#2:pause";
  for (const char* action : {"CreateDBInstance", "DescribeDBInstances", "AuthorizeSecurityGroupIngress"})
    world.lab().fail(action, "InternalFailure", 2);  // each a 500
  auto run = world.start(world.setup_arguments("putio17"), environment);
  ASSERT_TRUE(run->pauses()) << run->end().text();
  EXPECT_EQ(refusals(world.lab(), "CreateDBInstance", "InternalFailure"), 2u);
  const std::size_t taken = world.lab().requests("AssumeRole").size();
  world.lab().expire_sessions();
  world.lab().fail("*", "Throttling", 8);
  world.lab().set_clock(20min);
  run->go_on();
  const story_test::Ended ended = run->end();
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("this machine's clock is off"));
  EXPECT_GT(world.lab().requests("AssumeRole").size(), taken);

  world.lab().fail("*", "Throttling", 4);
  const story_test::Ended status = world.darbe({"status", "--new-instance-id", "putio17"}, profile.environment());
  EXPECT_EQ(status.status, 0) << status.text();
  EXPECT_THAT(status.output, HasSubstr("the new instance follows the source"));
}

}  // namespace
}  // namespace darbe::lab_test
