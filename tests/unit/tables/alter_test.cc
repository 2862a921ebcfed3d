#include "tables/alter.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

TEST(AlterInPlace, LeavesTheServerNoChoice) {
  EXPECT_EQ(alter_in_place_statement({"d", "a`b"}, "ADD KEY `k` (`c`), ADD KEY `l` (`d`)"),
            "ALTER TABLE `d`.`a``b` ADD KEY `k` (`c`), ADD KEY `l` (`d`), ALGORITHM=INPLACE, LOCK=SHARED");
}

TEST(AlterInPlace, IsKnownAgainInTheServersList) {
  EXPECT_TRUE(is_alter_in_place(alter_in_place_statement({"d", "t"}, "ADD KEY `k` (`c`)")));
  EXPECT_FALSE(is_alter_in_place("ALTER TABLE `d`.`t` ADD KEY `k` (`c`)"));
}

}  // namespace
}  // namespace darbe::tables
