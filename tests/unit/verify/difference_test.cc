#include "verify/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::verify {
namespace {

TEST(Differences, NameRowsColumnsAndSides) {
  Differences found;
  found.rows = {{RowDifference::Kind::differs, "id = 5", {"note", "amount"}},
                {RowDifference::Kind::missing_on_target, "id = 7", {}},
                {RowDifference::Kind::only_on_target, "id = 8", {}}};
  EXPECT_EQ(
      found.text(),
      "row id = 5 differs in note, amount; row id = 7 is missing on the target; row id = 8 is on the target only");
  found.more = true;
  EXPECT_TRUE(found.text().ends_with("; and others"));
}

TEST(Differences, SayWhenTheRowsAreTheSameByNow) { EXPECT_EQ(Differences{}.text(), "the rows are the same now"); }

TEST(Advice, NamesTheServersJsonWhereItsDoublesCannotBeMadeAgain) {
  tables::Table table;
  tables::Column document;
  document.data_type = "json";
  document.has_json_size = true;
  table.columns = {document};
  EXPECT_THAT(advice_on_lasting(table, false), testing::HasSubstr("MySQL bug 116160"));
  EXPECT_THAT(advice_on_lasting(table, false), testing::HasSubstr("a primary key"));
  const std::string usual = advice_on_lasting(table, true);
  EXPECT_EQ(usual, "Find out what else writes to the target, or what its server does to these values.");
  table.key_columns = {"id"};
  EXPECT_EQ(advice_on_lasting(table, false), usual);
}

}  // namespace
}  // namespace darbe::verify
