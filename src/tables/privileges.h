// Whether an account sees all that is to be copied: a server leaves out of its catalog what the one who asks may not
// use, without a word.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::tables {

// What `grants` (SHOW GRANTS of a session, its active roles' with them) hide of the databases `named` (empty: of all
// but the server's own), as a sentence. Nothing if all can be read.
std::optional<std::string> hidden_by(const std::vector<std::string>& grants, const std::vector<std::string>& named);

// Throws: Error{refused} if the session may not read all of these databases, and so can't know what is there.
void require_all_readable(mysql::Connection& connection, const std::vector<std::string>& named);

}  // namespace darbe::tables
