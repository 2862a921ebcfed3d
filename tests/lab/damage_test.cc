// Damage done to the target between Copy and Verify: each is found, told by row and column, and mended by copying its
// chunk once more, once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "copy_fixture.h"

namespace darbe::copy {
namespace {

using testing::HasSubstr;

class VerifySuite : public testing::TestWithParam<std::string_view>, public Fixture {
 protected:
  VerifySuite() : Fixture(GetParam()) {}

  // Copies a table of a thousand rows in some chunks.
  void fill_and_copy() {
    fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, f FLOAT, b BLOB, j " +
              std::string(at_least(5, 7) ? "JSON" : "TEXT") + ", KEY f (f))",
          "INSERT INTO shop.t VALUES (1, 16777217, X'00FF', '1')"});
    for (int doubling = 0; doubling < 10; ++doubling)
      source.execute(
          "INSERT INTO shop.t SELECT id + (SELECT MAX(id) FROM (SELECT id FROM shop.t) m), f, b, j FROM shop.t");
    source.execute("ANALYZE TABLE shop.t");
    options.chunk_bytes = 16384;
    EXPECT_GT(copy().tables.at(0).chunks, 1U);
  }
  // Does `damage` to the target, and says what verify repaired.
  std::vector<verify::Repair> repairs_after(const std::string& damage) {
    fill_and_copy();
    if (!damage.empty()) target.execute(damage);
    const std::vector<verify::Repair> repaired = verify().repaired;
    expect_equal("shop.t");
    EXPECT_EQ(verify::state(options.target, {}), verify::State::done);
    return repaired;
  }
};
INSTANTIATE_TEST_SUITE_P(EachKind, VerifySuite,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

TEST_P(VerifySuite, FindsNothingInAGoodCopy) { EXPECT_TRUE(repairs_after("").empty()); }

TEST_P(VerifySuite, FindsAFlippedBit) {
  const auto repaired = repairs_after("UPDATE shop.t SET b = X'00FE' WHERE id = 77");
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row id = 77 differs in b");
}

TEST_P(VerifySuite, FindsAFloatsLastBit) {
  const auto repaired = repairs_after("UPDATE shop.t SET f = 16777218 WHERE id = 512");
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row id = 512 differs in f");
}

TEST_P(VerifySuite, FindsAnotherTypeOfJsonScalar) {
  const auto repaired = repairs_after("UPDATE shop.t SET j = '\"1\"' WHERE id = 3");
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row id = 3 differs in j");
}

TEST_P(VerifySuite, FindsADroppedAndAnInventedRow) {
  const auto dropped = repairs_after("DELETE FROM shop.t WHERE id = 1024");
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].differences, "row id = 1024 is missing on the target");
}

TEST_P(VerifySuite, FindsAnInventedRow) {
  const auto invented = repairs_after("INSERT INTO shop.t VALUES (-5, 1, '', '1')");
  ASSERT_EQ(invented.size(), 1U);
  EXPECT_EQ(invented[0].differences, "row id = -5 is on the target only");
}

// A digest compares a chunk with itself: a row between two chunks would be missing on the target and in the ledger.
TEST_P(VerifySuite, FindsARowThatNoChunkHeld) {
  fill_and_copy();
  source.execute("INSERT INTO shop.t SELECT -1, f, b, j FROM shop.t WHERE id = 3");
  try {
    verify();
    FAIL() << "verify called a table equal that lacks a row";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::mismatch);
    EXPECT_THAT(base::text_of(error), HasSubstr("the chunks of shop.t hold 1024 rows, the frozen replica 1025"));
  }
  EXPECT_NE(verify::state(options.target, {}), verify::State::done);
}

TEST_P(VerifySuite, FindsADoubledRowWithoutAKey) {
  fill({"CREATE TABLE shop.keyless (a INT, b INT)", "INSERT INTO shop.keyless VALUES (1, 2), (1, 2), (3, 4)"});
  copy();
  target.execute("INSERT INTO shop.keyless VALUES (1, 2)");
  const auto repaired = verify().repaired;
  ASSERT_EQ(repaired.size(), 1U);
  EXPECT_EQ(repaired[0].differences, "row a = 1, b = 2 is on the target only");
  expect_equal("shop.keyless");
}

// A trigger that spoils the row whenever it is written stands for a target that can't hold it.
TEST_P(VerifySuite, NamesTheRowWhenASecondCopyDoesNotHelp) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, v INT)", "INSERT INTO shop.t VALUES (1, 10), (2, 20)"});
  copy();
  target.execute("CREATE TRIGGER shop.spoil BEFORE INSERT ON shop.t FOR EACH ROW SET NEW.v = NEW.v + (NEW.id = 2)");
  target.execute("UPDATE shop.t SET v = 0 WHERE id = 2");
  try {
    verify();
    FAIL() << "verify called different rows equal";
  } catch (const base::Error& error) {
    EXPECT_EQ(base::kind_of(error), base::Kind::mismatch);
    EXPECT_THAT(base::text_of(error), HasSubstr("row id = 2 differs in v"));
  }
  EXPECT_NE(verify::state(options.target, {}), verify::State::done);
}

}  // namespace
}  // namespace darbe::copy
