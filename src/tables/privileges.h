// What an account may do: whether it sees all that is to be copied, for a server leaves out of its catalog what the one
// who asks may not use, without a word; and whether it may do what a run does on the source.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mysql/connection.h"

namespace darbe::tables {

// What is to be read of the databases. A server shows tables, views and routines to who has SELECT, triggers to who has
// TRIGGER, and events to who has EVENT.
enum class Reading { tables, objects };  // objects: these and all else

// What `grants` (SHOW GRANTS of a session, its active roles' with them) hide of the databases `named` (empty: of all
// but the server's own), as a sentence. Nothing if all can be read.
std::optional<std::string> hidden_by(const std::vector<std::string>& grants, const std::vector<std::string>& named,
                                     Reading reading = Reading::tables);

// What `grants` lack of what a run does on the source besides reading: its record in schema `darbe`, and the
// replication user.
std::vector<std::string> lacking_for_a_run(const std::vector<std::string>& grants);

// SHOW GRANTS of a session: its active roles' with them.
std::vector<std::string> grants_of(mysql::Connection& connection);

// Throws: Error{refused} if the session may not read all of these databases, and so can't know what is there.
void require_all_readable(mysql::Connection& connection, const std::vector<std::string>& named,
                          Reading reading = Reading::tables);

}  // namespace darbe::tables
