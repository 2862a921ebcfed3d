#include "tables/chunk.h"

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::tables {

namespace {

// The keys behind `key` in the order of the index, or before it; up to which belongs to `key` itself, too.
enum class Side { behind, up_to };

// From the column `place` on: "(a > 1 OR (a = 1 AND b > 2))".
std::string comparison(const Table& table, const Key& key, Side side, std::size_t place) {
  const std::string name = mysql::quote_name(table.key_columns.at(place));
  const char* const beyond = (side == Side::behind) != table.descends(place) ? ">" : "<";
  if (place + 1 == key.size())
    return fmt::format("{} {}{} {}", name, beyond, side == Side::up_to ? "=" : "", key[place]);
  return fmt::format("({0} {1} {2} OR ({0} = {2} AND {3}))", name, beyond, key[place],
                     comparison(table, key, side, place + 1));
}

std::string text_of(const Key& key) {
  std::string text;
  for (const std::string& literal : key) text += (text.empty() ? "" : ", ") + literal;
  return key.size() == 1 ? text : "(" + text + ")";
}

}  // namespace

std::string where_clause(const Table& table, const Chunk& chunk) {
  std::string text;
  if (chunk.after) text = comparison(table, *chunk.after, Side::behind, 0);
  if (chunk.until) text += (text.empty() ? "" : " AND ") + comparison(table, *chunk.until, Side::up_to, 0);
  return text.empty() ? text : " WHERE " + text;
}

std::string force_key(const Table& table) {
  return table.key_name.empty() ? "" : fmt::format(" FORCE INDEX ({})", mysql::quote_name(table.key_name));
}

std::string order_clause(const Table& table, Order order) {
  std::string text;
  for (std::size_t part = 0; part < table.key_columns.size(); ++part) {
    const bool descends = (order == Order::backward) != table.descends(part);
    text += fmt::format("{}{}{}", part == 0 ? " ORDER BY " : ", ", mysql::quote_name(table.key_columns[part]),
                        descends ? " DESC" : "");
  }
  return text;
}

std::string describe(const Table& table, const Chunk& chunk) {
  if (!chunk.after && !chunk.until) return table.name.text();
  std::string text = text_of(table.key_columns);
  // As the first column goes; the others may go otherwise.
  const char* const less = table.descends(0) ? ">" : "<";
  if (chunk.after) text = fmt::format("{} {} {}", text_of(*chunk.after), less, text);
  if (chunk.until) text += fmt::format(" {}= {}", less, text_of(*chunk.until));
  return fmt::format("{} where {}", table.name.text(), text);
}

}  // namespace darbe::tables
