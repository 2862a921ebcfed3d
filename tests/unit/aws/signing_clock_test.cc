#include "aws/signing_clock.h"

#include <gtest/gtest.h>

namespace darbe::aws {
namespace {

using namespace std::chrono_literals;

const TimePoint noon = std::chrono::system_clock::from_time_t(784'123'200);  // 6 Nov 1994, 12:00:00

TEST(HttpDate, IsReadOrNothing) {
  EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 12:00:00 GMT"), noon);
  for (const char* bad : {"", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 12:00:00 CET", "1994-11-06T12:00:00Z"}) {
    EXPECT_FALSE(read_http_date(bad)) << bad;
  }
}

TEST(IsoTime, IsReadWithFractionsAndOffsets) {
  EXPECT_EQ(read_iso_time("1994-11-06T12:00:00Z"), noon);
  EXPECT_EQ(read_iso_time("1994-11-06T12:00:00.123456Z"), noon);
  EXPECT_EQ(read_iso_time("1994-11-06T13:30:00+01:30"), noon);
  EXPECT_EQ(read_iso_time("1994-11-06T11:00:00.5-01:00"), noon);
  for (const char* bad : {"", "1994-11-06", "1994-11-06T12:00:00", "1994-11-06T12:00:00.", "1994-11-06T12:00:00Zulu",
                          "1994-11-06T12:00:00+1", "1994-11-06T12:00:00+01:00x"}) {
    EXPECT_FALSE(read_iso_time(bad)) << bad;
  }
}

TEST(SigningClock, IsThisMachinesUntilAwsSaysOtherwise) {
  SigningClock clock([] { return noon; });
  EXPECT_EQ(clock.now(), noon);
  EXPECT_TRUE(clock.correct("Sun, 06 Nov 1994 12:20:00 GMT"));
  EXPECT_EQ(clock.now(), noon + 20min);
  EXPECT_FALSE(clock.correct("Sun, 06 Nov 1994 12:20:05 GMT")) << "corrected twice";
  EXPECT_TRUE(clock.correct("Sun, 06 Nov 1994 12:00:00 GMT")) << "somebody set this machine's clock";
  EXPECT_EQ(clock.now(), noon);
}

TEST(SigningClock, KeepsItsTimeWhenTheDifferenceIsNoReason) {
  SigningClock clock([] { return noon; });
  EXPECT_FALSE(clock.correct("Sun, 06 Nov 1994 11:57:00 GMT"));
  EXPECT_FALSE(clock.correct(""));
  EXPECT_EQ(clock.now(), noon);
}

}  // namespace
}  // namespace darbe::aws
