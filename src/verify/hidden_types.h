// Values in JSON documents whose type neither their text nor their documents' sizes tell. A DECIMAL that takes a
// double's room: MySQL packs nine digits into four bytes (MySQL's "DECIMAL Data Type Characteristics"), on each side of
// the point, and puts four bytes before them: where the packed digits take four, the number takes a double's eight. And
// integers: from text 9.7 makes an INTEGER below 2^32 and an UNSIGNED INTEGER from there on, whatever it was. And all
// others whose texts are those of a string or a double, where one takes as much less room than its text's as another
// one takes more.
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

// What is asked for in a chunk's documents.
struct Hidden {
  bool decimals = false;  // with a point in their text
  bool integers = false;  // the unsigned ones
  bool others = false;    // whatever no client's text is made into: DECIMAL, DATE, BLOB, …
  bool any() const { return decimals || integers || others; }
};

// Of each chunk: enough to meet what a table's documents are made of, in a millisecond.
constexpr unsigned documents_sampled = 64;

// Which of the last two the first documents of a chunk hold otherwise on the target, as those do that SQL made of
// columns. To ask all of them would cost more than to copy them.
Hidden sample_hidden_types(const tables::Table& table, const tables::Chunk& chunk, tables::RowReader& frozen,
                           tables::RowReader& target);

// Asks both servers which values in a chunk's documents are of such types: by their place in the document and the row's
// key, or the document itself where there is no key. Some ten microseconds for each document. Requires: which.any().
Differences find_hidden_types(const tables::Table& table, const tables::Chunk& chunk, const Hidden& which,
                              tables::RowReader& frozen, tables::RowReader& target);

}  // namespace darbe::verify
