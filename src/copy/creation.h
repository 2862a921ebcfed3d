// Databases, tables and secondary indexes on the target.
#pragma once

#include <stop_token>
#include <vector>

#include "copy/copy.h"
#include "tables/create_statement.h"

namespace darbe::copy {

// A session on the target that writes rows and definitions exactly.
mysql::Connection open_target(const mysql::ConnectOptions& options, std::stop_token stop);

// With the source's character set and collation.
void create_databases(mysql::Connection& target, const std::vector<tables::Database>& databases);

enum class Keys { all, needed };
// Creates the table unless it is there.
void create_table(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table,
                  Keys keys);

// Adds those of the later keys that the table does not have. A statement that the server went on with after its client
// was lost is waited for.
void build_indexes(mysql::Connection& target, const tables::CreateStatement& statement, const tables::Table& table);

// Sets the counters of AUTO_INCREMENT that stand lower on the target.
void raise_counters(mysql::Connection& target, const std::vector<tables::Database>& databases,
                    const std::vector<tables::Table>& tables);

// Gives the target's tables the source's histograms, which steer its plans. MySQL ≥ 8.0.31 takes them as they are; from
// others they are not copied. One that the target does not take is told in the log: no row depends on it.
void copy_histograms(mysql::Connection& frozen, mysql::Connection& target,
                     const std::vector<tables::Database>& databases);

}  // namespace darbe::copy
