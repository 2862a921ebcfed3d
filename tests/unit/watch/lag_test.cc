#include "watch/lag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::watch {
namespace {

using namespace std::chrono_literals;
using replication::Coordinates;

struct AtSecond {
  base::Clock::time_point operator()(int second) const {
    return base::Clock::time_point{} + std::chrono::seconds(second);
  }
};
constexpr AtSecond at;

Coordinates position(std::uint64_t number) { return {"mysql-bin.000007", number}; }

LagTrack::Look look(int second, std::uint64_t source, std::uint64_t applied) {
  return {at(second), position(source), position(applied), source - applied};
}

TEST(LagTrack, IsZeroWhereAllThatWasSeenIsApplied) {
  LagTrack track;
  EXPECT_EQ(track.see(look(0, 100, 100)).at_least, 0s);
  EXPECT_EQ(track.see(look(10, 500, 500)).at_least, 0s);
}

TEST(LagTrack, IsTheAgeOfTheOldestPositionThatIsNotApplied) {
  LagTrack track;
  track.see(look(0, 100, 50));
  track.see(look(10, 200, 50));
  EXPECT_EQ(track.see(look(20, 300, 99)).at_least, 20s);
  EXPECT_EQ(track.see(look(30, 400, 100)).at_least, 20s);  // the second look's
  EXPECT_EQ(track.see(look(40, 400, 400)).at_least, 0s);
}

TEST(LagTrack, KnowsHowOldWhatTheReplicaIsAtCanBe) {
  LagTrack track;
  EXPECT_EQ(track.see(look(0, 100, 50)).at_most, std::nullopt);
  track.see(look(10, 200, 150));  // the source stood at 100 at second 0, and the replica is beyond that
  EXPECT_EQ(track.see(look(30, 300, 150)).at_most, 30s);
  EXPECT_EQ(track.see(look(40, 300, 300)).at_most, 0s);
}

TEST(LagTrack, TellsWhenItWillHaveCaughtUp) {
  LagTrack track;
  track.see(look(0, 1000, 0));
  const Lag lag = track.see(look(10, 1000, 200));
  EXPECT_TRUE(lag.nearer);
  ASSERT_TRUE(lag.seconds_left);
  EXPECT_DOUBLE_EQ(lag.seconds_left->count(), 40);
}

TEST(LagTrack, DoesNotComeNearerWhileTheSourceIsFaster) {
  LagTrack track;
  track.see(look(0, 1000, 0));
  const Lag lag = track.see(look(10, 3000, 500));
  EXPECT_FALSE(lag.nearer);
  EXPECT_FALSE(lag.seconds_left);
}

TEST(LagTrack, ComparesWithTheLastMinuteOnly) {
  LagTrack track;
  track.see(look(0, 10000, 0));
  track.see(look(50, 10000, 9000));
  EXPECT_FALSE(track.see(look(100, 12000, 9000)).nearer);
}

TEST(LagTrack, KeepsNoMoreThanItNeedsHoweverLongAReplicaStandsStill) {
  LagTrack track;
  Lag lag;
  for (int second = 0; second < 20000; ++second)
    lag = track.see(look(second, 1000u + static_cast<unsigned>(second), 10));
  EXPECT_EQ(lag.at_least, 19999s);
  lag = track.see(look(20000, 30000, 20999));  // all but the newest: nothing newer than that was forgotten
  EXPECT_EQ(lag.at_least, 0s);
}

TEST(LagTrack, GoesOnWhereTheSourceDoesNotTellItsFiles) {
  LagTrack track;
  LagTrack::Look without = look(0, 100, 50);
  without.bytes_behind.reset();
  track.see(without);
  without.at = at(12);
  const Lag lag = track.see(without);
  EXPECT_EQ(lag.at_least, 12s);
  EXPECT_FALSE(lag.nearer);
}

}  // namespace
}  // namespace darbe::watch
