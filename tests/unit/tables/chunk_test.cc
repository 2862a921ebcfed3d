#include "tables/chunk.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "tables/rows.h"

namespace darbe::tables {
namespace {

Table table_with_key(const std::string& type) {
  Table table;
  table.name = {"shop", "t"};
  table.engine = "InnoDB";
  Column id;
  id.name = "id";
  id.data_type = type;
  id.column_type = type;
  Column ratio;
  ratio.name = "ratio";
  ratio.data_type = "float";
  Column sum;
  sum.name = "sum";
  sum.data_type = "int";
  sum.generated = true;
  table.columns = {id, ratio, sum};
  table.primary_key = {"id"};
  return table;
}

TEST(Chunker, LeavesTheFirstChunkOpenBelowAndTheLastOpenAbove) {
  const auto chunks = cut({"1", "9", false}, 3);
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[0], (Chunk{0, std::nullopt, "4"}));
  EXPECT_EQ(chunks[1], (Chunk{1, "4", "7"}));
  EXPECT_EQ(chunks[2], (Chunk{2, "7", std::nullopt}));
}

TEST(Chunker, CutsTheWholeOfSixtyFourBits) {
  const auto with_sign = cut({"-9223372036854775808", "9223372036854775807", false}, 2);
  ASSERT_EQ(with_sign.size(), 2U);
  EXPECT_EQ(with_sign[1].from, "0");
  const auto without = cut({"0", "18446744073709551615", true}, 2);
  ASSERT_EQ(without.size(), 2U);
  EXPECT_EQ(without[1].from, "9223372036854775808");
}

TEST(Chunker, MakesNoMoreChunksThanKeys) {
  EXPECT_EQ(cut({"5", "5", false}, 10).size(), 1U);
  EXPECT_EQ(cut({"-1", "1", false}, 10).size(), 3U);
}

TEST(Chunker, CutsRangesThatFollowEachOther) {
  const auto chunks = cut({"-100", "1000003", false}, 1000);
  ASSERT_EQ(chunks.size(), 1000U);
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    EXPECT_EQ(chunks[i].from, chunks[i - 1].until);
    EXPECT_EQ(chunks[i].number, i);
    if (chunks[i].until) {
      EXPECT_LT(std::stoll(*chunks[i].from), std::stoll(*chunks[i].until));
    }
  }
}

TEST(Chunker, RefusesWhatIsNoInteger) { EXPECT_THROW(cut({"1.5", "2", false}, 2), base::Error); }

TEST(Chunker, CutsOnlyByOneIntegerColumn) {
  EXPECT_TRUE(chunk_key(table_with_key("bigint")).has_value());
  EXPECT_FALSE(chunk_key(table_with_key("decimal")).has_value());
  Table composite = table_with_key("int");
  composite.primary_key = {"id", "ratio"};
  EXPECT_FALSE(chunk_key(composite).has_value());
  Table keyless = table_with_key("int");
  keyless.primary_key.clear();
  EXPECT_FALSE(chunk_key(keyless).has_value());
  Table other = table_with_key("int");
  other.engine = "MyISAM";
  EXPECT_FALSE(chunk_key(other).has_value());
}

TEST(Chunker, CountsChunksByTheTablesSize) {
  Table table = table_with_key("int");
  EXPECT_EQ(count_chunks(table, 1000), 1U);
  table.data_bytes = 2001;
  EXPECT_EQ(count_chunks(table, 1000), 3U);
}

TEST(SelectStatement, ReadsFloatsExactlyAndLeavesGeneratedColumnsOut) {
  EXPECT_EQ(
      select_statement(table_with_key("int"), {1, "-5", "7"}),
      "SELECT `id`, `ratio`*1e0 FROM `shop`.`t` FORCE INDEX (PRIMARY) WHERE `id` >= -5 AND `id` < 7 ORDER BY `id`");
}

TEST(SelectStatement, AsksForNoOrderWithoutAKey) {
  Table table = table_with_key("int");
  table.primary_key.clear();
  EXPECT_EQ(select_statement(table, {}), "SELECT `id`, `ratio`*1e0 FROM `shop`.`t`");
}

TEST(Describe, NamesChunkTableAndRange) {
  const Table table = table_with_key("int");
  EXPECT_EQ(describe(table, {2, "10", "20"}), "chunk 2 of shop.t (10 <= id < 20)");
  EXPECT_EQ(describe(table, {0, std::nullopt, "10"}), "chunk 0 of shop.t (id < 10)");
  EXPECT_EQ(describe(table, {}), "shop.t");
}

TEST(SystemSchemas, AreTheServersRdssAndTheJournalButNotTheMarker) {
  for (const char* name :
       {"mysql", "sys", "information_schema", "performance_schema", "innodb", "tmp", "darbe_journal"})
    EXPECT_TRUE(is_system_schema(name)) << name;
  EXPECT_FALSE(is_system_schema("darbe"));
  EXPECT_FALSE(is_system_schema("putio"));
}

}  // namespace
}  // namespace darbe::tables
