// The key that orders a table's rows as a place to cut its rows at: keys read from rows become SQL literals, which find
// the same place again on either server.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/chunk.h"
#include "tables/table.h"

namespace darbe::tables {

// Reads keys from the rows of select_statement(). Immutable: threads may share it.
class KeyReader {
 public:
  explicit KeyReader(const Table& table);

  // False where rows can be copied only all at once: without such a key or transactions, and for keys whose order a
  // literal can't find again: of parts of texts, of floating numbers with a width, and of ENUM or SET but for the last
  // of several columns.
  bool can_cut() const { return !places_.empty(); }

  // The row's key; nothing where a text of it holds bytes that its character set doesn't know, for no literal has them.
  // Requires: can_cut().
  std::optional<Key> key_of(mysql::RowView row) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::size_t> places_;  // in a row of the stored columns
};

// The ENUM or SET that ends a key of several columns; else nothing. Such a column is sorted and compared by its
// numbers, which no server looks up in an index: what stands before it in the key is, and few rows have that in common.
const Column* numbered_key_part(const Table& table);

// What a literal is made of.
std::string key_expression(const Column& column);

// A key that leaves about as many rows of `range` below it, itself included, as above; nothing where there is none.
// By the values themselves for integers, bits and texts, else by counting half of `rows` along the key.
// Throws: ServerError, Error{interrupted}.
std::optional<Key> find_middle(mysql::Connection& frozen, const Table& table, const Chunk& range, std::uint64_t rows);

}  // namespace darbe::tables
