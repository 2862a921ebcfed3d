#include "lab/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::lab {
namespace {

TEST(Parameters, WorksOutTheFormulasOfAGroup) {
  const FormulaInputs replica{.is_replica = true, .port = 3307, .allocated_gib = 100};
  EXPECT_EQ(resolved("16384", replica), "16384");
  EXPECT_EQ(resolved("{TrueIfReplica}", replica), "1");
  EXPECT_EQ(resolved("{TrueIfReplica}", {}), "0");
  EXPECT_EQ(resolved("{EndPointPort}", replica), "3307");
  EXPECT_EQ(resolved("{DBInstanceClassMemory*3/4}", {}), "805306368");
  EXPECT_EQ(resolved("GREATEST({DBInstanceClassMemory/12582880},{100*2})", {}), "200");
  EXPECT_EQ(resolved("LEAST({DBInstanceClassMemory/12582880}, {12})", {}), "12");
  EXPECT_THROW(resolved("{DBInstanceClassMemory*}", {}), base::Error);
  EXPECT_THROW(resolved("{Unknown}", {}), base::Error);
}

TEST(Parameters, BecomeOptions) {
  EXPECT_THAT(
      as_arguments({{"sync_binlog", "1"}, {"replicate_wild_do_table", "a.%, b\\_c.%"}}),
      testing::ElementsAre("--replicate_wild_do_table=a.%", "--replicate_wild_do_table=b\\_c.%", "--sync_binlog=1"));
}

TEST(Parameters, SetFiltersInTheServersOwnWords) {
  const mysql::Flavor current(mysql::Family::mysql, {9, 7, 4});
  const mysql::Flavor mariadb(mysql::Family::mariadb, {10, 11, 14});
  EXPECT_EQ(set_filter_statement(current, "replicate-wild-do-table", "a.%,b\\_c.%"),
            "CHANGE REPLICATION FILTER replicate_wild_do_table = ('a.%', 'b\\\\_c.%')");
  EXPECT_EQ(set_filter_statement(current, "replicate-do-db", "a"), "CHANGE REPLICATION FILTER replicate_do_db = (`a`)");
  EXPECT_EQ(set_filter_statement(current, "replicate-ignore-table", "a.t"),
            "CHANGE REPLICATION FILTER replicate_ignore_table = (`a`.`t`)");
  EXPECT_EQ(set_filter_statement(current, "replicate-wild-do-table", ""),
            "CHANGE REPLICATION FILTER replicate_wild_do_table = ()");
  EXPECT_EQ(set_filter_statement(mariadb, "replicate-wild-do-table", "a.%,b.%"),
            "SET GLOBAL replicate_wild_do_table = 'a.%,b.%'");
}

TEST(Parameters, SetNumbersPlainAndWordsQuoted) {
  const std::string number = "2";
  const std::string word = "ROW";
  EXPECT_EQ(set_global_statement("sync_binlog", &number), "SET GLOBAL sync_binlog = 2");
  EXPECT_EQ(set_global_statement("binlog_format", &word), "SET GLOBAL binlog_format = 'ROW'");
  EXPECT_EQ(set_global_statement("binlog_format", nullptr), "SET GLOBAL binlog_format = DEFAULT");
}

}  // namespace
}  // namespace darbe::lab
