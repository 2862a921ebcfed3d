#include "base/letters.h"

#include <gtest/gtest.h>

namespace darbe::base {
namespace {

TEST(Letters, AreLoweredWhereAsciiHasThem) {
  EXPECT_EQ(lower("Sun:05:00-SUN:05:30"), "sun:05:00-sun:05:30");
  EXPECT_EQ(lower("[@Z`az{]"), "[@z`az{]");
  EXPECT_EQ(lower("\xC3\x84\xFF"), "\xC3\x84\xFF");  // a UTF-8 letter, and no letter at all
  EXPECT_EQ(lower(""), "");
}

TEST(Letters, AreEqualInAnyCase) {
  EXPECT_TRUE(equal_in_any_case("Row", "ROW"));
  EXPECT_FALSE(equal_in_any_case("ROW", "ROWS"));
  EXPECT_FALSE(equal_in_any_case("a", "b"));
  EXPECT_FALSE(equal_in_any_case("@", "`"));  // as far apart as a letter's two cases
}

}  // namespace
}  // namespace darbe::base
