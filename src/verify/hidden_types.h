// Numbers in JSON documents whose type neither their text nor their size tells. A DECIMAL that takes a double's room:
// MySQL packs nine digits into four bytes (MySQL's "DECIMAL Data Type Characteristics"), on each side of the point, and
// puts four bytes before them: where the packed digits take four, the number takes a double's eight. And integers: from
// text 9.7 makes an INTEGER below 2^32 and an UNSIGNED INTEGER from there on, whatever it was.
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

// Whether the first documents of a chunk hold integers of another type on the target, as those do that SQL made of
// columns. To ask all of them would cost more than to copy them.
bool has_other_integers(const tables::Table& table, const tables::Chunk& chunk, tables::RowReader& frozen,
                        tables::RowReader& target);

// Asks both servers which numbers in a chunk's documents are of such a type: by their place in the document and the
// row's key, or the document itself where there is no key. Some ten microseconds for each document; `decimals` asks
// those alone that have a point in them.
enum class Hidden { decimals, integers, both };
Differences find_hidden_types(const tables::Table& table, const tables::Chunk& chunk, Hidden which,
                              tables::RowReader& frozen, tables::RowReader& target);

}  // namespace darbe::verify
