// Whose sessions a server has.
#pragma once

#include <cstddef>
#include <string>

#include "mysql/connection.h"

namespace darbe::preflight {

// The server's own threads, and RDS's accounts.
bool is_servers_own(const std::string& user);

// Where a session of SHOW PROCESSLIST comes from, without its port; empty for the server's own threads.
std::string host_of_session(const mysql::Result& sessions, std::size_t row);

}  // namespace darbe::preflight
