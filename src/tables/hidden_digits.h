// FLOAT(M,D) and DOUBLE(M,D): a server shows D digits after the point and rounds to them what it is given. A value from
// before an ALTER that took digits away keeps its own (no row is written for that), unseen, and no statement can write
// it again: neither LOAD DATA nor a dump brings it over as it is.
#pragma once

#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/table.h"

namespace darbe::tables {

struct RoundedColumn {
  TableName table;
  std::string name;
  std::string type;  // "double(12,4)"
  unsigned decimals = 0;

  // In SQL: that a row's value has more digits than it shows. What a binary fraction is off its decimal one is none.
  std::string has_hidden_digits() const;
};

// Of the base tables, by name.
std::vector<RoundedColumn> rounded_columns(mysql::Connection& connection, const std::vector<Database>& databases);

// Reads these columns of all rows. Throws: Error{failed} naming each that has such values, and how many.
void require_no_hidden_digits(mysql::Connection& frozen, const std::vector<Database>& databases);

}  // namespace darbe::tables
