// What proves rows equal: the sum, modulo 2^128, of the rows' XXH3-128 hashes (xxhash's specification), and their
// count. A row's hash is over its values, each with its length in front, so no two different rows have the same input.
// A sum does not depend on the order of the rows: servers of different versions may sort text keys differently, and
// tables without a key have no order at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mysql/connection.h"

namespace darbe::tables {

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  Digest& operator+=(const Digest& other);
  bool operator==(const Digest&) const = default;
  // 32 hexadecimal digits. Throws: Error{failed}, for from_hex().
  std::string hex() const;
  static Digest from_hex(std::string_view text);
};

// Hashes rows one after the other. Not to be shared between threads; keeps a buffer of at most a large value's limit.
class RowHasher {
 public:
  Digest hash(mysql::RowView row);

 private:
  Digest hash_large(mysql::RowView row);
  std::string buffer_;
};

struct Totals {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  // of the values, as the server sent them
  Digest digest;
  Totals& operator+=(const Totals& other);
  bool operator==(const Totals&) const = default;
};

}  // namespace darbe::tables
