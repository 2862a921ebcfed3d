#include "tables/key.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"
#include "tables/rows.h"

namespace darbe::tables {

namespace {

using base::Error;
using base::Kind;

enum class Form { none, number, floating, bits, quoted, text, bytes, ordinal };

// A SET is compared with a number as a double is, which has 53 bits.
constexpr std::ptrdiff_t set_members_max = 53;

bool has_width(const Column& column) { return column.column_type.find('(') != std::string::npos; }

Form form_of(const Column& column) {
  // Their texts are in quotes. A year in digits alone would be taken for one of two digits where it is 0000.
  static constexpr std::array<std::string_view, 8> quoted = {"date", "time",  "datetime", "timestamp",
                                                             "year", "inet4", "inet6",    "uuid"};
  const std::string& type = column.data_type;
  if (column.generated) return Form::none;
  if (column.is_integer() || type == "decimal") return Form::number;
  // FLOAT(7,4) rounds what it is compared with.
  if ((type == "float" || type == "double") && !has_width(column)) return Form::floating;
  if (type == "bit") return Form::bits;
  if (std::find(quoted.begin(), quoted.end(), type) != quoted.end()) return Form::quoted;
  if (type == "char" || type == "varchar") return Form::text;
  if (type == "binary" || type == "varbinary") return Form::bytes;
  if (type == "enum") return Form::ordinal;
  if (type == "set" && std::count(column.column_type.begin(), column.column_type.end(), ',') < set_members_max)
    return Form::ordinal;
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

std::uint32_t unit_at(std::string_view bytes, std::size_t place, std::size_t size, bool little) {
  std::uint32_t unit = 0;
  for (std::size_t i = 0; i < size; ++i)
    unit = unit << 8 | static_cast<unsigned char>(bytes[place + (little ? size - 1 - i : i)]);
  return unit;
}

bool is_surrogate(std::uint32_t unit) { return unit >= 0xD800 && unit <= 0xDFFF; }

// Well-formed UTF-16 (RFC 2781, section 2.2); UCS-2 has no pairs.
bool is_utf16(std::string_view text, bool little, bool with_pairs) {
  if (text.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint32_t unit = unit_at(text, i, 2, little);
    if (!is_surrogate(unit)) continue;
    if (!with_pairs || unit >= 0xDC00 || i + 4 > text.size()) return false;
    i += 2;
    const std::uint32_t second = unit_at(text, i, 2, little);
    if (!is_surrogate(second) || second < 0xDC00) return false;
  }
  return true;
}

bool is_utf32(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 4)
    if (const std::uint32_t unit = unit_at(text, i, 4, false); unit > 0x10FFFF || is_surrogate(unit)) return false;
  return true;
}

// Whether the server takes these bytes for a text of this character set. Where we don't know the set, only what all
// sets of one-byte letters and their extensions share.
bool is_text_of(std::string_view charset, std::string_view bytes) {
  static constexpr std::array<std::string_view, 6> one_byte = {"latin1", "latin2", "latin5",
                                                               "latin7", "cp1250", "cp1251"};
  if (charset == "utf8mb4") return is_utf8(bytes, 4);
  if (charset == "utf8" || charset == "utf8mb3") return is_utf8(bytes, 3);
  if (charset == "utf16" || charset == "utf16le") return is_utf16(bytes, charset == "utf16le", true);
  if (charset == "ucs2") return is_utf16(bytes, false, false);
  if (charset == "utf32") return is_utf32(bytes);
  return std::find(one_byte.begin(), one_byte.end(), charset) != one_byte.end() || is_ascii(bytes);
}

std::string hexadecimal(std::string_view bytes) {
  std::string text = "X'";
  for (const char byte : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(byte));
  return text + "'";
}

// The number that a BIT column's bytes are.
std::string number_of_bits(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return std::to_string(number);
}

std::optional<std::string> literal_of(const Column& column, std::string_view value) {
  switch (form_of(column)) {
    case Form::number:
    case Form::ordinal:
      return std::string(value);
    case Form::floating:  // with an exponent, or it would be a DECIMAL
      return fmt::format("{}{}", value, value.find('e') == std::string_view::npos ? "e0" : "");
    case Form::bits:
      return number_of_bits(value);
    case Form::quoted:
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

std::string middle_number(const std::string& one, const std::string& other, bool is_unsigned) {
  const auto [low, high] = std::minmax({ordinal_of(one, is_unsigned), ordinal_of(other, is_unsigned)});
  const std::uint64_t middle = low + (high - low) / 2;
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
    const auto low = first(range_, Order::forward, " LIMIT 1");
    const auto high = first(range_, Order::backward, " LIMIT 1");
    if (!low || !high || low->key == high->key) return std::nullopt;
    std::optional<Found> middle = by_value(*low, *high);
    if (!middle || !has_rows_above(middle->key)) middle = by_counting(rows);
    if (!middle || !has_rows_above(middle->key)) return std::nullopt;
    return middle->key;
  }

 private:
  std::optional<Found> first(const Chunk& chunk, Order order, const std::string& limit) {
    std::string values;
    for (const std::string& name : table_.key_columns)
      values += (values.empty() ? "" : ", ") + key_expression(table_.column(name));
    const mysql::Result result =
        frozen_.query(fmt::format("SELECT {} FROM {}{}{}{}{}", values, table_.name.quoted(), force_key(table_),
                                  where_clause(table_, chunk), order_clause(table_, order), limit),
                      "looking for the middle of " + describe(table_, range_));
    if (result.empty()) return std::nullopt;
    Found found;
    for (std::size_t i = 0; i < table_.key_columns.size(); ++i) {
      const std::string value = result.rows[0][i].value_or("");
      const auto literal = literal_of(table_.column(table_.key_columns[i]), value);
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
    const Column& column = table_.column(table_.key_columns[place]);
    std::optional<std::string> mean;
    const Form form = form_of(column);
    if (column.is_integer() || form == Form::bits)
      mean = middle_number(form == Form::bits ? low.key[place] : low.values[place],
                           form == Form::bits ? high.key[place] : high.values[place],
                           column.is_unsigned() || form == Form::bits);
    else if (form == Form::text || form == Form::bytes)
      mean = literal_of(column, middle_bytes(low.values[place], high.values[place]));
    if (!mean) return std::nullopt;
    Chunk below = range_;
    below.until = Key(low.key.begin(), low.key.begin() + static_cast<std::ptrdiff_t>(place));
    below.until->push_back(*mean);
    return first(below, Order::backward, " LIMIT 1");
  }

  // None above the last key, nor above one behind the range's end, where a mean may lie by the server's order.
  bool has_rows_above(const Key& key) {
    Chunk above = range_;
    above.after = key;
    return first(above, Order::forward, " LIMIT 1").has_value();
  }

  // `rows` is an estimate: a range that ends before its half holds fewer.
  std::optional<Found> by_counting(std::uint64_t rows) {
    std::optional<Found> found;
    for (std::uint64_t half = rows / 2; !found && half > 0; half /= 4)
      found = first(range_, Order::forward, fmt::format(" LIMIT 1 OFFSET {}", half));
    return found;
  }

  mysql::Connection& frozen_;
  const Table& table_;
  const Chunk& range_;
};

}  // namespace

KeyReader::KeyReader(const Table& table) {
  if (!table.is_transactional() || !table.key_is_whole) return;
  const auto stored = table.stored_columns();
  const Column* const numbered = numbered_key_part(table);
  for (const std::string& name : table.key_columns) {
    const auto found =
        std::find_if(stored.begin(), stored.end(), [&](const Column* column) { return column->name == name; });
    const Form form = found == stored.end() ? Form::none : form_of(**found);
    if (form == Form::none || (form == Form::ordinal && *found != numbered)) {
      places_.clear();
      return;
    }
    columns_.push_back(**found);
    // The number stands last of all.
    places_.push_back(form == Form::ordinal ? stored.size() + proofs(table).size() - 1
                                            : static_cast<std::size_t>(found - stored.begin()));
  }
}

const Column* numbered_key_part(const Table& table) {
  if (table.key_columns.size() < 2 || !table.key_is_whole) return nullptr;
  const Column& last = table.column(table.key_columns.back());
  return form_of(last) == Form::ordinal ? &last : nullptr;
}

std::string key_expression(const Column& column) {
  const std::string name = mysql::quote_name(column.name);
  if (form_of(column) == Form::ordinal) return name + "+0";
  return column.data_type == "float" ? select_expression(column) : name;
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
