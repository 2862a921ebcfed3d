// What a replica says about itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "mysql/flavor.h"
#include "replication/coordinates.h"

namespace darbe::replication {

enum class State {
  absent,  // no source is set
  off,     // both threads are stopped, and neither by an error
  on,      // both threads run (or the receiver is connecting for the first time)
  broken,  // a thread stopped with an error, only one of them runs, or the receiver can't connect
};
std::string_view name_of(State state);

struct ReplicaStatus {
  State state = State::absent;
  std::string source_host;
  unsigned source_port = 0;
  std::string source_user;
  std::string io_running;   // Yes | No | Connecting
  std::string sql_running;  // Yes | No
  Coordinates executed;     // up to here the source's binlog is applied: Relay_Source_Log_File, Exec_Source_Log_Pos
  Coordinates received;
  unsigned last_io_error_number = 0;
  std::string last_io_error;
  unsigned last_sql_error_number = 0;
  std::string last_sql_error;
  std::string wild_do_table;                    // the filter of that name, as the channel has it
  std::vector<std::string> other_filters;       // "Replicate_Ignore_Table shop.log"; not those of RDS's own tables
  std::uint64_t delay_seconds = 0;              // that it stays behind its source on purpose
  std::optional<std::uint64_t> seconds_behind;  // for people only: never decides anything (PROTOCOL.md 2, CatchUp)

  // Neither thread runs, whatever the reason.
  bool stands() const { return io_running == "No" && sql_running == "No"; }
  // "the applier says: …"; empty where there is no error.
  std::string trouble() const;
  // What a person can do about it, where the cause is known.
  std::string advice() const;
};

// By SHOW REPLICA STATUS, or by CALL mysql.rds_replica_status() where that is refused (MariaDB on RDS).
ReplicaStatus status(mysql::Connection& replica);

// The same from a result of that statement. Requires: at most one channel.
// Throws: Error{refused} when there are several channels.
ReplicaStatus status_from(const mysql::Result& result, const mysql::Flavor& flavor);

std::uint64_t open_temporary_tables(mysql::Connection& replica);
// Prepared XA transactions that nobody has decided.
std::uint64_t prepared_xa_transactions(mysql::Connection& server);

}  // namespace darbe::replication
