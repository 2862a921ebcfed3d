#include "copy/encoder.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace darbe::copy {

namespace {

constexpr std::uint64_t ones = 0x0101010101010101ULL;
constexpr std::uint64_t high_bits = 0x8080808080808080ULL;

// Small enough for the processor's cache, so that a block's spare room stays small beside it.
constexpr std::size_t piece_bytes_max = 16 * 1024;
// Each byte may become two; the words in which they are written reach up to seven bytes further; separators.
constexpr std::size_t spare_bytes(std::size_t piece_bytes) { return 2 * piece_bytes + 16; }

// Nonzero if a byte of `word` is `letter` (Bit Twiddling Hacks, "Determine if a word has a byte equal to n").
constexpr std::uint64_t holds(std::uint64_t word, char letter) {
  const std::uint64_t difference = word ^ (ones * static_cast<unsigned char>(letter));
  return (difference - ones) & ~difference & high_bits;
}

constexpr bool holds_special(std::uint64_t word) {
  return (holds(word, '\t') | holds(word, '\n') | holds(word, '\\')) != 0;
}

char* escape_one_by_one(char* out, const char* place, const char* end) {
  for (; place != end; ++place) {
    const bool special = *place == '\t' || *place == '\n' || *place == '\\';
    if (special) *out++ = '\\';
    *out++ = *place == '\t' ? 't' : *place == '\n' ? 'n' : *place;
  }
  return out;
}

template <typename Number>
Number load(const char* place) {
  Number number;
  std::memcpy(&number, place, sizeof number);
  return number;
}

void store(char* out, std::uint64_t word) { std::memcpy(out, &word, sizeof word); }

static_assert(std::endian::native == std::endian::little);  // a word's first byte is its lowest

// Up to seven bytes as a word whose other bytes are zero. They are read in two or three overlapping parts, and nothing
// behind them is.
std::uint64_t load_short(const char* place, std::size_t size) {
  if (size >= 4)
    return load<std::uint32_t>(place) | static_cast<std::uint64_t>(load<std::uint32_t>(place + size - 4))
                                            << (8 * (size - 4));
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(place[at])) << (8 * at);
  };
  return byte(0) | byte(size / 2) | byte(size - 1);
}

// Most values are short and have nothing to escape: they are read and written a word at a time.
char* escape(char* out, std::string_view value) {
  const char* place = value.data();
  const char* const end = place + value.size();
  for (; end - place >= 8; place += 8) {
    const auto word = load<std::uint64_t>(place);
    if (holds_special(word)) {
      out = escape_one_by_one(out, place, place + 8);
      continue;
    }
    store(out, word);
    out += 8;
  }
  if (place == end) return out;
  const auto rest = static_cast<std::size_t>(end - place);
  const std::uint64_t word = load_short(place, rest);
  if (holds_special(word)) return escape_one_by_one(out, place, end);
  store(out, word);
  return out + rest;
}

}  // namespace

Encoder::Encoder(std::size_t block_bytes, Sink sink)
    : block_bytes_(block_bytes),
      piece_bytes_(std::min(block_bytes, piece_bytes_max)),
      sink_(std::move(sink)),
      block_(block_bytes + spare_bytes(piece_bytes_), '\0') {}

void Encoder::add(mysql::RowView row) {
  bool first = true;
  for (const mysql::Value& value : row) {
    if (!first) put('\t');
    first = false;
    if (value) {
      add_value(*value);
      continue;
    }
    put('\\');
    put('N');
    if (used_ >= block_bytes_) hand_out();
  }
  put('\n');
  if (used_ >= block_bytes_) hand_out();
}

void Encoder::add_value(std::string_view value) {
  do {
    const std::string_view piece = value.substr(0, piece_bytes_);
    value.remove_prefix(piece.size());
    char* const out = block_.data() + used_;
    used_ += static_cast<std::size_t>(escape(out, piece) - out);
    if (used_ >= block_bytes_) hand_out();
  } while (!value.empty());
}

void Encoder::finish() {
  if (used_ != 0) hand_out();
}

void Encoder::hand_out() {
  std::string block(block_.size(), '\0');
  block.swap(block_);
  block.resize(std::exchange(used_, 0));
  sink_(std::move(block));
}

}  // namespace darbe::copy
