// What a copy, its verification and the comparison of the catalogs hold in memory: it grows neither with the number of
// the tables nor with their size, but with the largest row.
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "copy_child.h"
#include "copy_fixture.h"
#include "objects/compare.h"
#include "tables/table.h"

namespace darbe::copy {
namespace {

// Of this process, in KiB: the most that it ever had.
std::uint64_t peak_memory_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      std::uint64_t kib = 0;
      status >> kib;
      return kib;
    }
  return 0;
}

TEST(ManyTablesChild, DISABLED_CopiesVerifiesAndCompares) {
  Options options{.frozen = options_from_environment("SOURCE"), .target = options_from_environment("TARGET")};
  options.databases = {"shop"};
  options.jobs = 2;
  verify::Options verifying{.frozen = options.frozen, .target = options.target, .databases = options.databases};
  verifying.jobs = 2;
  verifying.copy_again = [&options](const tables::Table& table, const tables::PlannedTable& planned,
                                    const tables::Chunk& chunk,
                                    std::stop_token stop) { return copy_again(options, table, planned, chunk, stop); };
  std::size_t seen = 0;
  mysql::Connection source(options.frozen, {});
  tables::for_each_table(source, tables::read_databases(source, options.databases),
                         [&seen](const tables::Table& table) { seen += table.columns.empty() ? 0 : 1; });
  Progress progress;
  const Outcome outcome = copy::run(options, progress, {});
  EXPECT_EQ(seen, outcome.tables);
  EXPECT_EQ(std::to_string(outcome.tables), environment("TABLES"));
  EXPECT_EQ(verify::run(verifying, progress, {}).rows, outcome.rows);
  EXPECT_EQ(state(options, {}), State::done);
  EXPECT_EQ(verify::state(options.target, {}), verify::State::done);
  mysql::Connection target(options.target, {});
  const objects::WantedObjects wanted{options.databases, {std::vector<std::string>{}, options.databases, "root", ""}};
  EXPECT_THAT(objects::compare_catalogs(source, target, wanted, {}, {}).differences, testing::IsEmpty());
  std::ofstream(environment("ANSWER")) << peak_memory_kib();
}

class ManyTables : public testing::Test, public Fixture {
 protected:
  explicit ManyTables(std::string_view kind = servers::mariadb) : Fixture(kind) {}
  void SetUp() override {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "what a sanitizer holds of its own would be measured";
#endif
  }

  // MyISAM's are made ten times as fast as InnoDB's; what is held of a table is the same. Of many columns: the shape of
  // such a table is over 10 KiB.
  void make_tables(unsigned count, unsigned rows) {
    std::string columns;
    for (unsigned column = 0; column < 60; ++column)
      columns += fmt::format("a_rather_long_name_of_a_column_{} VARCHAR(20), ", column);
    source.execute(
        fmt::format("CREATE TABLE shop.t0 (id INT PRIMARY KEY, {} b DECIMAL(10,2), c DATETIME, d TEXT, e BIGINT "
                    "UNSIGNED, f VARBINARY(16), g CHAR(36), KEY a (a_rather_long_name_of_a_column_0), KEY b (b, c)) "
                    "ENGINE=MyISAM",
                    columns));
    source.execute(fmt::format("INSERT INTO shop.t0 (id, d) SELECT seq, REPEAT('x', 300) FROM shop.seq_1_to_{}", rows));
    for (unsigned table = 1; table < count; ++table) {
      source.execute(fmt::format("CREATE TABLE shop.t{} LIKE shop.t0", table));
      source.execute(fmt::format("INSERT INTO shop.t{} SELECT * FROM shop.t0", table));
    }
  }

  void forget_the_copy() {
    for (const char* database : {"shop", "darbe_journal"})
      target.execute(fmt::format("DROP DATABASE IF EXISTS {}", database));
  }

  std::uint64_t peak_memory_kib_of_copy(unsigned tables = 1) {
    const base::TemporaryFolder folder("darbe-many");
    const std::filesystem::path answer = folder.path() / "answer", log = folder.path() / "log";
    servers::Program program = child_program("ManyTablesChild", log, options.frozen, options.target);
    program.environment.push_back(fmt::format("DARBE_TEST_TABLES={}", tables));
    program.environment.push_back("DARBE_TEST_ANSWER=" + answer.string());
    const servers::Ending ending = servers::wait_for(servers::spawn(program));
    if (!ending.good) ADD_FAILURE() << ending.text << ": " << servers::tail_of(log, 20);
    return ending.good ? std::stoull(base::read_file(answer)) : 0;
  }
};

class LargeTable : public ManyTables {
 protected:
  // MyISAM's are one chunk, whatever their size.
  LargeTable() { source.execute("CREATE TABLE shop.large (id INT PRIMARY KEY, body LONGBLOB) ENGINE=MyISAM"); }

  void fill_with(unsigned megabytes) {
    source.execute("TRUNCATE TABLE shop.large");
    source.execute(fmt::format(
        "INSERT INTO shop.large (id, body) SELECT seq, REPEAT(CHAR(97 + seq % 26), 16384) FROM shop.seq_1_to_{}",
        64 * megabytes));
  }
};

class Documents : public ManyTables {
 protected:
  Documents() : ManyTables(servers::mysql_current) {
    source.execute("CREATE TABLE shop.documents (id INT PRIMARY KEY, body JSON)");
  }

  // Of numbers that SQL made: DECIMALs, which no client's text is made into, and which Verify asks both servers for.
  void fill_with(unsigned documents) {
    source.execute("TRUNCATE TABLE shop.documents");
    source.execute(fmt::format("SET SESSION cte_max_recursion_depth = {}", documents));
    source.execute(fmt::format(
        "INSERT INTO shop.documents WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE "
        "id < {}) SELECT id, JSON_OBJECT('n', CAST(id % 999 + 0.25 AS DECIMAL(6,2))) FROM n",
        documents));
  }
};

TEST_F(LargeTable, TakesNoMoreMemoryThanASmallOne) {
  fill_with(10);
  const std::uint64_t with_small = peak_memory_kib_of_copy();
  forget_the_copy();
  fill_with(150);
  const std::uint64_t with_large = peak_memory_kib_of_copy();
  RecordProperty("kib_with_small", std::to_string(with_small));
  RecordProperty("kib_with_large", std::to_string(with_large));
  // Of a few MiB: the lanes' queues, which need not be full with so little.
  EXPECT_LT(with_large, with_small + 16384) << with_small;
}

// In the client library: the text of it that the target gets is handed on in blocks.
TEST_F(LargeTable, HoldsItsLargestRowOnce) {
  constexpr std::uint64_t row_kib = 64 * 1024;
  fill_with(10);
  const std::uint64_t without = peak_memory_kib_of_copy();
  forget_the_copy();
  // What a session may make, not what the copy may read or write.
  source.execute("SET GLOBAL max_allowed_packet = 134217728");
  mysql::Connection(options.frozen, {})
      .execute(fmt::format("UPDATE shop.large SET body = REPEAT('x', {}) WHERE id = 50", row_kib * 1024));
  source.execute("SET GLOBAL max_allowed_packet = 16777216");
  ASSERT_EQ(source.number("SELECT MAX(LENGTH(body)) AS bytes FROM shop.large"), row_kib * 1024);
  const std::uint64_t with = peak_memory_kib_of_copy();
  RecordProperty("kib_without", std::to_string(without));
  RecordProperty("kib_with", std::to_string(with));
  EXPECT_GT(with, row_kib);
  EXPECT_LT(with, without + row_kib + 8192) << without;
}

// Of all lanes one holds such a row; another has read none of its own, or is at one of less than 16 MiB.
TEST_F(LargeTable, HoldsOneLargestRowForAllLanes) {
  constexpr std::uint64_t half_kib = 12 * 1024;
  source.execute("CREATE TABLE shop.other (id INT PRIMARY KEY, body LONGBLOB, more LONGBLOB) ENGINE=MyISAM");
  source.execute("ALTER TABLE shop.large ADD more LONGBLOB");
  fill_with(1);
  const std::uint64_t without = peak_memory_kib_of_copy(2);
  forget_the_copy();
  source.execute("TRUNCATE TABLE shop.large");
  source.execute(
      fmt::format("INSERT INTO shop.large SELECT seq, REPEAT('x', {0}), REPEAT('y', {0}) FROM "
                  "shop.seq_1_to_6",
                  half_kib * 1024));
  source.execute("INSERT INTO shop.other SELECT * FROM shop.large");
  const std::uint64_t with = peak_memory_kib_of_copy(2);
  RecordProperty("kib_without", std::to_string(without));
  RecordProperty("kib_with", std::to_string(with));
  EXPECT_GT(with, 2 * half_kib);
  EXPECT_LT(with, without + 2 * half_kib + 8192) << without;
}

TEST_F(Documents, OfTypesThatTheirTextsHideTakeNoMoreMemoryWhereTheyAreMany) {
  fill_with(1000);
  const std::uint64_t with_few = peak_memory_kib_of_copy();
  forget_the_copy();
  fill_with(100000);
  const std::uint64_t with_many = peak_memory_kib_of_copy();
  RecordProperty("kib_with_few", std::to_string(with_few));
  RecordProperty("kib_with_many", std::to_string(with_many));
  EXPECT_LT(with_many, with_few + 16384) << with_few;  // the lanes' queues; a place held for each would take 28 MiB
}

TEST_F(ManyTables, TakeNoMoreMemoryThanFew) {
  constexpr unsigned few = 300, many = 1300;  // more than any window has
  make_tables(few, 20);
  const std::uint64_t with_few = peak_memory_kib_of_copy(few);
  for (mysql::Connection* side : {&source, &target}) side->execute("DROP DATABASE shop");
  target.execute("DROP DATABASE darbe_journal");
  source.execute("CREATE DATABASE shop");
  make_tables(many, 4);
  const std::uint64_t with_many = peak_memory_kib_of_copy(many);
  RecordProperty("kib_with_few", std::to_string(with_few));
  RecordProperty("kib_with_many", std::to_string(with_many));
  // The allocator's noise is up to 3 MiB where the processors are busy; the shapes alone of a thousand tables are
  // 18.
  EXPECT_LT(with_many, with_few + 8192) << with_few;
}

}  // namespace
}  // namespace darbe::copy
