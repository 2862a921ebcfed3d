#include "tables/alter.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

TEST(AlterInPlace, LeavesTheServerNoChoice) {
  EXPECT_EQ(alter_in_place_statement({"d", "a`b"}, "ADD KEY `k` (`c`), ADD KEY `l` (`d`)"),
            "ALTER TABLE `d`.`a``b` ADD KEY `k` (`c`), ADD KEY `l` (`d`), ALGORITHM=INPLACE, LOCK=SHARED");
}

}  // namespace
}  // namespace darbe::tables
