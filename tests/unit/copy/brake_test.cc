#include "copy/brake.h"

#include <gtest/gtest.h>

namespace darbe::copy {
namespace {

constexpr BrakeLevels levels{.too_full = 0.80, .free_enough = 0.60};

double full(unsigned percent) { return percent / 100.0; }

TEST(Brake, LetsAllLanesWorkWhileTheLogHasRoom) {
  Brake brake(levels);
  EXPECT_EQ(brake.limit(8, full(79)), 8U);
  EXPECT_FALSE(brake.holds());
}

TEST(Brake, HalvesTheLanesAsLongAsTheLogIsFull) {
  Brake brake(levels);
  EXPECT_EQ(brake.limit(8, full(80)), 4U);
  EXPECT_EQ(brake.limit(8), 4U);
  EXPECT_EQ(brake.limit(8, full(95)), 2U);
  EXPECT_EQ(brake.limit(8, full(95)), 1U);
  EXPECT_EQ(brake.limit(8, full(95)), 1U);
}

TEST(Brake, KeepsToItsLimitUntilThereIsRoomAgain) {
  Brake brake(levels);
  brake.limit(8, full(90));
  brake.limit(8, full(90));
  EXPECT_EQ(brake.limit(8, full(70)), 2U);
  EXPECT_EQ(brake.limit(8, full(59)), 4U);
  EXPECT_TRUE(brake.holds());
  EXPECT_EQ(brake.limit(8, full(59)), 8U);
  EXPECT_FALSE(brake.holds());
}

TEST(Brake, HoldsASingleLaneWithoutStoppingIt) {
  Brake brake(levels);
  EXPECT_EQ(brake.limit(1, full(99)), 1U);
  EXPECT_EQ(brake.limit(1, full(10)), 1U);
  EXPECT_FALSE(brake.holds());
}

}  // namespace
}  // namespace darbe::copy
