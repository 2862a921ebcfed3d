// Whose sessions a server has.
#pragma once

#include <string>

namespace darbe::preflight {

// The server's own threads, and RDS's accounts.
bool is_servers_own(const std::string& user);

}  // namespace darbe::preflight
