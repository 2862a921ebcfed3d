#include "verify/difference.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tables/digest.h"
#include "tables/json_doubles.h"
#include "verify/groups.h"

namespace darbe::verify {

namespace {

using tables::Table;

constexpr std::size_t differences_shown_max = 10;
constexpr std::size_t value_shown_max = 40;

using Row = std::vector<std::optional<std::string>>;

// Where the primary key's values stand in a row; all values where there is no key that is read.
class KeyPlaces {
 public:
  explicit KeyPlaces(const Table& table) {
    const auto stored = table.stored_columns();
    for (const std::string& name : table.key_columns)
      for (std::size_t i = 0; i < stored.size(); ++i)
        if (stored[i]->name == name) places_.push_back(i);
    has_key_ = !places_.empty() && places_.size() == table.key_columns.size();
    if (has_key_) return;
    places_.clear();
    for (std::size_t i = 0; i < stored.size(); ++i) places_.push_back(i);
  }

  bool has_key() const { return has_key_; }
  const std::vector<std::size_t>& places() const { return places_; }

  std::size_t group(mysql::RowView row) {
    key_.clear();
    for (const std::size_t place : places_) key_.push_back(row[place]);
    return Groups::of(hasher_, key_);
  }

 private:
  std::vector<std::size_t> places_;
  bool has_key_ = false;
  std::vector<mysql::Value> key_;
  tables::RowHasher hasher_;
};

Groups groups_of(const Table& table, const tables::Chunk& chunk, tables::RowReader& reader) {
  return tables::with_large_rows(reader, [&] {
    Groups groups;
    KeyPlaces key(table);
    reader.read(table, chunk,
                [&](mysql::RowView row, const tables::Totals& one) { groups.add(key.group(row), one.digest); });
    return groups;
  });
}

struct Kept {
  std::multimap<Row, Row> by_key;
  bool more = false;
};

Row keep(mysql::RowView row, const std::vector<std::size_t>& places) {
  Row kept;
  for (const std::size_t place : places)
    kept.emplace_back(row[place] ? std::optional<std::string>(*row[place]) : std::nullopt);
  return kept;
}

Kept rows_of_groups(const Table& table, const tables::Chunk& chunk, tables::RowReader& reader,
                    const std::vector<bool>& wanted) {
  KeyPlaces key(table);
  std::vector<std::size_t> all(table.stored_columns().size() + tables::proofs(table).size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return tables::with_large_rows(reader, [&] {
    Kept kept;
    std::size_t bytes = 0;
    reader.read(table, chunk, [&](mysql::RowView row, const tables::Totals&) {
      if (!wanted[key.group(row)]) return;
      if (kept.by_key.size() >= rows_kept_max || bytes > bytes_kept_max) {
        kept.more = true;
        return;
      }
      for (const mysql::Value& value : row) bytes += value ? value->size() : 0;
      kept.by_key.emplace(keep(row, key.places()), keep(row, all));
    });
    return kept;
  });
}

std::string describe_row(const Table& table, const KeyPlaces& key, const Row& values) {
  const auto stored = table.stored_columns();
  std::string text;
  const std::size_t shown = key.has_key() ? values.size() : std::min<std::size_t>(values.size(), 3);
  for (std::size_t i = 0; i < shown; ++i)
    text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", stored[key.places()[i]]->name, show_value(values[i]));
  return text;
}

std::vector<std::string> differing_columns(const Table& table, const Row& a, const Row& b) {
  const auto stored = table.stored_columns();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < stored.size(); ++i)
    if (a[i] != b[i]) names.push_back(stored[i]->name);
  if (!names.empty()) return names;
  const auto proofs = tables::proofs(table);
  for (std::size_t i = 0; i < proofs.size(); ++i)
    if (a[stored.size() + i] != b[stored.size() + i]) names.push_back(proofs[i].name);
  return names;
}

// Pairs rows of one key; what is left over on one side is missing on the other.
void compare_key(const Table& table, const KeyPlaces& key, const Row& values, const Kept& frozen, const Kept& target,
                 std::vector<RowDifference>& differences) {
  auto [source_row, source_end] = frozen.by_key.equal_range(values);
  auto [target_row, target_end] = target.by_key.equal_range(values);
  const std::string row = describe_row(table, key, values);
  for (; source_row != source_end && target_row != target_end; ++source_row, ++target_row)
    if (source_row->second != target_row->second)
      differences.push_back(
          {RowDifference::Kind::differs, row, differing_columns(table, source_row->second, target_row->second)});
  for (; source_row != source_end; ++source_row)
    differences.push_back({RowDifference::Kind::missing_on_target, row, {}});
  for (; target_row != target_end; ++target_row) differences.push_back({RowDifference::Kind::only_on_target, row, {}});
}

Differences compare(const Table& table, const Kept& frozen, const Kept& target) {
  const KeyPlaces key(table);
  Differences found;
  std::vector<Row> keys;
  for (const Kept* side : {&frozen, &target})
    for (const auto& [values, row] : side->by_key) keys.push_back(values);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const Row& values : keys) compare_key(table, key, values, frozen, target, found.rows);
  found.more = frozen.more || target.more;
  found.shorten();
  return found;
}

}  // namespace

std::string advice_on_lasting(const Table& table, bool reads_doubles) {
  if (reads_doubles || tables::json_doubles_of(table) != tables::JsonDoubles::lost)
    return "Find out what else writes to the target, or what its server does to these values.";
  return "If JSON differs in the last digit of a number: the target's server reads some of 16 and 17 digits otherwise "
         "than they are written (MySQL bug 116160), and Darbe can make them again only by a key, and from MySQL 8.0.2 "
         "on. Give the table a primary key on the source, or those numbers fewer digits; then undo this run and begin "
         "a new one. Else find out what else writes to the target.";
}

std::string show_value(const std::optional<std::string>& value) {
  if (!value) return "NULL";
  const bool printable = std::all_of(value->begin(), value->end(), [](unsigned char letter) { return letter >= 0x20; });
  std::string text = printable ? *value : std::string();
  if (!printable)
    for (const char letter : value->substr(0, value_shown_max / 2))
      text += fmt::format("{:02X}", static_cast<unsigned char>(letter));
  if (text.size() > value_shown_max) text = text.substr(0, value_shown_max) + "…";
  return printable ? text : "0x" + text;
}

void Differences::shorten() {
  if (rows.size() <= differences_shown_max) return;
  rows.resize(differences_shown_max);
  more = true;
}

std::string Differences::text() const {
  std::string all;
  for (const RowDifference& difference : rows) {
    all += all.empty() ? "row " : "; row ";
    all += difference.row;
    switch (difference.kind) {
      case RowDifference::Kind::missing_on_target:
        all += " is missing on the target";
        break;
      case RowDifference::Kind::only_on_target:
        all += " is on the target only";
        break;
      case RowDifference::Kind::differs:
        all += fmt::format(" differs in {}", fmt::join(difference.columns, ", "));
        break;
    }
  }
  if (all.empty()) all = "the rows are the same now";
  return more ? all + "; and others" : all;
}

Differences find_differences(const Table& table, const tables::Chunk& chunk, tables::RowReader& frozen,
                             tables::RowReader& target) {
  const Groups here = groups_of(table, chunk, frozen);
  const std::vector<bool> wanted = here.differing_from(groups_of(table, chunk, target));
  return compare(table, rows_of_groups(table, chunk, frozen, wanted), rows_of_groups(table, chunk, target, wanted));
}

}  // namespace darbe::verify
