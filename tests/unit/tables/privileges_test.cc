#include "tables/privileges.h"

#include <gmock/gmock.h>
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

// A server leaves them out of its catalog as it does tables.
TEST(HiddenBy, TriggersAndEvents) {
  const auto objects = [](const std::vector<std::string>& grants) { return hidden_by(grants, shop, Reading::objects); };
  EXPECT_EQ(objects({"GRANT ALL PRIVILEGES ON *.* TO `root`@`%`"}), std::nullopt);
  EXPECT_EQ(objects({"GRANT EVENT ON *.* TO `x`@`%`"}), "SELECT is not granted on *.*");
  EXPECT_EQ(objects({"GRANT SELECT, EVENT ON *.* TO `x`@`%`"}), "TRIGGER is not granted on *.*");
  EXPECT_EQ(objects({"GRANT SELECT, TRIGGER ON *.* TO `x`@`%`"}), "EVENT is not granted on *.*");
  const std::string all = "GRANT SELECT, EVENT, TRIGGER ON *.* TO `x`@`%`";
  EXPECT_EQ(objects({all, "REVOKE EVENT, TRIGGER ON `mysql`.* FROM `x`@`%`"}), std::nullopt);
  EXPECT_EQ(objects({all, "REVOKE TRIGGER, EVENT ON `shop`.* FROM `x`@`%`"}), "TRIGGER is revoked on shop");
  EXPECT_EQ(objects({all, "REVOKE EVENT ON `shop`.* FROM `x`@`%`"}), "EVENT is revoked on shop");
  EXPECT_EQ(hidden_by({all, "REVOKE EVENT ON `shop`.* FROM `x`@`%`"}, shop), std::nullopt);
}

TEST(Privileges, ForARunAreTheMasterUsers) {
  const std::string of_rds =
      "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
      "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, "
      "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER ON *.* TO `root`@`%` WITH GRANT OPTION";
  EXPECT_THAT(lacking_for_a_run({of_rds, "GRANT `rds_superuser_role`@`%` TO `root`@`%`"}), testing::IsEmpty());
  EXPECT_THAT(lacking_for_a_run({"GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION"}), testing::IsEmpty());
  EXPECT_THAT(lacking_for_a_run({"GRANT SELECT ON *.* TO `reader`@`%`"}),
              testing::ElementsAre("CREATE on darbe.*", "DROP on darbe.*", "INSERT on darbe.*", "UPDATE on darbe.*",
                                   "DELETE on darbe.*", "CREATE USER", "REPLICATION SLAVE WITH GRANT OPTION",
                                   "REPLICATION CLIENT WITH GRANT OPTION"));
  EXPECT_THAT(
      lacking_for_a_run({"GRANT CREATE USER, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `m`@`%` WITH GRANT OPTION",
                         "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP ON `darbe`.* TO `m`@`%`"}),
      testing::IsEmpty());
  EXPECT_THAT(
      lacking_for_a_run({"GRANT CREATE, DROP, INSERT, UPDATE, DELETE, CREATE USER, REPLICATION SLAVE, REPLICATION "
                         "CLIENT ON *.* TO `m`@`%`"}),
      testing::ElementsAre("REPLICATION SLAVE WITH GRANT OPTION", "REPLICATION CLIENT WITH GRANT OPTION"));
}

}  // namespace
}  // namespace darbe::tables
