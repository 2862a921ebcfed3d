// A SHOW CREATE TABLE statement cut into what a table needs to take rows and what is faster added afterwards. Clauses
// are moved as the spans of text the server wrote, never printed anew: what we do not know stays where it is.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tables/table.h"

namespace darbe::tables {

struct SecondaryKey {
  std::string name;
  std::string clause;                 // "UNIQUE KEY `b` (`b`(10))", verbatim
  std::vector<std::string> values{};  // of a key of columns, as SQL: "LEFT(`b`, 10)"
  // Plain ones are built by one statement, functional ones by another: MySQL adds the hidden columns of those all at
  // once, or else by the order of their names. Spatial ones have a statement each.
  enum class Kind { plain, functional, spatial } kind = Kind::plain;
};

struct CreateStatement {
  std::string with_all_keys;                 // all but foreign keys
  std::string with_needed_keys;              // without `later_keys` too
  std::vector<SecondaryKey> later_keys;      // may be added in place once the rows are there
  std::vector<std::string> without_default;  // names of columns that may be NULL, and are not so by default
  std::vector<std::string> foreign_keys;     // "CONSTRAINT `f` FOREIGN KEY …", for ALTER TABLE … ADD after USE schema
};

// Both statements say CREATE TABLE IF NOT EXISTS, name the schema, and state every CHARACTER SET with its COLLATE:
// the default collation of utf8mb4 differs between versions. None names the system tablespace. Throws: Error{failed} if
// `text` can't be read.
CreateStatement split_create_statement(const Table& table, const std::string& text);

// A column's default that the server may not have printed as it is: for letters of four bytes, and others that utf8mb3
// lacks, most print question marks; and of a FLOAT six digits.
struct DoubtfulDefault {
  std::string column;
  std::size_t begin = 0;  // of the literal, in the statement
  std::size_t end = 0;
  bool is_rounded = false;  // a FLOAT's
};
// Those of a SHOW CREATE TABLE statement, in its order. Not of ENUM and SET, whose members are printed likewise.
std::vector<DoubtfulDefault> doubtful_defaults(const std::string& statement);

// A SHOW CREATE TABLE statement with REF_SYSTEM_ID behind the types of these columns, as MariaDB's CREATE TABLE has it.
std::string with_reference_systems(const std::string& statement, const std::map<std::string, std::string>& by_column);

// ROW_FORMAT's value in a CREATE TABLE statement of InnoDB's, "COMPRESSED" for a KEY_BLOCK_SIZE alone; empty: none.
std::string row_format_of(const std::string& statement);

// "table shop.t is not made as it is defined": how a sentence of the report begins on what the target's server told.
std::string not_as_defined(const std::string& table);

// What a server may refuse because of where it runs, and no row depends on.
inline constexpr std::array<std::string_view, 4> options_of_place = {"DATA DIRECTORY", "INDEX DIRECTORY", "TABLESPACE",
                                                                     "ENCRYPTION"};
// A CREATE TABLE statement without one of them, for the table and all of its partitions; ENCRYPTION becomes 'N', or the
// database's default would hold. The same text if it has none.
std::string without_option(const std::string& statement, std::string_view option);

}  // namespace darbe::tables
