#include "tables/digest.h"

#include <charconv>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace darbe::tables {

namespace {

// Rows up to this size are gathered and hashed at once, which costs a third of feeding the hash value by value.
constexpr std::size_t gathered_bytes_max = 64 * 1024;
constexpr std::uint32_t null_length = 0xFFFFFFFF;  // values are at most 1 GiB long

std::uint32_t length_of(const mysql::Value& value) {
  return value ? static_cast<std::uint32_t>(value->size()) : null_length;
}

// Most values are short, and a call of memcpy() for each takes longer than its bytes. Overlapping words; nothing beside
// the value is read or written.
void copy_value(char* to, std::string_view value) {
  const char* const from = value.data();
  const std::size_t size = value.size();
  const auto copy_ends = [&]<typename Word>(Word) {
    Word begin, end;
    std::memcpy(&begin, from, sizeof begin);
    std::memcpy(&end, from + size - sizeof end, sizeof end);
    std::memcpy(to, &begin, sizeof begin);
    std::memcpy(to + size - sizeof end, &end, sizeof end);
  };
  if (size > 16)
    std::memcpy(to, from, size);
  else if (size >= 8)
    copy_ends(std::uint64_t{});
  else if (size >= 4)
    copy_ends(std::uint32_t{});
  else if (size >= 2)
    copy_ends(std::uint16_t{});
  else if (size == 1)
    *to = *from;
}

Digest digest_of(XXH128_hash_t hash) { return {hash.high64, hash.low64}; }

}  // namespace

Digest& Digest::operator+=(const Digest& other) {
  low += other.low;
  high += other.high + (low < other.low ? 1 : 0);
  return *this;
}

std::string Digest::hex() const { return fmt::format("{:016x}{:016x}", high, low); }

Digest Digest::from_hex(std::string_view text) {
  Digest digest;
  const auto read = [&](std::size_t start, std::uint64_t& number) {
    const char* const end = text.data() + start + 16;
    return text.size() == 32 && std::from_chars(text.data() + start, end, number, 16).ptr == end;
  };
  if (!read(0, digest.high) || !read(16, digest.low))
    throw base::Error(base::Kind::failed, fmt::format("'{}' in the ledger is not a digest", text));
  return digest;
}

Digest RowHasher::hash(mysql::RowView row) {
  std::size_t size = row.size() * sizeof(std::uint32_t);
  for (const mysql::Value& value : row)
    if (value) size += value->size();
  if (size > gathered_bytes_max) return hash_large(row);
  if (buffer_.size() < size) buffer_.resize(size);
  char* place = buffer_.data();
  for (const mysql::Value& value : row) {
    const std::uint32_t length = length_of(value);
    std::memcpy(place, &length, sizeof length);
    place += sizeof length;
    if (!value) continue;
    copy_value(place, *value);
    place += value->size();
  }
  return digest_of(XXH3_128bits(buffer_.data(), size));
}

Digest RowHasher::hash_large(mysql::RowView row) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), XXH3_freeState);
  DARBE_ASSERT(state != nullptr);
  XXH3_128bits_reset(state.get());
  for (const mysql::Value& value : row) {
    const std::uint32_t length = length_of(value);
    XXH3_128bits_update(state.get(), &length, sizeof length);
    if (value) XXH3_128bits_update(state.get(), value->data(), value->size());
  }
  return digest_of(XXH3_128bits_digest(state.get()));
}

Totals& Totals::operator+=(const Totals& other) {
  rows += other.rows;
  bytes += other.bytes;
  digest += other.digest;
  return *this;
}

}  // namespace darbe::tables
