// Copy and verify between two real servers of each kind: what comes out must be the same by the servers' own CHECKSUM
// TABLE, which reads the stored values and knows nothing of our digests.
#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/file.h"
#include "copy_fixture.h"
#include "mysql/quote.h"
#include "tables/alter.h"
#include "tables/create_statement.h"
#include "tables/forecast.h"
#include "tables/key.h"
#include "tables/rows.h"

namespace darbe::copy {
namespace {

using testing::HasSubstr;

class CopySuite : public testing::TestWithParam<std::string_view>, public Fixture {
 protected:
  CopySuite() : Fixture(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(EachKind, CopySuite,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

std::string all_bytes() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  return mysql::quote_bytes(bytes);
}

TEST_P(CopySuite, KeepsEveryTypeOfColumnExact) {
  fill(
      {"CREATE TABLE shop.types (id INT AUTO_INCREMENT PRIMARY KEY, f FLOAT, fu FLOAT UNSIGNED, f2 FLOAT(7,4), d "
       "DOUBLE,"
       " d2 DOUBLE(20,4), n DECIMAL(65,30), b BIT(16), y YEAR, t TIME, dt DATETIME, ts TIMESTAMP NULL, da DATE,"
       " e ENUM('a','b','it''s'), s SET('x','y','z'), c CHAR(10), vb VARBINARY(300), bi BINARY(6), bl LONGBLOB,"
       " l1 VARCHAR(300) CHARACTER SET latin1, u3 VARCHAR(50) CHARACTER SET utf8, u4 TEXT CHARACTER SET utf8mb4,"
       " sj VARCHAR(50) CHARACTER SET sjis, gb VARCHAR(50) CHARACTER SET gbk, u16 VARCHAR(50) CHARACTER SET utf16,"
       " bu BIGINT UNSIGNED, z INT(6) ZEROFILL, g GEOMETRY, KEY f (f), UNIQUE KEY e (e, id)) ENGINE=InnoDB",
       "INSERT INTO shop.types (f, f2, d, d2, n, b, y, t, dt, ts, da, e, s, c, vb, bi, bl, l1, u3, u4, sj, gb, u16, "
       "bu, z, g)"
       " VALUES (16777217, 123.4567, 0.1e0 + 0.2e0, 1234567890.1234, "
       "12345678901234567890.123456789012345678901234567890,"
       " b'1010101111001101', 1901, '-838:59:59', '2024-02-29 12:34:56', '2024-10-27 01:30:00', '9999-12-31', 'it''s',"
       " 'x,z', 'a b', " +
           all_bytes() + ", X'610000', " + all_bytes() + ", " + all_bytes() +
           ", 'äß', '\U0001F600 tab\\t nl\\n bs\\\\ nul\\0',"
           " _sjis X'835C', _gbk X'8D5C', _utf16 X'D83DDE00', 18446744073709551615, 42, ST_GeomFromText('POINT(1 "
           "2)'))",
       "INSERT INTO shop.types (f, d, dt, da, y, t, c, u4, s, vb) VALUES (3.4028234e38, 1.7976931348623157e308,"
       " '0000-00-00 00:00:00', '2023-02-31', 0, '838:59:59', '', '', '', ''), (-0e0, -0e0, '2024-00-00', "
       "'0000-00-00', 2155,"
       " '00:00:00', ' ', '\\\\N', 'y', '\\\\N'), (1.17549435e-38, 4.9406564584124654e-324, NULL, NULL, NULL, NULL, "
       "'NULL',"
       " 'NULL', NULL, NULL), (0.1, 0.1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
       "UPDATE shop.types SET f = 1/3, fu = 2/3 WHERE id = 5"});
  EXPECT_EQ(copy().rows, 5U);
  expect_equal("shop.types");
  EXPECT_EQ(verify().repaired.size(), 0U);
  for (const char* column : {"f", "fu", "f2"}) {
    const std::string bits =
        fmt::format("SELECT GROUP_CONCAT(COALESCE({}*1e0, 'NULL') ORDER BY id) FROM shop.types", column);
    EXPECT_EQ(source.value(bits), target.value(bits));
  }
}

TEST_P(CopySuite, KeepsJson) {
  fill(
      {"CREATE TABLE shop.documents (id INT PRIMARY KEY, j " + std::string(at_least(5, 7) ? "JSON" : "TEXT") + ")",
       R"(INSERT INTO shop.documents VALUES (1, '{"a": [1, 2.50, -0.0, 1e100, "x\\ty\\n\\\\z", null, true]}'), (2, NULL),)"
       R"( (3, '"\\u00e4"'), (4, '123456789012345678'), (5, '[]'), (6, '{"\\u0001": "\\u0000"}'))"});
  copy();
  expect_equal("shop.documents");
  EXPECT_EQ(verify().rows, 6U);
}

TEST_P(CopySuite, LeavesGeneratedColumnsToTheServerAndTakesInvisibleOnes) {
  if (!at_least(8, 0)) GTEST_SKIP() << "this server has no such columns";
  fill(
      {"CREATE TABLE shop.computed (a INT, id INT PRIMARY KEY, v INT AS (a + 1) VIRTUAL, w INT AS (a * 2) STORED,"
       " rounded DECIMAL(10, 1) AS (a / 3) STORED, hidden INT INVISIBLE DEFAULT 7, UNIQUE KEY w (w), KEY v (v))",
       "INSERT INTO shop.computed (a, id, hidden) VALUES (1, 1, 100), (5, 2, 200)"});
  copy();
  expect_equal("shop.computed");
  EXPECT_EQ(target.number("SELECT SUM(hidden) AS hidden FROM shop.computed"), 300U);
  EXPECT_EQ(verify().rows, 2U);
}

// A rebuilt table has another number in InnoDB's catalog.
TEST_P(CopySuite, BuildsIndexesWithoutRebuildingTheTable) {
  const bool functional = !is_mariadb() && at_least(8, 0);
  const std::string columns =
      "(id INT PRIMARY KEY, a INT, t VARCHAR(100), p POINT NOT NULL, KEY a (a), UNIQUE KEY u (t, a)";
  fill({"CREATE TABLE shop.plain " + columns + ") ENGINE=InnoDB"});
  if (at_least(5, 7)) fill({"CREATE TABLE shop.spatial " + columns + ", SPATIAL KEY p (p)) ENGINE=InnoDB"});
  fill({"CREATE TABLE shop.parts (id INT PRIMARY KEY, a INT, t VARCHAR(100), p BLOB, KEY a (a), KEY t (t)" +
        std::string(functional ? ", KEY f ((a + 1)), UNIQUE KEY uf (id, (a + 2))" : "") +
        ") ENGINE=InnoDB PARTITION BY HASH (id) PARTITIONS 2"});
  if (functional)
    fill({"CREATE TABLE shop.functional " + columns +
              ", j JSON DEFAULT (JSON_ARRAY(id)), KEY z ((a + 9)), KEY b ((a + 8)), KEY m ((CAST(j->'$[0]' AS UNSIGNED "
              "ARRAY)))) ENGINE=InnoDB",
          "CREATE TABLE shop.functional_unique " + columns +
              ", j JSON DEFAULT (JSON_ARRAY(id)), UNIQUE KEY uf ((a * 2), id), KEY f ((a + 1), (a + 2)), KEY ft (id, "
              "(UPPER(t))),"
              " UNIQUE KEY um ((CAST(j AS UNSIGNED ARRAY))), KEY m ((CAST(j->'$[0]' AS UNSIGNED ARRAY)))) "
              "ENGINE=InnoDB"});
  const auto names =
      source.query("SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'");
  for (std::size_t table = 0; table < names.size(); ++table) {
    const std::string name = "shop." + names.text(table, "name");
    source.execute("INSERT INTO " + name +
                   " (id, a, t, p) VALUES (1, 1, REPEAT('x', 90), ST_GeomFromText('POINT(1 2)'))");
    for (int doubling = 1; doubling < 4096; doubling *= 2)
      source.execute(
          fmt::format("INSERT INTO {0} (id, a, t, p) SELECT id + {1}, a + {1}, t, p FROM {0}", name, doubling));
    source.query("ANALYZE TABLE " + name);
  }
  options.chunk_bytes = 4096;
  std::mutex mutex;
  std::map<std::string, std::set<std::string>> numbers;
  const auto look = [&](mysql::Connection&) {
    const std::lock_guard lock(mutex);
    for (const auto& row : target
                               .query(fmt::format("SELECT NAME, TABLE_ID FROM information_schema.{} WHERE NAME LIKE "
                                                  "'shop/%'",
                                                  functional ? "INNODB_TABLES" : "INNODB_SYS_TABLES"))
                               .rows)
      numbers[row[0].value()].insert(row[1].value());
  };
  options.still_frozen = look;
  copy();
  EXPECT_GE(numbers.size(), names.size() + 1);
  look(target);
  for (const auto& [table, seen] : numbers) EXPECT_EQ(seen.size(), 1U) << table;
  EXPECT_EQ(verify().tables_counted, names.size());
}

// Each statement reads the table once.
TEST_P(CopySuite, BuildsPlainIndexesOfATableByOneStatement) {
  for (const char* table : {"one", "other"}) {
    fill(
        {fmt::format("CREATE TABLE shop.{} (id INT PRIMARY KEY, a INT, v VARCHAR(100), KEY a (a), KEY v (v), UNIQUE KEY"
                     " u (a, v)) ENGINE=InnoDB",
                     table),
         fmt::format("INSERT INTO shop.{} VALUES (1, 1, REPEAT('x', 90))", table)});
    for (int doubling = 1; doubling < 4096; doubling *= 2)
      source.execute(fmt::format("INSERT INTO shop.{0} SELECT id + {1}, a + {1}, v FROM shop.{0}", table, doubling));
    source.query(fmt::format("ANALYZE TABLE shop.{}", table));
  }
  fill({"CREATE TABLE shop.small (id INT PRIMARY KEY, a INT, b INT, KEY a (a), KEY b (b)) ENGINE=InnoDB",
        "INSERT INTO shop.small VALUES (1, 1, 1)"});
  const auto statements = [this] {
    return std::stoul(target.query("SHOW GLOBAL STATUS LIKE 'Com_alter_table'").text(0, "Value"));
  };
  options.chunk_bytes = 1 << 20;  // so that a page is small
  const unsigned long before = statements();
  copy();
  EXPECT_EQ(statements() - before, 2U);
  for (const char* table : {"shop.one", "shop.other", "shop.small"}) expect_equal(table);
}

TEST_P(CopySuite, RaisesCountersWithoutRebuildingTheTable) {
  fill({"CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 5000 ENGINE=InnoDB",
        "CREATE TABLE shop.parts (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 5000 ENGINE=InnoDB"
        " PARTITION BY HASH (id) PARTITIONS 2",
        "CREATE TABLE shop.words (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT, FULLTEXT KEY t (t)) AUTO_INCREMENT = 5000"
        " ENGINE=InnoDB",
        "CREATE TABLE shop.other (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 5000 ENGINE=MyISAM"});
  copy();
  const auto numbers = [&] {
    const bool is_new = !is_mariadb() && at_least(8, 0);
    return target
        .query(fmt::format("SELECT NAME, TABLE_ID FROM information_schema.{} WHERE NAME LIKE 'shop/%' ORDER BY NAME",
                           is_new ? "INNODB_TABLES" : "INNODB_SYS_TABLES"))
        .rows;
  };
  const auto before = numbers();
  EXPECT_GT(before.size(), 4U);  // partitions, and what belongs to the FULLTEXT key
  for (const char* table : {"t", "parts", "words", "other"})
    target.execute(fmt::format("ALTER TABLE shop.{} AUTO_INCREMENT = 1, ALGORITHM={}", table,
                               std::string(table) == "other" ? "COPY" : "INPLACE"));
  EXPECT_NE(definition(source, "shop.t"), definition(target, "shop.t"));
  copy();
  EXPECT_EQ(numbers(), before);
  for (const char* table : {"shop.t", "shop.parts", "shop.words", "shop.other"}) expect_equal(table);
}

// Partitions are what the target's server can't add such an index in place for.
TEST_P(CopySuite, RefusesToRebuildATableForAnIndex) {
  if (is_mariadb() || !at_least(8, 0)) GTEST_SKIP() << "this server adds in place what it has";
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, a INT, KEY twice ((a * 2)))", "INSERT INTO shop.t VALUES (1, 1)"});
  target.execute("CREATE DATABASE shop");
  target.execute("CREATE TABLE shop.t (id INT PRIMARY KEY, a INT) PARTITION BY HASH (id)");
  try {
    copy();
    FAIL() << "the table was rebuilt";
  } catch (const base::Error& error) {
    EXPECT_THAT(base::text_of(error),
                HasSubstr("shop.t: the target's server can't ADD KEY `twice` (((`a` * 2))) in place"));
    EXPECT_THAT(base::advice_of(error),
                HasSubstr("Run ALTER TABLE `shop`.`t` ADD KEY `twice` (((`a` * 2))) on the target"));
  }
  EXPECT_EQ(state(options, {}), State::partial);
  target.execute("ALTER TABLE shop.t ADD KEY twice ((a * 2))");
  EXPECT_EQ(copy().rows, 1U);
}

// A column that folds case on the target stands for a collation that changed between versions.
TEST_P(CopySuite, NamesTheRowsThatCollideOnTheTarget) {
  target.execute("CREATE DATABASE shop");
  for (mysql::Connection* side : {&source, &target})
    side->execute(
        fmt::format("CREATE TABLE shop.t (id INT, n INT, a VARCHAR(40) CHARACTER SET utf8 COLLATE {}, {}PRIMARY KEY "
                    "(id, n)) ENGINE=InnoDB",
                    side == &source ? "utf8_bin" : "utf8_general_ci",
                    side == &source ? "KEY n (n), UNIQUE KEY `u.'x` (a(30), n), " : ""));
  fill({"INSERT INTO shop.t VALUES (1, 7, 'it''s'), (2, 7, 'other'), (3, 7, 'IT''S')"});
  try {
    copy();
    FAIL() << "the index was built";
  } catch (const base::Error& error) {
    EXPECT_THAT(base::text_of(error), HasSubstr("building the indexes of shop.t"));
    EXPECT_THAT(base::text_of(error), HasSubstr("u.'x'"));
    EXPECT_THAT(base::text_of(error),
                testing::ContainsRegex("equal that the source's keeps apart: `id` = [13], `n` = 7, "
                                       "LEFT\\(`a`, 30\\) = it's"));
    EXPECT_THAT(base::text_of(error), HasSubstr("; `id` = 3, `n` = 7, LEFT(`a`, 30) = IT'S"));
  }
  EXPECT_EQ(state(options, {}), State::partial);
}

TEST_P(CopySuite, LeavesOutThePlaceAndTheEncryptionThatTheTargetRefuses) {
  if (is_mariadb() || !at_least(8, 0)) GTEST_SKIP() << "this server has no such tablespaces";
  fill({"CREATE TABLESPACE general ADD DATAFILE 'general.ibd'",
        "CREATE TABLE shop.placed (id INT PRIMARY KEY, v INT, KEY v (v)) TABLESPACE general COMMENT 'kept'",
        "INSERT INTO shop.placed VALUES (1, 2)", "CREATE TABLE shop.plain (id INT PRIMARY KEY)",
        "ALTER DATABASE shop ENCRYPTION = 'Y'"});
  const Outcome outcome = copy();
  EXPECT_THAT(
      outcome.not_as_source,
      testing::ElementsAre(testing::AllOf(testing::StartsWith("shop.placed is made without its TABLESPACE: "),
                                          HasSubstr("Tablespace general doesn't exist")),
                           testing::StartsWith("new tables of database shop are not encrypted by themselves: ")));
  EXPECT_THAT(copy().not_as_source, testing::Eq(outcome.not_as_source)) << "a run that is resumed tells it too";
  EXPECT_EQ(checksum(source, "shop.placed"), checksum(target, "shop.placed"));
  EXPECT_THAT(definition(target, "shop.placed"), HasSubstr("COMMENT='kept'"));
  EXPECT_EQ(target.value("SELECT DEFAULT_ENCRYPTION FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'"),
            "NO");
  discard(options.target, {});
  fill({"DROP TABLE shop.placed", "DROP TABLESPACE general", "ALTER DATABASE shop ENCRYPTION = 'N'"});
  EXPECT_THAT(copy().not_as_source, testing::IsEmpty());
}

class CopyPlaces : public testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(EachKind, CopyPlaces,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

// MySQL 9.7's server on the target knows no such folder; the others find the source's files there.
TEST_P(CopyPlaces, LeavesOutADataDirectoryThatTheTargetRefuses) {
  const base::TemporaryFolder folder("darbe-place");
  std::vector<std::string> arguments;
  if (GetParam() == servers::mysql_current) arguments = {"--innodb-directories=" + folder.path().string()};
  const servers::TestServer source({.kind = GetParam(), .arguments = arguments});
  Pair& pair = Pairs::of(GetParam());
  mysql::Connection target(pair.target.connect_options(), {});
  for (const char* schema : {"shop", "darbe_journal"})
    target.execute(fmt::format("DROP DATABASE IF EXISTS {}", schema));
  mysql::Connection session(source.connect_options(), {});
  const std::string place = fmt::format("DATA DIRECTORY = '{}'", folder.path().string());
  for (const std::string& sql :
       {std::string("CREATE DATABASE shop"),
        fmt::format("CREATE TABLE shop.placed (id INT PRIMARY KEY, v INT, KEY v (v)) COMMENT 'kept' {}", place),
        fmt::format("CREATE TABLE shop.parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION low VALUES LESS "
                    "THAN (10) {}, PARTITION high VALUES LESS THAN MAXVALUE)",
                    place),
        std::string("INSERT INTO shop.placed VALUES (1, 2)"), std::string("INSERT INTO shop.parts VALUES (1), (20)")})
    session.execute(sql);
  Options options{.frozen = source.connect_options(), .target = pair.target.connect_options()};
  options.databases = {"shop"};
  Progress progress;
  const Outcome outcome = run(options, progress, {});
  EXPECT_EQ(outcome.rows, 3U);
  EXPECT_THAT(outcome.not_as_source,
              testing::UnorderedElementsAre(testing::StartsWith("shop.placed is made without its DATA DIRECTORY: "),
                                            testing::StartsWith("shop.parts is made without its DATA DIRECTORY: ")));
  EXPECT_THAT(Fixture::definition(target, "shop.placed"), HasSubstr("COMMENT='kept'"));
  EXPECT_THAT(Fixture::definition(target, "shop.parts"), testing::ContainsRegex("PARTITION `?high`? VALUES"));
}

// Without innodb_strict_mode a server makes a table in another format than it was asked for, with a warning.
TEST_P(CopySuite, TellsOfARowFormatThatTheTargetDoesNotMake) {
  const bool is_old = !is_mariadb() && !at_least(5, 7);
  if (is_old) source.execute("SET GLOBAL innodb_file_format = Barracuda");
  fill({"CREATE TABLE shop.packed (id INT PRIMARY KEY, t TEXT) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4",
        "CREATE TABLE shop.plain (id INT PRIMARY KEY, width INT(5) ZEROFILL, f FLOAT(7,4)) CHARSET=utf8"});
  target.execute("SET GLOBAL innodb_file_per_table = OFF");
  const Outcome outcome = copy();
  discard(options.target, {});
  target.execute("CREATE TABLE shop.packed (id INT PRIMARY KEY, t TEXT) ROW_FORMAT=DYNAMIC");
  const Outcome of_one_that_was_made = copy();
  target.execute("SET GLOBAL innodb_file_per_table = ON");
  if (is_old) source.execute("SET GLOBAL innodb_file_format = DEFAULT");
  EXPECT_THAT(outcome.not_as_source,
              testing::AllOf(testing::Contains(
                                 testing::AllOf(testing::StartsWith("table shop.packed is not made as it is defined: "),
                                                HasSubstr("innodb_file_per_table"))),
                             testing::Each(testing::StartsWith("table shop.packed"))));
  EXPECT_THAT(
      of_one_that_was_made.not_as_source,
      testing::ElementsAre(testing::StartsWith("table shop.packed is not made as it is defined: its row format")));
}

TEST_P(CopySuite, CountsTheRowsThatTheServerWouldNot) {
  fill({"CREATE TABLE shop.uncounted (id INT PRIMARY KEY) ENGINE=InnoDB STATS_PERSISTENT=1 STATS_AUTO_RECALC=0",
        "INSERT INTO shop.uncounted VALUES (1), (2), (3)"});
  copy();
  EXPECT_EQ(target.number("SELECT n_rows FROM mysql.innodb_table_stats WHERE database_name = 'shop'"), 3U);
}

TEST_P(CopySuite, TellsOfAHistogramThatTheTargetDoesNotTake) {
  if (is_mariadb() || !at_least(8, 0)) GTEST_SKIP() << "this server has no such histograms";
  fill({"CREATE TABLE shop.h (id INT PRIMARY KEY, v INT)", "INSERT INTO shop.h VALUES (1, 2)",
        "ANALYZE TABLE shop.h UPDATE HISTOGRAM ON v WITH 2 BUCKETS"});
  // A column that became unique has no use for one.
  target.execute("CREATE DATABASE shop");
  target.execute("CREATE TABLE shop.h (id INT PRIMARY KEY, v INT UNIQUE)");
  EXPECT_THAT(copy().not_as_source,
              testing::ElementsAre(testing::StartsWith("histogram shop.h.v is not on the target: ")));
}

TEST_P(CopySuite, CountsATableInTheSharedTablespaceOnce) {
  if (is_mariadb() || !at_least(8, 0)) GTEST_SKIP() << "this server can't be told where a table goes";
  fill({"CREATE TABLE shop.shared (id INT PRIMARY KEY) TABLESPACE = innodb_system",
        "CREATE TABLE shop.own (id INT PRIMARY KEY) TABLESPACE = innodb_file_per_table"});
  const auto bytes = tables::read_tablespace_bytes(source, tables::read_databases(source, {"shop"}));
  EXPECT_EQ(bytes.at("shop"), source.number("SELECT FILE_SIZE FROM information_schema.INNODB_TABLESPACES WHERE NAME ="
                                            " 'shop/own'"));
  EXPECT_GT(bytes.at(""), 0U);
}

// Of compressed pages' files some would fill a volume that is half empty.
TEST_P(CopySuite, CountsNoHolesOfFiles) {
  if (!is_mariadb() && !at_least(8, 0)) GTEST_SKIP() << "this server does not tell";
  fill({fmt::format("CREATE TABLE shop.holes (id INT PRIMARY KEY, t LONGTEXT) {}",
                    is_mariadb() ? "PAGE_COMPRESSED=1" : "COMPRESSION='zlib'")});
  const std::uint64_t before = tables::read_allocated_bytes(source).value();
  EXPECT_GT(before, 1U << 20);
  for (int id = 1; id <= 32; ++id)
    source.execute(fmt::format("INSERT INTO shop.holes VALUES ({}, REPEAT('x', 1048576))", id));
  source.execute("FLUSH TABLES shop.holes FOR EXPORT");  // all of its pages are written
  source.execute("UNLOCK TABLES");
  const auto bytes = tables::read_tablespace_bytes(source, tables::read_databases(source, {"shop"}));
  EXPECT_GT(bytes.at("shop"), 32U << 20);
  EXPECT_LT(tables::read_allocated_bytes(source).value(), before + (24U << 20));
}

// Since the server's start.
TEST_P(CopySuite, CountsFilesThatNobodyHasOpened) {
  if (!is_mariadb() && !at_least(8, 0)) GTEST_SKIP() << "this server does not tell";
  servers::TestServer server({.kind = GetParam()});
  const auto bytes = [&server] {
    mysql::Connection connection(server.connect_options(), {});
    return tables::read_allocated_bytes(connection).value();
  };
  const std::uint64_t before = bytes();
  {
    mysql::Connection connection(server.connect_options(), {});
    connection.execute("CREATE DATABASE cold");
    connection.execute("CREATE TABLE cold.own (id INT PRIMARY KEY, t LONGTEXT)");
    for (int id = 1; id <= 16; ++id)
      connection.execute(fmt::format("INSERT INTO cold.own VALUES ({}, REPEAT('x', 1048576))", id));
  }
  server.stop();
  server.start();
  EXPECT_GT(bytes(), before + (12U << 20));
}

TEST_P(CopySuite, CutsKeysAtTheirExtremes) {
  options.chunk_bytes = 1024;  // an InnoDB table is at least a page of 16 KiB
  fill({"CREATE TABLE shop.unsigned_keys (id BIGINT UNSIGNED PRIMARY KEY, v INT, KEY v (v))",
        "INSERT INTO shop.unsigned_keys VALUES (0, 1), (1, 2), (9223372036854775808, 3), (18446744073709551615, 4)",
        "CREATE TABLE shop.signed_keys (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INT, KEY v (v)) AUTO_INCREMENT = 5",
        "INSERT INTO shop.signed_keys VALUES (-9223372036854775808, 1), (-1, 2), (0, 3), (1, 4), (9223372036854775806, "
        "5)",
        "CREATE TABLE shop.tiny_keys (id TINYINT PRIMARY KEY)",
        "INSERT INTO shop.tiny_keys VALUES (-128), (-1), (0), (127)",
        "ANALYZE TABLE shop.unsigned_keys, shop.signed_keys"});
  const Outcome outcome = copy();
  EXPECT_EQ(outcome.rows, 13U);
  std::uint64_t chunks = 0;
  for (const std::string table : {"unsigned_keys", "signed_keys", "tiny_keys"}) {
    EXPECT_GT(lines_of(table).chunks, 1U) << table;
    chunks += lines_of(table).chunks;
    expect_equal("shop." + table);
  }
  EXPECT_EQ(verify().chunks, chunks);
}

// Thousands of rows in chunks of a few dozen, by four lanes that cut each other's ranges.
TEST_P(CopySuite, CutsKeysOfEveryKind) {
  options.chunk_bytes = 4096;
  options.jobs = 4;
  const std::string utf8 = at_least(5, 7) ? "CHARACTER SET utf8mb4" : "CHARACTER SET utf8";
  const std::string body = ", v VARCHAR(60), KEY v (v)) ENGINE=InnoDB";
  fill({"CREATE TABLE shop.digits (d INT PRIMARY KEY)",
        "INSERT INTO shop.digits VALUES (0),(1),(2),(3),(4),(5),(6),(7)", "CREATE TABLE shop.n (n INT PRIMARY KEY)",
        "INSERT INTO shop.n SELECT a.d + 8 * b.d + 64 * c.d + 512 * e.d AS n FROM shop.digits a, shop.digits b,"
        " shop.digits c, shop.digits e WHERE e.d < 4 ORDER BY n",
        "CREATE TABLE shop.text_keys (id VARCHAR(40) " + utf8 + " PRIMARY KEY" + body,
        "INSERT INTO shop.text_keys SELECT CONCAT(IF(n % 2, 'ä', 'B'), LEFT(SHA2(n, 256), 30), '\\''), REPEAT('x', n % "
        "60) FROM shop.n",
        "CREATE TABLE shop.binary_keys (id BINARY(16) PRIMARY KEY" + body,
        "INSERT INTO shop.binary_keys SELECT UNHEX(LEFT(SHA2(n, 256), 32)), REPEAT('x', n % 60) FROM shop.n",
        "CREATE TABLE shop.composite_keys (tenant SMALLINT, made DATETIME, id BIGINT UNSIGNED, PRIMARY KEY (tenant, "
        "made,"
        " id)" +
            body,
        "INSERT INTO shop.composite_keys SELECT n % 3, '2024-01-01' + INTERVAL n DIV 10 DAY, n + 18446744073709549000,"
        " REPEAT('x', n % 60) FROM shop.n",
        "CREATE TABLE shop.moment_keys (made DATETIME, id DECIMAL(30, 10), PRIMARY KEY (made, id)" + body,
        "INSERT INTO shop.moment_keys SELECT '2024-01-01' + INTERVAL n DIV 50 HOUR, n / 7, REPEAT('x', n % 60) FROM "
        "shop.n",
        "CREATE TABLE shop.skewed_keys (id BIGINT PRIMARY KEY" + body,
        "INSERT INTO shop.skewed_keys SELECT n * n * n * n * n, REPEAT('x', n % 60) FROM shop.n",
        "ANALYZE TABLE shop.text_keys, shop.binary_keys, shop.composite_keys, shop.moment_keys, shop.skewed_keys"});
  const Outcome outcome = copy();
  for (const std::string table : {"text_keys", "binary_keys", "composite_keys", "moment_keys", "skewed_keys"}) {
    EXPECT_EQ(lines_of(table).copied.rows, 2048U) << table;
    EXPECT_GT(lines_of(table).chunks, 15U) << table;
    expect_equal("shop." + table);
  }
  EXPECT_EQ(verify().rows, outcome.rows);
  EXPECT_TRUE(verify().repaired.empty());
}

// What a crash may cost a lane, and what a transaction has to undo. As rows grow, those before them say too little.
TEST_P(CopySuite, MakesNoChunkMoreThanHalfLargerThanAsked) {
  EXPECT_EQ(Options().chunk_bytes, 32U << 20);
  options.chunk_bytes = 16384;
  options.jobs = 1;
  fill({"CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT) ENGINE=InnoDB",
        "INSERT INTO shop.t (t) VALUES ('x')"});
  for (int doubling = 0; doubling < 10; ++doubling) source.execute("INSERT INTO shop.t (t) SELECT t FROM shop.t");
  fill({"UPDATE shop.t SET t = REPEAT('x', id * 2)", "ANALYZE TABLE shop.t"});
  copy();
  const std::uint64_t row = source.number("SELECT MAX(LENGTH(id) + LENGTH(t)) AS bytes FROM shop.t");
  const std::uint64_t chunk = target.number("SELECT MAX(byte_count) AS bytes FROM darbe_journal.copy_ledger");
  EXPECT_GT(chunk, options.chunk_bytes);
  EXPECT_LT(chunk, options.chunk_bytes / 2 * 3 + row);
  expect_equal("shop.t");
}

// No literal is made of these keys, so each answer is asked for again, larger, until the table's end is in it.
TEST_P(CopySuite, ReadsOnWhereNoKeyCanEndAChunk) {
  options.chunk_bytes = 4096;
  fill({"CREATE TABLE shop.t (id VARCHAR(20) CHARACTER SET sjis PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO shop.t SELECT CONCAT(_sjis X'835C', n) FROM (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION"
        " SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7) AS numbers",
        "INSERT INTO shop.t SELECT CONCAT(a.id, b.id, c.id) FROM shop.t a, shop.t b, shop.t c",
        "ANALYZE TABLE shop.t"});
  const Outcome outcome = copy();
  EXPECT_EQ(outcome.rows, 520U);
  EXPECT_EQ(lines_of("t").chunks, 1U);
  expect_equal("shop.t");
  EXPECT_EQ(verify().rows, 520U);
}

// How many rows the server has touched for this session.
std::uint64_t rows_touched(mysql::Connection& session) {
  const mysql::Result status = session.query("SHOW SESSION STATUS LIKE 'Handler_read%'");
  std::uint64_t touched = 0;
  for (std::size_t row = 0; row < status.size(); ++row) touched += status.number(row, "Value");
  return touched;
}

// A bound of several columns must be an index range for the server: else each chunk would read its table from the
// start.
TEST_P(CopySuite, ReadsNoMoreThanAChunksRows) {
  fill(
      {"CREATE TABLE shop.digits (d INT PRIMARY KEY)", "INSERT INTO shop.digits VALUES (0),(1),(2),(3),(4),(5),(6),(7)",
       "CREATE TABLE shop.t (a INT, b VARCHAR(10) CHARACTER SET latin1, c BIGINT, PRIMARY KEY (a, b, c)) ENGINE=InnoDB",
       "INSERT INTO shop.t SELECT a.d, b.d, c.d + 8 * e.d FROM shop.digits a, shop.digits b, shop.digits c, "
       "shop.digits e",
       "ANALYZE TABLE shop.t"});
  const tables::Table table = tables::read_tables(source, tables::read_databases(source, {"shop"})).at(1);
  tables::RowReader reader(options.frozen, {});
  tables::Chunk chunk;
  chunk.after = tables::Key{"3", "_latin1 X'34'", "60"};
  chunk.until = tables::Key{"3", "_latin1 X'35'", "7"};
  const std::uint64_t before = rows_touched(reader.connection());
  EXPECT_EQ(reader.read(table, chunk, {}).rows, 3U + 8U);
  chunk.until = tables::Key{"4", "_latin1 X'30'", "1"};
  EXPECT_EQ(reader.read(table, chunk, {}, {20, 0}).rows, 20U);
  // Some more for the ends of each interval, and for asking.
  EXPECT_LT(rows_touched(reader.connection()) - before, 11U + 20U + 40U);
}

// Old statistics are no reason to leave a range to one lane.
TEST_P(CopySuite, FindsTheMiddleOfARangeWithFewerRowsThanExpected) {
  fill({"CREATE TABLE shop.t (made DATETIME PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO shop.t VALUES ('2026-01-01'), ('2026-01-02'), ('2026-01-03'), ('2026-01-04'), ('2026-01-05')"});
  const tables::Table table = tables::read_tables(source, tables::read_databases(source, {"shop"})).at(0);
  for (const std::uint64_t expected : {5U, 100U, 100'000U}) {
    const auto middle = tables::find_middle(source, table, {}, expected);
    ASSERT_TRUE(middle.has_value()) << expected;
    EXPECT_GT(middle->at(0), "'2026-01-02") << expected;
    EXPECT_LT(middle->at(0), "'2026-01-05") << expected;
  }
}

// A table without a primary key: which index has its rows InnoDB tells.
TEST_P(CopySuite, TakesTheKeyThatInnoDbOrdersRowsBy) {
  fill(
      {"CREATE TABLE shop.ordered (a INT, b INT NOT NULL, c VARCHAR(20) NOT NULL, d INT NOT NULL"
       " /*!50700 , g INT AS (b + 1) VIRTUAL NOT NULL, UNIQUE KEY f (g) */,"
       " UNIQUE KEY h (a), UNIQUE KEY i (c(3)), UNIQUE KEY x (d, b), UNIQUE KEY j (b), UNIQUE KEY k (b, a))",
       "CREATE TABLE shop.unordered (a INT, b VARCHAR(9) NOT NULL, UNIQUE KEY (a), UNIQUE KEY (b(3)), KEY (b))",
       "CREATE TABLE shop.elsewhere (a INT NOT NULL, UNIQUE KEY (a)) ENGINE=MyISAM"});
  const char* const prefix = is_mariadb() || !at_least(8, 0) ? "INNODB_SYS_" : "INNODB_";
  EXPECT_EQ(source.value(fmt::format("SELECT i.NAME FROM information_schema.{0}INDEXES AS i JOIN"
                                     " information_schema.{0}TABLES AS t USING (TABLE_ID) WHERE t.NAME = 'shop/ordered'"
                                     " AND i.TYPE & 1",
                                     prefix)),
            "x");
  std::map<std::string, std::string> keys;
  for (const tables::Table& table : tables::read_tables(source, {{"shop", "", ""}}))
    keys[table.name.name] = fmt::format("{}: {}", table.key_name, fmt::join(table.key_columns, " "));
  EXPECT_EQ(keys,
            (std::map<std::string, std::string>{{"ordered", "x: d b"}, {"unordered", ": "}, {"elsewhere", ": "}}));
}

TEST_P(CopySuite, GoesOnWithinATableThatAUniqueKeyOrders) {
  fill({"CREATE TABLE shop.ordered (v INT, k INT NOT NULL, t VARCHAR(100), UNIQUE KEY k (k))",
        "INSERT INTO shop.ordered VALUES (1, 1, REPEAT('x', 50))"});
  for (int doubling = 0; doubling < 10; ++doubling)
    source.execute(
        "INSERT INTO shop.ordered SELECT v + 1, k + (SELECT MAX(k) FROM (SELECT k FROM shop.ordered) AS m), t FROM "
        "shop.ordered");
  source.query("ANALYZE TABLE shop.ordered");
  options.chunk_bytes = 4096;
  int asked = 0;
  options.jobs = 1;
  options.still_frozen = [&](mysql::Connection&) {
    if (++asked < 7) return;
    base::poll_until({std::chrono::milliseconds(10), std::chrono::seconds(30)}, {},
                     [&] { return lines_of("ordered").chunks > 0; });
    throw base::Error(base::Kind::failed, "enough");
  };
  EXPECT_THROW(copy(), base::Error);
  const tables::LedgerSummary before = lines_of("ordered");
  EXPECT_GT(before.chunks, 0U);
  options.still_frozen = {};
  EXPECT_EQ(copy().rows, 1024U);
  EXPECT_GT(lines_of("ordered").chunks, before.chunks + 3);
  EXPECT_EQ(verify().repaired.size(), 0U);
  EXPECT_EQ(checksum(source, "shop.ordered"), checksum(target, "shop.ordered"));
}

TEST_P(CopySuite, TakesTablesOfAnyKeyAndName) {
  fill(
      {"CREATE TABLE shop.keyless (a INT, b VARCHAR(10), KEY a (a))",
       "INSERT INTO shop.keyless VALUES (1, 'x'), (1, 'x'), (2, NULL), (NULL, NULL)",
       "CREATE TABLE shop.unique_only (a INT NOT NULL, b INT, UNIQUE KEY a (a), KEY b (b))",
       "INSERT INTO shop.unique_only VALUES (2, 1), (1, 1)",
       "CREATE TABLE shop.composite (a INT, b VARCHAR(20) CHARACTER SET utf8mb4, c INT, PRIMARY KEY (b, a), KEY c (c))",
       "INSERT INTO shop.composite VALUES (1, 'ä', 1), (2, 'A', 2), (3, 'a', 3)",
       "CREATE TABLE shop.counted (n INT AUTO_INCREMENT, p INT, PRIMARY KEY (p, n), KEY n (n), KEY late (p)) "
       "AUTO_INCREMENT = 900",
       "INSERT INTO shop.counted VALUES (5, 1)",
       "CREATE TABLE shop.`odd ``name.of a;table` (`select` INT PRIMARY KEY, `a``b c` TEXT, KEY `k,(` (`select`)) "
       "COMMENT='it''s, (a) `c`'",
       "INSERT INTO shop.`odd ``name.of a;table` VALUES (1, 'v')",
       "CREATE TABLE shop.empty (id INT PRIMARY KEY, v INT, KEY v (v))", "CREATE TABLE shop.empty_text (c VARCHAR(5))",
       "INSERT INTO shop.empty_text VALUES (''), (NULL), ('a')",
       "CREATE TABLE shop.parts (id INT PRIMARY KEY, v INT, KEY v (v)) PARTITION BY RANGE (id) (PARTITION p0 VALUES "
       "LESS THAN"
       " (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
       "INSERT INTO shop.parts VALUES (1, 1), (100, 2)"});
  EXPECT_EQ(copy().rows, 16U);
  for (const char* table : {"shop.keyless", "shop.unique_only", "shop.composite", "shop.counted",
                            "shop.`odd ``name.of a;table`", "shop.empty", "shop.empty_text", "shop.parts"})
    expect_equal(table);
  EXPECT_EQ(verify().rows, 16U);
  EXPECT_EQ(state(options, {}), State::done);
}

TEST_P(CopySuite, LeavesForeignKeysForLater) {
  source.execute("USE shop");  // which 5.6 wants for any foreign key
  fill(
      {"CREATE TABLE shop.people (id INT PRIMARY KEY, boss INT, CONSTRAINT b FOREIGN KEY (boss) REFERENCES people "
       "(id))",
       "INSERT INTO shop.people VALUES (1, NULL), (2, 1)"});
  copy();
  EXPECT_EQ(Fixture::checksum(source, "shop.people"), Fixture::checksum(target, "shop.people"));
  tables::Table people = tables::read_tables(source, tables::read_databases(source, {"shop"})).at(0);
  const auto statement = tables::split_create_statement(people, tables::read_create_statement(source, people.name));
  ASSERT_EQ(statement.foreign_keys.size(), 1U);
  target.execute("USE shop");  // the clause names the other table as the server wrote it: without a schema
  target.execute("ALTER TABLE shop.people ADD " + statement.foreign_keys[0]);
  expect_equal("shop.people");
}

TEST_P(CopySuite, MakesDatabasesWithTheirCharacterSetAndTakesTheMarker) {
  fill({"CREATE DATABASE darbe", "CREATE TABLE darbe.marker (id INT PRIMARY KEY)",
        "INSERT INTO darbe.marker VALUES (1)", "CREATE DATABASE other", "CREATE TABLE other.t (id INT PRIMARY KEY)"});
  copy();
  EXPECT_EQ(target.value("SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'"),
            "latin1_german1_ci");
  EXPECT_EQ(target.number("SELECT COUNT(*) AS n FROM darbe.marker"), 1U);
  EXPECT_EQ(target.value("SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'other'"), std::nullopt);
}

// An INSERT that leaves it out must be refused there, too.
TEST_P(CopySuite, GivesNoDefaultToAColumnThatHasNone) {
  if (is_mariadb()) GTEST_SKIP() << "here NULL is the default of each column that may be NULL";
  fill({"CREATE TABLE shop.without (id INT PRIMARY KEY, c INT, d INT DEFAULT 7, KEY c (c))",
        "ALTER TABLE shop.without ALTER COLUMN c DROP DEFAULT, ALTER COLUMN d DROP DEFAULT",
        "INSERT INTO shop.without VALUES (1, NULL, 2)"});
  copy();
  expect_equal("shop.without");
  target.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
  for (const char* left_out : {"(id, d) VALUES (2, 2)", "(id, c) VALUES (2, 2)"})
    EXPECT_THROW(target.execute(fmt::format("INSERT INTO shop.without {}", left_out)), mysql::ServerError) << left_out;
}

// As another version would, this target takes another collation of utf8mb4 where none is said.
TEST_P(CopySuite, SaysCollationsThatTheTargetWouldTakeOtherwise) {
  if (is_mariadb() || !at_least(8, 0)) GTEST_SKIP() << "this server has one such collation only";
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, v VARCHAR(9)) CHARACTER SET utf8mb4",
        "CREATE TABLE shop.u (id INT PRIMARY KEY, v VARCHAR(9) CHARACTER SET utf8mb4)"});
  target.execute("SET GLOBAL default_collation_for_utf8mb4 = utf8mb4_general_ci");
  copy();
  target = mysql::Connection(options.target, {});
  target.execute("CREATE TABLE shop.unsaid (v VARCHAR(9)) CHARACTER SET utf8mb4");
  target.execute("SET GLOBAL default_collation_for_utf8mb4 = utf8mb4_0900_ai_ci");
  EXPECT_EQ(target.value("SELECT TABLE_COLLATION FROM information_schema.TABLES WHERE TABLE_NAME = 'unsaid'"),
            "utf8mb4_general_ci");
  for (const char* table : {"shop.t", "shop.u"}) expect_equal(table);
}

TEST_P(CopySuite, StopsWhereTheTargetChangesAValue) {
  fill({"CREATE TABLE shop.narrow (id INT PRIMARY KEY, name VARCHAR(10))",
        "INSERT INTO shop.narrow VALUES (1, 'short'), (2, 'long name'), (3, 'a')", "ANALYZE TABLE shop.narrow"});
  target.execute("CREATE DATABASE shop");
  target.execute("CREATE TABLE shop.narrow (id INT PRIMARY KEY, name VARCHAR(5))");
  options.jobs = 1;
  options.chunk_bytes = 1024;  // the first chunk has one row, for the server takes rows for pages
  try {
    copy();
    FAIL() << "the copy took a shortened value";
  } catch (const base::Error& error) {
    EXPECT_THAT(base::text_of(error),
                HasSubstr("shop.narrow where 1 < id: of 2 rows the target took 2 (deleted 0, skipped 0, warnings 1); "
                          "Data truncated for column 'name' at row 1 (1265)"));
    EXPECT_EQ(base::kind_of(error), base::Kind::failed);
  }
  EXPECT_EQ(target.value("SELECT GROUP_CONCAT(id) FROM shop.narrow"), "1");
  EXPECT_EQ(state(options, {}), State::partial);
}

// To MariaDB such a value is as an error value, which it takes with the same warning.
TEST_P(CopySuite, StopsWhereTheTargetsEnumLacksAMember) {
  fill({"CREATE TABLE shop.states (id INT PRIMARY KEY, e ENUM('open', 'closed'))",
        "INSERT INTO shop.states VALUES (1, 'open'), (2, 'closed')"});
  target.execute("CREATE DATABASE shop");
  target.execute("CREATE TABLE shop.states (id INT PRIMARY KEY, e ENUM('open'))");
  const auto expect_error = [](const auto& work, base::Kind kind, const char* text) {
    try {
      work();
      FAIL() << "a member was lost";
    } catch (const base::Error& error) {
      EXPECT_EQ(base::kind_of(error), kind);
      EXPECT_THAT(base::text_of(error), HasSubstr(text));
    }
  };
  if (is_mariadb()) {
    copy();
    expect_error([this] { verify(); }, base::Kind::mismatch, "row id = 2 differs in e");
  } else {
    expect_error([this] { copy(); }, base::Kind::failed, "Data truncated for column 'e'");
    EXPECT_EQ(target.number("SELECT COUNT(*) AS n FROM shop.states"), 0U);
  }
}

// Where the server warns of them it keeps 65,535 warnings, here of 131,072.
TEST_P(CopySuite, TakesAnyNumberOfErrorValuesOfEnums) {
  fill({"SET sql_mode = ''",
        "CREATE TABLE shop.errors (id INT AUTO_INCREMENT PRIMARY KEY, e ENUM('a'), f ENUM('b') NOT NULL)",
        "INSERT INTO shop.errors (e, f) VALUES ('not a member', 'neither')"});
  for (int doubling = 0; doubling < 16; ++doubling)
    source.execute("INSERT INTO shop.errors (e, f) SELECT e, f FROM shop.errors");
  EXPECT_EQ(copy().rows, 65536U);
  verify();
  EXPECT_EQ(checksum(source, "shop.errors"), checksum(target, "shop.errors"));
  EXPECT_EQ(target.number("SELECT COUNT(*) AS n FROM shop.errors WHERE e = 0 AND f = 0"), 65536U);
}

// Its rows are one chunk, and committed together.
TEST_P(CopySuite, ShowsTheBytesOfAChunkAsTheyAreTaken) {
  fill({"CREATE TABLE shop.keyless (t LONGTEXT) CHARSET=latin1",
        "INSERT INTO shop.keyless VALUES (REPEAT('x', 100000))"});
  for (int doubling = 0; doubling < 6; ++doubling)
    source.execute("INSERT INTO shop.keyless SELECT t FROM shop.keyless");
  source.query("ANALYZE TABLE shop.keyless");
  constexpr std::uint64_t bytes = 6'400'000;
  options.jobs = 1;
  Progress progress;
  std::uint64_t seen = 0;
  // Asked when all is read; the queue holds a third of it.
  options.still_frozen = [&](mysql::Connection&) {
    for (const Progress::Row& row : progress.snapshot().at_work) seen = std::max(seen, row.bytes);
  };
  target.execute("CREATE DATABASE shop");
  target.execute("CREATE TABLE shop.keyless (t TEXT) CHARSET=latin1");
  EXPECT_THROW(copy::run(options, progress, {}), base::Error);
  EXPECT_GT(seen, bytes / 2);
  EXPECT_LE(seen, bytes);
  ASSERT_EQ(progress.snapshot().at_work.size(), 1U);
  EXPECT_EQ(progress.snapshot().at_work.front().bytes, 0U) << "nothing of it was kept";
  target.execute("DROP TABLE shop.keyless");
  copy::run(options, progress, {});
  EXPECT_EQ(progress.snapshot().done.bytes, bytes);
  EXPECT_EQ(progress.snapshot().done.rows, 64U);
}

// Looks at the progress all the time, where steps/progress_teller does so twice a second, until the work is done.
class Onlooker {
 public:
  struct Look {
    Progress::Snapshot progress;
    std::optional<base::Seconds> left;

    bool is_building() const {
      return std::ranges::any_of(
          progress.at_work, [](const Progress::Row& table) { return table.phase == tables::Phase::building_indexes; });
    }
  };

  explicit Onlooker(const Progress& progress)
      : progress_(progress), thread_([this](const std::stop_token& stop) {
          for (; !stop.stop_requested(); base::sleep_for(std::chrono::milliseconds(1), stop)) look();
        }) {}

  // All of them, the last one of when all was done.
  std::vector<Look> looks() {
    thread_.request_stop();
    thread_.join();
    look();
    return std::move(looks_);
  }

 private:
  void look() {
    const Progress::Snapshot now = progress_.snapshot();
    forecast_.see(now, base::Clock::now());
    looks_.push_back({now, forecast_.left()});
  }

  const Progress& progress_;
  tables::Forecast forecast_;
  std::vector<Look> looks_;
  std::jthread thread_;
};

// How good the estimate is, no test can say; but not what is left out of it.
TEST_P(CopySuite, TellsATimeLeftWithIndexesAndVerification) {
  fill({"CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT, t VARCHAR(100), KEY v (v), KEY t (t))",
        "INSERT INTO shop.t (v, t) VALUES (1, REPEAT('x', 90))"});
  for (int doubling = 0; doubling < 14; ++doubling)
    source.execute("INSERT INTO shop.t (v, t) SELECT v + id, t FROM shop.t");
  source.query("ANALYZE TABLE shop.t");
  options.chunk_bytes = 65536;
  Progress of_copy;
  Onlooker at_copy(of_copy);
  copy::run(options, of_copy, {});
  const std::vector<Onlooker::Look> copying = at_copy.looks();
  ASSERT_TRUE(copying.back().left.has_value());
  std::size_t before_the_last_row = 0, at_the_indexes = 0;
  for (const Onlooker::Look& look : copying) {
    if (!look.left) continue;
    EXPECT_GT(*look.left, base::Seconds(0)) << "verification is left";
    if (look.is_building()) {
      EXPECT_GT(*look.left, *copying.back().left);
      ++at_the_indexes;
    } else if (look.progress.done.tables == 0) {
      ++before_the_last_row;
    }
  }
  EXPECT_GT(before_the_last_row, 0U);
  EXPECT_GT(at_the_indexes, 0U);

  Progress of_verify;
  Onlooker at_verify(of_verify);
  verify::run(verify_options(), of_verify, {});
  const std::vector<Onlooker::Look> verifying = at_verify.looks();
  EXPECT_TRUE(std::ranges::any_of(
      verifying, [](const Onlooker::Look& look) { return look.progress.verifies && look.left > base::Seconds(0); }));
  EXPECT_EQ(verifying.back().left, base::Seconds(0));
}

TEST_P(CopySuite, RefusesRowsThatAreNotItsOwn) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY)"});
  target.execute("CREATE DATABASE shop");
  target.execute("CREATE TABLE shop.t (id INT PRIMARY KEY)");
  target.execute("INSERT INTO shop.t VALUES (5)");
  try {
    copy();
    FAIL() << "the copy added to a foreign table";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::refused);
  }
}

// Half-way by bytes may sort behind the range's end: 0x9A is between ß and U as a number, and behind both as a letter.
TEST_P(CopySuite, FindsMiddlesWithinTheirRanges) {
  fill({"CREATE TABLE shop.digits (d INT)",
        "INSERT INTO shop.digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8)",
        "CREATE TABLE shop.german (k VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_german2_ci PRIMARY KEY)"
        " ENGINE=InnoDB",
        "INSERT INTO shop.german SELECT CONCAT(CONVERT(ELT(x.d + 1, 'ä', 'ö', 'ü', 'ß', 'A', 'O', 'U', 'z', ' ') USING"
        " latin1), y.d, z.d) FROM shop.digits x, shop.digits y, shop.digits z"});
  const tables::Table table = tables::read_tables(source, tables::read_databases(source, {"shop"})).back();
  const mysql::Result keys = source.query("SELECT HEX(k) AS bytes FROM shop.german ORDER BY k");
  const auto key = [&](std::size_t row) { return tables::Key{"_latin1 X'" + keys.text(row, "bytes") + "'"}; };
  tables::RowReader reader(options.frozen, {});
  constexpr std::size_t step = 60;
  for (std::size_t from = 0; from < keys.size(); from += step)
    for (std::size_t to = from + step; to < keys.size(); to += step) {
      tables::Chunk range;
      range.after = key(from);
      range.until = key(to);
      const auto middle = tables::find_middle(reader.connection(), table, range, step);
      ASSERT_TRUE(middle) << tables::describe(table, range);
      EXPECT_EQ(source.number(fmt::format("SELECT COUNT(*) AS n FROM shop.german WHERE k = {0} AND k > {1} AND k < {2}",
                                          middle->front(), range.after->front(), range.until->front())),
                1U)
          << middle->front() << " in " << tables::describe(table, range);
    }
}

TEST_P(CopySuite, StopsWhenTheReplicaHasMoved) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY)", "INSERT INTO shop.t VALUES (1)"});
  int asked = 0;
  options.jobs = 1;
  options.still_frozen = [&](mysql::Connection&) {
    if (++asked > 3) throw base::Error(base::Kind::failed, "it moved");
  };
  EXPECT_THROW(copy(), base::Error);
  EXPECT_EQ(tables::ledger::read_totals(target).chunks, 0U);
}

TEST_P(CopySuite, DiscardsWhatItMade) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY)", "INSERT INTO shop.t VALUES (1)"});
  EXPECT_EQ(state(options, {}), State::absent);
  copy();
  discard(options.target, {});
  EXPECT_EQ(state(options, {}), State::absent);
  EXPECT_EQ(target.value("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'"), std::nullopt);
  EXPECT_EQ(copy().rows, 1U);
}

// The servers would let it wait for up to a year.
TEST_P(CopySuite, NamesWhoUsesATableThatItNeedsForItself) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, v INT) ENGINE=InnoDB", "INSERT INTO shop.t VALUES (1, 2)"});
  copy();
  mysql::Connection reader(options.target, {});
  reader.execute("BEGIN");
  reader.query("SELECT id FROM shop.t");
  const auto expect_named = [&](const auto& work) {
    try {
      work();
      ADD_FAILURE() << "nobody was in its way";
    } catch (const base::Error& error) {
      EXPECT_EQ(base::kind_of(error), base::Kind::failed);
      EXPECT_THAT(base::text_of(error), HasSubstr(fmt::format("session {} of ", reader.id())));
      EXPECT_THAT(base::advice_of(error), HasSubstr("KILL"));
    }
  };
  target.execute("SET GLOBAL lock_wait_timeout = 1");
  expect_named([&] { discard(options.target, {}); });
  expect_named([&] { tables::alter_in_place(target, {"shop", "t"}, "ADD KEY v (v)", "building"); });
  target.execute("SET GLOBAL lock_wait_timeout = DEFAULT");
  reader.execute("ROLLBACK");
  discard(options.target, {});
  EXPECT_EQ(state(options, {}), State::absent);
}

// A process that stood still meanwhile may have verified what the ledger had before.
TEST_P(CopySuite, MarksNoLineButTheOneThatWasVerified) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY)", "INSERT INTO shop.t VALUES (1)"});
  copy();
  const tables::LedgerLine line = lines_of("t").last_lines.at(0);
  tables::LedgerLine of_other_rows = line;
  ++of_other_rows.source.digest.low;
  tables::LedgerLine of_more_rows = line;
  ++of_more_rows.source.rows;
  EXPECT_FALSE(tables::ledger::mark_verified(target, of_other_rows));
  EXPECT_FALSE(tables::ledger::mark_verified(target, of_more_rows));
  EXPECT_EQ(verify::state(options.target, {}), verify::State::absent);
  EXPECT_TRUE(tables::ledger::mark_verified(target, line));
  EXPECT_TRUE(tables::ledger::mark_verified(target, line)) << "once more within a second";
  EXPECT_TRUE(lines_of("t").last_lines.at(0).verified);
  const tables::AskedTypes asked{.integers = false, .others = true};
  tables::ledger::ask_all_documents(target, line.table_id, asked);
  EXPECT_FALSE(lines_of("t").last_lines.at(0).verified);
  EXPECT_FALSE(tables::ledger::mark_verified(target, line)) << "its documents were asked for less";
  EXPECT_TRUE(tables::ledger::mark_verified(target, line, asked));
  EXPECT_EQ(tables::ledger::read_planned(target, {line.table_id}).at(0).asked, asked);
}

// More tables than are opened at a time; the engine makes such ones in no time, and tells their size exactly.
TEST_P(CopySuite, BeginsWithTheLargestTableWhereverItStands) {
  constexpr unsigned small_tables = 70;
  for (unsigned table = 0; table < small_tables; ++table)
    source.execute(fmt::format("CREATE TABLE shop.t{} (id INT PRIMARY KEY) ENGINE=MyISAM", table));
  fill({"CREATE TABLE shop.the_last (t TEXT) ENGINE=MyISAM", "INSERT INTO shop.the_last VALUES (REPEAT('x', 10000))"});
  options.jobs = 1;
  Progress progress;
  std::vector<std::string> begun;
  // Asked when a table's rows are read.
  options.still_frozen = [&](mysql::Connection&) {
    for (const Progress::Row& row : progress.snapshot().at_work)
      if (row.phase == tables::Phase::copying) begun.push_back(row.name.name);
    if (!begun.empty()) throw base::Error(base::Kind::failed, "enough was seen");
  };
  EXPECT_THROW(copy::run(options, progress, {}), base::Error);
  EXPECT_THAT(begun, testing::ElementsAre("the_last"));
  const auto order = tables::ledger::read_order(target);
  ASSERT_EQ(order.size(), small_tables + 1);
  EXPECT_EQ(tables::ledger::read_planned(target, {order.front()}).at(0).name.name, "the_last");
  // What an earlier command had begun comes before it.
  tables::LedgerLine line;
  line.table_id = order.back();
  tables::ledger::add_line(target, line);
  EXPECT_EQ(tables::ledger::read_order(target).front(), order.back());
}

}  // namespace
}  // namespace darbe::copy
