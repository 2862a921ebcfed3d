// Databases, tables and secondary indexes on the target.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <vector>

#include "copy/copy.h"
#include "tables/create_statement.h"

namespace darbe::copy {

// How many rows a chunk of the table may have. Warnings of error values are counted, and a server keeps 65,535;
// a few hundred are left for rows after which no chunk can end.
std::uint64_t chunk_rows_max(const mysql::Flavor& target, const tables::Table& table);

// Whether the target's server takes an error value of the column with a warning ("Data truncated for column"): MariaDB
// that of any ENUM, MySQL those in which it does not find the number zero, for letters have several bytes.
bool warns_of_error_values(const mysql::Flavor& target, const tables::Column& column);

// A session on the target that writes rows and definitions exactly.
mysql::Connection open_target(const mysql::ConnectOptions& options, std::stop_token stop);
// With which a copy began.
struct FirstSession {
  std::uint64_t id = 0;
  std::string server_started;  // mysql/server_life.h
};
// Another one for that copy. Throws: TargetRestarted; Error{failed} where another command has taken the copy over
// since.
mysql::Connection open_same_target(const mysql::ConnectOptions& options, const FirstSession& first,
                                   std::stop_token stop);

// With the source's character set and collation.
void create_databases(mysql::Connection& target, const std::vector<tables::Database>& databases);

enum class Keys { all, needed };
// Creates the table unless it is there. Where the server refuses the place or the encryption of its file, the table is
// made without that, and refusals() tells.
void create_table(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table,
                  Keys keys);

// Adds those of the later keys that the table does not have. A statement that the server went on with after its client
// was lost is waited for. A table whose .frm lacks an index that InnoDB has (a server without atomic DDL was killed as
// it ended an ALTER) is rebuilt in place. Throws as tables::alter_in_place.
void build_indexes(
    mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table,
    const std::function<void()>& before_rebuild = [] {});

// Sets those of these tables' counters of AUTO_INCREMENT (tables::read_counters) that stand lower on the target.
using Counters = std::map<tables::TableName, std::uint64_t>;
void raise_counters(mysql::Connection& target, const Counters& wanted);

// Sentences for the report, also of runs before.
std::vector<std::string> refusals(mysql::Connection& target);
void forget_refusals(mysql::Connection& target);

// New tables of an encrypted database are to be encrypted, if the target can. Returns sentences on those where it
// can't.
std::vector<std::string> copy_encryption(mysql::Connection& frozen, mysql::Connection& target,
                                         const std::vector<tables::Database>& databases);

// Gives the target's tables the source's histograms, which steer its plans. MySQL ≥ 8.0.31 takes them as they are.
// Returns sentences on those that the target does not take: no row depends on them.
std::vector<std::string> copy_histograms(mysql::Connection& frozen, mysql::Connection& target,
                                         const std::vector<tables::Database>& databases);

// Counts the rows of tables whose statistics the server doesn't keep up by itself: those of an empty table would stay.
void analyze_tables(mysql::Connection& target, const std::vector<tables::Database>& databases);

}  // namespace darbe::copy
