#include "verify/hidden_types.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mysql/quote.h"
#include "tables/digest.h"
#include "verify/groups.h"

namespace darbe::verify {

namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

// Whether `whole` digits before the point and `fraction` after it can be packed into four bytes. A column's type may
// have more digits before the point than the number shows, but none where it shows a zero.
bool may_take_four_bytes(std::size_t whole, std::size_t fraction) {
  if (whole == 0) return fraction >= 5 && fraction <= 9;
  if (fraction <= 2) return whole <= 6;
  if (fraction <= 4) return whole <= 4;
  return fraction <= 6 && whole <= 2;
}

// Requires: document[point] is a point.
bool is_decimal_like(std::string_view document, std::size_t point) {
  std::size_t begin = point;
  while (begin > 0 && is_digit(document[begin - 1])) --begin;
  std::size_t end = point + 1;
  while (end < document.size() && is_digit(document[end])) ++end;
  const std::size_t fraction = end - point - 1;
  if (begin == point || fraction == 0) return false;
  if (end < document.size() && (document[end] == 'e' || document[end] == 'E')) return false;
  // A double never ends like that, so the text itself would differ.
  if (fraction > 1 && document[end - 1] == '0') return false;
  const bool is_below_one = point - begin == 1 && document[begin] == '0';
  return may_take_four_bytes(is_below_one ? 0 : point - begin, fraction);
}

// Its values as rows of `w`. A document nested as deep as may be can't be put into an array, so one that is a number is
// treated apart.
constexpr const char* values_of_document =
    "JSON_TABLE(IF(JSON_DEPTH(d.document) = 1, JSON_ARRAY(d.document), JSON_EXTRACT(d.document, '$**.*', '$**[*]')),"
    " '$[*]' COLUMNS (place FOR ORDINALITY, value JSON PATH '$')) AS w";

std::string condition_of(const Hidden& which) {
  std::vector<std::string> conditions;
  if (which.decimals) conditions.emplace_back("(INSTR(d.document, '.') > 0 AND JSON_TYPE(w.value) = 'DECIMAL')");
  if (which.integers) conditions.emplace_back("JSON_TYPE(w.value) = 'UNSIGNED INTEGER'");
  if (which.others)
    conditions.emplace_back(
        "JSON_TYPE(w.value) NOT IN ('OBJECT', 'ARRAY', 'STRING', 'INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'BOOLEAN', "
        "'NULL')");
  return fmt::format("{}", fmt::join(conditions, " OR "));
}

// The row's key, the value's place and its type for each that is asked for.
std::string select_hidden(const tables::Table& table, const tables::Column& document, const tables::Chunk& chunk,
                          const Hidden& which, const std::string& sample = {}) {
  std::string inner;
  std::string outer;
  for (std::size_t part = 0; part < table.key_columns.size(); ++part) {
    inner += fmt::format("{} AS k{}, ", tables::select_expression(table.column(table.key_columns[part])), part);
    outer += fmt::format("d.k{}, ", part);
  }
  if (outer.empty()) outer = "d.document, ";
  return fmt::format(
      "SELECT {}CONCAT(w.place, LEFT(JSON_TYPE(w.value), 1)) FROM (SELECT {}{} AS document FROM {}{}{}) AS"
      " d, {} WHERE {}",
      outer, inner, mysql::quote_name(document.name), table.name.quoted(), tables::where_clause(table, chunk), sample,
      values_of_document, condition_of(which));
}

// What one side says of its documents: select_hidden() of them, read as often as it takes, for there may be many
// values.
class Answer {
 public:
  Answer(tables::RowReader& side, std::string sql, std::string label)
      : side_(side), sql_(std::move(sql)), label_(std::move(label)) {}

  tables::Digest digest() {
    return read<tables::Digest>([this](tables::Digest& sum, mysql::RowView row) { sum += hasher_.hash(row); });
  }
  Groups groups() {
    return read<Groups>([this](Groups& groups, mysql::RowView row) { groups.add(group_of(row), hasher_.hash(row)); });
  }

  using Key = std::vector<std::optional<std::string>>;
  using Places = std::map<Key, std::string>;  // and types
  // Those of the first rows in these groups.
  Places places(const std::vector<bool>& wanted) {
    struct Kept {
      Places places;
      std::size_t bytes = 0;
    };
    const auto see = [&](Kept& kept, mysql::RowView row) {
      if (!wanted[group_of(row)] || kept.places.size() >= rows_kept_max || kept.bytes > bytes_kept_max) return;
      Key key;
      for (const mysql::Value& value : key_of(row))
        key.emplace_back(value ? std::optional<std::string>(*value) : std::nullopt);
      for (const mysql::Value& value : row) kept.bytes += value.value_or(std::string_view()).size();
      kept.places[std::move(key)] += fmt::format("{} ", row.back().value_or(std::string_view()));
    };
    return read<Kept>(see).places;
  }

 private:
  static mysql::RowView key_of(mysql::RowView row) { return row.first(row.size() - 1); }
  std::size_t group_of(mysql::RowView row) { return Groups::of(hasher_, key_of(row)); }

  template <typename Found, typename See>
  Found read(const See& see) {
    return tables::with_large_rows(side_, [&] {
      Found found{};
      side_.stream(
          sql_,
          [&](mysql::RowView row) {
            see(found, row);
            return true;
          },
          label_);
      return found;
    });
  }

  tables::RowReader& side_;
  const std::string sql_;
  const std::string label_;
  tables::RowHasher hasher_;
};

std::string name_of_row(const tables::Table& table, const std::string& document, const Answer::Key& key) {
  std::string text;
  for (std::size_t part = 0; part < key.size(); ++part)
    text += fmt::format("{}{} = {}", part == 0 ? "" : ", ",
                        table.key_columns.empty() ? document : table.key_columns[part], show_value(key[part]));
  return text;
}

void compare(const tables::Table& table, const std::string& document, const Answer::Places& frozen,
             const Answer::Places& target, Differences& differences) {
  const auto add = [&](const Answer::Key& key) {
    differences.rows.push_back(
        {RowDifference::Kind::differs, name_of_row(table, document, key), {"the types in " + document}});
  };
  for (const auto& [key, places] : frozen) {
    const auto there = target.find(key);
    if (there == target.end() || there->second != places) add(key);
  }
  for (const auto& [key, places] : target)
    if (!frozen.contains(key)) add(key);
}

}  // namespace

bool may_hide_decimal(std::string_view document) {
  for (std::size_t point = document.find('.'); point != std::string_view::npos; point = document.find('.', point + 1))
    if (is_decimal_like(document, point)) return true;
  return false;
}

DecimalWatch::DecimalWatch(const tables::Table& table) {
  const auto columns = table.stored_columns();
  for (std::size_t place = 0; place < columns.size(); ++place)
    if (columns[place]->has_json_size) places_.push_back(place);
}

void DecimalWatch::see(mysql::RowView row) {
  if (found_) return;
  found_ = std::ranges::any_of(places_, [&](std::size_t place) { return row[place] && may_hide_decimal(*row[place]); });
}

Hidden sample_hidden_types(const tables::Table& table, const tables::Chunk& chunk, tables::RowReader& frozen,
                           tables::RowReader& target) {
  const std::string first = fmt::format("{} LIMIT {}", tables::order_clause(table), documents_sampled);
  Hidden found;
  for (const tables::Column* column : table.stored_columns()) {
    if (!column->has_json_size) continue;
    const auto differ = [&](const Hidden& which) {
      const std::string sql = select_hidden(table, *column, chunk, which, first);
      const std::string label =
          fmt::format("asking for the types in {} of {}", column->name, tables::describe(table, chunk));
      return Answer(frozen, sql, label).digest() != Answer(target, sql, label).digest();
    };
    if (!differ({.integers = true, .others = true})) continue;
    found.integers = found.integers || differ({.integers = true});
    found.others = found.others || differ({.others = true});
  }
  return found;
}

Differences find_hidden_types(const tables::Table& table, const tables::Chunk& chunk, const Hidden& which,
                              tables::RowReader& frozen, tables::RowReader& target) {
  Differences differences;
  for (const tables::Column* column : table.stored_columns()) {
    if (!column->has_json_size) continue;
    const std::string sql = select_hidden(table, *column, chunk, which);
    const std::string label =
        fmt::format("asking for the types in {} of {}", column->name, tables::describe(table, chunk));
    Answer here(frozen, sql, label);
    Answer there(target, sql, label);
    if (here.digest() == there.digest()) continue;
    const std::vector<bool> wanted = here.groups().differing_from(there.groups());
    compare(table, column->name, here.places(wanted), there.places(wanted), differences);
    differences.more = differences.rows.empty();
  }
  differences.shorten();
  return differences;
}

}  // namespace darbe::verify
