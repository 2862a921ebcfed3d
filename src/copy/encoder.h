// Rows as LOAD DATA text: FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (MySQL Reference Manual,
// "LOAD DATA Statement", field and line handling). Values keep their bytes; three of them are escaped.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "mysql/connection.h"

namespace darbe::copy {

// Gathers rows into blocks of about `block_bytes`, also within a row, so that a large value never stands in memory
// twice.
class Encoder {
 public:
  using Sink = std::function<void(std::string block)>;
  Encoder(std::size_t block_bytes, Sink sink);

  void add(mysql::RowView row);
  // Hands out what is left.
  void finish();

 private:
  void put(char letter) { block_[used_++] = letter; }
  void add_value(std::string_view value);
  void hand_out();

  const std::size_t block_bytes_;
  const std::size_t piece_bytes_;  // of a value, between two looks at the block's size
  const Sink sink_;
  std::string block_;  // longer than what is used of it, by what a piece may take
  std::size_t used_ = 0;
};

}  // namespace darbe::copy
