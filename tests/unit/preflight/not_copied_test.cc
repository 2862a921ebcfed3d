#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "preflight/checks.h"

namespace darbe::preflight {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(JsonDoublesFindings, WarnOfWhatTakesLongAndOfWhatStopsVerify) {
  const std::vector<Finding> findings =
      json_doubles_findings({.made_again = {"putio.events", "putio.files"}, .lost = {"putio.log"}});
  ASSERT_EQ(findings.size(), 2U);
  for (const Finding& finding : findings) {
    EXPECT_EQ(finding.weight, Weight::warning);
    EXPECT_THAT(finding.advice, HasSubstr("SELECT COUNT(*) FROM table WHERE "));
  }
  EXPECT_THAT(findings[0].text, AllOf(HasSubstr("JSON in putio.events, putio.files: the source's server reads"),
                                      HasSubstr("documents with such numbers are copied twice")));
  EXPECT_THAT(findings[1].text, AllOf(HasSubstr("JSON in putio.log: the source's server reads"),
                                      HasSubstr("Verify stops at the first such number")));
}

TEST(JsonDoublesFindings, AreNoneWithoutDocuments) { EXPECT_THAT(json_doubles_findings({}), IsEmpty()); }

}  // namespace
}  // namespace darbe::preflight
