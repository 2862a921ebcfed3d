// How full the servers of a copy are, as they tell it themselves: what the brakes look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "copy/brake.h"
#include "mysql/connection.h"

namespace darbe::copy {

// How much of the redo log a crash would have to replay. When it is full InnoDB lets nobody write until it has flushed,
// and the lanes would stand still together.
struct CheckpointAge {
  std::uint64_t bytes = 0;
  std::uint64_t bytes_max = 0;  // where InnoDB calls it full
  std::uint64_t capacity = 0;   // of the log's files
};

// MySQL flushes hard from about 7/8 of what it calls full on, and stops writers a little above; the age rises by some
// per cent within the seconds between two looks.
inline constexpr BrakeLevels redo_log_levels{.too_full = 0.80, .free_enough = 0.60};
// RDS stops an instance in its last per cent; an index build's sort files, which no catalog shows, come on top.
inline constexpr BrakeLevels storage_levels{.too_full = 0.90, .free_enough = 0.85};
// As many statements of others as there are processors: each lane more makes them wait.
inline constexpr BrakeLevels load_levels{.too_full = 1.0, .free_enough = 0.5};

// Nothing where the server doesn't tell us. Throws: as Connection::query.
std::optional<CheckpointAge> read_checkpoint_age(mysql::Connection& target);
// The age by the text of SHOW ENGINE INNODB STATUS; nothing if it isn't there.
std::optional<std::uint64_t> parse_checkpoint_age(const std::string& status);
double fullness(const CheckpointAge& age);

// Bytes of the files that the server's catalogs know: tablespaces of every kind and the redo log. Not in it are sort
// and temporary files, logs, and binlogs, which a target does not write yet.
std::uint64_t read_storage_used(mysql::Connection& server);

// Statements that are being executed for others: all but this session's own and those of `lanes`.
unsigned read_foreign_statements(mysql::Connection& server, unsigned lanes);

}  // namespace darbe::copy
