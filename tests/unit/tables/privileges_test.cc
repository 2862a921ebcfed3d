#include "tables/privileges.h"

#include <gtest/gtest.h>

namespace darbe::tables {
namespace {

const std::vector<std::string> shop = {"shop", "odd `name"};
const std::vector<std::string> all_databases;

TEST(HiddenBy, NothingWhereAllMayBeRead) {
  for (const char* grant : {"GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION",
                            "GRANT INSERT, SELECT, CREATE ON *.* TO `reader`@`%`",
                            "GRANT SELECT ON *.* TO 'reader'@'%' IDENTIFIED BY PASSWORD '*00'"})
    EXPECT_EQ(hidden_by({"GRANT USAGE ON *.* TO `x`@`%`", grant}, shop), std::nullopt) << grant;
}

TEST(HiddenBy, WhatALesserGrantLeavesOut) {
  for (const char* grant : {"GRANT USAGE ON *.* TO `reader`@`%`", "GRANT SELECT ON `shop`.* TO `reader`@`%`",
                            "GRANT SELECT (`id`) ON `shop`.`t` TO `reader`@`%`",
                            "GRANT SELECTED ON *.* TO `reader`@`%`", "GRANT `SELECT`@`%` TO `reader`@`%`"})
    EXPECT_EQ(hidden_by({grant}, shop), "SELECT is not granted on *.*") << grant;
}

TEST(HiddenBy, WhatIsRevokedOfACopiedDatabase) {
  const std::string all = "GRANT SELECT, INSERT ON *.* TO `reader`@`%`";
  EXPECT_EQ(hidden_by({all, "REVOKE INSERT, SELECT ON `shop`.* FROM `reader`@`%`"}, shop), "SELECT is revoked on shop");
  EXPECT_EQ(hidden_by({all, "REVOKE INSERT ON `shop`.* FROM `reader`@`%`"}, shop), std::nullopt);
  EXPECT_EQ(hidden_by({all, "REVOKE SELECT ON `odd ``name`.* FROM `reader`@`%`"}, shop),
            "SELECT is revoked on odd `name");
  EXPECT_EQ(hidden_by({all, "REVOKE SELECT ON `other`.* FROM `reader`@`%`"}, shop), std::nullopt);
  EXPECT_EQ(hidden_by({all, "REVOKE SELECT ON `other`.* FROM `reader`@`%`"}, all_databases),
            "SELECT is revoked on other");
  EXPECT_EQ(hidden_by({all, "REVOKE SELECT ON `mysql`.* FROM `reader`@`%`"}, all_databases), std::nullopt);
}

}  // namespace
}  // namespace darbe::tables
