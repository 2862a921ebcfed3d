// Rows of 16 MiB and more, which a process reads one at a time: what comes out is equal, and nobody waits for ever.
// What it saves is measured in many_tables_test.cc.
#include <memory>
#include <set>
#include <stop_token>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "copy_fixture.h"
#include "tables/rows.h"

namespace darbe::copy {
namespace {

using namespace std::chrono_literals;

class LargeRowSuite : public testing::TestWithParam<std::string_view>, public Fixture {
 protected:
  LargeRowSuite() : Fixture(GetParam()) {
    fill({"CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, a MEDIUMBLOB, b MEDIUMBLOB, KEY (a(3)))",
          "INSERT INTO shop.t (a, b) VALUES ('x', 'y')"});
    for (int doubling = 0; doubling < 9; ++doubling)
      source.execute("INSERT INTO shop.t (a, b) SELECT a, b FROM shop.t");
  }

  // Two values of 9 MiB, as the servers make no larger ones of their own.
  void enlarge_rows(const std::string& which, const char* table = "shop.t") {
    source.execute(fmt::format("UPDATE {} SET a = REPEAT('x\\t', {}), b = REPEAT(CHAR(id), {}) WHERE {}", table,
                               half / 2, half, which));
  }
  static constexpr unsigned half = 9 << 20;
};
INSTANTIATE_TEST_SUITE_P(OnMysql, LargeRowSuite, testing::Values(servers::mysql_current), name_of);
INSTANTIATE_TEST_SUITE_P(OnMariadb, LargeRowSuite, testing::Values(servers::mariadb), name_of);

// On MariaDB a lane whose rows have numbers of AUTO_INCREMENT keeps the table's lock until its LOAD DATA ends.
TEST_P(LargeRowSuite, EndEqualFromSeveralLanes) {
  enlarge_rows("id % 90 = 0");
  source.execute("ANALYZE TABLE shop.t");
  options.jobs = 3;
  options.chunk_bytes = 4096;
  EXPECT_EQ(copy().rows, source.number("SELECT COUNT(*) AS n FROM shop.t"));
  expect_equal("shop.t");
  EXPECT_TRUE(verify().repaired.empty());
}

TEST_P(LargeRowSuite, AreComparedAndCopiedAgain) {
  enlarge_rows("id = 2");
  copy();
  target.execute("UPDATE shop.t SET b = CONCAT(LEFT(b, LENGTH(b) - 1), '!') WHERE id = 2");
  const verify::Outcome outcome = verify();
  ASSERT_EQ(outcome.repaired.size(), 1U);
  EXPECT_EQ(outcome.repaired[0].differences, "row id = 2 differs in b");
  expect_equal("shop.t");
}

// Nor does a lane that leaves.
TEST_P(LargeRowSuite, WaitForThoseOfOthers) {
  enlarge_rows("id = 2");
  options.jobs = 1;
  base::Mutex mutex;
  std::set<std::uint64_t> sessions;
  options.still_frozen = [&](mysql::Connection& replica) {
    base::MutexLock lock(mutex);
    sessions.insert(replica.id());
  };
  const auto known_sessions = [&] {
    base::MutexLock lock(mutex);
    return sessions.size();
  };
  tables::RowReader other(options.frozen, {});
  auto taken = std::make_unique<tables::LargeRows>(other, std::stop_token());
  HeldCopy copying(options);
  // The plan's, the lane's, and the lane's after it has met the row.
  const base::Poll patience{.every = 10ms, .at_most = 60s};
  EXPECT_TRUE(base::poll_until(patience, {}, [&] { return known_sessions() == 3; }));
  // Nobody tells when it waits; a copy that doesn't has ended long before this.
  EXPECT_FALSE(base::poll_until({.every = 10ms, .at_most = 3s}, {}, [&] { return copying.has_ended(); }));
  EXPECT_TRUE(copying.ends_when_stopped());
  taken.reset();
  copy();
  expect_equal("shop.t");
}

// What waits in the queue then belongs to tables that are whole: nothing of it may be lost, and ARCHIVE could not take
// it a second time.
TEST_P(LargeRowSuite, LoseNothingOfTheTableBefore) {
  source.execute("DELETE FROM shop.t WHERE id <> 1");
  enlarge_rows("id = 1");
  fill({fmt::format("CREATE TABLE shop.old (id INT, noise VARCHAR(1000)) ENGINE={}",
                    is_mariadb() ? "MyISAM" : "ARCHIVE"),
        "INSERT INTO shop.old VALUES (1, '')"});
  for (int doubling = 0; doubling < 15; ++doubling)
    source.execute(
        "INSERT INTO shop.old SELECT id + (SELECT MAX(id) FROM shop.t), CONCAT(SHA2(RAND(), 512), SHA2(RAND(), "
        "512), SHA2(RAND(), 512), SHA2(RAND(), 512), SHA2(RAND(), 512), SHA2(RAND(), 512)) FROM shop.old");
  options.jobs = 1;
  copy();
  for (const char* table : {"shop.t", "shop.old"}) expect_equal(table);
}

// What such a table took can't be deleted for another try. Debian's MariaDB has ARCHIVE as a plugin only.
using LargeRowsOfArchive = LargeRowSuite;
INSTANTIATE_TEST_SUITE_P(OnMysql, LargeRowsOfArchive, testing::Values(servers::mysql_current), name_of);
TEST_P(LargeRowsOfArchive, AreTakenTheFirstTime) {
  enlarge_rows("id = 2");
  fill({"CREATE TABLE shop.old (id INT, a MEDIUMBLOB, b MEDIUMBLOB) ENGINE=ARCHIVE",
        "INSERT INTO shop.old SELECT id, a, b FROM shop.t WHERE id < 10"});
  copy();
  expect_equal("shop.old");
}

// 1 GiB is the protocol's own limit, and nothing that another try would change.
TEST_P(LargeRowSuite, AboveALimitEndTheSession) {
  mysql::ConnectOptions limited = options.frozen;
  limited.row_bytes_max = 17 << 20;
  enlarge_rows("id = 2");
  mysql::Connection session(limited, {});
  try {
    session.stream("SELECT a, b FROM shop.t ORDER BY id", [](mysql::RowView) { return true; }, "reading t");
    FAIL() << "it took the row";
  } catch (const mysql::ServerError& error) {
    EXPECT_EQ(mysql::meaning_of(error), mysql::Meaning::row_too_large) << base::text_of(error);
    EXPECT_EQ(error.kind(), base::Kind::failed);
  }
  EXPECT_FALSE(session.usable());
  // A lost link is another matter.
  mysql::Connection cut(limited, {});
  try {
    cut.stream(
        "SELECT a FROM shop.t WHERE id < 2",
        [&](mysql::RowView) {
          source.execute(fmt::format("KILL {}", cut.id()));
          return true;
        },
        "reading t");
    cut.execute("SELECT 1");
    FAIL() << "it was not cut";
  } catch (const mysql::ServerError& error) {
    EXPECT_EQ(mysql::meaning_of(error), mysql::Meaning::link_lost) << base::text_of(error);
  }
}

}  // namespace
}  // namespace darbe::copy
