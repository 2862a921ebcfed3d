// The lock that lets one run at a time work on a server: who is refused, and what becomes of it when its session dies.
#include "steps/run_lock.h"

#include <atomic>
#include <future>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "mysql/quote.h"
#include "servers/test_server.h"

namespace darbe::steps {
namespace {

using namespace std::chrono_literals;

constexpr base::Poll patience{.every = 100ms, .at_most = 60s};  // a lost session is noticed by its next ping

class RunLocks : public testing::Test {
 protected:
  std::optional<std::string> holder_of(const std::string& name) {
    return session_.value(fmt::format("SELECT IS_USED_LOCK({})", mysql::quote_text(name)));
  }
  void kill_holder_of(const std::string& name) { session_.execute("KILL " + holder_of(name).value()); }
  bool take(const std::string& name) {
    return session_.number(fmt::format("SELECT GET_LOCK({}, 10)", mysql::quote_text(name))) == 1;
  }
  static void ignore(const std::string&) {}

  servers::TestServer server_{{.kind = servers::mysql_current}};
  mysql::Connection session_{server_.connect_options(), {}};
};

TEST_F(RunLocks, LetOneRunWorkAtATime) {
  std::optional<RunLock> first;
  first.emplace(server_.connect_options(), "one", ignore, std::stop_token());
  try {
    const RunLock second(server_.connect_options(), "one", ignore, {});
    FAIL() << "two hold it";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::refused);
    EXPECT_THAT(base::text_of(error), testing::StartsWith("another darbe is at work on "));
  }
  const RunLock other(server_.connect_options(), "another", ignore, {});
  first.reset();
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return !holder_of("one"); }));
  const RunLock third(server_.connect_options(), "one", ignore, {});
}

// As by a failover: the session is gone, and with it the lock.
TEST_F(RunLocks, AreTakenAgainOrSayThatTheyAreLost) {
  std::promise<std::string> lost;
  std::atomic<int> times_lost = 0;
  const RunLock left_alone(server_.connect_options(), "left alone", [&](const std::string&) { ++times_lost; }, {});
  const RunLock taken(server_.connect_options(), "taken", [&](const std::string& reason) { lost.set_value(reason); },
                      {});
  kill_holder_of("left alone");
  kill_holder_of("taken");
  ASSERT_TRUE(take("taken"));
  ASSERT_TRUE(base::poll_until(patience, {}, [&] { return holder_of("left alone").has_value(); }));
  EXPECT_EQ(times_lost, 0);
  std::future<std::string> reason = lost.get_future();
  ASSERT_EQ(reason.wait_for(patience.at_most), std::future_status::ready);
  EXPECT_THAT(reason.get(), testing::StartsWith("another darbe is at work on "));
}

// As of a target whose volume is full: the wait for a larger one is the operator's, and has no end.
TEST_F(RunLocks, AreTriedForWhileTheServerIsKnownToBeAway) {
  std::promise<std::string> lost;
  std::atomic<int> times_lost = 0;
  std::atomic<int> looks = 0;
  std::atomic<bool> away = true;
  const LockPatience patient{.ping_every = 50ms, .tries = 2, .is_away = [&](std::stop_token) {
                               ++looks;
                               return away.load();
                             }};
  const auto note = [&](const std::string& reason) {
    if (++times_lost == 1) lost.set_value(reason);
  };
  const RunLock lock(server_.connect_options(), "away", note, {}, patient);
  server_.kill();
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return looks >= 5; }));
  EXPECT_EQ(times_lost, 0);
  server_.start();
  session_ = mysql::Connection(server_.connect_options(), {});
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return holder_of("away").has_value(); }));
  EXPECT_EQ(times_lost, 0);
  away = false;
  server_.kill();
  std::future<std::string> reason = lost.get_future();
  EXPECT_EQ(reason.wait_for(patience.at_most), std::future_status::ready);
}

// As one whose host went down without a word: its successor's lock is anybody's.
TEST_F(RunLocks, AreLostWhereTheServerIsSilent) {
  std::promise<std::string> lost;
  const LockPatience impatient{.ping_every = 50ms, .tries = 1, .answer_timeout = 1s};
  {
    const RunLock lock(
        server_.connect_options(), "silent", [&](const std::string& reason) { lost.set_value(reason); }, {}, impatient);
    server_.pause();
    EXPECT_EQ(lost.get_future().wait_for(patience.at_most), std::future_status::ready);
  }
  server_.resume();
}

}  // namespace
}  // namespace darbe::steps
