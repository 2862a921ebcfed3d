#include "watch/windows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"

namespace darbe::watch {
namespace {

using namespace std::chrono_literals;

// Sunday, 29 November 2026, and the days after it.
Moment sunday(std::chrono::minutes time) {
  return std::chrono::sys_days(std::chrono::year(2026) / std::chrono::November / 29) + time;
}

Window window(const char* text) { return parse_window(text).value(); }

std::string opening(const char* text, Moment from) {
  const Opening next = next_opening(window(text), from);
  return base::iso_time(next.begin) + " " + base::iso_time(next.end);
}

TEST(Windows, AreReadAndWrittenAsAwsHasThem) {
  for (const char* text : {"sun:05:00-sun:05:30", "sun:23:45-mon:00:15", "wed:09:03-wed:10:33", "04:00-04:30",
                           "23:45-00:15", "mon:00:00-sun:23:59"})
    EXPECT_EQ(text_of(window(text)), text);
  for (const char* text :
       {"", "sun", "sun:05:00", "sun:05:00-05:30", "05:00-sun:05:30", "son:05:00-son:06:00", "5:00-6:00", "24:00-24:30",
        "04:60-05:00", "04:00-04:00", "sun:05:00-sun:05:00", "04:00-04:3x"})
    EXPECT_EQ(parse_window(text), std::nullopt) << text;
}

TEST(Windows, OpenNextInTheSameWeekOrTheNext) {
  EXPECT_EQ(opening("sun:05:00-sun:05:30", sunday(4h)), "2026-11-29T05:00:00Z 2026-11-29T05:30:00Z");
  EXPECT_EQ(opening("sun:05:00-sun:05:30", sunday(5h)), "2026-11-29T05:00:00Z 2026-11-29T05:30:00Z");
  EXPECT_EQ(opening("sun:05:00-sun:05:30", sunday(5h + 30min)), "2026-12-06T05:00:00Z 2026-12-06T05:30:00Z");
  EXPECT_EQ(opening("mon:05:00-mon:05:30", sunday(23h)), "2026-11-30T05:00:00Z 2026-11-30T05:30:00Z");
  EXPECT_EQ(opening("sat:05:00-sat:05:30", sunday(0h)), "2026-12-05T05:00:00Z 2026-12-05T05:30:00Z");
}

TEST(Windows, GoOnOverTheEndOfTheWeekAndOfTheDay) {
  EXPECT_EQ(opening("sun:23:45-mon:00:15", sunday(24h + 10min)), "2026-11-29T23:45:00Z 2026-11-30T00:15:00Z");
  EXPECT_TRUE(is_open(window("sun:23:45-mon:00:15"), sunday(24h + 10min)));
  EXPECT_FALSE(is_open(window("sun:23:45-mon:00:15"), sunday(24h + 15min)));
  EXPECT_EQ(opening("23:45-00:15", sunday(10min)), "2026-11-28T23:45:00Z 2026-11-29T00:15:00Z");
  EXPECT_EQ(opening("04:00-04:30", sunday(5h)), "2026-11-30T04:00:00Z 2026-11-30T04:30:00Z");
}

TEST(Windows, AreCrossedByARunThatTouchesThem) {
  const Window weekly = window("mon:04:00-mon:04:30");
  EXPECT_FALSE(crosses(weekly, sunday(10h), sunday(28h)));
  EXPECT_TRUE(crosses(weekly, sunday(10h), sunday(28h + 1min)));
  EXPECT_TRUE(crosses(weekly, sunday(28h + 10min), sunday(28h + 11min)));
  EXPECT_FALSE(crosses(weekly, sunday(28h + 30min), sunday(100h)));
  EXPECT_TRUE(crosses(weekly, sunday(28h + 30min), sunday(7 * 24h + 29h)));
}

TEST(Windows, OverlapWithBackupsOnAnyDay) {
  EXPECT_TRUE(overlap(window("tue:03:45-tue:04:15"), window("04:00-04:30")));
  EXPECT_FALSE(overlap(window("tue:03:30-tue:04:00"), window("04:00-04:30")));
  EXPECT_TRUE(overlap(window("sun:23:45-mon:00:15"), window("00:00-00:30")));
  EXPECT_TRUE(overlap(window("sun:00:10-sun:00:40"), window("23:45-00:15")));
}

TEST(Windows, FarthestFromNowAreTheOnesThatWereJustOver) {
  EXPECT_EQ(text_of(farthest_from(sunday(5h + 10min), {})), "sun:04:00-sun:04:30");
  EXPECT_EQ(text_of(farthest_from(sunday(24h + 10min), {})), "sun:23:00-sun:23:30");  // it is Monday
  EXPECT_EQ(text_of(farthest_from(sunday(5h + 10min), window("04:00-04:30"))), "sun:03:30-sun:04:00");
  EXPECT_EQ(text_of(farthest_from(sunday(5h + 10min), window("03:45-04:15"))), "sun:03:00-sun:03:30");
  for (int minute = 0; minute < 7 * 24 * 60; minute += 7) {
    const Moment now = sunday(std::chrono::minutes(minute));
    const auto away = next_opening(farthest_from(now, window("04:00-04:30")), now).begin - now;
    EXPECT_GE(away, 6 * 24h + 20h) << minute;
  }
}

}  // namespace
}  // namespace darbe::watch
