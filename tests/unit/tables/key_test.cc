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
    table.primary_key.push_back(part.name);
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
  EXPECT_EQ(key_of(table_with({column("a", "char", "utf16_general_ci")}), {"ab"}), std::nullopt);
}

TEST(KeyReader, CutsOnlyWhereALiteralFindsTheOrderAgain) {
  EXPECT_TRUE(KeyReader(table_with({column("a", "int"), column("b", "timestamp")})).can_cut());
  for (const char* type : {"enum", "set", "bit", "year", "float", "double", "text", "blob", "geometry"})
    EXPECT_FALSE(KeyReader(table_with({column("a", "int"), column("b", type)})).can_cut()) << type;
  EXPECT_FALSE(KeyReader(table_with({})).can_cut());
  Table descending = table_with({column("a", "int")});
  descending.key_is_plain = false;
  EXPECT_FALSE(KeyReader(descending).can_cut());
  Table torn = table_with({column("a", "int")});
  torn.engine = "MyISAM";
  EXPECT_FALSE(KeyReader(torn).can_cut());
  Table computed = table_with({column("a", "int")});
  computed.columns.back().generated = true;
  EXPECT_FALSE(KeyReader(computed).can_cut());
}

}  // namespace
}  // namespace darbe::tables
