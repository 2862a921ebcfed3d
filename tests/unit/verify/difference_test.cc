#include "verify/difference.h"

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

}  // namespace
}  // namespace darbe::verify
