#include "mysql/flavor.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::mysql {
namespace {

const Flavor mysql_56 = Flavor::from_server("5.6.24-log");
const Flavor mysql_57 = Flavor::from_api("mysql", "5.7.44-RDS.20240408");
const Flavor mysql_80 = Flavor::from_server("8.0.46");
const Flavor mysql_84 = Flavor::from_server("8.4.11");
const Flavor mysql_97 = Flavor::from_server("9.7.4-2");
const Flavor mariadb_1011 = Flavor::from_server("10.11.19-MariaDB-0+deb12u1-log");
const Flavor mariadb_114 = Flavor::from_api("mariadb", "11.4.5");

TEST(Version, IsReadFromWhatServersAndTheApiSay) {
  EXPECT_EQ(parse_version("9.7.4"), (Version{9, 7, 4}));
  EXPECT_EQ(parse_version("5.7.44-RDS.20240408"), (Version{5, 7, 44}));
  EXPECT_EQ(parse_version("10.11.14-MariaDB-log"), (Version{10, 11, 14}));
  EXPECT_EQ(parse_version("5.5.5-10.11.6-MariaDB"), (Version{10, 11, 6}));
  EXPECT_EQ(parse_version("5.5.5-log"), (Version{5, 5, 5}));
  EXPECT_EQ(parse_version("8.4"), (Version{8, 4, 0}));
}

TEST(Version, RefusesWhatIsNone) {
  EXPECT_THROW(parse_version(""), base::Error);
  EXPECT_THROW(parse_version("latest"), base::Error);
  EXPECT_THROW(parse_version("9"), base::Error);
  EXPECT_THROW(Flavor::from_api("aurora-mysql", "8.0.35"), base::Error);
}

TEST(Flavor, SaysReplicaInMySqlsNewWords) {
  EXPECT_EQ(mysql_97.show_replica_status(), "SHOW REPLICA STATUS");
  EXPECT_EQ(mysql_97.column_exec_source_log_pos(), "Exec_Source_Log_Pos");
  EXPECT_EQ(mysql_97.column_relay_source_log_file(), "Relay_Source_Log_File");
  EXPECT_EQ(mysql_97.show_binary_log_status(), "SHOW BINARY LOG STATUS");
  EXPECT_EQ(mysql_97.source_pos_wait(), "SOURCE_POS_WAIT");
  EXPECT_EQ(mysql_97.set_external_source(), "mysql.rds_set_external_source");
}

TEST(Flavor, SaysSlaveInMySqlsOldWords) {
  for (const Flavor& old : {mysql_56, mysql_57}) {
    EXPECT_EQ(old.show_replica_status(), "SHOW SLAVE STATUS");
    EXPECT_EQ(old.column_exec_source_log_pos(), "Exec_Master_Log_Pos");
    EXPECT_EQ(old.show_binary_log_status(), "SHOW MASTER STATUS");
    EXPECT_EQ(old.source_pos_wait(), "MASTER_POS_WAIT");
    EXPECT_EQ(old.reset_external_source(), "mysql.rds_reset_external_master");
  }
}

TEST(Flavor, KnowsThatMySql80HasNewStatementsAndOldProcedures) {
  EXPECT_EQ(mysql_80.show_replica_status(), "SHOW REPLICA STATUS");
  EXPECT_EQ(mysql_80.show_binary_log_status(), "SHOW MASTER STATUS");
  EXPECT_EQ(mysql_80.set_external_source(), "mysql.rds_set_external_master");
}

TEST(Flavor, KnowsThatMariaDbHasTheNewStatementWithTheOldColumns) {
  EXPECT_EQ(mariadb_1011.show_replica_status(), "SHOW REPLICA STATUS");
  EXPECT_EQ(mariadb_1011.column_io_running(), "Slave_IO_Running");
  EXPECT_EQ(mariadb_1011.column_source_host(), "Master_Host");
  EXPECT_EQ(mariadb_1011.source_pos_wait(), "MASTER_POS_WAIT");
  EXPECT_EQ(mariadb_1011.set_external_source(), "mysql.rds_set_external_master");
}

TEST(Flavor, KnowsWhatLimitsAStatementsTime) {
  EXPECT_EQ(mysql_56.statement_time_limit(), "");
  EXPECT_EQ(mysql_57.statement_time_limit(), "max_execution_time");
  EXPECT_EQ(mariadb_1011.statement_time_limit(), "max_statement_time");
}

TEST(Flavor, KnowsFeatures) {
  EXPECT_FALSE(mysql_56.has_tls());
  EXPECT_TRUE(mariadb_1011.has_tls());
  EXPECT_FALSE(mysql_57.has_roles());
  EXPECT_TRUE(mysql_84.has_roles());
  EXPECT_FALSE(mysql_56.json_is_a_type());
  EXPECT_TRUE(mysql_57.json_is_a_type());
  EXPECT_FALSE(mariadb_1011.json_is_a_type());
  EXPECT_FALSE(mysql_57.has_invisible_columns());
  EXPECT_TRUE(mysql_97.has_invisible_columns());
  EXPECT_FALSE(mysql_56.filters_are_dynamic());
  EXPECT_TRUE(mariadb_1011.filters_are_dynamic());
}

TEST(CanFollow, AllowsTheSameAndTheNextSeriesOfMySql) {
  EXPECT_TRUE(can_follow(mysql_56, mysql_56));
  EXPECT_TRUE(can_follow(mysql_56, mysql_57));
  EXPECT_TRUE(can_follow(mysql_57, mysql_80));
  EXPECT_TRUE(can_follow(mysql_84, mysql_97));
  EXPECT_FALSE(can_follow(mysql_56, mysql_97));
  EXPECT_FALSE(can_follow(mysql_57, mysql_84));
  EXPECT_FALSE(can_follow(mysql_97, mysql_84));
}

TEST(CanFollow, AllowsTheSameAndLaterSeriesOfMariaDb) {
  EXPECT_TRUE(can_follow(mariadb_1011, mariadb_1011));
  EXPECT_TRUE(can_follow(mariadb_1011, mariadb_114));
  EXPECT_FALSE(can_follow(mariadb_114, mariadb_1011));
  EXPECT_FALSE(can_follow(mysql_80, mariadb_1011));
}

}  // namespace
}  // namespace darbe::mysql
