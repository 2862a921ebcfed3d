// Statements that need what they change for themselves, as DROP and ALTER do: a server lets them wait for whoever uses
// it for up to a year (lock_wait_timeout), without a word.
#pragma once

#include <chrono>
#include <string_view>

#include "mysql/connection.h"

namespace darbe::mysql {

// Runs one that waits no longer than that, nor than the server's own lock_wait_timeout; the session keeps this limit.
// Throws: where it waited in vain, Error{failed} that names the sessions with open transactions; ServerError.
void execute_alone(Connection& server, std::string_view sql, std::string_view label,
                   std::chrono::seconds wait_at_most = std::chrono::minutes(2));

}  // namespace darbe::mysql
