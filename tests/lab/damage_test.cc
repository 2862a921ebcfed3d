// Damage done to the target between Copy and Verify: each is found, told by row and column, and mended by copying its
// chunk once more, once.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "copy/json_types.h"
#include "copy_fixture.h"
#include "flawed_digest.h"
#include "servers/process.h"
#include "tables/json_doubles.h"

namespace darbe::copy {
namespace {

using testing::HasSubstr;

// The number of the index that a page of an InnoDB file belongs to (MySQL Internals, "InnoDB Page Structure").
std::string index_of_page(const std::string& file, std::size_t page) {
  const bool is_index = file.compare(page + 24, 2, "\x45\xBF") == 0;
  return is_index ? file.substr(page + 66, 8) : std::string();
}

// `file` with the pages of its last index as they are in `from`.
std::string with_last_index_of(const std::string& from, std::string file) {
  constexpr std::size_t page_bytes = 16384;
  std::string last;
  for (std::size_t page = 0; page < file.size(); page += page_bytes) last = std::max(last, index_of_page(file, page));
  for (std::size_t page = 0; page < file.size(); page += page_bytes)
    if (index_of_page(file, page) == last) file.replace(page, page_bytes, from, page, page_bytes);
  return file;
}

class VerifySuite : public testing::TestWithParam<std::string_view>, public Fixture {
 protected:
  VerifySuite() : Fixture(GetParam()) {}

  bool has_json() const { return !is_mariadb() && at_least(5, 7); }

  // Copies a table of a thousand rows in some chunks.
  void fill_and_copy() {
    fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, f FLOAT, d DOUBLE, n VARCHAR(40), b BLOB, j " +
              std::string(at_least(5, 7) ? "JSON" : "TEXT") + ", KEY f (f))",
          R"(INSERT INTO shop.t VALUES (1, 16777217, 0.1, 'row ', X'00FF', '{"a": 1, "b": 2.5}'))"});
    for (int doubling = 0; doubling < 10; ++doubling)
      source.execute(
          "INSERT INTO shop.t SELECT id + (SELECT MAX(id) FROM (SELECT id FROM shop.t) m), f, d, n, b, j FROM shop.t");
    fill({"UPDATE shop.t SET n = CONCAT(n, id)", "ANALYZE TABLE shop.t"});
    options.chunk_bytes = 16384;
    copy();
    EXPECT_GT(lines_of("t").chunks, 1U);
  }

  // What verify finds, each chunk copied again once.
  std::vector<verify::Repair> repairs() {
    verify::Options counting = verify_options();
    copied_again_ = 0;
    counting.copy_again = [&](const auto& table, const auto& planned, const auto& chunk, std::stop_token stop) {
      ++copied_again_;
      return copy_again(options, table, planned, chunk, stop);
    };
    Progress progress;
    const verify::Outcome outcome = verify::run(counting, progress, {});
    EXPECT_EQ(copied_again(), outcome.repaired.size());
    EXPECT_EQ(progress.snapshot().done.rows, outcome.rows);
    EXPECT_EQ(progress.snapshot().done.bytes, outcome.bytes);
    EXPECT_EQ(verify::state(options.target, {}), verify::State::done);
    return outcome.repaired;
  }
  // Chunks, by the last repairs().
  std::size_t copied_again() const { return copied_again_; }

  // Copies a thousand documents, and returns the last row of each chunk: they have ids from 1 on.
  std::vector<std::uint64_t> copy_papers() {
    fill({"CREATE TABLE shop.papers (id INT PRIMARY KEY, j JSON)",
          R"(INSERT INTO shop.papers VALUES (1, '{"day": "2024-01-02", "total": 1234567.89}'))"});
    for (int rows = 1; rows < 1024; rows *= 2)
      source.execute(fmt::format("INSERT INTO shop.papers SELECT id + {}, j FROM shop.papers", rows));
    source.execute("ANALYZE TABLE shop.papers");
    options.jobs = 1;
    options.chunk_bytes = 16384;
    copy();
    std::vector<std::uint64_t> ends;
    for (const tables::LedgerLine& line : tables::ledger::read_unverified(target, 1, std::nullopt, 100))
      ends.push_back((ends.empty() ? 0 : ends.back()) + line.source.rows);
    EXPECT_GT(ends.size(), 2U);
    EXPECT_GT(ends.front(), 64U) << "all of its first chunk is a sample";
    return ends;
  }
  // Whose sizes cancel out, in a document on the target.
  void give_other_types(std::uint64_t id) {
    target.execute(fmt::format("UPDATE shop.papers SET j = NULL WHERE id = {}", id));
    target.execute(fmt::format(
        "UPDATE shop.papers SET j = JSON_OBJECT('day', DATE'2024-01-02', 'total', 1234567.89) WHERE id = {}", id));
  }
  std::string papers_with_other_types() {
    return target
        .value(
            "SELECT GROUP_CONCAT(id ORDER BY id) FROM shop.papers WHERE JSON_TYPE(JSON_EXTRACT(j, '$.day')) = 'DATE'")
        .value_or("none");
  }
  static std::string other_types(std::uint64_t id) { return fmt::format("row id = {} differs in the types in j", id); }

  void expect_mismatch(const std::string& text) {
    try {
      verify();
      FAIL() << "verify called a table whole that is not";
    } catch (const base::Error& error) {
      EXPECT_EQ(base::kind_of(error), base::Kind::mismatch);
      EXPECT_THAT(base::text_of(error), HasSubstr(text));
    }
    EXPECT_NE(verify::state(options.target, {}), verify::State::done);
  }

  struct Tablespace {
    std::string rows;
    std::string description;  // that MariaDB asks for
  };
  std::filesystem::path file_of(const std::string& name) { return servers().target.data() / "shop" / name; }

  // The target's shop.made with all changes in it.
  Tablespace exported() {
    target.execute("FLUSH TABLES shop.made FOR EXPORT");
    Tablespace files{base::read_file(file_of("made.ibd")), base::read_file(file_of("made.cfg"))};
    target.execute("UNLOCK TABLES");
    return files;
  }

  // The target's shop.t gets a tablespace whose secondary index is that of the rows without the last.
  void lose_an_index_entry() {
    target.execute("CREATE TABLE shop.made LIKE shop.t");
    target.execute("INSERT INTO shop.made SELECT * FROM shop.t WHERE id < 3");
    const Tablespace before = exported();
    target.execute("INSERT INTO shop.made SELECT * FROM shop.t WHERE id = 3");
    const Tablespace after = exported();
    target.execute("ALTER TABLE shop.t DISCARD TABLESPACE");
    std::ofstream(file_of("t.ibd"), std::ios::binary) << with_last_index_of(before.rows, after.rows);
    std::ofstream(file_of("t.cfg"), std::ios::binary) << after.description;
    for (const char* name : {"t.ibd", "t.cfg"})
      std::filesystem::permissions(file_of(name), std::filesystem::perms(0666));
    target.execute("ALTER TABLE shop.t IMPORT TABLESPACE");
    std::filesystem::remove(file_of("t.cfg"));  // or 5.6 could not drop the database
    target.execute("DROP TABLE shop.made");
  }

  // Another session does `damage` to a good copy of shop.t; verify says `differences`, and all is equal then.
  void expect_found(const std::vector<std::string>& damage, const std::string& differences) {
    fill_and_copy();
    for (const std::string& sql : damage) target.execute(sql);
    const auto repaired = repairs();
    ASSERT_EQ(repaired.size(), 1U);
    EXPECT_EQ(repaired[0].differences, differences);
    expect_equal("shop.t");
  }

 private:
  std::atomic<std::size_t> copied_again_ = 0;
};
INSTANTIATE_TEST_SUITE_P(EachKind, VerifySuite,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

// Keeps the target's ALTER TABLE of a table from its end, from the table's creation on.
class EndlessBuild {
 public:
  EndlessBuild(const mysql::ConnectOptions& target, const std::string& table)
      : session_(target, {}), holder_([this, table](const std::stop_token& stop) {
          session_.execute("BEGIN");
          while (!stop.stop_requested() && !reads(table)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }) {}
  void end() {
    holder_.request_stop();
    if (holder_.joinable()) holder_.join();
    session_.execute("COMMIT");
  }

 private:
  bool reads(const std::string& table) {
    try {
      session_.query("SELECT * FROM " + table + " LIMIT 1");
      return true;
    } catch (const mysql::ServerError& error) {
      if (mysql::meaning_of(error) != mysql::Meaning::no_such_object) throw;
      return false;
    }
  }

  mysql::Connection session_;
  std::jthread holder_;
};

TEST_P(VerifySuite, VerifiesWhatIsWholeWhileOthersGetTheirIndexes) {
  fill({"CREATE TABLE shop.small (id INT PRIMARY KEY, n VARCHAR(40))", "INSERT INTO shop.small VALUES (1, 'one')"});
  verify::Ahead ahead(verify_options());
  EndlessBuild build(options.target, "shop.t");
  std::vector<unsigned> whole;
  bool ended = false;
  options.meanwhile = [&](const std::vector<unsigned>& ids,
                          std::stop_token stop) {  // one lane builds, the other one asks
    whole.insert(whole.end(), ids.begin(), ids.end());
    const bool more = ahead.work(ids, std::move(stop));
    if (!more && !whole.empty() && !std::exchange(ended, true)) build.end();
    return more;
  };
  fill_and_copy();
  EXPECT_EQ(whole.size(), 1U);
  const tables::LedgerSummary lines = lines_of("small");
  EXPECT_GT(lines.chunks, 0U);
  EXPECT_EQ(lines.chunks_verified, lines.chunks);
  EXPECT_EQ(ahead.bytes_verified(), lines.copied.bytes);
  EXPECT_EQ(lines_of("t").chunks_verified, 0U);
  EXPECT_EQ(verify().tables, 2U);
  EXPECT_EQ(verify::state(options.target, {}), verify::State::done);
}

// What copying again does not mend is Verify's to tell: the copy goes on building indexes.
TEST_P(VerifySuite, LeavesAMismatchThatIsFoundAheadToVerify) {
  fill({"CREATE TABLE shop.small (id INT PRIMARY KEY, n VARCHAR(40))", "INSERT INTO shop.small VALUES (1, 'one')"});
  fill_and_copy();
  target.execute("UPDATE shop.small SET n = 'two'");
  verify::Options final_at_once = verify_options();
  final_at_once.copy_again = {};
  verify::Ahead ahead(final_at_once);
  EXPECT_FALSE(ahead.work({1}, {}));
  EXPECT_FALSE(ahead.work({2}, {}));
  EXPECT_EQ(verify::state(options.target, {}), verify::State::absent);
  EXPECT_EQ(repairs().size(), 1U);
}

TEST_P(VerifySuite, VerifiesNothingAheadAfterAStop) {
  fill_and_copy();
  verify::Ahead ahead(verify_options());
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(ahead.work({1}, stop.get_token()));
  EXPECT_FALSE(ahead.work({1}, {}));
  EXPECT_EQ(verify::state(options.target, {}), verify::State::absent);
}

TEST_P(VerifySuite, MendsAheadWhatDiffersAndLeavesDocumentsWithoutAKeyForLater) {
  fill({"CREATE TABLE shop.small (id INT PRIMARY KEY, n VARCHAR(40))", "INSERT INTO shop.small VALUES (1, 'one')",
        fmt::format("CREATE TABLE shop.loose (j {})", has_json() ? "JSON" : "TEXT"),
        "INSERT INTO shop.loose VALUES ('{}')"});
  fill_and_copy();
  target.execute("UPDATE shop.small SET n = 'two'");
  verify::Ahead ahead(verify_options());
  bool more = ahead.work({1, 2, 3}, {});
  while (more) more = ahead.work({}, {});
  ASSERT_EQ(ahead.repaired().size(), 1U);
  EXPECT_THAT(ahead.repaired().front().chunk, HasSubstr("shop.small"));
  EXPECT_EQ(checksum(source, "shop.small"), checksum(target, "shop.small"));
  EXPECT_EQ(lines_of("t").chunks_verified, lines_of("t").chunks);
  EXPECT_EQ(lines_of("loose").chunks_verified, has_json() ? 0U : 1U);
  EXPECT_TRUE(repairs().empty());
}

TEST_P(VerifySuite, FindsNothingInAGoodCopy) {
  fill_and_copy();
  EXPECT_TRUE(repairs().empty());
  expect_equal("shop.t");
}

TEST_P(VerifySuite, FindsAFlippedBit) {
  expect_found({"UPDATE shop.t SET b = X'00FE' WHERE id = 77"}, "row id = 77 differs in b");
}

TEST_P(VerifySuite, FindsAFlippedBitOfALargeBlob) {
  fill({"CREATE TABLE shop.large (id INT PRIMARY KEY, b LONGBLOB)",
        "INSERT INTO shop.large VALUES (1, REPEAT('a', 300000)), (2, REPEAT('b', 300000)), (3, '')"});
  copy();
  target.execute("UPDATE shop.large SET b = INSERT(b, 299999, 1, 'c') WHERE id = 2");
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row id = 2 differs in b");
  expect_equal("shop.large");
}

TEST_P(VerifySuite, FindsAFloatsLastBit) {
  expect_found({"UPDATE shop.t SET f = 16777218 WHERE id = 512"}, "row id = 512 differs in f");
}

TEST_P(VerifySuite, FindsADoublesLastBit) {
  expect_found({"UPDATE shop.t SET d = 0.10000000000000002 WHERE id = 512"}, "row id = 512 differs in d");
}

TEST_P(VerifySuite, FindsAnotherTypeOfJsonScalar) {
  expect_found({R"(UPDATE shop.t SET j = '{"a": 1.0, "b": 2.5}' WHERE id = 3)"}, "row id = 3 differs in j");
}

// A DECIMAL prints as the DOUBLE does that it takes the place of.
TEST_P(VerifySuite, FindsATypeOfJsonScalarThatItsTextDoesNotShow) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  expect_found({"UPDATE shop.t SET j = NULL WHERE id = 3",
                "UPDATE shop.t SET j = JSON_OBJECT('a', 1, 'b', CAST(2.5 AS DECIMAL(3, 1))) WHERE id = 3"},
               "row id = 3 differs in the types in j");
}

// Neither its text nor its size.
TEST_P(VerifySuite, FindsATypeOfJsonScalarThatItsSizeDoesNotShow) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  fill(
      {"CREATE TABLE shop.documents (id INT PRIMARY KEY, k VARCHAR(5), j JSON, n JSON)",
       R"(INSERT INTO shop.documents VALUES (1, 'n', '{"a": [1, {"b": 123456.78}]}', NULL), (2, 'v', '12.5', '[0.5]'))",
       "CREATE TABLE shop.keyless (j JSON)", "INSERT INTO shop.keyless VALUES ('[12.5]'), ('[12.5]')"});
  copy();
  EXPECT_THAT(verify().with_documents, testing::IsEmpty()) << "all of so few are asked";
  // A value that is equal to its successor would be kept.
  const auto become = [&](const std::string& table, const std::string& document, const std::string& which) {
    target.execute(fmt::format("UPDATE shop.{} SET j = NULL WHERE {} LIMIT 1", table, which));
    target.execute(fmt::format("UPDATE shop.{} SET j = {} WHERE j IS NULL", table, document));
    target.execute("UPDATE darbe_journal.copy_ledger SET verified_at = NULL");
  };
  const auto expect_repaired = [&](const std::string& differences) {
    const auto repaired = repairs();
    ASSERT_EQ(repaired.size(), 1U);
    EXPECT_EQ(repaired[0].differences, differences);
    for (const char* table : {"documents", "keyless"}) expect_equal(fmt::format("shop.{}", table));
  };
  become("documents", "JSON_OBJECT('a', JSON_ARRAY(1, JSON_OBJECT('b', 123456.78)))", "id = 1");
  EXPECT_EQ(target.value("SELECT JSON_TYPE(JSON_EXTRACT(j, '$.a[1].b')) FROM shop.documents WHERE id = 1"), "DECIMAL");
  expect_repaired("row id = 1 differs in the types in j");
  EXPECT_EQ(target.value("SELECT JSON_TYPE(JSON_EXTRACT(j, '$.a[1].b')) FROM shop.documents WHERE id = 1"), "DOUBLE");
  become("documents", "CAST(CAST(12.5 AS DECIMAL(8, 2)) AS JSON)", "id = 2");
  expect_repaired("row id = 2 differs in j");  // it prints 12.50
  target.execute("CREATE TABLE shop.prices (p DECIMAL(6, 1))");
  target.execute("INSERT INTO shop.prices VALUES (12.5)");
  become("documents", "(SELECT CAST(p AS JSON) FROM shop.prices)", "id = 2");
  expect_repaired("row id = 2 differs in the types in j");
  become("keyless", "(SELECT JSON_ARRAY(p) FROM shop.prices)", "TRUE");
  expect_repaired("row j = [12.5] differs in the types in j");
}

// A DATE takes a byte less than its text, a DECIMAL of nine digits one more than a double.
TEST_P(VerifySuite, FindsTypesOfJsonWhoseSizesCancelOut) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  fill({"CREATE TABLE shop.papers (id INT PRIMARY KEY, j JSON)",
        "INSERT INTO shop.papers VALUES (1, JSON_OBJECT('day', DATE'2024-01-02', 'total', 1234567.89))"});
  copy();
  const char* asked =
      "SELECT CONCAT_WS(' ', JSON_TYPE(JSON_EXTRACT(j, '$.day')), JSON_TYPE(JSON_EXTRACT(j, '$.total'))) FROM "
      "shop.papers";
  const char* size = "SELECT JSON_STORAGE_SIZE(j) FROM shop.papers";
  ASSERT_EQ(target.value(asked), "STRING DOUBLE");
  ASSERT_EQ(target.value(size), source.value(size));
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_THAT(repaired[0].differences, testing::HasSubstr("row id = 1 differs in the types in j"));
  EXPECT_EQ(target.value(asked), "DATE DECIMAL");
}

// The first chunk is verified, by a sample of its documents, when the second one's sample differs.
TEST_P(VerifySuite, AsksAllDocumentsOfATableOnceASampleDiffers) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  const std::uint64_t last_of_first = copy_papers().front();
  give_other_types(last_of_first);
  EXPECT_THAT(repairs(), testing::IsEmpty()) << "what no sample has is not seen";
  EXPECT_THAT(verify().with_documents, testing::ElementsAre(tables::TableName{"shop", "papers"}));
  target.execute("UPDATE darbe_journal.copy_ledger SET verified_at = NULL");
  give_other_types(last_of_first + 1);
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 2U);
  EXPECT_EQ(repaired[0].differences, other_types(last_of_first + 1));
  EXPECT_EQ(repaired[1].differences, other_types(last_of_first));
  EXPECT_EQ(papers_with_other_types(), "none");
  expect_equal("shop.papers");
}

TEST_P(VerifySuite, AsksAllDocumentsOfChunksThatOthersAreAtWorkOn) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  const std::vector<std::uint64_t> ends = copy_papers();
  for (const std::uint64_t end : ends) give_other_types(end);
  give_other_types(ends.front() + 1);
  options.jobs = 4;
  EXPECT_EQ(repairs().size(), ends.size());
  EXPECT_EQ(papers_with_other_types(), "none");
  expect_equal("shop.papers");
}

// What was found is mended, and nothing on the target tells of it any more.
TEST_P(VerifySuite, AsksAllDocumentsAlsoInTheNextCommand) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  const std::uint64_t last_of_first = copy_papers().front();
  give_other_types(last_of_first);
  give_other_types(last_of_first + 1);
  verify::Options ending = verify_options();
  ending.copy_again = [&](const auto& table, const auto& planned, const auto& chunk,
                          std::stop_token stop) -> tables::Totals {
    copy_again(options, table, planned, chunk, stop);
    throw base::Error(base::Kind::failed, "it ends here");
  };
  Progress progress;
  EXPECT_THROW(verify::run(ending, progress, {}), base::Error);
  EXPECT_EQ(papers_with_other_types(), std::to_string(last_of_first));
  EXPECT_EQ(lines_of("papers").chunks_verified, 0U);
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, other_types(last_of_first));
  EXPECT_EQ(papers_with_other_types(), "none");
  expect_equal("shop.papers");
}

TEST_P(VerifySuite, ServersOfTheTestsReadDoublesOfJson) { EXPECT_TRUE(tables::reads_json_doubles(target)); }

// A trigger that rounds stands for a server that makes other doubles of a document's text, as MySQL does up to 8.4.
TEST_P(VerifySuite, MendsDoublesThatTheTargetReadsOtherwise) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  fill({"CREATE TABLE shop.measured (id INT PRIMARY KEY, j JSON)",
        R"(INSERT INTO shop.measured VALUES (1, '{"a": [9088544342.689999, 12.5, 1]}'), (2, '[0.1]'))",
        "INSERT INTO shop.measured VALUES (3, JSON_ARRAY(1.4334335999999999e0, 2.50))"});
  copy();
  target.execute(
      "CREATE TRIGGER shop.rounds BEFORE INSERT ON shop.measured FOR EACH ROW"
      " SET NEW.j = IF(NEW.id = 1, JSON_SET(NEW.j, '$.a[0]', 9088544342.69e0), NEW.j)");
  target.execute("UPDATE shop.measured SET j = JSON_SET(j, '$.a[0]', 9088544342.69e0) WHERE id = 1");
  verify::Options mending = verify_options();
  mending.copy_again = [&](const auto& table, const auto& planned, const auto& chunk, std::stop_token stop) {
    const tables::Totals totals = copy_again(options, table, planned, chunk, stop);
    mysql::Connection here(options.frozen, stop);
    mysql::Connection there(options.target, stop);
    EXPECT_EQ(there.value("SELECT JSON_EXTRACT(j, '$.a[0]') FROM shop.measured WHERE id = 1"), "9088544342.69");
    there.execute("BEGIN");
    restore_json_types(here, there, table, chunk, Doubles::made_again);
    there.execute("COMMIT");
    return totals;
  };
  Progress progress;
  const auto repaired = verify::run(mending, progress, {}).repaired;
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_THAT(repaired[0].differences, HasSubstr("row id = 1 differs in j"));
  EXPECT_EQ(target.value("SELECT JSON_EXTRACT(j, '$.a[0]') FROM shop.measured WHERE id = 1"), "9088544342.689999");
  expect_equal("shop.measured");
}

// None of these tables takes another document for a moment.
TEST_P(VerifySuite, MendsTypesOfJsonThatConstraintsGuard) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  fill(
      {"CREATE TABLE shop.checked (id INT PRIMARY KEY, u INT UNIQUE, f FLOAT, e ENUM('a', ''), d ENUM('a', 'b', 'a'), "
       "s SET('x', '', 'x'), changed TIMESTAMP(6)"
       " NOT NULL DEFAULT '2001-01-01' ON UPDATE CURRENT_TIMESTAMP(6), other JSON, j JSON, CHECK (JSON_TYPE(j) = "
       "'OBJECT'))",
       "INSERT INTO shop.checked (id, u, f, e, d, s, other, j) VALUES"
       " (1, 10, 1.1, 'a', 3, 6, JSON_OBJECT('p', 1.50), JSON_OBJECT('p', 12.50)),"
       " (2, 20, -0.1, '', 1, 4, NULL, '{\"p\": 1}'),"
       " (3, NULL, NULL, NULL, 3, 2, '[]', JSON_OBJECT('day', DATE'2024-01-02'))",
       "CREATE TABLE shop.ambiguous (e ENUM('a', 'b', 'a'), id INT, j JSON, PRIMARY KEY (e, id))",
       "INSERT INTO shop.ambiguous VALUES (3, 5, JSON_OBJECT('p', 12.50)), (1, 5, JSON_OBJECT('p', 2.50))",
       "CREATE TABLE shop.computed (id INT PRIMARY KEY, j JSON, n INT AS (JSON_LENGTH(j, '$.lines')) STORED NOT NULL)",
       "INSERT INTO shop.computed (id, j) VALUES (1, JSON_OBJECT('p', 12.50, 'lines', JSON_ARRAY(1, 2)))",
       "CREATE TABLE shop.many (id INT PRIMARY KEY, j JSON, KEY ((CAST(j AS UNSIGNED ARRAY))))",
       "INSERT INTO shop.many VALUES (1, JSON_ARRAY(CAST(5 AS UNSIGNED), CAST(7 AS UNSIGNED)))"});
  copy();
  const char* asked =
      "SELECT CONCAT_WS(' ', (SELECT GROUP_CONCAT(CONCAT_WS(' ', changed, JSON_TYPE(JSON_EXTRACT(j, '$.p')),"
      " JSON_TYPE(JSON_EXTRACT(j, '$.day'))) ORDER BY id) FROM shop.checked), (SELECT JSON_TYPE(JSON_EXTRACT(other, "
      "'$.p')) FROM shop.checked WHERE id = 1),"
      " (SELECT JSON_TYPE(JSON_EXTRACT(j, '$.p')) FROM shop.computed),"
      " (SELECT JSON_TYPE(JSON_EXTRACT(j, '$[1]')) FROM shop.many),"
      " (SELECT GROUP_CONCAT(CONCAT_WS(' ', e+0, JSON_EXTRACT(j, '$.p'), JSON_TYPE(JSON_EXTRACT(j, '$.p'))) ORDER BY "
      "e+0)"
      " FROM shop.ambiguous), (SELECT GROUP_CONCAT(CONCAT_WS(' ', d+0, s+0) ORDER BY id) FROM shop.checked))";
  ASSERT_NE(target.value(asked), source.value(asked));
  EXPECT_EQ(repairs().size(), 4U);
  EXPECT_EQ(target.value(asked), source.value(asked));
  // CHECKSUM TABLE gives each table with a multi-valued key a number of its own.
  for (const char* table : {"checked", "computed"}) expect_equal(fmt::format("shop.{}", table));
}

TEST_P(VerifySuite, StopsWhereTheRowOfATypeOfJsonIsNotThere) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  fill({"CREATE TABLE shop.papers (f FLOAT PRIMARY KEY, j JSON)",
        "INSERT INTO shop.papers VALUES (1.1, JSON_OBJECT('total', 12.50))"});
  copy();
  const auto found = tables::read_tables(source, std::vector<tables::TableName>{{"shop", "papers"}});
  target.execute("BEGIN");
  restore_json_types(source, target, found.at(0), {}, Doubles::of_text);
  EXPECT_EQ(target.value("SELECT JSON_TYPE(JSON_EXTRACT(j, '$.total')) FROM shop.papers"), "DECIMAL");
  target.execute("DELETE FROM shop.papers");
  try {
    restore_json_types(source, target, found.at(0), {}, Doubles::of_text);
    FAIL() << "no row was mended";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::failed);
    EXPECT_THAT(base::text_of(error),
                HasSubstr("setting the types in j of shop.papers where `f` = 1.100000023841858e0: not one row"));
  }
}

TEST_P(VerifySuite, StopsAtTypesOfJsonThatItCannotMakeForWantOfAKey) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  fill({"CREATE TABLE shop.papers (j JSON)",
        "INSERT INTO shop.papers VALUES (JSON_OBJECT('day', DATE'2024-01-02', 'total', 1234567.89))"});
  copy();
  expect_mismatch("differs in the types in j");
}

// What was stored before its type became narrower a server shows rounded, and keeps.
TEST_P(VerifySuite, FindsADoubleThatItsTypeDoesNotShow) {
  fill({"CREATE TABLE shop.d (id INT PRIMARY KEY, d DOUBLE(12,4))", "INSERT INTO shop.d VALUES (1, 0.0027)"});
  copy();
  for (const char* statement : {"ALTER TABLE shop.d MODIFY d DOUBLE(12,5)", "UPDATE shop.d SET d = 0.00265",
                                "ALTER TABLE shop.d MODIFY d DOUBLE(12,4)"})
    target.execute(statement);
  if (target.value("SELECT d*1e0 FROM shop.d") != "0.00265") GTEST_SKIP() << "this server rounds what is there";
  ASSERT_EQ(target.value("SELECT d FROM shop.d"), source.value("SELECT d FROM shop.d"));
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row id = 1 differs in d");
  EXPECT_EQ(target.value("SELECT d*1e0 FROM shop.d"), "0.0027");
}

// From text, 9.7 makes INTEGERs below 2^32 and UNSIGNED INTEGERs from there on.
TEST_P(VerifySuite, FindsIntegersOfAnotherType) {
  if (!has_json()) GTEST_SKIP() << "this server's JSON is text";
  fill({"CREATE TABLE shop.numbers (id INT PRIMARY KEY, u BIGINT UNSIGNED, s BIGINT, j JSON)",
        "INSERT INTO shop.numbers (id, u, s) VALUES (1, 5, 5), (2, 70000, -5), (3, 2147483647, 4294967295),"
        " (4, 4294967296, 4294967296), (5, 9223372036854775808, 9223372036854775807), (6, 4294967296, 1)",
        "UPDATE shop.numbers SET j = JSON_OBJECT('u', u, 'all', JSON_ARRAY(id, s))",
        "INSERT INTO shop.numbers VALUES (7, 1, 1, '{\"u\": 6, \"all\": [1, 5000000000]}'), (8, 1, 1, '7')",
        "CREATE TABLE shop.numbers_keyless AS SELECT j FROM shop.numbers"});
  copy();
  const auto types = [](mysql::Connection& side) {
    return side.value(
        "SELECT GROUP_CONCAT(JSON_TYPE(JSON_EXTRACT(j, '$.u')), JSON_TYPE(JSON_EXTRACT(j, '$.all[1]'))"
        " ORDER BY id) FROM shop.numbers");
  };
  ASSERT_NE(types(source), types(target));
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  for (const int row : {1, 2, 3, 4, 5})
    EXPECT_THAT(repaired[0].differences, testing::HasSubstr(fmt::format("row id = {} differs in the types in j", row)));
  for (const int row : {6, 7, 8})
    EXPECT_THAT(repaired[0].differences, testing::Not(testing::HasSubstr(fmt::format("id = {}", row))));
  EXPECT_EQ(types(source), types(target));
  expect_equal("shop.numbers");
  target.execute("UPDATE darbe_journal.copy_ledger SET verified_at = NULL");
  EXPECT_THAT(verify().with_other_integers, testing::ElementsAre(tables::TableName{"shop", "numbers_keyless"}));
}

// A DECIMAL that is cut gives the copy's session a note only, which it does not ask for.
TEST_P(VerifySuite, FindsADecimalThatTheTargetCuts) {
  fill({"CREATE TABLE shop.prices (id INT PRIMARY KEY, p DECIMAL(6, 3)) ENGINE=InnoDB",
        "INSERT INTO shop.prices VALUES (1, 1.5), (2, 1.125)"});
  target.execute("CREATE DATABASE shop");
  target.execute("CREATE TABLE shop.prices (id INT PRIMARY KEY, p DECIMAL(6, 2)) ENGINE=InnoDB");
  copy();
  expect_mismatch("row id = 2 differs in p");
}

TEST_P(VerifySuite, FindsATruncatedText) {
  expect_found({"UPDATE shop.t SET n = 'row 100' WHERE id = 1000"}, "row id = 1000 differs in n");
}

TEST_P(VerifySuite, FindsTextsThatTheServerCallsEqual) {
  expect_found({"UPDATE shop.t SET n = 'Row 5' WHERE id = 5", "UPDATE shop.t SET n = 'row 6 ' WHERE id = 6"},
               "row id = 5 differs in n; row id = 6 differs in n");
}

TEST_P(VerifySuite, FindsANullInPlaceOfAnEmptyText) {
  fill({"CREATE TABLE shop.texts (id INT PRIMARY KEY, a VARCHAR(5), b VARCHAR(5))",
        "INSERT INTO shop.texts VALUES (1, '', NULL), (2, NULL, '')"});
  copy();
  target.execute("UPDATE shop.texts SET a = NULL, b = '' WHERE id = 1");
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row id = 1 differs in a, b");
  expect_equal("shop.texts");
}

TEST_P(VerifySuite, FindsValuesSwappedBetweenRows) {
  expect_found({"UPDATE shop.t SET n = 'row 3' WHERE id = 2", "UPDATE shop.t SET n = 'row 2' WHERE id = 3"},
               "row id = 2 differs in n; row id = 3 differs in n");
}

TEST_P(VerifySuite, FindsADroppedRow) {
  expect_found({"DELETE FROM shop.t WHERE id = 1024"}, "row id = 1024 is missing on the target");
}

TEST_P(VerifySuite, FindsAnInventedRow) {
  expect_found({"INSERT INTO shop.t VALUES (-5, 1, 1, '', '', '1')"}, "row id = -5 is on the target only");
}

// A digest compares a chunk with itself: a row between two chunks would be missing on the target and in the ledger.
TEST_P(VerifySuite, FindsARowThatNoChunkHeld) {
  fill_and_copy();
  source.execute("INSERT INTO shop.t SELECT -1, f, d, n, b, j FROM shop.t WHERE id = 3");
  try {
    verify();
    FAIL() << "verify called a table equal that lacks a row";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::mismatch);
    EXPECT_THAT(base::text_of(error), HasSubstr("the chunks of shop.t hold 1024 rows, the frozen replica 1025"));
  }
  EXPECT_NE(verify::state(options.target, {}), verify::State::done);
}

TEST_P(VerifySuite, FindsAnIndexThatLacksARow) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, a INT, b VARCHAR(20), KEY a (a)) ENGINE=InnoDB",
        "INSERT INTO shop.t VALUES (1, 10, 'x'), (2, 20, 'y'), (3, 30, 'z')"});
  copy();
  EXPECT_EQ(verify().tables_counted, 1U);
  target.execute("UPDATE darbe_journal.copy_tables SET counted_at = NULL");
  lose_an_index_entry();
  ASSERT_EQ(target.number("SELECT COUNT(b) FROM shop.t FORCE INDEX (PRIMARY)"), 3U);
  expect_mismatch("index a of shop.t holds 2 rows, the table 3");
}

TEST_P(VerifySuite, FindsAnIndexThatHoldsOtherRowsThanTheLedger) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, a INT, KEY a (a))", "INSERT INTO shop.t VALUES (1, 10), (2, 20)"});
  copy();
  verify();
  target.execute("UPDATE darbe_journal.copy_ledger SET row_count = row_count + 1");
  target.execute("UPDATE darbe_journal.copy_tables SET counted_at = NULL");
  expect_mismatch("index a of shop.t holds 2 rows, the table 3");
}

// MariaDB would read the table itself in place of an index with a prefix.
TEST_P(VerifySuite, CountsThroughAnIndexThatTheServerReads) {
  fill({"CREATE TABLE shop.prefixed (id INT PRIMARY KEY, b VARCHAR(20), KEY b (b(5)))",
        "INSERT INTO shop.prefixed VALUES (1, 'x')", "CREATE TABLE shop.unindexed (id INT PRIMARY KEY)",
        "CREATE TABLE shop.both_kinds (id INT PRIMARY KEY, a INT, b VARCHAR(20), KEY a (b(5)), KEY b (b))"});
  copy();
  EXPECT_EQ(verify().tables_counted, is_mariadb() ? 1U : 2U);
}

TEST_P(VerifySuite, CountsThroughIndexesOfTablesThatDifferInCaseOnly) {
  fill({"CREATE TABLE shop.Twin (id INT PRIMARY KEY, a INT, KEY a (a))",
        "CREATE TABLE shop.twin (id INT PRIMARY KEY, a INT, KEY a (a))"});
  copy();
  EXPECT_EQ(verify().tables_counted, 2U);
}

TEST_P(VerifySuite, FindsADoubledRowWithoutAKey) {
  fill({"CREATE TABLE shop.keyless (a INT, b INT)", "INSERT INTO shop.keyless VALUES (1, 2), (1, 2), (3, 4)"});
  copy();
  target.execute("INSERT INTO shop.keyless VALUES (1, 2)");
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row a = 1, b = 2 is on the target only");
  expect_equal("shop.keyless");
}

// As many rows as before, and each of them is on the source.
TEST_P(VerifySuite, FindsARowDoubledInPlaceOfAnother) {
  fill({"CREATE TABLE shop.keyless (a INT, b INT)", "INSERT INTO shop.keyless VALUES (1, 2), (1, 2), (3, 4), (3, 4)"});
  copy();
  target.execute("UPDATE shop.keyless SET a = 3, b = 4 WHERE a = 1");
  const auto repaired = repairs();
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(
      repaired[0].differences,
      "row a = 1, b = 2 is missing on the target; row a = 1, b = 2 is missing on the target; row a = 3, b = 4 is on "
      "the target only; row a = 3, b = 4 is on the target only");
  expect_equal("shop.keyless");
}

// A trigger that spoils the row whenever it is written stands for a target that can't hold it.
TEST_P(VerifySuite, NamesTheRowWhenASecondCopyDoesNotHelp) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)", "INSERT INTO shop.t VALUES (1, 10), (2, 20)"});
  copy();
  target.execute("CREATE TRIGGER shop.spoil BEFORE INSERT ON shop.t FOR EACH ROW SET NEW.v = NEW.v + (NEW.id = 2)");
  target.execute("UPDATE shop.t SET v = 0 WHERE id = 2");
  try {
    repairs();
    FAIL() << "verify called different rows equal";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::mismatch);
    EXPECT_THAT(base::text_of(error), HasSubstr("row id = 2 differs in v"));
  }
  EXPECT_EQ(copied_again(), 1U);
  EXPECT_NE(verify::state(options.target, {}), verify::State::done);
}

// The tests of damage that this flaw of the digest makes fail: a proof is worth what it would notice.
struct Flaw {
  const char* name;
  std::set<std::string> missed;
};

class FlawedDigest : public testing::TestWithParam<Flaw> {};

INSTANTIATE_TEST_SUITE_P(EachFlaw, FlawedDigest,
                         testing::Values(Flaw{sees_no_values,
                                              {"FindsAFlippedBit", "FindsAFlippedBitOfALargeBlob",
                                               "FindsAFloatsLastBit", "FindsARowDoubledInPlaceOfAnother",
                                               "FindsValuesSwappedBetweenRows"}},
                                         Flaw{forgets_the_row, {"FindsValuesSwappedBetweenRows"}},
                                         Flaw{drops_last_bits, {"FindsAFlippedBit", "FindsValuesSwappedBetweenRows"}}),
                         [](const testing::TestParamInfo<Flaw>& flaw) { return std::string(flaw.param.name); });

// Those that no length and no count would tell.
constexpr const char* told_by_the_digest =
    "--gtest_filter=*/VerifySuite.FindsAF*/mysql97:*/VerifySuite.FindsARowDoubled*/mysql97:"
    "*/VerifySuite.FindsValuesSwapped*/mysql97:*/VerifySuite.FindsNothing*/mysql97";

TEST_P(FlawedDigest, IsNoticedByTheTestsOfDamage) {
  const base::TemporaryFolder folder;
  const std::filesystem::path log = folder.path() / "log";
  const servers::Ending ending =
      servers::wait_for(servers::spawn({.arguments = {"/proc/self/exe", told_by_the_digest},
                                        .output = log,
                                        .environment = {fmt::format("{}={}", flaw_variable, GetParam().name)}}));
  EXPECT_EQ(ending.text, "exit status 1");
  const std::string text = base::read_file(log);
  static const std::regex failed(R"(\[  FAILED  \] EachKind/VerifySuite\.(\w+)/mysql97)");
  std::set<std::string> missed;
  for (std::sregex_iterator found(text.begin(), text.end(), failed), end; found != end; ++found)
    missed.insert((*found)[1]);
  EXPECT_EQ(missed, GetParam().missed) << text;
}

}  // namespace
}  // namespace darbe::copy
