#include "tables/chunk.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::tables {

namespace {

using base::Error;
using base::Kind;

constexpr unsigned chunks_max = 1'000'000;
constexpr std::uint64_t sign_bit = 1ULL << 63;

// Keys are counted as unsigned numbers in the same order: signed ones with the sign bit turned over. So no sum or
// difference of keys can overflow, whatever their signs.
std::uint64_t ordinal_of(const std::string& text, bool is_unsigned) {
  std::uint64_t ordinal = 0;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] =
      is_unsigned ? std::from_chars(text.data(), end, ordinal) : std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end)
    throw Error(Kind::failed, fmt::format("'{}' is not an integer key of 64 bits", text));
  return is_unsigned ? ordinal : static_cast<std::uint64_t>(number) ^ sign_bit;
}

std::string text_of(std::uint64_t ordinal, bool is_unsigned) {
  if (is_unsigned) return std::to_string(ordinal);
  return std::to_string(static_cast<std::int64_t>(ordinal ^ sign_bit));
}

}  // namespace

std::string where_clause(const Table& table, const Chunk& chunk) {
  if (!chunk.from && !chunk.until) return {};
  const std::string key = mysql::quote_name(table.primary_key.at(0));
  std::string text = " WHERE ";
  if (chunk.from) text += fmt::format("{} >= {}", key, *chunk.from);
  if (chunk.from && chunk.until) text += " AND ";
  if (chunk.until) text += fmt::format("{} < {}", key, *chunk.until);
  return text;
}

std::optional<Column> chunk_key(const Table& table) {
  // Rows of an engine without transactions come and go with the whole table (copy starts it again from nothing).
  if (table.primary_key.size() != 1 || !table.is_transactional()) return std::nullopt;
  const Column& column = table.column(table.primary_key.front());
  if (!column.is_integer()) return std::nullopt;
  return column;
}

std::vector<Chunk> cut(const KeyRange& range, unsigned count) {
  const std::uint64_t least = ordinal_of(range.least, range.is_unsigned);
  const std::uint64_t greatest = ordinal_of(range.greatest, range.is_unsigned);
  DARBE_ASSERT(least <= greatest && count > 0);
  const std::uint64_t span = greatest - least;  // one less than the number of keys, which may not fit
  const std::uint64_t pieces = span < count ? span + 1 : count;
  const std::uint64_t width = span / pieces;
  const std::uint64_t rest = span % pieces;
  std::vector<Chunk> chunks;
  std::optional<std::string> from;
  for (std::uint64_t piece = 0; piece + 1 < pieces; ++piece) {
    const std::uint64_t next = piece + 1;
    const std::string until = text_of(least + width * next + std::min(next, rest), range.is_unsigned);
    chunks.push_back({static_cast<unsigned>(piece), from, until});
    from = until;
  }
  chunks.push_back({static_cast<unsigned>(pieces - 1), from, std::nullopt});
  return chunks;
}

unsigned count_chunks(const Table& table, std::uint64_t chunk_bytes) {
  const std::uint64_t bytes = std::max(table.data_bytes, table.rows_estimated * table.average_row_bytes);
  return static_cast<unsigned>(std::clamp<std::uint64_t>((bytes + chunk_bytes - 1) / chunk_bytes, 1, chunks_max));
}

std::vector<Chunk> plan_chunks(mysql::Connection& connection, const Table& table, std::uint64_t chunk_bytes) {
  const std::vector<Chunk> whole = {Chunk{}};
  const unsigned count = count_chunks(table, chunk_bytes);
  const std::optional<Column> key = chunk_key(table);
  if (!key || count == 1) return whole;
  const std::string name = mysql::quote_name(key->name);
  const mysql::Result ends = connection.query(
      fmt::format("SELECT MIN({0}) AS least, MAX({0}) AS greatest FROM {1}", name, table.name.quoted()),
      fmt::format("asking for the ends of {}", table.name.text()));
  if (!ends.value(0, "least")) return whole;
  return cut({ends.text(0, "least"), ends.text(0, "greatest"), key->is_unsigned()}, count);
}

}  // namespace darbe::tables
