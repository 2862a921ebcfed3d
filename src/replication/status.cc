#include "replication/status.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.h"

namespace darbe::replication {

namespace {

using base::Error;
using base::Kind;
using mysql::Result;

// The receiver's error when the source no longer has the binlog file that it asks for.
constexpr unsigned binlog_gone = 1236;

constexpr const char* wild_do_column = "Replicate_Wild_Do_Table";

// "Source_Host" and "Master_Host" have sisters of the same first word.
std::string sister(const mysql::Flavor& flavor, std::string_view of) {
  const std::string_view host = flavor.column_source_host();
  return fmt::format("{}_{}", host.substr(0, host.find('_')), of);
}

State state_of(const ReplicaStatus& status) {
  if (status.source_host.empty()) return State::absent;
  const bool applies = status.sql_running == "Yes";
  const bool fine = status.last_io_error.empty() && status.last_sql_error.empty();
  if (status.io_running == "No" && !applies) return fine ? State::off : State::broken;
  if (applies && (status.io_running == "Yes" || (status.io_running != "No" && fine))) return State::on;
  return State::broken;
}

Result show_status(mysql::Connection& replica) {
  try {
    return replica.query(replica.flavor().show_replica_status());
  } catch (const mysql::ServerError& error) {
    if (!replica.flavor().is_mariadb() || mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
  }
  return replica.query("CALL mysql.rds_replica_status()");
}

// Where workers apply, SHOW REPLICA STATUS says only that one of them stopped.
std::string workers_error(mysql::Connection& replica) {
  if (replica.flavor().is_mariadb() || !replica.flavor().at_least(5, 7)) return {};
  try {
    return replica
        .value(
            "SELECT LAST_ERROR_MESSAGE FROM performance_schema.replication_applier_status_by_worker"
            " WHERE LAST_ERROR_NUMBER <> 0 ORDER BY LAST_ERROR_TIMESTAMP LIMIT 1")
        .value_or("");
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) == mysql::Meaning::access_denied) return {};
    throw;
  }
}

// RDS's replicas ignore tables of its own: mysql.rds_history, innodb_memcache.cache_policies, …
bool is_servers_own(std::string_view item) {
  const std::string_view database = item.substr(0, item.find('.'));
  return database == "mysql" || database == "sys" || database == "innodb_memcache" ||
         database == "information_schema" || database == "performance_schema";
}

std::string without_servers_own(std::string_view list) {
  std::string left;
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    if (!is_servers_own(item)) left += (left.empty() ? "" : ",") + std::string(item);
  }
  return left;
}

// Each version has columns of its own.
std::vector<std::string> other_filters(const Result& result) {
  std::vector<std::string> filters;
  for (std::size_t column = 0; column < result.columns.size(); ++column) {
    const std::string& name = result.columns[column].name;
    if (!name.starts_with("Replicate_") || name == wild_do_column) continue;
    const std::string value = without_servers_own(result.rows[0][column].value_or(""));
    if (!value.empty()) filters.push_back(fmt::format("{} {}", name, value));
  }
  return filters;
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::absent:
      return "absent";
    case State::off:
      return "off";
    case State::on:
      return "on";
    case State::broken:
      return "broken";
  }
  return "";
}

std::string ReplicaStatus::trouble() const {
  std::string text;
  if (!last_io_error.empty()) text = "the receiver says: " + last_io_error;
  if (!last_sql_error.empty()) text += (text.empty() ? "" : "; ") + ("the applier says: " + last_sql_error);
  return text;
}

std::string ReplicaStatus::advice() const {
  if (last_io_error_number == binlog_gone)
    return "The source has purged the binlog file that is needed: undo this run and begin again with a longer binlog "
           "retention (--binlog-retention-hours).";
  if (last_io_error_number != 0)
    return "The server tries again by itself: look at the network, the security groups and the replication user.";
  if (mysql::meaning_of(last_sql_error_number, {}) == mysql::Meaning::no_such_object)
    return "A statement in the source's binlog reads or changes something that was not copied. Where only some "
           "databases "
           "are copied this happens with statements that name another one. CALL mysql.rds_skip_repl_error on the "
           "target leaves out the whole transaction, with all that it changed of what is copied: do that only where "
           "you know that it changed nothing else. Otherwise undo this run, set binlog_format to ROW on the source, "
           "and begin again.";
  return {};
}

ReplicaStatus status_from(const Result& result, const mysql::Flavor& flavor) {
  ReplicaStatus status;
  if (result.empty()) return status;
  if (result.size() > 1)
    throw Error(Kind::refused,
                fmt::format("the replica has {} replication channels; darbe knows only one", result.size()));
  status.source_host = result.text(0, flavor.column_source_host());
  status.source_port = static_cast<unsigned>(result.number(0, sister(flavor, "Port")));
  status.source_user = result.value(0, sister(flavor, "User")).value_or("");
  status.io_running = result.text(0, flavor.column_io_running());
  status.sql_running = result.text(0, flavor.column_sql_running());
  status.wild_do_table = result.value(0, wild_do_column).value_or("");
  status.other_filters = other_filters(result);
  status.executed = {result.text(0, flavor.column_relay_source_log_file()),
                     result.number(0, flavor.column_exec_source_log_pos())};
  status.received = {result.text(0, flavor.column_source_log_file()),
                     result.number(0, flavor.column_read_source_log_pos())};
  status.last_io_error_number = static_cast<unsigned>(result.number(0, "Last_IO_Errno"));
  status.last_sql_error_number = static_cast<unsigned>(result.number(0, "Last_SQL_Errno"));
  status.last_io_error = result.value(0, "Last_IO_Error").value_or("");
  status.last_sql_error = result.value(0, "Last_SQL_Error").value_or("");
  if (result.value(0, "SQL_Delay")) status.delay_seconds = result.number(0, "SQL_Delay");
  if (result.value(0, flavor.column_seconds_behind_source()))
    status.seconds_behind = result.number(0, flavor.column_seconds_behind_source());
  status.state = state_of(status);
  return status;
}

ReplicaStatus status(mysql::Connection& replica) {
  ReplicaStatus now = status_from(show_status(replica), replica.flavor());
  if (!now.last_sql_error.empty())
    if (const std::string cause = workers_error(replica); !cause.empty()) now.last_sql_error = cause;
  return now;
}

std::uint64_t open_temporary_tables(mysql::Connection& replica) {
  const Result status =
      replica.query(fmt::format("SHOW GLOBAL STATUS LIKE '{}'", replica.flavor().status_open_temp_tables()));
  return status.number(0, "Value");
}

std::uint64_t prepared_xa_transactions(mysql::Connection& server) { return server.query("XA RECOVER").size(); }

}  // namespace darbe::replication
