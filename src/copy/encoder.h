// Rows as LOAD DATA text: FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (MySQL Reference Manual,
// "LOAD DATA Statement", field and line handling). Values keep their bytes; three of them are escaped.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "mysql/connection.h"

namespace darbe::copy {

// Appends a value with tab, newline and backslash escaped.
void append_escaped(std::string& text, std::string_view value);

// Gathers rows into blocks of about `block_bytes`, also within a row, so that a large value never stands in memory
// twice.
class Encoder {
 public:
  using Sink = std::function<void(std::string block)>;
  Encoder(std::size_t block_bytes, Sink sink) : block_bytes_(block_bytes), sink_(std::move(sink)) {}

  void add(mysql::RowView row);
  // Hands out what is left.
  void finish();

 private:
  void hand_out();
  const std::size_t block_bytes_;
  const Sink sink_;
  std::string block_;
};

}  // namespace darbe::copy
