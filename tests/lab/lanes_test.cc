// How many lanes work, and what holds them back: a copy whose lanes come and go ends equal, on servers of each kind.
#include <array>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "copy/pacer.h"
#include "copy/pressure.h"
#include "copy_fixture.h"

namespace darbe::copy {
namespace {

class LaneSuite : public testing::TestWithParam<std::string_view>, public Fixture {
 protected:
  LaneSuite() : Fixture(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(EachKind, LaneSuite,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

TEST_P(LaneSuite, EndsEqualWhileLanesComeAndGo) {
  options.chunk_bytes = 4096;
  fill({"CREATE TABLE shop.big (id INT AUTO_INCREMENT PRIMARY KEY, v INT, t VARCHAR(100), KEY v (v))",
        "INSERT INTO shop.big (v, t) VALUES (1, 'x')"});
  for (int doubling = 0; doubling < 14; ++doubling)
    source.execute("INSERT INTO shop.big (v, t) SELECT v + 1, REPEAT(t, 1 + v % 2) FROM shop.big");
  fill({"CREATE TABLE shop.other_big LIKE shop.big", "INSERT INTO shop.other_big SELECT * FROM shop.big",
        "CREATE TABLE shop.keyless AS SELECT v, t FROM shop.big WHERE id < 3000",
        "ANALYZE TABLE shop.big, shop.other_big, shop.keyless"});
  base::Mutex mutex;
  std::set<std::uint64_t> sessions;
  options.still_frozen = [&](mysql::Connection& replica) {
    base::MutexLock lock(mutex);
    sessions.insert(replica.id());
  };
  unsigned asked = 0;
  options.pacing = {.decide = [&](const Pulse&, std::stop_token) { return std::array{1U, 4U, 2U, 3U}[++asked % 4]; },
                    .most = 4,
                    .every = std::chrono::milliseconds(5)};
  const Outcome outcome = copy();
  // One for the plan and one for each lane; more belong to lanes that came back.
  EXPECT_GT(sessions.size(), 5U);
  for (const char* table : {"shop.big", "shop.other_big", "shop.keyless"}) expect_equal(table);
  EXPECT_TRUE(verify().repaired.empty());
  EXPECT_EQ(outcome.rows, 2 * 16384 + source.number("SELECT COUNT(*) AS n FROM shop.keyless"));
}

TEST_P(LaneSuite, SeesTheTargetsRedoLogFill) {
  const auto before = read_checkpoint_age(target);
  ASSERT_TRUE(before);
  EXPECT_GE(before->capacity, 4U << 20);
  EXPECT_LT(before->bytes, before->capacity);
  const auto written = [&] {
    return target.query("SHOW GLOBAL STATUS LIKE 'Innodb_os_log_written'").number(0, "Value");
  };
  const std::uint64_t begin = written();
  target.execute("CREATE DATABASE other");
  target.execute("CREATE TABLE other.t (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB) ENGINE=InnoDB");
  // Pages reach the disk in the background: the age falls back now and then, but not always at once.
  EXPECT_TRUE(base::poll_until({.every = std::chrono::milliseconds(1), .at_most = std::chrono::seconds(60)}, {},
                               [&] {
                                 target.execute("INSERT INTO other.t (b) VALUES (REPEAT('x', 300000))");
                                 return read_checkpoint_age(target)->bytes >= before->bytes + 600000;
                               }))
      << "after " << written() - begin << " bytes of redo";
}

TEST_P(LaneSuite, SeesTheTargetsStorageFill) {
  const std::uint64_t before = read_storage_used(target);
  EXPECT_GT(before, 4U << 20);
  target.execute("CREATE DATABASE other");
  target.execute("CREATE TABLE other.t (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB) ENGINE=InnoDB");
  for (int i = 0; i < 40; ++i) target.execute("INSERT INTO other.t (b) VALUES (REPEAT('x', 300000))");
  // 5.6 knows only what its statistics say, which come a little later.
  EXPECT_TRUE(base::poll_until({.every = std::chrono::milliseconds(100), .at_most = std::chrono::seconds(60)}, {},
                               [&] { return read_storage_used(target) >= before + 10'000'000; }));
}

std::jthread run_a_long_statement(const mysql::ConnectOptions& options) {
  return std::jthread([options](const std::stop_token& stop) {
    try {
      mysql::Connection(options, stop).query("SELECT SLEEP(60)");
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::Kind::interrupted) << error.what();
    }
  });
}

TEST_P(LaneSuite, SeesWhatOthersRunOnTheServerThatIsRead) {
  EXPECT_EQ(read_foreign_statements(source, 0), 0U);
  const std::jthread other = run_a_long_statement(options.frozen);
  EXPECT_TRUE(base::poll_until({.every = std::chrono::milliseconds(10), .at_most = std::chrono::seconds(60)}, {},
                               [&] { return read_foreign_statements(source, 0) == 1; }));
  EXPECT_EQ(read_foreign_statements(source, 1), 0U);
}

// What somebody who begins to decide says of 8 lanes: each gauge looks once.
unsigned lanes_of_eight(Options options) {
  options.jobs = 8;
  return pacing_for(options).decide({.at = base::Clock::now()}, {});
}

constexpr base::Poll until_held{.every = std::chrono::milliseconds(1), .at_most = std::chrono::seconds(60)};

TEST_P(LaneSuite, HoldsLanesBackWhileTheTargetsStorageIsFull) {
  const std::uint64_t used = read_storage_used(target);
  options.target_volume_bytes = 2 * used;
  EXPECT_TRUE(base::poll_until(until_held, {}, [&] { return lanes_of_eight(options) == 8; }));
  options.target_volume_bytes = used;
  EXPECT_EQ(lanes_of_eight(options), 4U);
}

TEST_P(LaneSuite, HoldsLanesBackWhileOthersUseTheServerThatIsRead) {
  options.shared_cpus = 1;
  EXPECT_TRUE(base::poll_until(until_held, {}, [&] { return lanes_of_eight(options) == 8; }));
  const std::jthread other = run_a_long_statement(options.frozen);
  EXPECT_TRUE(base::poll_until(until_held, {}, [&] { return lanes_of_eight(options) == 4; }));
  options.shared_cpus = 2;
  EXPECT_EQ(lanes_of_eight(options), 8U);
}

// A server that writes pages back as late and as slowly as it may.
class LateFlushing {
 public:
  explicit LateFlushing(mysql::Connection& server) : server_(server) {
    // In the order in which they are put back: a capacity is never above its maximum.
    for (const char* name : {most_dirty, "innodb_max_dirty_pages_pct_lwm", "innodb_adaptive_flushing",
                             "innodb_io_capacity_max", "innodb_io_capacity"})
      before_.emplace_back(name, server.value(fmt::format("SELECT @@global.{}", name)).value());
    for (const auto& [name, value] : {std::pair(most_dirty, "99"),
                                      {"innodb_max_dirty_pages_pct_lwm", "0"},
                                      {"innodb_adaptive_flushing", "0"},
                                      {"innodb_io_capacity", "100"},
                                      {"innodb_io_capacity_max", "100"}})
      set(name, value);
  }
  ~LateFlushing() { restore(); }
  LateFlushing(const LateFlushing&) = delete;
  LateFlushing& operator=(const LateFlushing&) = delete;

  void end() {
    restore();
    set(most_dirty, "0");
  }

 private:
  static constexpr const char* most_dirty = "innodb_max_dirty_pages_pct";
  void set(const std::string& name, const std::string& value) {
    server_.execute(fmt::format("SET GLOBAL {} = {}", name, value));
  }
  void restore() {
    for (const auto& [name, value] : before_) set(name, value);
  }
  mysql::Connection& server_;
  std::vector<std::pair<std::string, std::string>> before_;
};

TEST_P(LaneSuite, HoldsLanesBackWhileTheTargetsRedoLogIsFull) {
  LateFlushing late(target);
  target.execute("CREATE DATABASE other");
  target.execute("CREATE TABLE other.t (id INT AUTO_INCREMENT PRIMARY KEY, b LONGBLOB) ENGINE=InnoDB");
  const auto full = [&] { return fullness(read_checkpoint_age(target).value()); };
  EXPECT_TRUE(base::poll_until(until_held, {},
                               [&] {
                                 target.execute("INSERT INTO other.t (b) VALUES (REPEAT('x', 100000))");
                                 return full() >= redo_log_levels.too_full && lanes_of_eight(options) == 4;
                               }))
      << "at " << full();
  late.end();
  EXPECT_TRUE(base::poll_until(until_held, {}, [&] { return lanes_of_eight(options) == 8; })) << "at " << full();
}

// A brake that holds from the beginning slows the copy and spoils nothing.
TEST_P(LaneSuite, EndsEqualWhileItsBrakesHold) {
  options.jobs = 8;
  options.target_volume_bytes = 1 << 20;
  options.shared_cpus = 1;
  options.pacing = pacing_for(options);
  const unsigned lanes = options.pacing.decide({.at = base::Clock::now()}, {});
  EXPECT_EQ(lanes, 4U);
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY) ENGINE=InnoDB", "INSERT INTO shop.t VALUES (1), (2)"});
  copy();
  expect_equal("shop.t");
}

TEST_P(LaneSuite, EndsEqualWithThePacingOfJobsAuto) {
  options.jobs = first_lanes(1);
  options.pacing = pacing_for(options);
  options.pacing.every = std::chrono::milliseconds(1);
  fill({"CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT)", "INSERT INTO shop.t (v) VALUES (1)"});
  for (int doubling = 0; doubling < 10; ++doubling) source.execute("INSERT INTO shop.t (v) SELECT v FROM shop.t");
  EXPECT_EQ(copy().rows, 1024U);
  expect_equal("shop.t");
}

// As for the AUTO-INC lock, which on MariaDB and MySQL below 8.0 a lane has until its chunk is loaded.
TEST_P(LaneSuite, WaitsForALockLongerThanTheServerWouldLetOthers) {
  fill({"CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY)", "INSERT INTO shop.t VALUES (1), (2)"});
  options.jobs = 1;
  mysql::Connection holder(options.target, {});
  std::atomic<bool> held = false;
  std::set<std::uint64_t> sessions;
  unsigned asked = 0;
  const base::Poll patience{.every = std::chrono::milliseconds(10), .at_most = std::chrono::seconds(60)};
  options.still_frozen = [&](mysql::Connection& replica) {
    sessions.insert(replica.id());
    if (++asked != 4) return;  // at first, with the plan, with the lane's session, and now before its rows are sent
    EXPECT_TRUE(base::poll_until(patience, {}, [&] {
      return holder.number("SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'") == 1;
    }));
    holder.execute("BEGIN");
    holder.execute("INSERT INTO shop.t VALUES (2)");
    held = true;
  };
  target.execute("SET GLOBAL innodb_lock_wait_timeout = 1");
  auto copying = std::async(std::launch::async, [&] { return copy(); });
  // A statement whose wait has ended begins anew, and is young.
  EXPECT_TRUE(base::poll_until(patience, {}, [&] {
    return held && target.number(
                       "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE 'LOAD DATA%'"
                       " AND TIME >= 5") == 1;
  }));
  holder.execute("ROLLBACK");
  EXPECT_EQ(copying.get().rows, 2U);
  target.execute("SET GLOBAL innodb_lock_wait_timeout = DEFAULT");
  EXPECT_EQ(sessions.size(), 2U) << "the plan's and the lane's";
  expect_equal("shop.t");
}

TEST_P(LaneSuite, TakesNoMoreLanesThanHalfOfTheSessions) {
  const std::uint64_t sessions = target.number("SELECT @@max_connections AS sessions");
  target.execute("SET GLOBAL max_connections = 12");
  options.jobs = 40;
  const Pacing pacing = pacing_for(options);
  unsigned lanes = 0;
  EXPECT_NO_THROW(lanes = pacing.decide({.at = base::Clock::now()}, {}));
  target.execute(fmt::format("SET GLOBAL max_connections = {}", sessions));
  EXPECT_EQ(lanes, 6U);
}

// A lane that looks for the middle of another's range has nothing at hand that is worth waiting for.
TEST_P(LaneSuite, LeavesWhileItLooksForAMiddle) {
  fill_table();
  // A stride ends when the other lane is there; then the table is locked, and what is asked of it next is its middle.
  // Where the other lane has not asked for work yet, it is the next stride: that one may pass, and it begins anew.
  mysql::Connection locker(options.frozen, {});
  std::map<std::uint64_t, int> asked;
  std::mutex mutex;
  bool locked = false;
  const auto count = [&](std::uint64_t session) {
    const std::lock_guard lock(mutex);
    return std::pair(++asked[session], asked.size());
  };
  const auto are_all_there = [&] {
    const std::lock_guard lock(mutex);
    return asked.size() == 3;
  };
  const base::Poll patience{.every = std::chrono::milliseconds(10), .at_most = std::chrono::seconds(20)};
  options.still_frozen = [&](mysql::Connection& session) {
    const auto [times, sessions] = count(session.id());
    if (times == 1 || sessions == 1) return;
    EXPECT_TRUE(base::poll_until(patience, {}, are_all_there));
    const std::lock_guard lock(mutex);
    if (!locked) locker.execute("LOCK TABLES shop.t WRITE");
    locked = true;
  };
  HeldCopy copying(options);
  const auto waits_for_the_lock = [&](std::string_view which) {
    return source.number(fmt::format("SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST"
                                     " WHERE STATE LIKE '%metadata lock%' AND INFO {} '%LIMIT 1'",
                                     which)) != 0;
  };
  EXPECT_TRUE(base::poll_until(patience, {}, [&] {
    if (waits_for_the_lock("NOT LIKE")) {
      const std::lock_guard lock(mutex);
      locker.execute("UNLOCK TABLES");
      locked = false;
    }
    return waits_for_the_lock("LIKE");
  }));
  EXPECT_TRUE(copying.ends_when_stopped());
  EXPECT_GT(tables::ledger::read_totals(target).chunks, 0U);
  locker.execute("UNLOCK TABLES");
}

}  // namespace
}  // namespace darbe::copy
