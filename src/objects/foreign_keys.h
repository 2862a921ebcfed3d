// Foreign keys, added to tables whose rows are there. They are added with foreign_key_checks off, so that cycles are no
// matter and the rows are not read again: verify has proven them equal to rows that hold on the source. Those to a
// database that is not copied are left out: the target would refuse each row that comes by replication (1452).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/table.h"

namespace darbe::objects {

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  tables::TableName parent;
  std::vector<std::string> parent_columns;
  std::string on_update;  // RESTRICT, NO ACTION, CASCADE, SET NULL, SET DEFAULT
  std::string on_delete;
};
using ForeignKeys = std::map<tables::TableName, std::vector<ForeignKey>>;

ForeignKeys read_foreign_keys(mysql::Connection& server, const std::vector<std::string>& databases);

// Takes those out of `keys` whose parents are in none of `databases`.
ForeignKeys take_keys_to_others(ForeignKeys& keys, const std::vector<std::string>& databases);

// "foreign key shop.orders.by_customer".
std::string text_of(const tables::TableName& table, const ForeignKey& key);

// The source changes rows of the child itself when those of the parent change.
bool cascades(const ForeignKey& key);

// Those of `wanted` whose names are not in `there`.
ForeignKeys missing_foreign_keys(const ForeignKeys& wanted, const ForeignKeys& there);

// Of an ALTER TABLE: all of one table in one, so that its definition changes once.
std::string clauses_to_add(const std::vector<ForeignKey>& keys);

}  // namespace darbe::objects
