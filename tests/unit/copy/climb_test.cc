#include "copy/climb.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

namespace darbe::copy {
namespace {

constexpr std::uint64_t chunk = 32ULL << 20;

// A target that commits `chunks_per_second` of what lanes there are, watched once a second.
class Watched {
 public:
  Watched(unsigned lanes, std::function<double(unsigned)> chunks_per_second)
      : climb_(lanes), rate_(std::move(chunks_per_second)), lanes_(lanes) {}

  // Returns the lanes that worked at the end.
  unsigned run(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      pulse_.at += std::chrono::seconds(1);
      chunks_ += rate_(lanes_);
      pulse_.chunks = static_cast<std::uint64_t>(chunks_);
      pulse_.bytes = pulse_.chunks * chunk;
      const unsigned lanes = climb_.see(pulse_);
      if (lanes != lanes_) ++changes_;
      most_ = std::max(most_, lanes);
      least_ = std::min(least_, lanes);
      lanes_ = lanes;
    }
    return lanes_;
  }
  void set_builds(std::size_t builds) { pulse_.builds = builds; }
  Climb& climb() { return climb_; }
  int changes() const { return changes_; }
  unsigned most() const { return most_; }
  unsigned least() const { return least_; }

 private:
  Climb climb_;
  std::function<double(unsigned)> rate_;
  Pulse pulse_;
  double chunks_ = 0;
  unsigned lanes_;
  unsigned most_ = 0;
  unsigned least_ = lanes_max;
  int changes_ = 0;
};

TEST(FirstLanes, AreTwoForEachCpuOfTheTargetAndAtMost64) {
  EXPECT_EQ(first_lanes(2), 4U);
  EXPECT_EQ(first_lanes(32), 64U);
  EXPECT_EQ(first_lanes(96), 64U);
}

TEST(Climb, RisesWhileEachLaneAddsRows) {
  Watched copy(4, [](unsigned lanes) { return 2.0 * lanes; });
  EXPECT_GE(copy.run(3600), 60U);
  EXPECT_LE(copy.most(), lanes_max);
}

TEST(Climb, StaysNearWhereMoreLanesStopPaying) {
  Watched copy(4, [](unsigned lanes) { return 3.0 * std::min(lanes, 12U); });
  copy.run(3600);
  EXPECT_GE(copy.most(), 12U);
  EXPECT_NEAR(copy.run(1), 12, 3);
}

TEST(Climb, FallsWhileFewerLanesAreAsFast) {
  Watched copy(16, [](unsigned) { return 10.0; });
  EXPECT_EQ(copy.run(7200), 1U);
}

TEST(Climb, FallsToWhereLanesStopFightingEachOther) {
  Watched copy(32, [](unsigned lanes) { return lanes <= 8 ? 2.0 * lanes : 16.0 - 0.3 * (lanes - 8); });
  copy.run(3600);
  EXPECT_NEAR(copy.run(1), 8, 2);
}

TEST(Climb, TakesAnUselessChangeBackAndRests) {
  Watched copy(8, [](unsigned lanes) { return lanes == 8 ? 10.0 : 8.0; });
  EXPECT_EQ(copy.run(300), 8U);
  EXPECT_EQ(copy.most(), 10U);
  EXPECT_EQ(copy.least(), 6U);
  EXPECT_LE(copy.changes(), 4);
  copy.run(1200);
  EXPECT_GT(copy.changes(), 4) << "it never tries again";
}

TEST(Climb, LeavesAShortCopyAlone) {
  Watched seconds(4, [](unsigned) { return 100.0; });
  seconds.run(19);
  EXPECT_EQ(seconds.changes(), 0);
  Watched chunks(4, [](unsigned) { return 0.1; });
  chunks.run(300);
  EXPECT_EQ(chunks.changes(), 0);
}

TEST(Climb, JudgesNoWindowInWhichAnIndexBuildBeganOrEnded) {
  Watched copy(4, [](unsigned lanes) { return 2.0 * lanes; });
  for (int i = 0; i < 60; ++i) {
    copy.set_builds(static_cast<std::size_t>(i % 2));
    copy.run(15);
  }
  EXPECT_EQ(copy.changes(), 0);
}

TEST(Climb, TakesBackWhatItCannotCompare) {
  Watched copy(4, [](unsigned lanes) { return 2.0 * lanes; });
  EXPECT_EQ(copy.run(22), 5U);
  copy.set_builds(1);
  EXPECT_EQ(copy.run(40), 4U);
}

TEST(Climb, MeasuresAnewAfterItWasHeldBack) {
  Watched copy(4, [](unsigned lanes) { return 2.0 * lanes; });
  copy.run(15);
  copy.climb().forget_window();
  copy.run(15);
  EXPECT_EQ(copy.changes(), 0);
  EXPECT_EQ(copy.run(10), 5U);
}

}  // namespace
}  // namespace darbe::copy
