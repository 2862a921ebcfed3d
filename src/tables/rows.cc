#include "tables/rows.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mutex.h"
#include "mysql/quote.h"
#include "tables/key.h"

namespace darbe::tables {

namespace {

// The one turn at large rows.
class Turn {
 public:
  void take(const std::stop_token& stop) EXCLUDES(mutex_) {
    const std::stop_callback wake(stop, [this] {
      base::MutexLock lock(mutex_);
      given_back_.notify_all();
    });
    base::MutexLock lock(mutex_);
    while (taken_ && !stop.stop_requested()) given_back_.wait(mutex_);
    base::throw_if_stopped(stop);
    taken_ = true;
  }
  void give_back() EXCLUDES(mutex_) {
    base::MutexLock lock(mutex_);
    taken_ = false;
    given_back_.notify_all();
  }

 private:
  base::Mutex mutex_;
  base::Condition given_back_;
  bool taken_ GUARDED_BY(mutex_) = false;
};

// Of the process, as its memory is.
Turn& large_rows_turn() {
  static Turn turn;
  return turn;
}

mysql::ConnectOptions without_large_rows(mysql::ConnectOptions options) {
  options.row_bytes_max = mysql::protocol_packet_bytes_max;
  return options;
}

mysql::Connection open(const mysql::ConnectOptions& options, const std::stop_token& stop) {
  mysql::Connection connection(options, stop);
  connection.execute("SET character_set_results = NULL, sql_quote_show_create = 1");
  // Rows wait in the server while the other side is busy: with an index build, or a flush.
  connection.execute("SET SESSION net_write_timeout = 3600");
  connection.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
  show_definitions_in_full(connection);
  try_set(connection, "range_optimizer_max_mem_size = 0");  // not on every server
  return connection;
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char byte) { return byte >= 0x20 && byte < 0x7F; });
}

// Those of some languages fold letters without accents, as i and y, or u and v.
bool folds_plain_letters(std::string_view collation) {
  return std::ranges::any_of(std::array{"latvian", "lithuanian", "roman", "_lv_", "_lt_", "_la_"},
                             [&](const char* word) { return collation.find(word) != std::string_view::npos; });
}

// As the catalog quotes them, in lower case.
std::vector<std::string_view> members_of(const Column& column) {
  const std::string_view type = column.column_type;
  std::vector<std::string_view> members;
  std::size_t quote = type.find('\'');
  while (quote != std::string_view::npos) {
    const std::size_t begin = quote + 1;
    std::size_t end = type.find('\'', begin);
    while (end != std::string_view::npos && type.substr(end + 1).starts_with('\'')) end = type.find('\'', end + 2);
    if (end == std::string_view::npos) break;
    members.push_back(type.substr(begin, end - begin));
    quote = type.find('\'', end + 1);
  }
  return members;
}

constexpr std::size_t number_digits_max = 5;

// An ENUM takes a text of up to five digits for a number, unless it is a member.
std::string zeros_for(const Column& column) {
  std::string zeros = "00";
  while (zeros.size() < number_digits_max && column.column_type.find("'" + zeros + "'") != std::string::npos)
    zeros += '0';
  return zeros;
}

// How many digits an ENUM's numbers are written with, so that none of them is a member; zeros stand before them. As
// many as may be: collations have letters that are equal to a digit or two.
std::size_t number_digits(const Column& column) {
  const std::vector<std::string_view> members = members_of(column);
  const auto is_taken = [&](std::size_t digits) {
    return std::ranges::any_of(members, [&](std::string_view member) {
      const bool is_number =
          member.size() == digits && member.find_first_not_of("0123456789") == std::string_view::npos;
      return is_number && std::stoul(std::string(member)) <= members.size();
    });
  };
  const std::size_t least = std::to_string(members.size()).size();
  for (std::size_t digits = number_digits_max; digits >= least; --digits)
    if (!is_taken(digits)) return digits;
  return number_digits_max;
}

// Whether a text may stand for several numbers: to a session that is not strict members may be equal, and so, to their
// collation, may be those that differ in case or accents only.
bool may_have_equal_members(const Column& column) {
  if (column.data_type != "enum" && column.data_type != "set") return false;
  if (!is_plain(column.column_type) || folds_plain_letters(column.collation)) return true;
  std::vector<std::string_view> members = members_of(column);
  std::ranges::sort(members);
  return std::ranges::adjacent_find(members) != members.end();
}

// A server that can't send a document within max_allowed_packet sends an empty text, with a warning for nobody.
class DocumentCheck {
 public:
  explicit DocumentCheck(const Table& table) : columns_(table.stored_columns()) {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i]->data_type == "json") places_.push_back(i);
  }

  void require_whole(mysql::RowView row, const Table& table, const std::string& host) const {
    for (const std::size_t place : places_)
      if (row[place] && row[place]->empty())
        throw base::Error(
            base::Kind::failed,
            fmt::format("a document in {} of {} is larger than max_allowed_packet of {}", columns_[place]->name,
                        table.name.text(), host),
            "Raise max_allowed_packet on that server (on RDS in its parameter group; at most 1 GiB), and run the same "
            "command again.");
  }

 private:
  std::vector<const Column*> columns_;
  std::vector<std::size_t> places_;
};

}  // namespace

bool may_have_large_rows(const Table& table) {
  constexpr std::size_t most = 65535;  // of a BLOB, and of all columns that are no such thing together
  std::size_t bytes = most;
  for (const Column* column : table.stored_columns()) {
    const std::string& type = column->data_type;
    if (type.starts_with("medium") ? !column->is_integer() : type.starts_with("long") || type == "json") return true;
    if (column->is_spatial()) return true;
    if (type == "blob" || type == "text" || type == "vector") bytes += most;
  }
  return bytes > small_row_bytes_max;
}

bool is_read_by_number(const Column& column) {
  if (may_have_equal_members(column)) return true;
  return column.data_type == "set" && std::ranges::count(members_of(column), std::string_view()) != 0;
}

std::string select_expression(const Column& column) {
  const std::string name = mysql::quote_name(column.name);
  // Shown by all their digits. With a width a server shows no more than that has, though INSTANT and old tables can
  // have others.
  const bool is_rounded = column.data_type == "double" && column.column_type.find('(') != std::string::npos;
  if (column.data_type == "float" || is_rounded) return name + "*1e0";
  const bool by_number = is_read_by_number(column);
  if (column.data_type == "enum")
    return by_number ? fmt::format("LPAD({}+0,{},'0')", name, number_digits(column))
                     : fmt::format("IF({0}+0=0,'{1}',{0})", name, zeros_for(column));
  return by_number ? fmt::format("CAST({} AS UNSIGNED)", name) : name;
}

std::optional<std::string> load_expression(const Column& column, const std::string& variable) {
  // MySQL makes no JSON value of bytes without a character set (3144), and MariaDB takes such bytes for these types'
  // inner form.
  if (column.data_type == "json") return fmt::format("CONVERT({} USING utf8mb4)", variable);
  if (column.data_type == "uuid" || column.data_type == "inet6" || column.data_type == "inet4")
    return fmt::format("CONVERT({} USING latin1)", variable);
  // An ENUM takes the digits as they are, so that its error value gives no warning; but in wide letters it knows none.
  if (is_read_by_number(column) && (column.data_type == "set" || column.has_wide_letters()))
    return fmt::format("CAST({} AS UNSIGNED)", variable);
  return std::nullopt;
}

std::vector<Proof> proofs(const Table& table) {
  std::vector<Proof> all;
  for (const Column& column : table.columns)
    if (column.kept) all.push_back({column.name, select_expression(column)});
  // The target's member of a number may be another one: a server may print its letters as question marks.
  for (const Column& column : table.columns)
    if ((column.kept || !column.generated) && is_read_by_number(column))
      all.push_back({"the letters of " + column.name, mysql::quote_name(column.name)});
  for (const Column* column : table.stored_columns()) {
    if (!column->has_json_size) continue;
    const std::string name = mysql::quote_name(column->name);
    // Without what partial updates left free; but a document that was once above 64 KiB keeps its wide offsets.
    all.push_back(
        {"the types in " + column->name,
         fmt::format(
             "IF(JSON_STORAGE_FREE({0})=0,JSON_STORAGE_SIZE({0}),IF(JSON_STORAGE_SIZE({0})<65536,"
             "JSON_STORAGE_SIZE({0})-JSON_STORAGE_FREE({0}),JSON_STORAGE_SIZE(CAST(CAST({0} AS CHAR) AS JSON))))",
             name)});
  }
  if (const Column* part = numbered_key_part(table))
    all.push_back({"the number of " + part->name, key_expression(*part)});
  return all;
}

std::string select_statement(const Table& table, const Chunk& chunk, const Window& window) {
  std::string text = "SELECT ";
  bool first = true;
  for (const Column* column : table.stored_columns()) {
    if (!first) text += ", ";
    first = false;
    text += select_expression(*column);
  }
  for (const Proof& proof : proofs(table)) text += ", " + proof.expression;
  text += " FROM " + table.name.quoted();
  text += force_key(table);
  text += where_clause(table, chunk);
  text += order_clause(table);
  if (window.rows_max != 0) text += fmt::format(" LIMIT {} OFFSET {}", window.rows_max, window.skipped);
  return text;
}

RowReader::RowReader(const mysql::ConnectOptions& options, std::stop_token stop)
    : options_(options), stop_(std::move(stop)), connection_(open(without_large_rows(options_), stop_)) {}

Totals RowReader::read(const Table& table, const Chunk& chunk, const Row& row, const Window& window) {
  Totals totals;
  const DocumentCheck documents(table);
  stream(
      select_statement(table, chunk, window),
      [&](mysql::RowView values) {
        documents.require_whole(values, table, options_.host);
        Totals one{1, 0, hasher_.hash(values)};
        for (const mysql::Value& value : values)
          if (value) one.bytes += value->size();
        totals += one;
        if (row) row(values, one);
        return true;
      },
      "reading " + describe(table, chunk));
  return totals;
}

void RowReader::stream(const std::string& sql, const std::function<bool(mysql::RowView)>& row,
                       const std::string& label) {
  if (!large_ && !connection_.usable()) connection_ = open(without_large_rows(options_), stop_);
  try {
    (large_ ? *large_ : connection_).stream(sql, row, label);
  } catch (const mysql::ServerError& error) {
    if (large_ || mysql::meaning_of(error) != mysql::Meaning::row_too_large) throw;
    throw LargeRow(label);
  }
}

LargeRows::LargeRows(RowReader& reader, const std::stop_token& stop) : reader_(reader) {
  large_rows_turn().take(stop);
  try {
    reader_.large_.emplace(open(reader_.options_, reader_.stop_));
  } catch (...) {
    large_rows_turn().give_back();
    throw;
  }
}

LargeRows::~LargeRows() {
  reader_.large_.reset();
  large_rows_turn().give_back();
}

}  // namespace darbe::tables
