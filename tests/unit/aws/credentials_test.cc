#include "aws/credentials.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

namespace darbe::aws {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const TimePoint noon = std::chrono::system_clock::from_time_t(784'123'200);

Credentials numbered(int number, std::optional<TimePoint> ends) {
  return {"AK" + std::to_string(number), base::Secret("s"), base::Secret("t"), ends};
}

Renewal renewal_with(std::chrono::seconds left, std::chrono::seconds life) {
  return renewal_of(numbered(1, noon + left), life, noon);
}

TEST(Renewal, IsWantedAQuarterOfAnHourAndNeededTenMinutesBeforeTheEnd) {
  for (const auto life : {std::chrono::seconds(1h), std::chrono::seconds(12h)}) {
    EXPECT_EQ(renewal_with(15min + 1s, life), Renewal::none);
    EXPECT_EQ(renewal_with(15min, life), Renewal::if_possible);
    EXPECT_EQ(renewal_with(10min + 1s, life), Renewal::if_possible);
    EXPECT_EQ(renewal_with(10min, life), Renewal::needed);
    EXPECT_EQ(renewal_with(-1s, life), Renewal::needed);
  }
}

TEST(Renewal, ComesLaterForAShortLife) {
  EXPECT_EQ(renewal_with(4min, 15min), Renewal::none);
  EXPECT_EQ(renewal_with(3min, 15min), Renewal::if_possible);
  EXPECT_EQ(renewal_with(2min, 15min), Renewal::needed);
}

TEST(Renewal, IsNotForKeysThatLast) { EXPECT_EQ(renewal_of(numbered(1, {}), 0s, noon), Renewal::none); }

// Credentials that live an hour from a source that can be told to fail, on a clock that stands still.
class RenewedCredentialsTest : public testing::Test {
 protected:
  Credentials fetch() {
    if (fails) throw base::Error(base::Kind::transient, "the source is away");
    return numbered(++fetched, now.load() + 1h);
  }
  std::string key(std::string_view rejected = {}) { return keeper.get(rejected, {}).access_key_id; }

  std::atomic<TimePoint> now = noon;
  std::atomic<int> fetched = 0;
  std::atomic<bool> fails = false;
  RenewedCredentials keeper{[this](std::stop_token) { return fetch(); },
                            std::make_shared<SigningClock>([this] { return now.load(); })};
};

TEST_F(RenewedCredentialsTest, AreFetchedOnceAndThenBeforeTheirEnd) {
  EXPECT_EQ(key(), "AK1");
  now = noon + 44min;
  EXPECT_EQ(key(), "AK1");
  now = noon + 46min;
  EXPECT_EQ(key(), "AK2");
  EXPECT_EQ(key(), "AK2");
}

TEST_F(RenewedCredentialsTest, AreUsedOnWhenTheyCannotBeRenewedYet) {
  key();
  now = noon + 46min;
  fails = true;
  testing::internal::CaptureStderr();
  EXPECT_EQ(key(), "AK1");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("the source is away"));
  now = noon + 55min;
  testing::internal::CaptureStderr();
  EXPECT_EQ(key(), "AK1") << "they have not ended";
  testing::internal::GetCapturedStderr();
  now = noon + 57min;
  fails = false;
  EXPECT_EQ(key(), "AK2");
}

TEST_F(RenewedCredentialsTest, AreNotAskedForAgainAtOnceAfterAFailure) {
  key();
  now = noon + 46min;
  fails = true;
  testing::internal::CaptureStderr();
  key();
  testing::internal::GetCapturedStderr();
  fails = false;
  EXPECT_EQ(key(), "AK1");
  now = noon + 47min + 1s;
  EXPECT_EQ(key(), "AK2");
}

TEST_F(RenewedCredentialsTest, ThatEndedAreOfNoUse) {
  key();
  now = noon + 61min;
  fails = true;
  EXPECT_THROW(key(), base::Error);
}

TEST_F(RenewedCredentialsTest, AreFetchedAnewWhenAwsRejectsThem) {
  EXPECT_EQ(key(), "AK1");
  EXPECT_EQ(key("AK1"), "AK2");
  EXPECT_EQ(key("AK1"), "AK2") << "another thread was told of the old ones";
  fails = true;
  EXPECT_THROW(key("AK2"), base::Error);
}

TEST_F(RenewedCredentialsTest, AreFetchedByOneThreadForAll) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] { EXPECT_EQ(key(), "AK1"); });
  }
  threads.clear();
  EXPECT_EQ(fetched, 1);
}

TEST(RenewedCredentials, GoOnWhileAnotherThreadRenewsThem) {
  std::atomic<TimePoint> now = noon;
  std::atomic<int> begun = 0;
  std::atomic<bool> may_end = false;
  RenewedCredentials keeper(
      [&](std::stop_token) {
        ++begun;
        if (begun == 2) base::poll_until({1ms, 10s}, {}, [&] { return may_end.load(); });
        return numbered(begun, noon + std::chrono::hours(begun));
      },
      std::make_shared<SigningClock>([&] { return now.load(); }));
  keeper.get({}, {});
  now = noon + 46min;
  const std::jthread renewing([&] { EXPECT_EQ(keeper.get({}, {}).access_key_id, "AK2"); });
  ASSERT_TRUE(base::poll_until({1ms, 10s}, {}, [&] { return begun == 2; }));
  EXPECT_EQ(keeper.get({}, {}).access_key_id, "AK1");
  may_end = true;
}

TEST(RenewedCredentials, EndAtOnceOnAStop) {
  std::atomic<bool> has_begun = false;
  RenewedCredentials keeper(
      [&](std::stop_token stop) -> Credentials {
        has_begun = true;
        base::sleep_for(1h, stop);
        base::throw_if_stopped(stop);
        return {};
      },
      std::make_shared<SigningClock>());
  std::stop_source stop;
  const auto wait = [&] { EXPECT_THROW(keeper.get({}, stop.get_token()), base::Error); };
  const std::jthread fetching(wait);
  ASSERT_TRUE(base::poll_until({1ms, 10s}, {}, [&] { return has_begun.load(); }));
  const std::jthread waiting(wait);
  stop.request_stop();
}

TEST(CredentialsInAnAnswer, MustBeWhole) {
  const Fields whole = {{"AccessKeyId", "AK"}, {"SecretAccessKey", "s"}, {"Expiration", "1994-11-06T12:00:00Z"}};
  EXPECT_EQ(credentials_in(whole, {}, "it").ends, noon);
  for (const char* name : {"AccessKeyId", "SecretAccessKey"}) {
    Fields half = whole;
    half.erase(name);
    EXPECT_THROW(credentials_in(half, {}, "it"), base::Error) << name;
  }
  Fields odd = whole;
  odd["Expiration"] = "tomorrow";
  EXPECT_THROW(credentials_in(odd, {}, "it"), base::Error);
}

}  // namespace
}  // namespace darbe::aws
