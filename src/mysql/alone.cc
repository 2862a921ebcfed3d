#include "mysql/alone.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "mysql/error.h"

namespace darbe::mysql {

namespace {

// Some of other sessions, the oldest first: who holds a table itself is told by no server without performance_schema.
// Nothing where the account may not ask (PROCESS). A session that is over has no account while it is rolled back.
std::vector<std::string> open_transactions(Connection& server) {
  std::vector<std::string> sessions;
  try {
    const Result found = server.query(
        "SELECT t.trx_mysql_thread_id AS id, p.USER AS account, p.HOST AS place FROM information_schema.INNODB_TRX AS t"
        " LEFT JOIN information_schema.PROCESSLIST AS p ON p.ID = t.trx_mysql_thread_id"
        " WHERE t.trx_mysql_thread_id NOT IN (0, CONNECTION_ID())"
        " AND COALESCE(p.USER, '') NOT IN ('system user', 'event_scheduler') ORDER BY t.trx_started LIMIT 3",
        "asking who has a transaction open");
    for (std::size_t row = 0; row < found.size(); ++row)
      sessions.push_back(found.value(row, "account")
                             ? fmt::format("session {} of {} from {}", found.text(row, "id"),
                                           found.text(row, "account"), found.value(row, "place").value_or(""))
                             : fmt::format("session {}, which is being rolled back", found.text(row, "id")));
  } catch (const ServerError& error) {
    if (meaning_of(error) != Meaning::access_denied) throw;
  }
  return sessions;
}

}  // namespace

void execute_alone(Connection& server, std::string_view sql, std::string_view label,
                   std::chrono::seconds wait_at_most) {
  // MySQL 8 would make a DECIMAL of a LEAST of both, and refuse it.
  server.execute(fmt::format("SET SESSION lock_wait_timeout = CAST(LEAST(@@global.lock_wait_timeout, {}) AS UNSIGNED)",
                             wait_at_most.count()));
  try {
    server.execute(sql, label);
  } catch (const ServerError& error) {
    if (meaning_of(error) != Meaning::lock_wait) throw;
    const std::vector<std::string> sessions = open_transactions(server);
    throw base::Error(
        base::Kind::failed,
        fmt::format("{}; {}", error.what(),
                    sessions.empty()
                        ? std::string("no other session has a transaction open, unless replication applies a long one")
                        : fmt::format("transactions are open in {}", fmt::join(sessions, ", "))),
        fmt::format("End what uses it on {} (SHOW FULL PROCESSLIST, KILL), or wait until it ends, and run "
                    "the same command again.",
                    server.options().host));
  }
}

}  // namespace darbe::mysql
