// Foreign keys, added to tables whose rows are there. They are added with foreign_key_checks off, so that cycles and
// parents outside the copy are no matter and the rows are not read again: verify has proven them equal to rows that
// hold on the source.
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

// Those of `wanted` whose names are not in `there`.
ForeignKeys missing_foreign_keys(const ForeignKeys& wanted, const ForeignKeys& there);

// Of an ALTER TABLE: all of one table in one, so that its definition changes once.
std::string clauses_to_add(const std::vector<ForeignKey>& keys);

}  // namespace darbe::objects
