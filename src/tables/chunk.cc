#include "tables/chunk.h"

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"

namespace darbe::tables {

namespace {

// The keys beyond `key` in one direction, from its column `place` on: "(a > 1 OR (a = 1 AND b > 2))".
struct Bound {
  const char* beyond;  // the comparison of all columns but the last
  const char* last;
};

std::string comparison(const Table& table, const Key& key, const Bound& bound, std::size_t place) {
  const std::string name = mysql::quote_name(table.primary_key.at(place));
  if (place + 1 == key.size()) return fmt::format("{} {} {}", name, bound.last, key[place]);
  return fmt::format("({0} {1} {2} OR ({0} = {2} AND {3}))", name, bound.beyond, key[place],
                     comparison(table, key, bound, place + 1));
}

std::string text_of(const Key& key) {
  std::string text;
  for (const std::string& literal : key) text += (text.empty() ? "" : ", ") + literal;
  return key.size() == 1 ? text : "(" + text + ")";
}

}  // namespace

std::string where_clause(const Table& table, const Chunk& chunk) {
  std::string text;
  if (chunk.after) text = comparison(table, *chunk.after, {">", ">"}, 0);
  if (chunk.until) text += (text.empty() ? "" : " AND ") + comparison(table, *chunk.until, {"<", "<="}, 0);
  return text.empty() ? text : " WHERE " + text;
}

std::string describe(const Table& table, const Chunk& chunk) {
  if (!chunk.after && !chunk.until) return table.name.text();
  std::string text = text_of(table.primary_key);
  if (chunk.after) text = text_of(*chunk.after) + " < " + text;
  if (chunk.until) text += " <= " + text_of(*chunk.until);
  return fmt::format("{} where {}", table.name.text(), text);
}

}  // namespace darbe::tables
