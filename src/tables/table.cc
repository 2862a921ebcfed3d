#include "tables/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/letters.h"
#include "mysql/quote.h"

namespace darbe::tables {

namespace {

using base::Error;
using base::Kind;

// As the catalogs write them: where letter case tells names apart, `Sys` is anybody's.
constexpr std::array<std::string_view, 5> system_schemas = {"mysql", "sys", "information_schema", "performance_schema",
                                                            "darbe_journal"};
// RDS makes these empty, and anybody may fill them.
constexpr std::array<std::string_view, 2> schemas_of_rds = {"innodb", "tmp"};
constexpr std::string_view marker_schema = "darbe";

// About 2 KB each.
constexpr std::size_t tables_at_once = 200;

// One of RDS's that nobody has put anything in.
bool is_unused(mysql::Connection& connection, const std::string& schema) {
  if (std::ranges::find(schemas_of_rds, schema) == schemas_of_rds.end()) return false;
  return connection.number(
             fmt::format("SELECT (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = {0}) +"
                         " (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = {0}) +"
                         " (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = {0})",
                         mysql::quote_text(schema)),
             "looking into the database " + schema) == 0;
}

// For IN (…) over names of a catalog. MariaDB takes names that differ in letter case only for equal ones, and where it
// sees no others it looks for the first of them alone: the '' is always another one.
std::string name_list(const std::set<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += mysql::quote_text(name) + ", ";
  return names.size() == 1 ? list.substr(0, list.size() - 2) : list + "''";
}

// The next columns of a row of the catalog, from left to right. Catalogs are streamed: what a server with thousands of
// tables says, held whole, would be most of the memory of a run.
class CatalogRow {
 public:
  explicit CatalogRow(mysql::RowView row) : row_(row) {}

  TableName table() {
    TableName name;
    name.schema = text();
    name.name = text();
    return name;
  }
  std::string text() { return std::string(row_[place_++].value_or(std::string_view())); }
  std::optional<std::uint64_t> number() {
    const mysql::Value value = row_[place_++];
    std::uint64_t number = 0;
    if (!value || std::from_chars(value->data(), value->data() + value->size(), number).ec != std::errc())
      return std::nullopt;
    return number;
  }
  std::uint64_t number_or_zero() { return number().value_or(0); }

 private:
  const mysql::RowView row_;
  std::size_t place_ = 0;
};

void stream_catalog(mysql::Connection& connection, const std::string& sql, const std::function<void(CatalogRow)>& row,
                    const std::string& label) {
  connection.stream(
      sql,
      [&](mysql::RowView values) {
        row(CatalogRow(values));
        return true;
      },
      label);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// Old servers' catalogs compare names without case: what was not asked for is dropped here.
class TablesByName {
 public:
  explicit TablesByName(std::vector<Table>& tables) {
    for (Table& table : tables) by_name_.emplace(table.name, &table);
  }
  // Takes the row's first two columns.
  Table* find(CatalogRow& row) const {
    const TableName name = row.table();
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

 private:
  std::map<TableName, Table*> by_name_;
};

// Why a table can't be copied by its rows; nothing if it can. Copying those of other engines would write the rows of
// other tables a second time.
std::optional<std::string> why_not(const TableName& name, const std::string& kind, const std::string& engine,
                                   const mysql::Flavor& flavor) {
  static constexpr std::array<std::string_view, 5> engines = {"mrg_myisam", "federated", "connect", "spider", "s3"};
  if (kind != "BASE TABLE") return fmt::format("{} is a {}: its rows alone are not all of it", name.text(), kind);
  if (std::find(engines.begin(), engines.end(), base::lower(engine)) != engines.end())
    return fmt::format("{} is a {} table: its rows are somewhere else", name.text(), engine);
  if (flavor.is_mariadb() && name.name.starts_with("#mysql50#"))
    return fmt::format("{} is called by its files of long ago: none can be made of that name", name.text());
  return std::nullopt;
}

// Why a column can't be read exactly; nothing if it can.
std::optional<std::string> why_not(const Column& column) {
  if (column.column_type.starts_with("year(2)")) return "a YEAR(2), which does not show its century";
  if (column.data_type != "enum") return std::nullopt;
  for (const char* zeros : {"'00'", "'000'", "'0000'", "'00000'"})
    if (!contains(column.column_type, zeros)) return std::nullopt;
  return "an ENUM whose members leave no text for its error value";
}

// Which tables are asked for: a condition on a catalog's TABLE_SCHEMA and TABLE_NAME, and what is wanted of what it
// finds.
struct Asked {
  std::string condition;
  std::function<bool(const TableName&)> wants;
};

Asked all_of(const std::vector<Database>& databases) {
  std::set<std::string> schemas;
  for (const Database& database : databases) schemas.insert(database.name);
  return {fmt::format("TABLE_SCHEMA IN ({})", name_list(schemas)),
          [schemas = std::move(schemas)](const TableName& name) { return schemas.contains(name.schema); }};
}

Asked those_of(const std::vector<TableName>& names) {
  return {among(names), [wanted = std::set<TableName>(names.begin(), names.end())](const TableName& name) {
            return wanted.contains(name);
          }};
}

// Whether a table that can't be copied is refused.
enum class Judging { no, yes };

void list(mysql::Connection& connection, const Asked& asked, const std::function<void(Table&&)>& see,
          Judging judging = Judging::yes) {
  std::vector<std::string> refused;
  const auto add = [&](CatalogRow row) {
    Table table;
    table.name = row.table();
    const std::string kind = row.text();
    if (!asked.wants(table.name) || contains(kind, "VIEW")) return;
    table.engine = row.text();
    if (auto reason = why_not(table.name, kind, table.engine, connection.flavor()); reason && judging == Judging::yes)
      return refused.push_back(std::move(*reason));
    table.collation = row.text();
    table.rows_estimated = row.number_or_zero();
    table.data_bytes = row.number_or_zero();
    table.index_bytes = row.number_or_zero();
    table.average_row_bytes = row.number_or_zero();
    table.auto_increment = row.number();
    see(std::move(table));
  };
  stream_catalog(connection,
                 fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, TABLE_ROWS,"
                             " DATA_LENGTH, INDEX_LENGTH, AVG_ROW_LENGTH, AUTO_INCREMENT"
                             " FROM information_schema.TABLES WHERE {} ORDER BY CAST(TABLE_SCHEMA AS BINARY),"
                             " CAST(TABLE_NAME AS BINARY)",
                             asked.condition),
                 add, "listing the tables");
  std::sort(refused.begin(), refused.end());
  if (!refused.empty())
    throw Error(Kind::refused, fmt::format("{}", fmt::join(refused, "; ")),
                "Drop, convert or rename them, or copy only other databases.");
}

void read_columns(mysql::Connection& connection, const Asked& asked, const TablesByName& tables) {
  const bool tells_json_sizes = !connection.flavor().is_mariadb() && connection.flavor().at_least(8, 0, 2);
  std::vector<std::string> refused;
  const auto add = [&](CatalogRow row) {
    Table* table = tables.find(row);
    if (table == nullptr) return;
    Column column;
    column.name = row.text();
    column.data_type = base::lower(row.text());
    column.column_type = base::lower(row.text());
    column.collation = row.text();
    column.nullable = row.text() == "YES";
    // "DEFAULT_GENERATED" is MySQL's word for a default that is an expression: an ordinary column.
    const std::string extra = base::lower(row.text());
    column.generated = contains(extra, "virtual") || contains(extra, "stored") || contains(extra, "persistent");
    column.kept = column.generated && !contains(extra, "virtual");
    column.invisible = contains(extra, "invisible");
    column.auto_increment = contains(extra, "auto_increment");
    column.has_json_size = column.data_type == "json" && tells_json_sizes;
    if (const auto reason = why_not(column))
      refused.push_back(fmt::format("{} of {} is {}", column.name, table->name.text(), *reason));
    table->columns.push_back(std::move(column));
  };
  stream_catalog(connection,
                 fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, COLLATION_NAME,"
                             " IS_NULLABLE, EXTRA FROM information_schema.COLUMNS"
                             " WHERE {} ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
                             asked.condition),
                 add, "listing the columns");
  std::sort(refused.begin(), refused.end());
  if (!refused.empty())
    throw Error(Kind::refused, fmt::format("{}", fmt::join(refused, "; ")),
                "Give such a column another type on the source (YEAR(4), or an ENUM without one of these members), or "
                "copy only other databases.");
}

// A unique key, as the catalog tells it part by part.
struct UniqueKey {
  std::string name;
  std::vector<std::string> columns;
  std::vector<bool> descends;
  bool orders_rows = true;  // InnoDB's, where there is no primary key
};

// None in an expression, and none that is computed when it is read.
bool is_stored_and_never_null(const Table& table, const std::string& column) {
  return std::ranges::any_of(table.columns, [&](const Column& other) {
    return other.name == column && !other.nullable && (!other.generated || other.kept);
  });
}

void take_key(Table& table, UniqueKey key) {
  table.key_name = std::move(key.name);
  table.key_columns = std::move(key.columns);
  table.key_descends = std::move(key.descends);
}

// The first of `keys`, which are of one table, in the order of its definition.
std::size_t first_of(mysql::Connection& connection, const Table& table, const std::vector<UniqueKey>& keys) {
  if (keys.size() == 1) return 0;
  const mysql::Result indexes = connection.query("SHOW INDEX FROM " + table.name.quoted(),
                                                 fmt::format("listing the indexes of {}", table.name.text()));
  for (std::size_t row = 0; row < indexes.size(); ++row) {
    const auto found = std::ranges::find(keys, indexes.text(row, "Key_name"), &UniqueKey::name);
    if (found != keys.end()) return static_cast<std::size_t>(found - keys.begin());
  }
  return 0;
}

// Without a primary key InnoDB orders rows by the first unique key of whole columns that are never NULL.
void read_keys(mysql::Connection& connection, const Asked& asked, const TablesByName& tables) {
  std::map<Table*, std::vector<UniqueKey>> others;
  const auto add = [&](CatalogRow row) {
    Table* table = tables.find(row);
    if (table == nullptr) return;
    const std::string name = row.text();
    std::string column = row.text();
    const bool descends = row.text() == "D";
    const bool is_whole = !row.number();
    if (name == "PRIMARY") {
      table->key_name = name;
      table->key_columns.push_back(std::move(column));
      table->key_descends.push_back(descends);
      table->key_is_whole = table->key_is_whole && is_whole;
    } else if (!table->has_primary_key() && table->is_transactional()) {
      std::vector<UniqueKey>& keys = others[table];
      if (keys.empty() || keys.back().name != name) keys.push_back({name, {}, {}});
      UniqueKey& key = keys.back();
      key.orders_rows = key.orders_rows && is_whole && is_stored_and_never_null(*table, column);
      key.columns.push_back(std::move(column));
      key.descends.push_back(descends);
    }
  };
  // By its bytes: to MySQL below 8.0 and MariaDB names are equal that differ in accents, and the parts would mix.
  stream_catalog(connection,
                 fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, COLLATION, SUB_PART"
                             " FROM information_schema.STATISTICS WHERE NON_UNIQUE = 0"
                             " AND (INDEX_NAME = 'PRIMARY' OR INDEX_TYPE = 'BTREE') AND {}"
                             " ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME <> 'PRIMARY',"
                             " CAST(INDEX_NAME AS BINARY), SEQ_IN_INDEX",
                             asked.condition),
                 add, "listing the keys");
  for (auto& [table, keys] : others) {
    std::erase_if(keys, [](const UniqueKey& key) { return !key.orders_rows; });
    if (!keys.empty()) take_key(*table, std::move(keys[first_of(connection, *table, keys)]));
  }
}

// MySQL 8 answers from statistics of yesterday unless told not to.
void ask_for_fresh_statistics(mysql::Connection& connection) {
  try_set(connection, "information_schema_stats_expiry = 0");
}

// A file of a partition is "putio/files#p#p0" ("#P#" on old servers); other letters are "@0024" in it.
std::string decode_file_name(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '@' || i + 4 >= name.size()) {
      text += name[i];
      continue;
    }
    const auto code = static_cast<unsigned>(std::stoul(std::string(name.substr(i + 1, 4)), nullptr, 16));
    if (code < 0x80)
      text += static_cast<char>(code);
    else if (code < 0x800)
      text += {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
    else
      text += {static_cast<char>(0xE0 | (code >> 12)), static_cast<char>(0x80 | ((code >> 6) & 0x3F)),
               static_cast<char>(0x80 | (code & 0x3F))};
    i += 4;
  }
  return text;
}

std::optional<TableName> table_of_file(std::string_view file) {
  const auto slash = file.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::string_view table = file.substr(slash + 1);
  for (const std::string_view mark : {"#p#", "#P#"})
    if (const auto partition = table.find(mark); partition != std::string_view::npos)
      table = table.substr(0, partition);
  try {
    return TableName{decode_file_name(file.substr(0, slash)), decode_file_name(table)};
  } catch (const std::exception&) {
    return std::nullopt;  // letters above U+FFFF have longer codes: the table's statistics must do
  }
}

std::vector<Table> read_whole(mysql::Connection& connection, const Asked& asked) {
  ask_for_fresh_statistics(connection);
  show_definitions_in_full(connection);
  std::vector<Table> tables;
  list(connection, asked, [&](Table&& table) { tables.push_back(std::move(table)); });
  std::sort(tables.begin(), tables.end(), [](const Table& a, const Table& b) { return a.name < b.name; });
  const TablesByName by_name(tables);
  read_columns(connection, asked, by_name);
  read_keys(connection, asked, by_name);
  return tables;
}

// Of each table that may have a file no more is held than it takes to know it again: there may be ten thousand.
struct TableInFile {
  std::size_t name_hash = 0;
  std::uint64_t bytes_without_file = 0;
  std::uint64_t* database = nullptr;  // what the tables of its database take
  bool has_file = false;
};

std::size_t hash_of(const TableName& name) { return std::hash<std::string>()(name.schema + '\0' + name.name); }

// By its name in MySQL from 8.0 on, and elsewhere.
constexpr std::array<const char*, 2> tablespace_views = {"INNODB_TABLESPACES", "INNODB_SYS_TABLESPACES"};

// Requires: `tables` in the order of their hashes.
void add_files(mysql::Connection& connection, std::vector<TableInFile>& tables) {
  const auto add = [&](CatalogRow row) {
    const auto name = table_of_file(row.text());
    if (!name) return;
    const auto found = std::ranges::lower_bound(tables, hash_of(*name), {}, &TableInFile::name_hash);
    if (found == tables.end() || found->name_hash != hash_of(*name)) return;
    found->has_file = true;
    *found->database += row.number_or_zero();
  };
  for (const char* view : tablespace_views) {
    try {
      return stream_catalog(connection, fmt::format("SELECT NAME, FILE_SIZE FROM information_schema.{}", view), add,
                            "listing the tablespaces");
    } catch (const mysql::ServerError& error) {
      if (error.kind() == Kind::transient) throw;  // else this server doesn't know or allow it
    }
  }
}

// Runs a query that some servers do not know or do not allow.
std::optional<mysql::Result> try_query(mysql::Connection& connection, const std::string& sql) {
  try {
    return connection.query(sql);
  } catch (const mysql::ServerError& error) {
    if (error.kind() == Kind::transient) throw;
    return std::nullopt;
  }
}

// A query for a `size`. Nothing where the server doesn't know or allow it, or finds nothing.
std::optional<std::uint64_t> sum_of(mysql::Connection& connection, const std::string& sql) {
  const auto found = try_query(connection, sql);
  if (!found || found->empty() || !found->value(0, "size")) return std::nullopt;
  return found->number(0, "size");
}

std::optional<std::uint64_t> shared_tablespace_bytes(mysql::Connection& connection) {
  return sum_of(connection,
                "SELECT SUM(TOTAL_EXTENTS * EXTENT_SIZE) AS size FROM information_schema.FILES"
                " WHERE TABLESPACE_NAME = 'innodb_system'");
}

}  // namespace

std::string TableName::quoted() const { return mysql::quote_name(schema, name); }

bool Column::is_integer() const {
  static constexpr std::array<std::string_view, 5> types = {"tinyint", "smallint", "mediumint", "int", "bigint"};
  return std::find(types.begin(), types.end(), data_type) != types.end();
}

bool Column::is_spatial() const {
  static constexpr std::array<std::string_view, 9> types = {"geometry",     "point",          "linestring",
                                                            "polygon",      "multipoint",     "multilinestring",
                                                            "multipolygon", "geomcollection", "geometrycollection"};
  return std::ranges::find(types, data_type) != types.end();
}

bool Column::is_unsigned() const { return contains(column_type, "unsigned"); }

bool Column::has_wide_letters() const {
  return collation.starts_with("ucs2") || collation.starts_with("utf16") || collation.starts_with("utf32");
}

std::vector<const Column*> Table::stored_columns() const {
  std::vector<const Column*> stored;
  for (const Column& column : columns)
    if (!column.generated) stored.push_back(&column);
  return stored;
}

const Column& Table::column(const std::string& column_name) const {
  for (const Column& column : columns)
    if (column.name == column_name) return column;
  throw Error(Kind::failed, fmt::format("{} has no column {}", name.text(), column_name));
}

bool is_system_schema(const std::string& name) {
  return std::ranges::find(system_schemas, name) != system_schemas.end();
}

std::vector<Database> read_databases(mysql::Connection& connection, const std::vector<std::string>& named) {
  const mysql::Result result = connection.query(
      "SELECT SCHEMA_NAME AS name, DEFAULT_CHARACTER_SET_NAME AS charset, DEFAULT_COLLATION_NAME AS collation"
      " FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME",
      "listing the databases");
  std::vector<Database> databases;
  for (std::size_t row = 0; row < result.size(); ++row) {
    const std::string& name = result.text(row, "name");
    const bool wanted = named.empty() ? !is_system_schema(name) && !is_unused(connection, name)
                                      : std::find(named.begin(), named.end(), name) != named.end();
    if (wanted || name == marker_schema)
      databases.push_back({name, result.text(row, "charset"), result.text(row, "collation")});
  }
  for (const std::string& name : named)
    if (std::none_of(databases.begin(), databases.end(), [&](const Database& found) { return found.name == name; }))
      throw Error(Kind::refused, fmt::format("there is no database {} on {}", name, connection.options().host));
  return databases;
}

void list_tables(mysql::Connection& connection, const std::vector<Database>& databases,
                 const std::function<void(const Table&)>& see) {
  ask_for_fresh_statistics(connection);
  list(connection, all_of(databases), [&](Table&& table) { see(table); });
}

std::set<TableName> read_table_names(mysql::Connection& connection, const std::vector<Database>& databases) {
  std::set<TableName> names;
  const Asked asked = all_of(databases);
  const auto add = [&](CatalogRow row) {
    TableName name = row.table();
    if (asked.wants(name)) names.insert(std::move(name));
  };
  stream_catalog(connection,
                 fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
                             " WHERE TABLE_TYPE = 'BASE TABLE' AND {}",
                             asked.condition),
                 add, "listing the tables' names");
  return names;
}

void for_each_table(mysql::Connection& connection, const std::vector<Database>& databases,
                    const std::function<void(const Table&)>& see) {
  std::vector<Error> refusals;
  const auto noting_refusals = [&refusals](const auto& work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.kind() != Kind::refused) throw;
      refusals.push_back(error);
    }
  };
  std::vector<TableName> names;
  noting_refusals(
      [&] { list_tables(connection, databases, [&names](const Table& table) { names.push_back(table.name); }); });
  for (std::size_t begin = 0; begin < names.size(); begin += tables_at_once) {
    const auto first = names.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), begin + tables_at_once));
    noting_refusals([&] {
      for (const Table& table : read_tables(connection, std::vector(first, last))) see(table);
    });
  }
  if (refusals.empty()) return;
  std::string text, advice;
  for (const Error& error : refusals) {
    text += (text.empty() ? "" : "; ") + std::string(error.what());
    if (advice.find(error.advice()) == std::string::npos) advice += (advice.empty() ? "" : " ") + error.advice();
  }
  throw Error(Kind::refused, text, advice);
}

std::vector<Table> read_tables(mysql::Connection& connection, const std::vector<Database>& databases) {
  return read_whole(connection, all_of(databases));
}

std::vector<Table> read_tables(mysql::Connection& connection, const std::vector<TableName>& names) {
  return names.empty() ? std::vector<Table>() : read_whole(connection, those_of(names));
}

std::set<TableName> find_tables(mysql::Connection& connection, const std::vector<TableName>& names) {
  std::set<TableName> found;
  if (names.empty()) return found;
  const Asked asked = those_of(names);
  const auto add = [&](CatalogRow row) {
    TableName name = row.table();
    if (asked.wants(name)) found.insert(std::move(name));
  };
  stream_catalog(
      connection,
      fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE {}", asked.condition), add,
      "listing the tables");
  return found;
}

std::map<TableName, std::uint64_t> read_counters(mysql::Connection& connection, const std::vector<TableName>& names) {
  std::map<TableName, std::uint64_t> counters;
  if (names.empty()) return counters;
  ask_for_fresh_statistics(connection);
  const Asked asked = those_of(names);
  const auto add = [&](CatalogRow row) {
    TableName name = row.table();
    const auto next = row.number();
    if (next && asked.wants(name)) counters.emplace(std::move(name), *next);
  };
  stream_catalog(connection,
                 fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME, AUTO_INCREMENT FROM information_schema.TABLES WHERE {}",
                             asked.condition),
                 add, "listing the counters");
  return counters;
}

std::string among(const std::vector<TableName>& names, const char* schema_column, const char* name_column) {
  std::set<std::string> schemas;
  std::set<std::string> tables;
  std::string pairs;
  for (const TableName& name : names) {
    schemas.insert(name.schema);
    tables.insert(name.name);
    pairs += fmt::format("({}, {}), ", mysql::quote_text(name.schema), mysql::quote_text(name.name));
  }
  // The server finds rows by the single lists; only the pairs are exact.
  std::string text =
      fmt::format("{} IN ({}) AND {} IN ({})", schema_column, name_list(schemas), name_column, name_list(tables));
  if (schemas.size() > 1) text += fmt::format(" AND ({}, {}) IN ({}('', ''))", schema_column, name_column, pairs);
  return text;
}

void show_definitions_in_full(mysql::Connection& connection) {
  for (const char* setting : {"show_gipk_in_create_table_and_information_schema = ON",
                              "show_create_table_verbosity = OFF", "show_old_temporals = OFF"})
    try_set(connection, setting);
}

std::string read_create_statement(mysql::Connection& connection, const TableName& name) {
  const mysql::Result result =
      connection.query("SHOW CREATE TABLE " + name.quoted(), fmt::format("SHOW CREATE TABLE {}", name.text()));
  return result.text(0, "Create Table");
}

std::map<TableName, std::set<std::string>> read_index_names(mysql::Connection& connection,
                                                            const std::vector<TableName>& names) {
  std::map<TableName, std::set<std::string>> indexes;
  if (names.empty()) return indexes;
  const Asked asked = those_of(names);
  const auto add = [&](CatalogRow row) {
    TableName name = row.table();
    if (asked.wants(name)) indexes[std::move(name)].insert(row.text());
  };
  // No DISTINCT: it would leave out names that differ from others in case or accents only.
  stream_catalog(connection,
                 fmt::format("SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME"
                             " FROM information_schema.STATISTICS WHERE INDEX_NAME <> 'PRIMARY' AND {}",
                             asked.condition),
                 add, "listing the indexes");
  return indexes;
}

std::optional<std::uint64_t> read_allocated_bytes(mysql::Connection& connection) {
  std::uint64_t others = 0;
  if (connection.flavor().is_mariadb()) {
    if (!connection.flavor().at_least(10, 6)) return std::nullopt;
    // Some versions know a tablespace's file only once the table has been opened (MDEV-32027), which asking for sizes
    // does.
    others = sum_of(connection,
                    "SELECT SUM(IF(ENGINE IN ('MyISAM', 'Aria', 'ARCHIVE'), DATA_LENGTH + INDEX_LENGTH, 0)) AS size"
                    " FROM information_schema.TABLES")
                 .value_or(0);
  }
  for (const char* view : tablespace_views) {
    const auto own =
        sum_of(connection, fmt::format("SELECT SUM(ALLOCATED_SIZE) AS size FROM information_schema.{}", view));
    if (own) return *own + shared_tablespace_bytes(connection).value_or(0) + others;
  }
  return std::nullopt;
}

std::map<std::string, std::uint64_t> read_tablespace_bytes(mysql::Connection& connection,
                                                           const std::vector<Database>& databases) {
  std::map<std::string, std::uint64_t> bytes;
  const auto shared = shared_tablespace_bytes(connection);
  const bool shared_is_known = shared.has_value();
  if (shared_is_known) bytes[""] = *shared;
  std::vector<TableInFile> tables;
  ask_for_fresh_statistics(connection);
  const auto add = [&](const Table& table) {
    tables.push_back(
        {hash_of(table.name), shared_is_known ? 0 : table.data_bytes + table.index_bytes, &bytes[table.name.schema]});
  };
  list(connection, all_of(databases), add, Judging::no);
  std::ranges::sort(tables, {}, &TableInFile::name_hash);
  add_files(connection, tables);
  for (const TableInFile& table : tables)
    if (!table.has_file) *table.database += table.bytes_without_file;
  return bytes;
}

bool try_set(mysql::Connection& connection, const std::string& assignment) {
  try {
    connection.execute("SET SESSION " + assignment);
    return true;
  } catch (const mysql::ServerError& error) {
    if (error.kind() == Kind::transient) throw;
    return false;
  }
}

}  // namespace darbe::tables
