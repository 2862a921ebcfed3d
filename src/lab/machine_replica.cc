// A read replica by snapshot (facts/lab-servers.md): the source's files as they are while its process stands still,
// recovered with the binlog on, its end noted, stopped cleanly, and only then run with the binlog off. Started at once
// without the binlog it would drop transactions that are in the binlog only.
#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "lab/accounts.h"
#include "lab/local_machine.h"
#include "lab/procedures.h"
#include "lab/shared.h"
#include "mysql/quote.h"

namespace darbe::lab {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;
using namespace std::chrono_literals;

struct Words {
  std::string_view replica;
  std::string_view change;
  std::string_view source;
};

Words words_of(const mysql::Flavor& flavor) {
  if (!flavor.is_mariadb() && flavor.at_least(8, 0, 23)) return {"REPLICA", "CHANGE REPLICATION SOURCE TO", "SOURCE"};
  return {"SLAVE", "CHANGE MASTER TO", "MASTER"};
}

// The copy's own identity, and what its source knew of a source of its own.
void remove_identity(const fs::path& data) {
  fs::remove(data / "auto.cnf");
  for (const auto& entry : fs::directory_iterator(data)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("relaylog") || name.starts_with("relay-log") || name.starts_with("master.info") ||
        name.ends_with(".pid")) {
      fs::remove(entry.path());
    }
  }
}

// What its source keeps as "target delay" is for replicas that are made from then on.
std::uint64_t take_over_delay(mysql::Connection& connection) {
  const std::uint64_t delay =
      connection.number("SELECT COALESCE(MAX(value), 0) FROM mysql.rds_configuration WHERE name = 'target delay'");
  connection.execute("SET sql_log_bin = 0");
  connection.execute(fmt::format("UPDATE mysql.rds_configuration SET value = '{}' WHERE name = 'source delay'", delay));
  return delay;
}

bool runs(const std::string& word) { return word == "Yes" || word == "Connecting"; }

// Gives a replica its source's new address; it goes on from where it stood.
void point_at(mysql::Connection& connection, const Published& source) {
  const mysql::Flavor& flavor = connection.flavor();
  const Words words = words_of(flavor);
  const mysql::Result status = connection.query(flavor.show_replica_status());
  if (status.empty()) return;
  const bool replicates =
      runs(status.text(0, flavor.column_io_running())) || runs(status.text(0, flavor.column_sql_running()));
  if (status.text(0, flavor.column_source_host()) == source.address &&
      status.number(0, words.replica == "REPLICA" ? "Source_Port" : "Master_Port") == source.port) {
    return;
  }
  connection.execute(fmt::format("STOP {}", words.replica));
  std::string change = fmt::format("{0} {1}_HOST = {2}, {1}_PORT = {3}", words.change, words.source,
                                   mysql::quote_text(source.address), source.port);
  if (!flavor.is_mariadb()) {
    const mysql::Result stopped = connection.query(flavor.show_replica_status());
    change += fmt::format(", {0}_LOG_FILE = {1}, {0}_LOG_POS = {2}", words.source,
                          mysql::quote_text(stopped.text(0, flavor.column_relay_source_log_file())),
                          stopped.number(0, flavor.column_exec_source_log_pos()));
  }
  connection.execute(change, words.change);
  if (replicates) connection.execute(fmt::format("START {}", words.replica));
}

std::string skip_start_option(const mysql::Flavor& flavor) {
  return words_of(flavor).replica == "REPLICA" ? "--skip-replica-start" : "--skip-slave-start";
}

}  // namespace

void LocalMachine::copy_data_of(LocalMachine& source) {
  if (!source.state_.spec.binlog) {
    throw Error(Kind::refused, fmt::format("{} has no binlog: it can't have a replica", source.state_.spec.identifier));
  }
  if (!source.server_.running()) throw Error(Kind::refused, fmt::format("{} is down", source.state_.spec.identifier));
  const bool was_paused = source.paused_;
  struct GoOn {
    LocalMachine* machine;
    ~GoOn() {
      if (machine != nullptr) machine->resume();
    }
  } const go_on{was_paused ? nullptr : &source};
  if (!was_paused) source.pause();
  fs::create_directories(folder_);
  servers::copy_folder(source.server_.data(), folder_ / "data");
}

void LocalMachine::recover_copy(BinlogPosition& position, std::string& gtid) {
  const mysql::Flavor& flavor = version_.installation.flavor;
  const fs::path data = folder_ / "data";
  position.file = last_binlog(data);
  if (flavor.is_mariadb()) position.position = end_of_last_transaction(data / position.file);
  start_server({.arguments = {skip_start_option(flavor), "--event-scheduler=OFF", "--read-only=0"},
                .network = false,
                .binlog_for_recovery = true});
  // MySQL has cut off what belonged to no whole transaction.
  if (!flavor.is_mariadb()) position.position = fs::file_size(data / position.file);
  mysql::Connection connection = admin();
  connection.execute("SET sql_log_bin = 0");
  connection.execute(fmt::format("RESET {} ALL", words_of(flavor).replica));
  connection.execute(remember_replica_statement());
  if (flavor.is_mariadb()) {
    gtid =
        connection
            .value(fmt::format("SELECT BINLOG_GTID_POS({}, {})", mysql::quote_text(position.file), position.position))
            .value_or("");
  }
  server_.stop();
  remove_binlogs(data);
}

void LocalMachine::follow(const BinlogPosition& position, const std::string& gtid) {
  const mysql::Flavor& flavor = version_.installation.flavor;
  const Words words = words_of(flavor);
  Published source;
  {
    const base::MutexLock lock(host_.shared().mutex);
    source = host_.shared().machines.at(state_.source);
  }
  std::string where = fmt::format("{0}_LOG_FILE = {1}, {0}_LOG_POS = {2}", words.source,
                                  mysql::quote_text(position.file), position.position);
  mysql::Connection connection = admin();
  if (flavor.is_mariadb()) {
    // With its position in a table of its own a MariaDB replica survives a crash; with a file it does not.
    connection.execute(fmt::format("SET GLOBAL gtid_slave_pos = {}", mysql::quote_text(gtid)));
    where = "MASTER_USE_GTID = slave_pos";
  }
  std::string tls;
  if (flavor.has_tls()) {
    tls = fmt::format(", {0}_SSL = 1, {0}_SSL_CA = {1}, {0}_SSL_VERIFY_SERVER_CERT = 1", words.source,
                      mysql::quote_text(host_.ca_file().string()));
  }
  const std::uint64_t delay = take_over_delay(connection);
  connection.execute(
      fmt::format("{0} {1}_HOST = {2}, {1}_PORT = {3}, {1}_USER = '{4}', {1}_PASSWORD = {5}, {1}_CONNECT_RETRY = 1, "
                  "{1}_DELAY = {6}{7}, {8}",
                  words.change, words.source, mysql::quote_text(source.address), source.port, replication_user,
                  mysql::quote_text(state_.replication_password.reveal()), delay, tls, where),
      words.change);
  connection.execute(fmt::format("START {}", words.replica));
}

void LocalMachine::make_replica_of(LocalMachine& source) {
  state_.source = source.folder_;
  state_.admin_password = source.state_.admin_password;
  state_.replication_password = source.state_.replication_password;
  state_.spec.master_user = source.state_.spec.master_user;
  state_.spec.master_password = source.state_.spec.master_password;
  publish();  // from now on the source keeps its binlogs for this replica
  copy_data_of(source);
  remove_identity(folder_ / "data");
  BinlogPosition position;
  std::string gtid;
  recover_copy(position, gtid);
  start_server({});
  follow(position, gtid);
  if (!base::poll_until({.every = 20ms, .at_most = 60s}, {}, [this] { return replicating(); })) {
    mysql::Connection connection = admin();
    const mysql::Result status = connection.query(connection.flavor().show_replica_status());
    throw Error(Kind::failed, fmt::format("the replica {} does not replicate: {} {}", state_.spec.identifier,
                                          status.text(0, "Last_IO_Error"), status.text(0, "Last_SQL_Error")));
  }
}

void LocalMachine::follow_source_to_its_address() {
  Published source;
  {
    const base::MutexLock lock(host_.shared().mutex);
    const auto found = host_.shared().machines.find(state_.source);
    if (found == host_.shared().machines.end()) return;  // when it comes up it looks for its replicas
    source = found->second;
  }
  mysql::Connection connection = admin();
  point_at(connection, source);
}

void LocalMachine::lead_replicas_here() {
  std::vector<Published> replicas;
  Published self;
  {
    const base::MutexLock lock(host_.shared().mutex);
    self = host_.shared().machines.at(folder_);
    for (const auto& [folder, machine] : host_.shared().machines) {
      if (machine.source == folder_.string()) replicas.push_back(machine);
    }
  }
  for (const Published& replica : replicas) {
    try {
      mysql::Connection connection(replica.admin, {});
      point_at(connection, self);
    } catch (const mysql::ServerError& error) {
      if (mysql::meaning_of(error) != mysql::Meaning::link_lost) throw;
      // It is down; it looks for its source when it is started.
    }
  }
}

}  // namespace darbe::lab
