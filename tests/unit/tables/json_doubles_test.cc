#include "tables/json_doubles.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

TEST(JsonDoubles, AreReadByAllUpTo15DigitsAndPowersThatADoubleHolds) {
  for (const char* number : {"0.0", "-0.0", "5.0", "-12.5", "0.1", "0.000123456789012345", "123456789012.345",
                             "12345678901234.5", "1e22", "1.5e-21", "1e0"})
    EXPECT_TRUE(is_read_by_all(number)) << number;
  for (const char* number : {"9088544342.689999", "-1.4334335999999999", "1e23", "1.5e-22", "5e-324",
                             "1.7976931348623157e308", "1.2345678901234567"})
    EXPECT_FALSE(is_read_by_all(number)) << number;
}

TEST(JsonDoubles, AreMadeAgainWhereAKeyAndAFunctionLeadToThem) {
  Table table;
  EXPECT_EQ(json_doubles_of(table), JsonDoubles::none);
  Column document;
  document.name = "note";
  document.data_type = "json";
  document.has_json_size = true;
  table.columns = {document};
  EXPECT_EQ(json_doubles_of(table), JsonDoubles::lost);
  table.key_columns = {"id"};
  EXPECT_EQ(json_doubles_of(table), JsonDoubles::made_again);
  table.columns[0].has_json_size = false;  // MySQL 5.7
  EXPECT_EQ(json_doubles_of(table), JsonDoubles::lost);
  table.columns[0].generated = true;
  EXPECT_EQ(json_doubles_of(table), JsonDoubles::none);
}

}  // namespace
}  // namespace darbe::tables
