#include "tables/key.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

using mysql::Value;

Column column(const std::string& name, const std::string& type, const std::string& collation = "") {
  Column result;
  result.name = name;
  result.data_type = type;
  result.column_type = type;
  result.collation = collation;
  return result;
}

// The key's columns stand behind another one.
Table table_with(const std::vector<Column>& key) {
  Table table;
  table.name = {"shop", "t"};
  table.engine = "InnoDB";
  table.columns = {column("other", "int")};
  for (const Column& part : key) {
    table.columns.push_back(part);
    table.key_columns.push_back(part.name);
  }
  return table;
}

std::optional<Key> key_of(const Table& table, std::vector<Value> row) {
  row.insert(row.begin(), "1");
  return KeyReader(table).key_of(row);
}

TEST(KeyReader, WritesEachKindOfValueAsALiteral) {
  const Table table = table_with({column("a", "bigint"), column("b", "decimal"), column("c", "datetime"),
                                  column("d", "varchar", "latin1_swedish_ci"), column("e", "varbinary")});
  EXPECT_EQ(key_of(table, {"-5", "1.50", "2024-02-29 01:02:03.5", "\xE4'", std::string_view("\0\n", 2)}),
            (Key{"-5", "1.50", "'2024-02-29 01:02:03.5'", "_latin1 X'E427'", "_binary X'000A'"}));
  EXPECT_EQ(key_of(table, {"0", "0", "0000-00-00 00:00:00", "", ""}),
            (Key{"0", "0", "'0000-00-00 00:00:00'", "_latin1 X''", "_binary X''"}));
}

TEST(KeyReader, HasNoLiteralForBytesThatAreNoText) {
  const Table utf8 = table_with({column("a", "varchar", "utf8mb4_0900_ai_ci")});
  EXPECT_EQ(key_of(utf8, {"\xC3\xA4\xF0\x9F\x98\x80"}), (Key{"_utf8mb4 X'C3A4F09F9880'"}));
  for (const char* bytes : {"\xC3", "\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE0\x80\x80", "a\xFF"})
    EXPECT_EQ(key_of(utf8, {bytes}), std::nullopt) << testing::PrintToString(bytes);
  EXPECT_EQ(key_of(table_with({column("a", "char", "utf8_general_ci")}), {"\xF0\x9F\x98\x80"}), std::nullopt);
  EXPECT_EQ(key_of(table_with({column("a", "char", "gbk_chinese_ci")}), {"\x8D\x5C"}), std::nullopt);
  EXPECT_NE(key_of(table_with({column("a", "char", "gbk_chinese_ci")}), {"plain"}), std::nullopt);
}

TEST(KeyReader, KnowsWideLetters) {
  using namespace std::string_view_literals;
  const auto literal = [](const char* collation, std::string_view bytes) {
    return key_of(table_with({column("a", "char", collation)}), {bytes});
  };
  EXPECT_EQ(literal("utf16_general_ci", "\xD8\x3D\xDE\x00\x00\x61"sv), (Key{"_utf16 X'D83DDE000061'"}));
  EXPECT_EQ(literal("utf16le_bin", "\x3D\xD8\x00\xDE"sv), (Key{"_utf16le X'3DD800DE'"}));
  EXPECT_EQ(literal("utf32_bin", "\x00\x01\xF6\x00"sv), (Key{"_utf32 X'0001F600'"}));
  EXPECT_EQ(literal("ucs2_bin", "\x00\x61"sv), (Key{"_ucs2 X'0061'"}));
  for (const std::string_view bytes : {"\x61"sv, "\xD8\x3D"sv, "\xD8\x3D\x00\x61"sv, "\xDE\x00\xD8\x3D"sv})
    EXPECT_EQ(literal("utf16_bin", bytes), std::nullopt) << testing::PrintToString(bytes);
  EXPECT_EQ(literal("ucs2_bin", "\xD8\x3D\xDE\x00"sv), std::nullopt);
  EXPECT_EQ(literal("utf32_bin", "\x00\x11\x00\x00"sv), std::nullopt);
}

TEST(KeyReader, WritesBitsAndFloatingNumbersAsNumbers) {
  using namespace std::string_view_literals;
  const Table table =
      table_with({column("a", "bit"), column("b", "float"), column("c", "double"), column("d", "year")});
  EXPECT_EQ(key_of(table, {"\x01\x00"sv, "0.10000000149011612", "-1.5e100", "0000"}),
            (Key{"256", "0.10000000149011612e0", "-1.5e100", "'0000'"}));
  EXPECT_EQ(key_of(table, {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, "-0", "1", "2024"}),
            (Key{"18446744073709551615", "-0e0", "1e0", "'2024'"}));
}

// Its number stands behind the other columns and proofs.
TEST(KeyReader, ReadsTheNumberOfAnEnumThatEndsTheKey) {
  const Table table = table_with({column("a", "int"), column("b", "enum")});
  EXPECT_EQ(key_of(table, {"7", "open", "2"}), (Key{"7", "2"}));
}

TEST(KeyReader, CutsOnlyWhereALiteralFindsTheOrderAgain) {
  for (const char* type : {"timestamp", "bit", "year", "float", "double", "uuid", "inet6", "enum", "set"})
    EXPECT_TRUE(KeyReader(table_with({column("a", "int"), column("b", type)})).can_cut()) << type;
  for (const char* type : {"text", "blob", "geometry"})
    EXPECT_FALSE(KeyReader(table_with({column("a", "int"), column("b", type)})).can_cut()) << type;
  EXPECT_FALSE(KeyReader(table_with({})).can_cut());
  for (const char* type : {"enum", "set"}) {
    EXPECT_FALSE(KeyReader(table_with({column("a", type)})).can_cut()) << type;
    EXPECT_FALSE(KeyReader(table_with({column("a", type), column("b", "int")})).can_cut()) << type;
  }
  for (const char* type : {"float(7,4)", "double(20,4)"}) {
    Table table = table_with({column("a", std::string(type).substr(0, std::string(type).find('(')))});
    table.columns.back().column_type = type;
    EXPECT_FALSE(KeyReader(table).can_cut()) << type;
  }
  Table large_set = table_with({column("a", "int"), column("b", "set")});
  for (int member = 0; member < 54; ++member) large_set.columns.back().column_type += ",'x'";
  EXPECT_FALSE(KeyReader(large_set).can_cut());
  Table prefix = table_with({column("a", "int")});
  prefix.key_is_whole = false;
  EXPECT_FALSE(KeyReader(prefix).can_cut());
  Table torn = table_with({column("a", "int")});
  torn.engine = "MyISAM";
  EXPECT_FALSE(KeyReader(torn).can_cut());
  Table computed = table_with({column("a", "int")});
  computed.columns.back().generated = true;
  EXPECT_FALSE(KeyReader(computed).can_cut());
}

}  // namespace
}  // namespace darbe::tables
