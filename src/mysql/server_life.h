// A server process from its start to its end, and what of its commits outlives a crash of its host.
#pragma once

#include <string>
#include <string_view>

#include "mysql/connection.h"

namespace darbe::mysql {

// Seconds since the epoch at which the server process began; moves when it restarts.
std::string server_started(Connection& server);

// All that is committed is on the server's disk afterwards, also where innodb_flush_log_at_trx_commit leaves it to the
// operating system. On MariaDB a table `flushed` is made anew for it in a schema of ours. False where the account may
// not ask for that (RELOAD).
bool flush_to_disk(Connection& server, std::string_view schema);

}  // namespace darbe::mysql
