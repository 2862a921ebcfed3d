// A table's shape as the server's catalog tells it: what copy and verify must know to read and write its rows exactly.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::tables {

struct TableName {
  std::string schema;
  std::string name;
  auto operator<=>(const TableName&) const = default;

  std::string text() const { return schema + "." + name; }  // for people
  std::string quoted() const;                               // for SQL
};

struct Column {
  std::string name;
  std::string data_type;    // "int", "float", "json", in lower case
  std::string column_type;  // "int unsigned", in lower case
  std::string collation;    // empty where values have no character set
  bool nullable = false;
  bool generated = false;  // computed by the server: never written
  bool kept = false;       // computed, and stored with the row
  bool invisible = false;
  bool auto_increment = false;
  bool has_json_size = false;  // JSON whose stored size the server tells (MySQL ≥ 8.0)

  bool is_integer() const;
  bool is_spatial() const;
  bool is_unsigned() const;
  bool has_wide_letters() const;  // of two bytes or more each: in ucs2, utf16, utf16le, utf32
};

struct Table {
  TableName name;
  std::string engine;
  std::string collation;
  std::vector<Column> columns;  // in the server's order, generated and invisible ones included
  // The key that orders its rows: the primary one or, on InnoDB, the unique one in its place.
  std::string key_name;                  // "PRIMARY"; empty: none
  std::vector<std::string> key_columns;  // empty: none
  std::vector<bool> key_descends;        // for each of them; none given: all ascend
  bool key_is_whole = true;              // no part of it is a column's beginning
  std::uint64_t rows_estimated = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t index_bytes = 0;
  std::uint64_t average_row_bytes = 0;
  std::optional<std::uint64_t> auto_increment;  // the next value, where the table counts

  // The columns that are read and written: all but the generated ones.
  std::vector<const Column*> stored_columns() const;
  const Column& column(const std::string& name) const;
  bool descends(std::size_t part) const { return part < key_descends.size() && key_descends[part]; }
  bool has_primary_key() const { return key_name == "PRIMARY"; }
  bool is_transactional() const { return engine == "InnoDB"; }
  bool is_in_memory() const { return engine == "MEMORY"; }  // any restart empties it
};

struct Database {
  std::string name;
  std::string charset;
  std::string collation;
};

// The server's own schemas and the run's journal, in the letters of its catalog: never part of a copy.
bool is_system_schema(const std::string& name);

// The databases of a copy: those named, or all but is_system_schema() and RDS's `innodb` and `tmp` as long as they are
// empty; and the run's marker `darbe` where it is there.
// Throws: Error{refused} if one that is named does not exist.
std::vector<Database> read_databases(mysql::Connection& connection, const std::vector<std::string>& named);

// All base tables of `databases`, by name, without columns and keys. A server may have more tables than anybody should
// hold, so they come one by one; `see` asks the server nothing on this session. Throws, at the end: Error{refused} that
// names every table that can't be copied exactly by its rows (MariaDB's sequences and system-versioned tables, tables
// whose rows are other tables', some names).
void list_tables(mysql::Connection& connection, const std::vector<Database>& databases,
                 const std::function<void(const Table&)>& see);

// Their names alone, as the catalog has them.
std::set<TableName> read_table_names(mysql::Connection& connection, const std::vector<Database>& databases);

// The same tables, whole, by name, a few at a time, so that `see` may ask the server. Throws, at the end: as
// list_tables(), and naming columns that can't be copied.
void for_each_table(mysql::Connection& connection, const std::vector<Database>& databases,
                    const std::function<void(const Table&)>& see);
// The same at once; for few of them. Throws: as list_tables().
std::vector<Table> read_tables(mysql::Connection& connection, const std::vector<Database>& databases);
// Those of `names` that are there, whole, by name. Throws: as list_tables().
std::vector<Table> read_tables(mysql::Connection& connection, const std::vector<TableName>& names);

// Those of `names` that are there.
std::set<TableName> find_tables(mysql::Connection& connection, const std::vector<TableName>& names);

// The next value of those of `names` that count.
std::map<TableName, std::uint64_t> read_counters(mysql::Connection& connection, const std::vector<TableName>& names);

// "(column, column) IN (…)", for a catalog's columns of schema and name. Old servers' catalogs compare names without
// case, so others may match too. Requires: not empty.
std::string among(const std::vector<TableName>& names, const char* schema_column = "TABLE_SCHEMA",
                  const char* name_column = "TABLE_NAME");

// Makes the session see the primary keys that MySQL made up for tables without one, wherever the server is told to hide
// them, and nothing of how definitions came about, wherever it is told to show that. read_tables() does so.
void show_definitions_in_full(mysql::Connection& connection);

// SHOW CREATE TABLE.
std::string read_create_statement(mysql::Connection& connection, const TableName& name);

// Names of the secondary indexes of each of these tables; a table without any is left out.
std::map<TableName, std::set<std::string>> read_index_names(mysql::Connection& connection,
                                                            const std::vector<TableName>& names);

// What all tablespaces take on their volume, with the holes of page-compressed tables left out, and on MariaDB the
// tables of its other engines. MySQL is asked for one row; MariaDB opens its tables for it. Nothing where the server
// doesn't tell (MySQL 5.6, MariaDB 10.5).
std::optional<std::uint64_t> read_allocated_bytes(mysql::Connection& connection);

// What each database's tables take on disk with their indexes: their tablespaces' files. The server's shared tablespace
// stands under "" where it can be told, and a table within it counts nothing of its own; where it can't, a table
// without a file counts data and index pages by its statistics. So the sum counts no page twice. What can't be copied
// takes room as well.
std::map<std::string, std::uint64_t> read_tablespace_bytes(mysql::Connection& connection,
                                                           const std::vector<Database>& databases);

// Sets a session variable if the server knows it and lets us; says whether it did.
bool try_set(mysql::Connection& connection, const std::string& assignment);

}  // namespace darbe::tables
