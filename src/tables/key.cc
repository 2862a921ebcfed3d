#include "tables/key.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::tables {

namespace {

using base::Error;
using base::Kind;

enum class Form { none, number, moment, text, bytes };

Form form_of(const Column& column) {
  static constexpr std::array<std::string_view, 4> moments = {"date", "time", "datetime", "timestamp"};
  const auto is_one_of = [&](const auto& types) {
    return std::find(types.begin(), types.end(), column.data_type) != types.end();
  };
  if (column.generated) return Form::none;  // it is not read
  // Not YEAR: servers compare one with a number as if it had two digits.
  if (column.is_integer() || column.data_type == "decimal") return Form::number;
  if (is_one_of(moments)) return Form::moment;
  if (column.data_type == "char" || column.data_type == "varchar") return Form::text;
  if (column.data_type == "binary" || column.data_type == "varbinary") return Form::bytes;
  return Form::none;
}

std::string charset_of(const std::string& collation) { return collation.substr(0, collation.find('_')); }

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char byte) { return byte < 0x80; });
}

// Well-formed UTF-8 of at most `bytes_max` bytes a letter (RFC 3629, section 4).
bool is_utf8(std::string_view text, std::size_t bytes_max) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t size = byte < 0x80   ? 1
                             : byte < 0xC2 ? 0
                             : byte < 0xE0 ? 2
                             : byte < 0xF0 ? 3
                             : byte < 0xF5 ? 4
                                           : 0;
    if (size == 0 || size > bytes_max || i + size > text.size()) return false;
    for (std::size_t more = 1; more < size; ++more)
      if ((static_cast<unsigned char>(text[i + more]) & 0xC0) != 0x80) return false;
    const auto second = size > 2 ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((byte == 0xE0 && second < 0xA0) || (byte == 0xED && second > 0x9F) || (byte == 0xF0 && second < 0x90) ||
        (byte == 0xF4 && second > 0x8F))
      return false;
    i += size;
  }
  return true;
}

// Whether the server takes these bytes for a text of this character set. Where we don't know the set, only what all
// sets of one-byte letters and their extensions share.
bool is_text_of(std::string_view charset, std::string_view bytes) {
  static constexpr std::array<std::string_view, 6> one_byte = {"latin1", "latin2", "latin5",
                                                               "latin7", "cp1250", "cp1251"};
  static constexpr std::array<std::string_view, 4> wide = {"ucs2", "utf16", "utf16le", "utf32"};
  if (std::find(wide.begin(), wide.end(), charset) != wide.end()) return false;
  if (charset == "utf8mb4") return is_utf8(bytes, 4);
  if (charset == "utf8" || charset == "utf8mb3") return is_utf8(bytes, 3);
  return std::find(one_byte.begin(), one_byte.end(), charset) != one_byte.end() || is_ascii(bytes);
}

std::string hexadecimal(std::string_view bytes) {
  std::string text = "X'";
  for (const char byte : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  return text + "'";
}

std::optional<std::string> literal_of(const Column& column, std::string_view value) {
  switch (form_of(column)) {
    case Form::number:
      return std::string(value);
    case Form::moment:
      return fmt::format("'{}'", value);
    case Form::bytes:
      return "_binary " + hexadecimal(value);
    case Form::text: {
      const std::string charset = charset_of(column.collation);
      if (!is_text_of(charset, value)) return std::nullopt;
      return fmt::format("_{} {}", charset, hexadecimal(value));
    }
    case Form::none:
      break;
  }
  return std::nullopt;
}

// Integers in order, without overflow: signed ones are moved up by half of the range.
std::uint64_t ordinal_of(const std::string& text, bool is_unsigned) {
  std::uint64_t ordinal = 0;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] =
      is_unsigned ? std::from_chars(text.data(), end, ordinal) : std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end)
    throw Error(Kind::failed, fmt::format("'{}' is not an integer key of 64 bits", text));
  return is_unsigned ? ordinal : static_cast<std::uint64_t>(number) ^ (1ULL << 63);
}

std::string middle_number(const std::string& low, const std::string& high, bool is_unsigned) {
  const std::uint64_t from = ordinal_of(low, is_unsigned);
  const std::uint64_t middle = from + (ordinal_of(high, is_unsigned) - from) / 2;
  if (is_unsigned) return std::to_string(middle);
  return std::to_string(static_cast<std::int64_t>(middle ^ (1ULL << 63)));
}

// Half-way between two texts by their bytes: what both begin with, and the mean of the next two bytes. The server may
// sort texts otherwise; then the middle is elsewhere, and as good a place to cut.
std::string middle_bytes(const std::string& low, const std::string& high) {
  const std::size_t same =
      static_cast<std::size_t>(std::mismatch(low.begin(), low.end(), high.begin(), high.end()).first - low.begin());
  const auto next = [&](const std::string& text) {
    const auto byte = [&](std::size_t place) {
      return place < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[place])) : 0U;
    };
    return byte(same) << 8 | byte(same + 1);
  };
  const unsigned mean = (next(low) + next(high)) / 2;
  return low.substr(0, same) + static_cast<char>(mean >> 8) + static_cast<char>(mean & 0xFF);
}

// A row of the key's columns.
struct Found {
  Key key;
  std::vector<std::string> values;
};

class Middle {
 public:
  Middle(mysql::Connection& frozen, const Table& table, const Chunk& range)
      : frozen_(frozen), table_(table), range_(range) {}

  std::optional<Key> find(std::uint64_t rows) {
    const auto low = first(range_, "", " LIMIT 1");
    const auto high = first(range_, " DESC", " LIMIT 1");
    if (!low || !high || low->key == high->key) return std::nullopt;
    std::optional<Found> middle = by_value(*low, *high);
    if (!middle || !has_rows_above(middle->key)) middle = by_counting(rows);
    if (!middle || !has_rows_above(middle->key)) return std::nullopt;
    return middle->key;
  }

 private:
  std::optional<Found> first(const Chunk& chunk, const char* direction, const std::string& limit) {
    std::string names;
    std::string order;
    for (const std::string& name : table_.primary_key) {
      names += (names.empty() ? "" : ", ") + mysql::quote_name(name);
      order += (order.empty() ? "" : ", ") + mysql::quote_name(name) + direction;
    }
    const mysql::Result result =
        frozen_.query(fmt::format("SELECT {} FROM {} FORCE INDEX (PRIMARY){} ORDER BY {}{}", names,
                                  table_.name.quoted(), where_clause(table_, chunk), order, limit),
                      "looking for the middle of " + describe(table_, range_));
    if (result.empty()) return std::nullopt;
    Found found;
    for (std::size_t i = 0; i < table_.primary_key.size(); ++i) {
      const std::string value = result.rows[0][i].value_or("");
      const auto literal = literal_of(table_.column(table_.primary_key[i]), value);
      if (!literal) return std::nullopt;
      found.key.push_back(*literal);
      found.values.push_back(value);
    }
    return found;
  }

  // The greatest key at or below the mean of the first column in which the ends differ.
  std::optional<Found> by_value(const Found& low, const Found& high) {
    std::size_t place = 0;
    while (low.key[place] == high.key[place]) ++place;
    const Column& column = table_.column(table_.primary_key[place]);
    std::optional<std::string> mean;
    if (column.is_integer())
      mean = middle_number(low.values[place], high.values[place], column.is_unsigned());
    else if (const Form form = form_of(column); form == Form::text || form == Form::bytes)
      mean = literal_of(column, middle_bytes(low.values[place], high.values[place]));
    if (!mean) return std::nullopt;
    Chunk below = range_;
    below.until = Key(low.key.begin(), low.key.begin() + static_cast<std::ptrdiff_t>(place));
    below.until->push_back(*mean);
    return first(below, " DESC", " LIMIT 1");
  }

  // None above the last key, nor above one behind the range's end, where a mean may lie by the server's order.
  bool has_rows_above(const Key& key) {
    Chunk above = range_;
    above.after = key;
    return first(above, "", " LIMIT 1").has_value();
  }

  // `rows` is an estimate: a range that ends before its half holds fewer.
  std::optional<Found> by_counting(std::uint64_t rows) {
    std::optional<Found> found;
    for (std::uint64_t half = rows / 2; !found && half > 0; half /= 4)
      found = first(range_, "", fmt::format(" LIMIT 1 OFFSET {}", half));
    return found;
  }

  mysql::Connection& frozen_;
  const Table& table_;
  const Chunk& range_;
};

}  // namespace

KeyReader::KeyReader(const Table& table) {
  if (!table.is_transactional() || !table.key_is_plain) return;
  const auto stored = table.stored_columns();
  for (const std::string& name : table.primary_key) {
    const auto found =
        std::find_if(stored.begin(), stored.end(), [&](const Column* column) { return column->name == name; });
    if (found == stored.end() || form_of(**found) == Form::none) {
      places_.clear();
      return;
    }
    columns_.push_back(**found);
    places_.push_back(static_cast<std::size_t>(found - stored.begin()));
  }
}

std::optional<Key> KeyReader::key_of(mysql::RowView row) const {
  Key key;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const auto literal = literal_of(columns_[i], row[places_[i]].value_or(std::string_view()));
    if (!literal) return std::nullopt;
    key.push_back(*literal);
  }
  return key;
}

std::optional<Key> find_middle(mysql::Connection& frozen, const Table& table, const Chunk& range, std::uint64_t rows) {
  return Middle(frozen, table, range).find(rows);
}

}  // namespace darbe::tables
