#include "copy/encoder.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"
#include "copy/lane.h"

namespace darbe::copy {
namespace {

using mysql::Value;

std::string encoded(std::size_t block_bytes, const std::vector<std::vector<Value>>& rows) {
  std::string text;
  Encoder encoder(block_bytes, [&](const std::string& block) { text += block; });
  for (const std::vector<Value>& row : rows) encoder.add(row);
  encoder.finish();
  return text;
}

std::string escaped(std::string_view value) {
  std::string line = encoded(1024, {{Value(value)}});
  line.pop_back();
  return line;
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

// Lengths around words, each special byte at each place of them, values that end where their memory does.
TEST(Encoder, EscapesValuesOfEveryLength) {
  for (std::size_t size = 0; size <= 40; ++size)
    for (std::size_t place = 0; place <= size; ++place)
      for (const char letter : {'\t', '\n', '\\', '\b', '\v', '[', ']', '\xDC', '\x89'}) {
        std::vector<char> value(size, 'x');
        if (place < size) value[place] = letter;
        std::string expected;
        for (const char one : value) {
          if (one == '\t' || one == '\n' || one == '\\') expected += '\\';
          expected += one == '\t' ? 't' : one == '\n' ? 'n' : one;
        }
        ASSERT_EQ(escaped({value.data(), value.size()}), expected) << size << " " << place;
      }
}

TEST(Encoder, WritesNullsAndLines) {
  EXPECT_EQ(encoded(1024, {{"1", Value(), "", "\\N"}, {Value()}}), "1\t\\N\t\t\\\\N\n\\N\n");
}

TEST(Encoder, WritesTheSameWhateverItsBlocks) {
  const std::vector<Value> nulls(1000);
  const std::string tabs(100'000, '\t');
  const std::vector<std::vector<Value>> rows{{nulls}, {"a", Value(tabs), "b"}, {Value("")}, {nulls}};
  const std::string expected = encoded(1 << 20, rows);
  for (const std::size_t block_bytes : {1U, 7U, 64U, 4096U, 65536U}) EXPECT_EQ(encoded(block_bytes, rows), expected);
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
