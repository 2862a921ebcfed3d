#include "preflight/work.h"

#include <algorithm>

#include <fmt/format.h>

#include "mysql/error.h"
#include "objects/accounts.h"
#include "objects/stored_object.h"

namespace darbe::preflight {

namespace {

// A server that was started a moment ago has not shown its usual load.
constexpr std::uint64_t telling_uptime_seconds = 3600;

std::optional<std::uint64_t> status(mysql::Connection& server, const char* name) {
  const mysql::Result result = server.query(fmt::format("SHOW GLOBAL STATUS LIKE '{}'", name));
  if (result.empty()) return std::nullopt;
  return result.number(0, "Value");
}

// Since the server was started. MariaDB counts them; MySQL's performance schema does where it is on.
std::optional<std::uint64_t> binlog_bytes_written(mysql::Connection& server) {
  if (server.flavor().is_mariadb()) return status(server, "Binlog_bytes_written");
  const auto counted = server.value(
      "SELECT SUM_NUMBER_OF_BYTES_WRITE FROM performance_schema.file_summary_by_event_name WHERE EVENT_NAME = "
      "'wait/io/file/sql/binlog'");
  if (!counted || *counted == "0") return std::nullopt;
  return std::stoull(*counted);
}

std::uint64_t accounts_of(const Subject& subject) {
  const auto& users = subject.plan.request.users;
  const mysql::Result all = subject.server.query("SELECT User, Host FROM mysql.user WHERE Host <> ''");
  std::uint64_t count = 0;
  for (std::size_t row = 0; row < all.size(); ++row) {
    const objects::AccountName name{.user = all.text(row, "User"), .host = all.text(row, "Host")};
    const bool wanted = !users || std::ranges::find(*users, name.user) != users->end();
    if (wanted && !objects::is_reserved(name)) ++count;
  }
  return count;
}

std::uint64_t objects_of(const Subject& subject) {
  if (subject.databases.empty()) return 0;
  std::uint64_t count = 0;
  for (const auto& [table, schema] : {std::pair("REFERENTIAL_CONSTRAINTS", "CONSTRAINT_SCHEMA"),
                                      std::pair("VIEWS", "TABLE_SCHEMA"), std::pair("ROUTINES", "ROUTINE_SCHEMA"),
                                      std::pair("TRIGGERS", "TRIGGER_SCHEMA"), std::pair("EVENTS", "EVENT_SCHEMA")})
    count += subject.server.number(fmt::format("SELECT COUNT(*) FROM information_schema.{} WHERE {} IN {}", table,
                                               schema, objects::in_list(subject.databases)));
  return count;
}

// Nothing where the master user may not look: that is the checks' affair.
template <typename Count>
std::optional<std::uint64_t> unless_denied(Count&& count) {
  try {
    return count();
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    return std::nullopt;
  }
}

}  // namespace

Work work_of(const Subject& subject, const Amount& rows) {
  return {.rows = rows,
          .accounts = unless_denied([&] { return accounts_of(subject); }),
          .objects = unless_denied([&] { return objects_of(subject); }),
          .binlog_bytes_per_second = binlog_rate(subject.server),
          .has_own_replica = subject.plan.request.replica_instance_id.has_value()};
}

std::optional<double> binlog_rate(mysql::Connection& server) {
  const auto seconds = status(server, "Uptime");
  if (!seconds || *seconds < telling_uptime_seconds) return std::nullopt;
  const auto bytes = binlog_bytes_written(server);
  if (!bytes) return std::nullopt;
  return static_cast<double>(*bytes) / static_cast<double>(*seconds);
}

}  // namespace darbe::preflight
