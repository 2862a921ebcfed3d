#include "tables/alter.h"

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::tables {

namespace {

constexpr const char* in_place = "ALGORITHM=INPLACE, LOCK=SHARED";

}  // namespace

std::string alter_in_place_statement(const TableName& table, const std::string& clauses) {
  return fmt::format("ALTER TABLE {} {}, {}", table.quoted(), clauses, in_place);
}

void alter_in_place(mysql::Connection& server, const TableName& table, const std::string& clauses,
                    const std::string& doing) {
  try {
    server.execute(alter_in_place_statement(table, clauses), doing);
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::unsupported) throw;
    throw base::Error(base::Kind::failed,
                      fmt::format("{}: the target's server can't {} in place, and Darbe rebuilds no table: {}", doing,
                                  clauses, error.what()),
                      fmt::format("Run ALTER TABLE {} {} on the target, which rebuilds it, and run the same command "
                                  "again; or drop on the source what it adds, and undo this run.",
                                  table.quoted(), clauses));
  }
}

std::vector<std::string> alters_in_place(mysql::Connection& server) {
  const mysql::Result sessions = server.query("SHOW FULL PROCESSLIST", "listing what the server is at work on");
  std::vector<std::string> statements;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    const std::string statement = sessions.value(row, "Info").value_or("");
    if (statement.starts_with("ALTER TABLE ") && statement.ends_with(in_place)) statements.push_back(statement);
  }
  return statements;
}

}  // namespace darbe::tables
