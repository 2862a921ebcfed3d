#include "watch/guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::watch {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t gib = 1ull << 30;

Guarded well() {
  Guarded seen;
  seen.storage = FreeStorage{.bytes = 10 * gib, .volume_bytes = 40 * gib};
  seen.limits = limits_for(40 * gib);
  seen.kept = {.files = {{"b.1", 10}, {"b.2", 10}, {"b.3", 10}, {"b.4", 10}},
               .retention_hours = 24,
               .needed = replication::Coordinates{"b.2", 4},
               .needed_age = 1h};
  seen.hours_asked_for = 24;
  return seen;
}

TEST(Guard, IsSilentWhileTheSourceIsWell) { EXPECT_THAT(alarms(well()), IsEmpty()); }

TEST(Guard, WarnsAndThenStopsTheRunAndGivesTheBinlogsFree) {
  Guarded seen = well();
  seen.storage->bytes = 3 * gib;
  ASSERT_EQ(alarms(seen).size(), 1u);
  EXPECT_EQ(alarms(seen)[0].act, Act::warn);
  EXPECT_THAT(alarms(seen)[0].reason.text, HasSubstr("below 2.0 GiB this run stops"));
  seen.storage->bytes = 2 * gib - 1;
  EXPECT_EQ(alarms(seen).at(0).act, Act::stop_release);
  EXPECT_THAT(alarms(seen)[0].reason.advice, HasSubstr("run the same command again"));
  seen.storage.reset();  // nobody tells
  EXPECT_THAT(alarms(seen), IsEmpty());
}

TEST(Guard, StopsACopyThatIsInVain) {
  Guarded seen = well();
  seen.kept.needed->file = "b.0";
  EXPECT_EQ(alarms(seen).at(0).act, Act::stop);
  seen.follows = true;  // replication says so itself, and the rows are there
  EXPECT_EQ(alarms(seen).at(0).act, Act::warn);
}

TEST(Guard, WarnsOfAPurgeThatIsNearAndOfARetentionThatSomebodyLowered) {
  Guarded seen = well();
  seen.kept.needed_age = 20h;
  EXPECT_EQ(alarms(seen).at(0).act, Act::warn);
  seen.kept.needed_age = 1h;
  seen.kept.retention_hours = 6;
  ASSERT_EQ(alarms(seen).size(), 1u);
  EXPECT_THAT(alarms(seen)[0].reason.text, HasSubstr("somebody lowered it"));
  seen.hours_asked_for = 0;  // the run has not asked, or has given the binlogs free itself
  EXPECT_THAT(alarms(seen), IsEmpty());
}

TEST(Guard, NamesTheGravestFirst) {
  Guarded seen = well();
  seen.kept.retention_hours.reset();
  seen.storage->bytes = 0;
  ASSERT_EQ(alarms(seen).size(), 2u);
  EXPECT_EQ(alarms(seen)[0].act, Act::stop_release);
  EXPECT_EQ(alarms(seen)[1].act, Act::warn);
}

}  // namespace
}  // namespace darbe::watch
