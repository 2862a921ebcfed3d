#include "copy/brake.h"

#include <gtest/gtest.h>

namespace darbe::copy {
namespace {

CheckpointAge full(std::uint64_t percent) { return {percent, 100}; }

TEST(Brake, LetsAllLanesWorkWhileTheLogHasRoom) {
  Brake brake;
  EXPECT_EQ(brake.limit(8, full(79)), 8U);
  EXPECT_FALSE(brake.holds());
}

TEST(Brake, HalvesTheLanesAsLongAsTheLogIsFull) {
  Brake brake;
  EXPECT_EQ(brake.limit(8, full(80)), 4U);
  EXPECT_EQ(brake.limit(8), 4U);
  EXPECT_EQ(brake.limit(8, full(95)), 2U);
  EXPECT_EQ(brake.limit(8, full(95)), 1U);
  EXPECT_EQ(brake.limit(8, full(95)), 1U);
}

TEST(Brake, KeepsToItsLimitUntilThereIsRoomAgain) {
  Brake brake;
  brake.limit(8, full(90));
  brake.limit(8, full(90));
  EXPECT_EQ(brake.limit(8, full(70)), 2U);
  EXPECT_EQ(brake.limit(8, full(59)), 4U);
  EXPECT_TRUE(brake.holds());
  EXPECT_EQ(brake.limit(8, full(59)), 8U);
  EXPECT_FALSE(brake.holds());
}

TEST(Brake, HoldsASingleLaneWithoutStoppingIt) {
  Brake brake;
  EXPECT_EQ(brake.limit(1, full(99)), 1U);
  EXPECT_EQ(brake.limit(1, full(10)), 1U);
  EXPECT_FALSE(brake.holds());
}

TEST(Brake, KnowsNothingOfALogWithoutCapacity) {
  Brake brake;
  EXPECT_EQ(brake.limit(8, CheckpointAge{5, 0}), 8U);
}

TEST(CheckpointAge, IsReadFromInnodbsStatus) {
  EXPECT_EQ(parse_checkpoint_age("LOG\n---\nLog sequence number 1500\nLog flushed up to   1500\n"
                                 "Pages flushed up to 1500\nLast checkpoint at  1100\n0 pending log writes\n"),
            400U);
  EXPECT_EQ(parse_checkpoint_age("LOG\n---\nLog sequence number   1500\nLast checkpoint at    1500\n"), 0U);
  EXPECT_EQ(parse_checkpoint_age("LOG\n---\nLog sequence number 1 2\n"), std::nullopt);
  EXPECT_EQ(parse_checkpoint_age(""), std::nullopt);
}

}  // namespace
}  // namespace darbe::copy
