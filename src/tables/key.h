// A table's primary key as a place to cut its rows at: keys read from rows become SQL literals, which find the same
// place again on either server.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mysql/connection.h"
#include "tables/chunk.h"
#include "tables/table.h"

namespace darbe::tables {

// Reads keys from the rows of select_statement(). Immutable: threads may share it.
class KeyReader {
 public:
  explicit KeyReader(const Table& table);

  // False where rows can be copied only all at once: without a primary key or transactions, and for keys whose order a
  // literal can't find again (of ENUM, SET, BIT, YEAR, floating numbers, parts of texts; descending ones).
  bool can_cut() const { return !places_.empty(); }

  // The row's key; nothing where a text of it holds bytes that its character set doesn't know, for no literal has them.
  // Requires: can_cut().
  std::optional<Key> key_of(mysql::RowView row) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::size_t> places_;  // in a row of the stored columns
};

// A key that leaves about as many rows of `range` below it, itself included, as above; nothing where there is none.
// By the values themselves for numbers and texts, else by counting half of `rows` along the key.
// Throws: ServerError, Error{interrupted}.
std::optional<Key> find_middle(mysql::Connection& frozen, const Table& table, const Chunk& range, std::uint64_t rows);

}  // namespace darbe::tables
