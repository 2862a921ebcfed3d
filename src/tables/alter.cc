#include "tables/alter.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/alone.h"

namespace darbe::tables {

namespace {

constexpr const char* in_place = "ALGORITHM=INPLACE, LOCK=SHARED";

// The server waits for others before it begins and again before it ends, when hours of its work are at stake.
constexpr std::chrono::minutes wait_at_most{10};

// Of another session, which goes on without its client.
bool is_at_work_on(mysql::Connection& server, const TableName& table) {
  const std::string beginning = fmt::format("ALTER TABLE {} ", table.quoted());
  return std::ranges::any_of(alters_in_place(server),
                             [&](const std::string& statement) { return statement.starts_with(beginning); });
}

}  // namespace

std::string alter_in_place_statement(const TableName& table, const std::string& clauses) {
  return fmt::format("ALTER TABLE {} {}, {}", table.quoted(), clauses, in_place);
}

void alter_in_place(mysql::Connection& server, const TableName& table, const std::string& clauses,
                    const std::string& doing) {
  while (is_at_work_on(server, table)) server.execute("DO SLEEP(1)", doing);
  try {
    mysql::execute_alone(server, alter_in_place_statement(table, clauses), doing, wait_at_most);
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

bool is_alter_in_place(const std::string& statement) {
  return statement.starts_with("ALTER TABLE ") && statement.ends_with(in_place);
}

std::vector<std::string> alters_in_place(mysql::Connection& server) {
  const mysql::Result sessions = server.query("SHOW FULL PROCESSLIST", "listing what the server is at work on");
  std::vector<std::string> statements;
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    const std::string statement = sessions.value(row, "Info").value_or("");
    if (is_alter_in_place(statement)) statements.push_back(statement);
  }
  return statements;
}

}  // namespace darbe::tables
