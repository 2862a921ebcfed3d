// A chunk is a range of the key that orders one table's rows, open below and closed above: what one transaction copies
// and one digest proves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tables/table.h"

namespace darbe::tables {

// SQL literals, one for each column of that key; fewer name the first columns only.
using Key = std::vector<std::string>;

// Without `after` it begins below all keys, without `until` it ends above all; a table that can't be cut is one chunk
// with neither. A table's chunks stand in ranges, each of which one worker copies in key order.
struct Chunk {
  unsigned range = 0;
  unsigned sequence = 0;     // in its range, from 0, in key order
  std::optional<Key> after;  // exclusive
  std::optional<Key> until;  // inclusive
  bool last = false;         // it ends its range
  bool operator==(const Chunk&) const = default;
};

// " WHERE `id` > 5 AND `id` <= 9", or nothing for a chunk without bounds. Keys of several columns are compared column
// by column, each as it is sorted: MySQL finds no index range for `(a, b) > (1, 2)` (Reference Manual, "Row Constructor
// Expression Optimization").
std::string where_clause(const Table& table, const Chunk& chunk);

// " FORCE INDEX (`PRIMARY`)": the key that orders the table's rows. Empty without one.
std::string force_key(const Table& table);

// " ORDER BY `a`, `b` DESC": as that key is sorted, or the other way round. Empty without one.
enum class Order { forward, backward };
std::string order_clause(const Table& table, Order order = Order::forward);

// "putio.files where 1000 < id <= 2000"
std::string describe(const Table& table, const Chunk& chunk);

}  // namespace darbe::tables
