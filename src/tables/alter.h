// Changes of a table that copy none of its rows: a server that rebuilds it would undo its compactness, and some
// versions lose rows (MySQL bugs 113812, 115511, 115608).
#pragma once

#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/table.h"

namespace darbe::tables {

// "ALTER TABLE `putio`.`files` ADD KEY …, ALGORITHM=INPLACE, LOCK=SHARED"
std::string alter_in_place_statement(const TableName& table, const std::string& clauses);

// Runs it. `doing` names it in errors: "building the indexes of putio.files". Throws: Error{failed} where the server
// could do it by a rebuild only; ServerError.
void alter_in_place(mysql::Connection& server, const TableName& table, const std::string& clauses,
                    const std::string& doing);

// Those that the server is at work on, for whomever: it goes on with one whose client is gone.
std::vector<std::string> alters_in_place(mysql::Connection& server);

}  // namespace darbe::tables
