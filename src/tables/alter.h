// Changes of a table that copy none of its rows: a server that rebuilds it would undo its compactness, and some
// versions lose rows (MySQL bugs 113812, 115511, 115608). One rebuild there is, of servers older than those versions:
// copy::build_indexes.
#pragma once

#include <string>
#include <vector>

#include "mysql/connection.h"
#include "tables/table.h"

namespace darbe::tables {

// "ALTER TABLE `putio`.`files` ADD KEY …, ALGORITHM=INPLACE, LOCK=SHARED"
std::string alter_in_place_statement(const TableName& table, const std::string& clauses);

// Runs it, when one of an earlier command on the same table has ended. `doing` names it in errors: "building the
// indexes of putio.files". Throws: Error{failed} where the server could do it by a rebuild only, or where others use
// the table for too long (mysql/alone.h); ServerError.
void alter_in_place(mysql::Connection& server, const TableName& table, const std::string& clauses,
                    const std::string& doing);

bool is_alter_in_place(const std::string& statement);
// Those that the server is at work on, for whomever: it goes on with one whose client is gone.
std::vector<std::string> alters_in_place(mysql::Connection& server);

}  // namespace darbe::tables
