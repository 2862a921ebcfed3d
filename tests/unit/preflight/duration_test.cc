#include "preflight/duration.h"

#include <gtest/gtest.h>

namespace darbe::preflight {
namespace {

constexpr std::uint64_t terabyte = 1'000'000'000'000;

TEST(Duration, GrowsWithBytesAndTables) {
  EXPECT_DOUBLE_EQ(copy_seconds({.tables = 0, .bytes = 2 * terabyte}),
                   2 * copy_seconds({.tables = 0, .bytes = terabyte}));
  EXPECT_DOUBLE_EQ(verify_seconds({.tables = 0, .bytes = 2 * terabyte}),
                   2 * verify_seconds({.tables = 0, .bytes = terabyte}));
  EXPECT_DOUBLE_EQ(copy_seconds({.tables = 10'000, .bytes = 0}), 60);
}

TEST(Duration, IsExpectedToBeTwiceThatOfTheRowsAndAnInstances) {
  EXPECT_EQ(expected_time({}), std::chrono::minutes(20));
  EXPECT_EQ(expected_time({.tables = 0, .bytes = 3'000'000'000}), std::chrono::minutes(22));  // 60 s by the rates
}

TEST(Duration, OutlastsARetentionThatItFitsInLessThanTwice) {
  // 5.6 hours by the rates.
  EXPECT_TRUE(may_outlast({.tables = 1, .bytes = terabyte}, 11));
  EXPECT_FALSE(may_outlast({.tables = 1, .bytes = terabyte}, 12));
  EXPECT_FALSE(may_outlast({}, 1));
}

}  // namespace
}  // namespace darbe::preflight
