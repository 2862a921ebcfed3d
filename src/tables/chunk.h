// A chunk is a half-open key range of one table: what one transaction copies and one digest proves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tables/table.h"

namespace darbe::tables {

// Bounds are the key's value as decimal text. Without a lower bound the chunk begins below all keys, without an upper
// one it ends above all; a table that can't be cut is one chunk with neither.
struct Chunk {
  unsigned number = 0;               // from 0, in key order
  std::optional<std::string> from;   // inclusive
  std::optional<std::string> until;  // exclusive
  bool operator==(const Chunk&) const = default;
};

// " WHERE `id` >= 5 AND `id` < 9", or nothing for a chunk without bounds.
std::string where_clause(const Table& table, const Chunk& chunk);

// The one integer column of the primary key, if rows can be cut by it.
std::optional<Column> chunk_key(const Table& table);

// Cuts [least, greatest] into `count` ranges of about the same width; the first is open below, the last above. `least`
// and `greatest` are decimal text, signed or unsigned 64-bit as `is_unsigned` says. Fewer ranges come back where there
// are fewer keys than `count`. Throws: Error{failed} if they are no such numbers.
struct KeyRange {
  std::string least;
  std::string greatest;
  bool is_unsigned = false;
};
std::vector<Chunk> cut(const KeyRange& range, unsigned count);

// How many chunks of about `chunk_bytes` a table of this size is worth.
unsigned count_chunks(const Table& table, std::uint64_t chunk_bytes);

// Plans a table's chunks, asking the server for the ends of the key where there will be more than one.
std::vector<Chunk> plan_chunks(mysql::Connection& connection, const Table& table, std::uint64_t chunk_bytes);

}  // namespace darbe::tables
