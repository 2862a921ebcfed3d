// Numbers in JSON documents whose type neither their text nor their size tells. A DECIMAL that takes a double's room:
// MySQL packs nine digits into four bytes (MySQL's "DECIMAL Data Type Characteristics"), on each side of the point, and
// puts four bytes before them: where the packed digits take four, the number takes a double's eight. And an UNSIGNED
// INTEGER below 2^63, which comes back from text as an INTEGER.
#pragma once

#include <string_view>
#include <vector>

#include "tables/rows.h"
#include "verify/difference.h"

namespace darbe::verify {

// Whether the document's text holds a number that may be such a DECIMAL; also true for some that can't be.
bool may_hide_decimal(std::string_view document);

// Sees a chunk's rows as they are read, so that documents without such numbers cost next to nothing.
class DecimalWatch {
 public:
  explicit DecimalWatch(const tables::Table& table);
  // Whether there are documents at all.
  bool needed() const { return !places_.empty(); }
  void see(mysql::RowView row);
  bool found() const { return found_; }

 private:
  std::vector<std::size_t> places_;
  bool found_ = false;
};

// Whether one of the first documents of a chunk holds an UNSIGNED INTEGER below 2^63, as those do that were made of
// unsigned columns. To ask all of them would cost more than to copy them.
bool may_hold_unsigned(const tables::Table& table, const tables::Chunk& chunk, tables::RowReader& frozen);

// Asks both servers which numbers in a chunk's documents are of such a type: by their place in the document and the
// row's key, or the document itself where there is no key. Some ten microseconds for each document; `decimals` asks
// those alone that have a point in them.
enum class Hidden { decimals, decimals_and_unsigned };
Differences find_hidden_types(const tables::Table& table, const tables::Chunk& chunk, Hidden which,
                              tables::RowReader& frozen, tables::RowReader& target);

}  // namespace darbe::verify
