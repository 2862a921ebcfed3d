#include "tables/rows.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

Column column(const std::string& data_type, const std::string& column_type) {
  Column result;
  result.name = "c";
  result.data_type = data_type;
  result.column_type = column_type;
  return result;
}

TEST(LargeRows, MayBeWhereTypesHaveRoom) {
  const auto may_have = [](const std::vector<std::string>& types) {
    Table table;
    for (const std::string& type : types) table.columns.push_back(column(type, type));
    return may_have_large_rows(table);
  };
  for (const char* type : {"mediumblob", "mediumtext", "longblob", "longtext", "json", "geometry", "multipolygon"})
    EXPECT_TRUE(may_have({"int", type})) << type;
  for (const char* type : {"int", "mediumint", "varbinary", "blob", "text", "tinytext", "vector"})
    EXPECT_FALSE(may_have({"int", type})) << type;
  EXPECT_FALSE(may_have(std::vector<std::string>(200, "text")));
  EXPECT_TRUE(may_have(std::vector<std::string>(256, "text")));
}

TEST(SelectExpression, PrintsAFloatInAllItsDigits) {
  EXPECT_EQ(select_expression(column("float", "float")), "`c`*1e0");
}

TEST(SelectExpression, ReadsAnEnumsErrorValueAsZerosThatAreNoMember) {
  EXPECT_EQ(select_expression(column("enum", "enum('a','0')")), "IF(`c`+0=0,'00',`c`)");
  EXPECT_EQ(select_expression(column("enum", "enum('00','000')")), "IF(`c`+0=0,'0000',`c`)");
}

TEST(SelectExpression, ReadsASetWithAnEmptyMemberAsANumber) {
  for (const char* type : {"set('')", "set('','a')", "set('a','')", "set('a','','b')"}) {
    EXPECT_EQ(select_expression(column("set", type)), "CAST(`c` AS UNSIGNED)") << type;
    EXPECT_EQ(load_expression(column("set", type), "@v"), "CAST(@v AS UNSIGNED)") << type;
  }
  for (const char* type : {"set('a','b')", "set('''a','b''')", "set('it''s','x''y')"}) {
    EXPECT_EQ(select_expression(column("set", type)), "`c`") << type;
    EXPECT_EQ(load_expression(column("set", type), "@v"), std::nullopt) << type;
  }
}

TEST(SelectExpression, ReadsNumbersWhereMembersMayBeEqual) {
  EXPECT_EQ(select_expression(column("enum", "enum('a','b','a')")), "LPAD(`c`+0,5,'0')");
  EXPECT_EQ(select_expression(column("enum", "enum('it''s','''','it''s')")), "LPAD(`c`+0,5,'0')");
  EXPECT_EQ(select_expression(column("enum", "enum('a','á')")), "LPAD(`c`+0,5,'0')");
  EXPECT_EQ(select_expression(column("enum", "enum('a','02','a','00009')")), "LPAD(`c`+0,5,'0')");
  EXPECT_EQ(select_expression(column("enum", "enum('a','00002','a','0001')")), "LPAD(`c`+0,3,'0')");
  Column folding = column("enum", "enum('i','y')");
  folding.collation = "utf8mb4_lithuanian_ci";
  EXPECT_EQ(select_expression(folding), "LPAD(`c`+0,5,'0')");
  EXPECT_EQ(select_expression(column("enum", "enum('a','a,b','b','''a')")), "IF(`c`+0=0,'00',`c`)");
  EXPECT_EQ(select_expression(column("set", "set('a','b','a')")), "CAST(`c` AS UNSIGNED)");
  EXPECT_EQ(load_expression(column("enum", "enum('a','a')"), "@v"), std::nullopt);
  EXPECT_EQ(load_expression(column("set", "set('a','a')"), "@v"), "CAST(@v AS UNSIGNED)");
  Column wide = column("enum", "enum('a','a')");
  wide.collation = "utf16_bin";
  EXPECT_EQ(load_expression(wide, "@v"), "CAST(@v AS UNSIGNED)");
}

// More of them than two digits can tell, and members that are numbers of more.
TEST(SelectExpression, HasRoomForAllNumbersOfAnEnum) {
  std::string type = "enum('00001','0002'";
  for (int member = 0; member < 100; ++member) type += ",'x'";
  EXPECT_EQ(select_expression(column("enum", type + ")")), "LPAD(`c`+0,3,'0')");
}

TEST(LoadExpression, GivesACharacterSetToWhatMustHaveOne) {
  EXPECT_EQ(load_expression(column("json", "json"), "@v"), "CONVERT(@v USING utf8mb4)");
  EXPECT_EQ(load_expression(column("uuid", "uuid"), "@v"), "CONVERT(@v USING latin1)");
  EXPECT_EQ(load_expression(column("varchar", "varchar(5)"), "@v"), std::nullopt);
}

TEST(Proofs, AreStoredGeneratedValuesAndTheRoomOfDocuments) {
  Table table;
  table.columns = {column("json", "json"), column("int", "int")};
  table.columns[0].name = "note";
  table.columns[0].has_json_size = true;
  table.columns[1].name = "total";
  table.columns[1].generated = table.columns[1].kept = true;
  const std::vector<Proof> found = proofs(table);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "total");
  EXPECT_EQ(found[0].expression, "`total`");
  EXPECT_EQ(found[1].name, "the types in note");
}

TEST(Proofs, AreTheLettersOfWhatIsReadByItsNumber) {
  Table table;
  table.columns = {column("enum", "enum('a','a')"), column("enum", "enum('a','b')")};
  const std::vector<Proof> found = proofs(table);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "the letters of c");
  EXPECT_EQ(found[0].expression, "`c`");
}

}  // namespace
}  // namespace darbe::tables
