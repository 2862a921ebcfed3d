#include "copy/encoder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace darbe::copy {

namespace {

constexpr std::uint64_t ones = 0x0101010101010101ULL;
constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

// Nonzero if a byte of `word` is `letter` (Bit Twiddling Hacks, "Determine if a word has a byte equal to n").
constexpr std::uint64_t holds(std::uint64_t word, char letter) {
  const std::uint64_t difference = word ^ (ones * static_cast<unsigned char>(letter));
  return (difference - ones) & ~difference & high_bits;
}

bool is_special(char letter) { return letter == '\t' || letter == '\n' || letter == '\\'; }

// The place of the next byte to escape, or the end. Eight bytes at a time: most values have none.
const char* find_special(const char* place, const char* end) {
  while (end - place >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, place, sizeof word);
    if ((holds(word, '\t') | holds(word, '\n') | holds(word, '\\')) != 0) break;
    place += 8;
  }
  while (place != end && !is_special(*place)) ++place;
  return place;
}

char escape_of(char letter) {
  if (letter == '\t') return 't';
  if (letter == '\n') return 'n';
  return letter;
}

}  // namespace

void append_escaped(std::string& text, std::string_view value) {
  const char* place = value.data();
  const char* const end = place + value.size();
  while (place != end) {
    const char* const special = find_special(place, end);
    text.append(place, special);
    if (special == end) return;
    text += '\\';
    text += escape_of(*special);
    place = special + 1;
  }
}

void Encoder::add(mysql::RowView row) {
  bool first = true;
  for (const mysql::Value& value : row) {
    if (!first) block_ += '\t';
    first = false;
    if (!value) {
      block_ += "\\N";
      continue;
    }
    for (std::size_t start = 0; start < value->size(); start += block_bytes_) {
      append_escaped(block_, value->substr(start, block_bytes_));
      if (block_.size() >= block_bytes_) hand_out();
    }
  }
  block_ += '\n';
  if (block_.size() >= block_bytes_) hand_out();
}

void Encoder::finish() {
  if (!block_.empty()) hand_out();
}

void Encoder::hand_out() {
  std::string block;
  // Room for the row that goes over the edge: growing by doubling would cost another copy of each block.
  block.reserve(block_bytes_ + block_bytes_ / 4);
  block.swap(block_);
  sink_(std::move(block));
}

}  // namespace darbe::copy
