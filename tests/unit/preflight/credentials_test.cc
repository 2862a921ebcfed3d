#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "preflight/checks.h"

namespace darbe::preflight {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

aws::Credentials of_the_environment(const char* token) {
  return {.access_key_id = "AK",
          .secret_access_key = base::Secret("s"),
          .session_token = base::Secret(token),
          .can_be_renewed = false};
}

TEST(CredentialsFindings, WarnOfASessionTokenThatALongRunMayOutlast) {
  const std::vector<Finding> findings = credentials_findings(of_the_environment("token"), 5h);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].weight, Weight::warning);
  EXPECT_THAT(findings[0].text, HasSubstr("AWS_SESSION_TOKEN in the environment ends some time and can't be renewed, "
                                          "and the run may take 5 hours"));
  EXPECT_THAT(findings[0].advice, HasSubstr("a profile or a role"));
}

TEST(CredentialsFindings, AreNoneOfKeysThatLastOrAreRenewedAndOfAShortRun) {
  EXPECT_THAT(credentials_findings(of_the_environment("token"), 1h), IsEmpty());
  EXPECT_THAT(credentials_findings(of_the_environment(""), 5h), IsEmpty());
  aws::Credentials of_a_role = of_the_environment("token");
  of_a_role.can_be_renewed = true;
  EXPECT_THAT(credentials_findings(of_a_role, 5h), IsEmpty());
}

}  // namespace
}  // namespace darbe::preflight
