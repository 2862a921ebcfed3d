// DECIMALs in JSON documents that neither their text nor their size tells from doubles. MySQL packs nine digits into
// four bytes (MySQL's "DECIMAL Data Type Characteristics"), on each side of the point, and puts four bytes before them:
// where the packed digits take four, the number takes a double's eight.
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

// Asks both servers which numbers in a chunk's documents are DECIMALs: by their place in the document and the row's
// key, or the document itself where there is no key. Some ten microseconds for each document with a point in it.
Differences find_hidden_decimals(const tables::Table& table, const tables::Chunk& chunk, tables::RowReader& frozen,
                                 tables::RowReader& target);

}  // namespace darbe::verify
