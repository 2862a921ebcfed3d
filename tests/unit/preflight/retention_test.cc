#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "preflight/checks.h"

namespace darbe::preflight {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Retention, IsTooShortWhereTheRowsMayTakeLonger) {
  const Amount amount{.tables = 1, .bytes = 1'000'000'000'000};  // 11.1 hours by a cautious guess
  const std::vector<Finding> findings = retention_findings(amount, 8);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].weight, Weight::warning);
  EXPECT_THAT(findings[0].text, HasSubstr("may take 11 hours by a cautious guess, and the source will keep its "
                                          "binlogs for 8: "));
  EXPECT_THAT(findings[0].advice, HasSubstr("--binlog-retention-hours"));
  EXPECT_THAT(retention_findings(amount, 11), SizeIs(1));
  EXPECT_THAT(retention_findings(amount, 12), IsEmpty());
  EXPECT_THAT(retention_findings(amount, 168), IsEmpty());
  EXPECT_THAT(retention_findings({}, 1), IsEmpty());
}

}  // namespace
}  // namespace darbe::preflight
