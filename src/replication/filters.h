// The value of the parameter replicate-wild-do-table for a copy of only some databases. Never replicate-do-db: it drops
// statements issued from another default database (PROTOCOL.md 2, Replicate).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace darbe::replication {

// Whether a server with this parameter leaves changes out that its source made: replicate-…, …skip_errors and
// …exec_mode, under whose IDEMPOTENT rows that are missing or there already are no errors.
bool is_leaving_out(std::string_view parameter);

inline constexpr std::size_t filter_characters_max = 2000;  // RDS's limit for one parameter

// What a filter for some databases means where binlog_format is MIXED and nothing ties them to the others
// (objects/ties.h); with such ties, or under STATEMENT, it would lose rows unseen.
inline constexpr const char* mixed_and_filtered =
    "the source logs in MIXED format: a logged statement that also reads a database left out stops replication "
    "(loudly, with error 1146), and a view, trigger, function or foreign key between the two that somebody makes later "
    "may lose rows (status tells)";

// "putio.%,mogile\_fs.%,darbe.%": the wildcards in names escaped, `darbe` always among them, each name once.
// Throws: Error{refused} if a name has a comma or the value is longer than RDS takes.
std::string wild_do_table(const std::vector<std::string>& databases);

}  // namespace darbe::replication
