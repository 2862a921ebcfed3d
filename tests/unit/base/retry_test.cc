#include "base/retry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::base {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr RetryPolicy quick{3, 1us, 1us};

TEST(Pause, DoublesUpToItsBound) {
  const RetryPolicy policy{9, 200ms, 1s};
  EXPECT_EQ(pause_before(policy, 2, 1.0), 200ms);
  EXPECT_EQ(pause_before(policy, 3, 1.0), 400ms);
  EXPECT_EQ(pause_before(policy, 4, 1.0), 800ms);
  EXPECT_EQ(pause_before(policy, 5, 1.0), 1s);
  EXPECT_EQ(pause_before(policy, 1'000, 1.0), 1s);
}

TEST(Pause, IsARandomPartOfIt) {
  const RetryPolicy policy{9, 200ms, 1s};
  EXPECT_EQ(pause_before(policy, 3, 0.0), 0ms);
  EXPECT_EQ(pause_before(policy, 3, 0.25), 100ms);
}

TEST(Retry, RepeatsWhatMayPass) {
  int tries = 0;
  std::vector<int> reported;
  const int result = retry(
      quick, {},
      [&] {
        if (++tries < 3) throw Error(Kind::transient, "not yet");
        return 7;
      },
      [&](const std::exception&, int attempt) { reported.push_back(attempt); });
  EXPECT_EQ(result, 7);
  EXPECT_THAT(reported, ElementsAre(1, 2));
}

TEST(Retry, ThrowsTheLastErrorWhenTheTriesAreUsedUp) {
  int tries = 0;
  try {
    retry(quick, {}, [&] { throw Error(Kind::transient, std::to_string(++tries)); });
    FAIL() << "it never worked";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "3");
  }
}

TEST(Retry, RepeatsNothingElse) {
  for (const Kind kind :
       {Kind::usage, Kind::refused, Kind::mismatch, Kind::ambiguous, Kind::failed, Kind::interrupted}) {
    int tries = 0;
    EXPECT_THROW(retry(quick, {},
                       [&] {
                         ++tries;
                         throw Error(kind, "no");
                       }),
                 Error);
    EXPECT_EQ(tries, 1) << name_of(kind);
  }
}

TEST(Retry, LooksForTheKindUnderTheContext) {
  int tries = 0;
  retry(quick, {}, [&] {
    in_context("a table", [&] {
      if (++tries == 1) throw Error(Kind::transient, "deadlock");
    });
  });
  EXPECT_EQ(tries, 2);
}

TEST(RetryAs, AsksForThePauseAfterEachTransientError) {
  int tries = 0;
  std::vector<int> asked;
  const auto work = [&] { throw Error(Kind::transient, std::to_string(++tries)); };
  EXPECT_THROW(retry_as({}, work,
                        [&](const std::exception& error, int attempt) -> std::optional<Clock::duration> {
                          EXPECT_EQ(error.what(), std::to_string(attempt));
                          asked.push_back(attempt);
                          return attempt < 3 ? std::optional<Clock::duration>(1us) : std::nullopt;
                        }),
               Error);
  EXPECT_THAT(asked, ElementsAre(1, 2, 3));
}

TEST(Retry, EndsOnAStopBetweenTries) {
  std::stop_source stop;
  try {
    retry({5, 1h, 1h}, stop.get_token(), [&] {
      stop.request_stop();
      throw Error(Kind::transient, "not yet");
    });
    FAIL() << "it was stopped";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::interrupted);
  }
}

}  // namespace
}  // namespace darbe::base
