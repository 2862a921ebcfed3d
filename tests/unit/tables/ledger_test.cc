#include "tables/ledger.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

PlannedTable table_of_ranges(unsigned ranges) {
  PlannedTable table;
  for (unsigned range = 0; range < ranges; ++range) table.ranges.emplace_back().range = range;
  return table;
}

LedgerLine last_line(unsigned range, unsigned sequence, bool ends_range = true) {
  LedgerLine line;
  line.chunk.range = range;
  line.chunk.sequence = sequence;
  line.chunk.last = ends_range;
  return line;
}

TEST(LedgerLines, AreATableOnceEachRangeHasItsEnd) {
  LedgerSummary lines;
  lines.last_lines = {last_line(0, 4), last_line(1, 0, false)};
  EXPECT_TRUE(is_sound(table_of_ranges(2), lines));
  EXPECT_FALSE(is_copied(table_of_ranges(2), lines));
  lines.last_lines.back().chunk.last = true;
  EXPECT_TRUE(is_copied(table_of_ranges(2), lines));
  EXPECT_FALSE(is_copied(table_of_ranges(3), lines));
}

// As a crash of the target's host could leave them, if somebody went on by his memory of the lines that it took.
TEST(LedgerLines, AreNoTableWithAHoleOrWithARangeThatThePlanLacks) {
  LedgerSummary lines;
  lines.last_lines = {last_line(0, 1)};
  EXPECT_TRUE(is_copied(table_of_ranges(1), lines));
  lines.has_hole = true;
  EXPECT_FALSE(is_sound(table_of_ranges(1), lines));
  EXPECT_FALSE(is_copied(table_of_ranges(1), lines));
  lines.has_hole = false;
  lines.last_lines = {last_line(1, 0)};
  EXPECT_FALSE(is_sound(table_of_ranges(1), lines));
  EXPECT_FALSE(is_copied(table_of_ranges(1), lines));
}

}  // namespace
}  // namespace darbe::tables
