#include "copy/json_types.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/quote.h"
#include "tables/json_doubles.h"
#include "tables/key.h"
#include "tables/rows.h"

namespace darbe::copy {

namespace {

constexpr std::string_view blob_mark = "base64:type15:";  // VARBINARY, as binary literals are

std::string key_name(std::size_t part) { return fmt::format("k{}", part); }

bool is_floating(const tables::Column& column) { return column.data_type == "float" || column.data_type == "double"; }

// Whether a part of the key is compared by its number. An ENUM or SET before the last part is not, unless its text may
// stand for several: by its text it is looked up in the index.
bool is_numbered(const tables::Table& table, std::size_t part) {
  const tables::Column& column = table.column(table.key_columns[part]);
  if (column.data_type == "bit" || tables::is_read_by_number(column)) return true;
  const bool is_last = part + 1 == table.key_columns.size();
  return is_last && (column.data_type == "enum" || column.data_type == "set") &&
         tables::key_expression(column) != mysql::quote_name(column.name);
}

// With all 64 bits.
std::string number_of(const tables::Column& column) {
  return fmt::format("CAST({} AS UNSIGNED)", mysql::quote_name(column.name));
}

// What tells a row's key part by part.
std::string key_expression(const tables::Table& table, std::size_t part) {
  const tables::Column& column = table.column(table.key_columns[part]);
  if (is_numbered(table, part)) return number_of(column);
  return is_floating(column) ? tables::key_expression(column) : mysql::quote_name(column.name);
}

std::string key_list(const tables::Table& table) {
  std::string names;
  for (std::size_t part = 0; part < table.key_columns.size(); ++part) names += key_name(part) + ", ";
  return names;
}

// All values within the documents of a chunk, each with its path, down to those that their text does not bring back.
std::string walk_statement(const tables::Table& table, const tables::Column& column, const tables::Chunk& chunk,
                           Doubles doubles) {
  const std::string document = mysql::quote_name(column.name);
  std::string keys;
  for (std::size_t part = 0; part < table.key_columns.size(); ++part)
    keys += fmt::format("{} AS {}, ", key_expression(table, part), key_name(part));
  const std::string same_keys = key_list(table);
  return fmt::format(
      "WITH RECURSIVE walk AS (SELECT {0}CAST('$' AS CHAR(16000) CHARACTER SET utf8mb4) AS path, {1} AS v FROM {2}{3}"
      " UNION ALL SELECT {4}CONCAT(path, '.', JSON_QUOTE(t.k)), JSON_EXTRACT(v, CONCAT('$.', JSON_QUOTE(t.k))) FROM "
      "walk,"
      " JSON_TABLE(JSON_KEYS(v), '$[*]' COLUMNS (k LONGTEXT PATH '$')) AS t WHERE JSON_TYPE(v) = 'OBJECT'"
      " UNION ALL SELECT {4}CONCAT(path, '[', t.n - 1, ']'), JSON_EXTRACT(v, CONCAT('$[', t.n - 1, ']')) FROM walk,"
      " JSON_TABLE(v, '$[*]' COLUMNS (n FOR ORDINALITY)) AS t WHERE JSON_TYPE(v) = 'ARRAY')"
      " SELECT {4}path, JSON_TYPE(v), JSON_UNQUOTE(v), JSON_STORAGE_SIZE(v) FROM walk"
      " WHERE JSON_TYPE(v) NOT IN ('OBJECT', 'ARRAY', 'STRING', 'INTEGER', {6}'BOOLEAN', 'NULL')"
      " OR (JSON_TYPE(v) = 'INTEGER' AND CAST(v AS SIGNED) > 2147483647) ORDER BY {5}path",
      keys, document, table.name.quoted(), tables::where_clause(table, chunk), same_keys, same_keys,
      doubles == Doubles::of_text ? "'DOUBLE', " : "");
}

using Key = std::vector<std::string>;

// A row's document with the values to set in it.
struct Repair {
  Key key;
  std::string settings;
};

std::string key_literal(const tables::Table& table, std::size_t part, const std::string& value) {
  const tables::Column& column = table.column(table.key_columns[part]);
  // As texts, numbers would be compared as doubles.
  if (column.is_integer() || column.data_type == "decimal" || is_numbered(table, part)) return value;
  // As a DECIMAL, no FLOAT would be equal to its own digits.
  if (is_floating(column)) return value + (value.find('e') == std::string::npos ? "e0" : "");
  const bool is_binary = column.data_type.find("binary") != std::string::npos;
  return is_binary ? mysql::quote_bytes(value) : mysql::quote_text(value);
}

std::string is_row(const tables::Table& table, const Key& key) {
  std::string condition;
  for (std::size_t part = 0; part < key.size(); ++part) {
    const tables::Column& column = table.column(table.key_columns[part]);
    const std::string compared = tables::is_read_by_number(column) ? number_of(column) : mysql::quote_name(column.name);
    condition += fmt::format("{}{} = {}", part == 0 ? "" : " AND ", compared, key_literal(table, part, key[part]));
  }
  return condition;
}

// Columns that the server would set to the present time are told to stay.
std::string kept_times(const tables::Table& table) {
  std::string kept;
  for (const tables::Column* column : table.stored_columns())
    if (column->data_type == "timestamp" || column->data_type == "datetime")
      kept += fmt::format(", {0} = {0}", mysql::quote_name(column->name));
  return kept;
}

std::string names_of(const std::vector<const tables::Column*>& columns) {
  std::string names;
  for (const tables::Column* column : columns) names += (names.empty() ? "" : ", ") + mysql::quote_name(column->name);
  return names;
}

// Gives one row's document the types that it is to have.
class Mending {
 public:
  Mending(mysql::Connection& target, const tables::Table& table, const tables::Column& column, const Repair& row)
      : target_(target),
        table_(table),
        column_(column),
        settings_(row.settings),
        where_(is_row(table, row.key)),
        label_(fmt::format("setting the types in {} of {} where {}", column.name, table.name.text(), where_)) {}

  void run() {
    const std::string name = mysql::quote_name(column_.name);
    // The server keeps a value that is equal to the new one, as 2.5 is to 2.5: so it is another one first.
    if (!try_update(fmt::format("JSON_ARRAY({})", name))) return replace();
    update(mended(fmt::format("JSON_EXTRACT({}, '$[0]')", name)));
  }

 private:
  // Of the text, not of the column, which would be changed in place and keep the room of its former values.
  std::string mended(const std::string& document) const {
    return fmt::format("JSON_SET(CAST(CAST({} AS CHAR) AS JSON){})", document, settings_);
  }

  void update(const std::string& document) {
    const std::string name = mysql::quote_name(column_.name);
    require_one(target_.execute(fmt::format("UPDATE {} SET {} = {}{} WHERE {}", table_.name.quoted(), name, document,
                                            kept_times(table_), where_),
                                label_),
                "Rows matched: 1 ");
  }

  // False where a constraint, a generated column or a key of the table has no place for such a document.
  bool try_update(const std::string& document) {
    try {
      update(document);
      return true;
    } catch (const mysql::ServerError& error) {
      if (error.kind() == base::Kind::transient) throw;
      return false;
    }
  }

  // The whole row by itself: REPLACE compares no values, and the row is never another one than it is to be. All else in
  // it goes from column to column of one type, ENUM and SET by their text, or by number where that may stand for
  // several. Nothing hangs on the row that this could set off: foreign keys and triggers come after Verify.
  void replace() {
    const auto stored = table_.stored_columns();
    std::string values;
    for (const tables::Column* column : stored) {
      const std::string name = mysql::quote_name(column->name);
      values += (values.empty() ? "" : ", ") + (column->name == column_.name         ? mended(name)
                                                : tables::is_read_by_number(*column) ? number_of(*column)
                                                                                     : name);
    }
    require_one(target_.execute(fmt::format("REPLACE INTO {0} ({1}) SELECT {2} FROM {0} WHERE {3}",
                                            table_.name.quoted(), names_of(stored), values, where_),
                                label_),
                "Records: 1  Duplicates: 1 ");
  }

  void require_one(const mysql::Outcome& outcome, const std::string& words) {
    if (outcome.info.starts_with(words)) return;
    throw base::Error(base::Kind::failed, fmt::format("{}: not one row, but '{}'", label_, outcome.info),
                      "Let nothing else write to the target, and run the same command again. If it stops there again, "
                      "the row's key can't be written in SQL: give it another one on the source, and begin a new run.");
  }

  mysql::Connection& target_;
  const tables::Table& table_;
  const tables::Column& column_;
  const std::string& settings_;
  const std::string where_;
  const std::string label_;
};

void repair(mysql::Connection& target, const tables::Table& table, const tables::Column& column, const Repair& row) {
  if (!row.settings.empty()) Mending(target, table, column, row).run();
}

void restore_column(mysql::Connection& frozen, mysql::Connection& target, const tables::Table& table,
                    const tables::Column& column, const tables::Chunk& chunk, Doubles doubles) {
  const std::size_t parts = table.key_columns.size();
  Repair row;
  frozen.stream(
      walk_statement(table, column, chunk, doubles),
      [&](mysql::RowView values) {
        Key key;
        for (std::size_t part = 0; part < parts; ++part) key.emplace_back(values[part].value_or(""));
        if (key != row.key) {
          repair(target, table, column, row);
          row = {std::move(key), {}};
        }
        const JsonScalar scalar{std::string(values[parts + 1].value_or("")),
                                std::string(values[parts + 2].value_or("")),
                                std::stoull(std::string(values[parts + 3].value_or("0")))};
        const std::string literal = json_literal(scalar);
        if (!literal.empty())
          row.settings += fmt::format(", {}, {}", mysql::quote_text(values[parts].value_or("")), literal);
        return true;
      },
      fmt::format("reading the types in {} of {}", column.name, table.name.text()));
  repair(target, table, column, row);
}

constexpr std::size_t decimal_head_bytes = 5;

// Nine digits are packed into four bytes; up to 2, 4 and 6 of the rest into one, two and three (MySQL Reference Manual,
// "DECIMAL Data Type Characteristics").
std::size_t packed_bytes(std::size_t digits) { return digits / 9 * 4 + (digits % 9 + 1) / 2; }
std::size_t packed_digits_max(std::size_t bytes) { return bytes / 4 * 9 + bytes % 4 * 2; }

// A literal has the digits that it shows, a CAST's result nine more of them, a column's value those of its type: each
// takes another room.
std::string decimal_literal(const JsonScalar& scalar) {
  const std::size_t point = scalar.text.find('.');
  const std::size_t scale = point == std::string::npos ? 0 : scalar.text.size() - point - 1;
  const std::size_t taken = decimal_head_bytes + packed_bytes(scale);
  const std::size_t whole = packed_digits_max(scalar.size > taken ? scalar.size - taken : 0);
  const std::string literal = fmt::format("CAST({} AS JSON)", scalar.text);
  const std::string cast = fmt::format("CAST(CAST('{}' AS DECIMAL(65,{})) AS JSON)", scalar.text, scale);
  const std::string of_column = fmt::format(
      "(SELECT CAST(x.c AS JSON) FROM JSON_TABLE(JSON_ARRAY('{}'), '$[0]' COLUMNS (c DECIMAL({},{}) PATH '$')) AS x)",
      scalar.text, std::clamp<std::size_t>(whole + scale, 1, 65), scale);
  return fmt::format("CASE {} WHEN JSON_STORAGE_SIZE({}) THEN {} WHEN JSON_STORAGE_SIZE({}) THEN {} ELSE {} END",
                     scalar.size, literal, literal, cast, cast, of_column);
}

}  // namespace

std::string json_literal(const JsonScalar& scalar) {
  const std::string text = mysql::quote_text(scalar.text);
  if (scalar.type == "DECIMAL") return decimal_literal(scalar);
  // SQL reads a number exactly wherever JSON does not. A product, as a sum loses the sign of -0.0.
  if (scalar.type == "DOUBLE") return tables::is_read_by_all(scalar.text) ? std::string() : text + "*1e0";
  // From text, large ones become UNSIGNED INTEGERs.
  if (scalar.type == "INTEGER") return fmt::format("CAST({} AS SIGNED)", text);
  if (scalar.type == "UNSIGNED INTEGER") return fmt::format("CAST({} AS UNSIGNED)", text);
  if (scalar.type == "DATE") return fmt::format("CAST({} AS DATE)", text);
  if (scalar.type == "TIME") return fmt::format("CAST({} AS TIME(6))", text);
  if (scalar.type == "DATETIME") return fmt::format("CAST({} AS DATETIME(6))", text);
  // There is no CAST to TIMESTAMP.
  if (scalar.type == "TIMESTAMP")
    return fmt::format(
        "(SELECT JSON_EXTRACT(JSON_ARRAY(x.c), '$[0]') FROM JSON_TABLE(JSON_ARRAY({}), '$[0]' COLUMNS (c TIMESTAMP(6)"
        " PATH '$')) AS x)",
        text);
  if (scalar.text.starts_with(blob_mark))
    return fmt::format("FROM_BASE64({})", mysql::quote_text(scalar.text.substr(blob_mark.size())));
  return {};
}

void restore_json_types(mysql::Connection& frozen, mysql::Connection& target, const tables::Table& table,
                        const tables::Chunk& chunk, Doubles doubles) {
  if (table.key_columns.empty()) return;
  for (const tables::Column* column : table.stored_columns())
    if (column->has_json_size) restore_column(frozen, target, table, *column, chunk, doubles);
}

}  // namespace darbe::copy
