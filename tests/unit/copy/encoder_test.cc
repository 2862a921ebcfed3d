#include "copy/encoder.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"
#include "copy/lane.h"

namespace darbe::copy {
namespace {

using mysql::Value;

std::string escaped(std::string_view value) {
  std::string text;
  append_escaped(text, value);
  return text;
}

TEST(Encoder, EscapesThreeBytesWhereverTheyStand) {
  EXPECT_EQ(escaped("a\tb\nc\\d"), "a\\tb\\nc\\\\d");
  for (std::size_t place = 0; place < 20; ++place) {
    std::string value(20, 'x');
    value[place] = '\t';
    EXPECT_EQ(escaped(value), std::string(place, 'x') + "\\t" + std::string(19 - place, 'x'));
  }
}

TEST(Encoder, KeepsAllOtherBytes) {
  std::string value;
  for (int byte = 0; byte < 256; ++byte)
    if (byte != '\t' && byte != '\n' && byte != '\\') value += static_cast<char>(byte);
  EXPECT_EQ(escaped(value), value);
}

TEST(Encoder, WritesNullsAndLines) {
  std::string text;
  Encoder encoder(1024, [&](std::string block) { text += block; });
  encoder.add(std::vector<Value>{"1", Value(), "", "\\N"});
  encoder.add(std::vector<Value>{Value()});
  encoder.finish();
  EXPECT_EQ(text, "1\t\\N\t\t\\\\N\n\\N\n");
}

TEST(Encoder, HandsOutBlocksWithinALargeValue) {
  std::vector<std::string> blocks;
  Encoder encoder(16, [&](std::string block) { blocks.push_back(std::move(block)); });
  const std::string large(1000, '\n');
  encoder.add(std::vector<Value>{"1", large});
  encoder.finish();
  std::string text;
  for (const std::string& block : blocks) {
    EXPECT_LE(block.size(), 64U);
    text += block;
  }
  std::string expected = "1\t";
  for (std::size_t i = 0; i < large.size(); ++i) expected += "\\n";
  EXPECT_EQ(text, expected + "\n");
}

TEST(LoadCounts, AreReadFromTheServersLine) {
  const LoadCounts counts = parse_load_info("Records: 12  Deleted: 1  Skipped: 2  Warnings: 3");
  EXPECT_EQ(counts.records, 12U);
  EXPECT_EQ(counts.deleted, 1U);
  EXPECT_EQ(counts.skipped, 2U);
  EXPECT_EQ(counts.warnings, 3U);
  EXPECT_THROW(parse_load_info(""), base::Error);
}

TEST(LoadStatement, TakesJsonThroughAVariableAndNamesEveryStoredColumn) {
  tables::Table table;
  table.name = {"shop", "t"};
  tables::Column id;
  id.name = "id";
  id.data_type = "int";
  tables::Column json;
  json.name = "j";
  json.data_type = "json";
  tables::Column computed = id;
  computed.name = "computed";
  computed.generated = true;
  table.columns = {id, json, computed};
  EXPECT_EQ(
      load_statement(table),
      "LOAD DATA LOCAL INFILE 'rows' INTO TABLE `shop`.`t` CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY"
      " '\\\\' LINES TERMINATED BY '\\n' (`id`, @v0) SET `j` = CONVERT(@v0 USING utf8mb4)");
}

}  // namespace
}  // namespace darbe::copy
