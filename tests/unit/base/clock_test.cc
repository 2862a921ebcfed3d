#include "base/clock.h"

#include <thread>

#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::base {
namespace {

using namespace std::chrono_literals;

std::stop_token stopped() {
  std::stop_source source;
  source.request_stop();
  return source.get_token();
}

TEST(Sleep, EndsAtOnceOnAStop) {
  std::stop_source stop;
  const auto begin = Clock::now();
  const std::jthread stopper([&stop] { stop.request_stop(); });
  sleep_for(1h, stop.get_token());
  EXPECT_LT(Clock::now() - begin, 10s);
}

TEST(Sleep, LastsItsTimeWithoutOne) {
  const auto begin = Clock::now();
  sleep_for(5ms, {});
  EXPECT_GE(Clock::now() - begin, 5ms);
}

TEST(Stop, IsThrownOnlyWhenItWasAskedFor) {
  throw_if_stopped({});
  try {
    throw_if_stopped(stopped());
    FAIL() << "a stop was asked for";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::interrupted);
  }
}

TEST(Poll, AsksUntilTheAnswerIsYes) {
  int asked = 0;
  EXPECT_TRUE(poll_until({1ms, 1h}, {}, [&asked] { return ++asked == 3; }));
  EXPECT_EQ(asked, 3);
}

TEST(Poll, AsksOnceMoreThanNeverAndGivesUpInTime) {
  int asked = 0;
  EXPECT_FALSE(poll_until({1ms, 0ms}, {}, [&asked] { return ++asked < 0; }));
  EXPECT_EQ(asked, 1);
}

TEST(Poll, EndsOnAStop) {
  std::stop_source stop;
  EXPECT_THROW(poll_until({1h, 2h}, stop.get_token(), [&stop] { return !stop.request_stop(); }), Error);
}

TEST(IsoTime, IsUtc) {
  EXPECT_EQ(iso_time(std::chrono::system_clock::from_time_t(1795372891)), "2026-11-22T18:41:31Z");
  EXPECT_EQ(iso_time({}), "1970-01-01T00:00:00Z");
}

TEST(HttpDate, IsInGreenwich) {
  EXPECT_EQ(http_date(std::chrono::system_clock::from_time_t(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace darbe::base
