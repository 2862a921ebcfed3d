#include "tables/chunk.h"

#include <gtest/gtest.h>

#include "tables/rows.h"

namespace darbe::tables {
namespace {

Table table_with_key(const std::string& type) {
  Table table;
  table.name = {"shop", "t"};
  table.engine = "InnoDB";
  Column id;
  id.name = "id";
  id.data_type = type;
  id.column_type = type;
  Column ratio;
  ratio.name = "ratio";
  ratio.data_type = "float";
  Column sum;
  sum.name = "sum";
  sum.data_type = "int";
  sum.generated = true;
  table.columns = {id, ratio, sum};
  table.key_name = "PRIMARY";
  table.key_columns = {"id"};
  return table;
}

Chunk between(std::optional<Key> after, std::optional<Key> until) {
  Chunk chunk;
  chunk.after = std::move(after);
  chunk.until = std::move(until);
  return chunk;
}

TEST(ForceKey, NamesTheKeyThatOrdersTheRows) {
  Table table = table_with_key("int");
  EXPECT_EQ(force_key(table), " FORCE INDEX (`PRIMARY`)");
  table.key_name = "odd `name";
  EXPECT_EQ(force_key(table), " FORCE INDEX (`odd ``name`)");
  table.key_name.clear();
  EXPECT_EQ(force_key(table), "");
}

TEST(WhereClause, IsOpenBelowAndClosedAbove) {
  const Table table = table_with_key("int");
  EXPECT_EQ(where_clause(table, {}), "");
  EXPECT_EQ(where_clause(table, between(Key{"5"}, std::nullopt)), " WHERE `id` > 5");
  EXPECT_EQ(where_clause(table, between(std::nullopt, Key{"9"})), " WHERE `id` <= 9");
  EXPECT_EQ(where_clause(table, between(Key{"5"}, Key{"9"})), " WHERE `id` > 5 AND `id` <= 9");
}

TEST(WhereClause, ComparesKeysColumnByColumn) {
  Table table = table_with_key("int");
  table.key_columns = {"id", "ratio", "sum"};
  EXPECT_EQ(where_clause(table, between(Key{"1", "2", "3"}, Key{"4", "5", "6"})),
            " WHERE (`id` > 1 OR (`id` = 1 AND (`ratio` > 2 OR (`ratio` = 2 AND `sum` > 3))))"
            " AND (`id` < 4 OR (`id` = 4 AND (`ratio` < 5 OR (`ratio` = 5 AND `sum` <= 6))))");
}

TEST(WhereClause, GoesEachColumnsWay) {
  Table table = table_with_key("int");
  table.key_columns = {"id", "ratio"};
  table.key_descends = {true, false};
  EXPECT_EQ(where_clause(table, between(Key{"1", "2"}, Key{"4", "5"})),
            " WHERE (`id` < 1 OR (`id` = 1 AND `ratio` > 2)) AND (`id` > 4 OR (`id` = 4 AND `ratio` <= 5))");
  EXPECT_EQ(where_clause(table, between(Key{"1"}, Key{"0"})), " WHERE `id` < 1 AND `id` >= 0");
  EXPECT_EQ(order_clause(table), " ORDER BY `id` DESC, `ratio`");
  EXPECT_EQ(order_clause(table, Order::backward), " ORDER BY `id`, `ratio` DESC");
  EXPECT_EQ(describe(table, between(Key{"1", "2"}, Key{"0", "5"})), "shop.t where (1, 2) > (id, ratio) >= (0, 5)");
}

TEST(WhereClause, TakesBoundsOfTheFirstColumnsOnly) {
  Table table = table_with_key("int");
  table.key_columns = {"id", "ratio"};
  EXPECT_EQ(where_clause(table, between(std::nullopt, Key{"4"})), " WHERE `id` <= 4");
}

TEST(SelectStatement, ReadsFloatsExactlyAndLeavesGeneratedColumnsOut) {
  EXPECT_EQ(
      select_statement(table_with_key("int"), between(Key{"-5"}, Key{"7"}), {100, 20}),
      "SELECT `id`, `ratio`*1e0 FROM `shop`.`t` FORCE INDEX (`PRIMARY`) WHERE `id` > -5 AND `id` <= 7 ORDER BY `id`"
      " LIMIT 100 OFFSET 20");
}

TEST(SelectStatement, AsksForNoOrderWithoutAKey) {
  Table table = table_with_key("int");
  table.key_name.clear();
  table.key_columns.clear();
  EXPECT_EQ(select_statement(table, {}), "SELECT `id`, `ratio`*1e0 FROM `shop`.`t`");
}

TEST(Describe, NamesTableAndRange) {
  Table table = table_with_key("int");
  EXPECT_EQ(describe(table, between(Key{"10"}, Key{"20"})), "shop.t where 10 < id <= 20");
  EXPECT_EQ(describe(table, between(std::nullopt, Key{"10"})), "shop.t where id <= 10");
  EXPECT_EQ(describe(table, {}), "shop.t");
  table.key_columns = {"id", "ratio"};
  EXPECT_EQ(describe(table, between(Key{"1", "2"}, std::nullopt)), "shop.t where (1, 2) < (id, ratio)");
}

TEST(SystemSchemas, AreTheServersAndTheJournalByTheirVeryLettersButNotTheMarker) {
  for (const char* name : {"mysql", "sys", "information_schema", "performance_schema", "darbe_journal"})
    EXPECT_TRUE(is_system_schema(name)) << name;
  for (const char* name : {"darbe", "putio", "Sys", "MySQL"}) EXPECT_FALSE(is_system_schema(name)) << name;
}

}  // namespace
}  // namespace darbe::tables
