#include "lab/machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "lab/accounts.h"
#include "lab/data_folder.h"
#include "lab/local_machine.h"
#include "lab/procedures.h"
#include "lab/shared.h"
#include "mysql/quote.h"
#include "servers/process.h"

namespace darbe::lab {

namespace {

namespace fs = std::filesystem;
using base::Error;
using base::Kind;

constexpr int stops_max = 3;

unsigned new_server_id() { return 1 + static_cast<unsigned>(base::random_fraction() * 2'000'000'000); }

MachineState fresh_state(const MachineSpec& spec) {
  MachineState state;
  state.spec = spec;
  state.server_id = new_server_id();
  state.admin_password = base::Secret(base::random_hex(16));
  state.replication_password = base::Secret(base::random_hex(16));
  return state;
}

// A folder that is not finished is of no use to anybody; its error log is in the error.
template <typename Work>
void or_remove(const fs::path& folder, Work&& work) {
  try {
    work();
  } catch (...) {
    std::error_code ignored;  // the first error counts
    fs::remove_all(folder, ignored);
    throw;
  }
}

}  // namespace

std::unique_ptr<Machine> Machine::create(Host& host, const MachineSpec& spec, const fs::path& folder) {
  std::unique_ptr<LocalMachine> machine;
  or_remove(folder, [&] {
    machine = std::make_unique<LocalMachine>(host, fresh_state(spec), folder);
    machine->make_fresh();
  });
  return machine;
}

std::unique_ptr<Machine> Machine::create_replica(Host& host, const MachineSpec& spec, const fs::path& folder,
                                                 Machine& source) {
  std::unique_ptr<LocalMachine> machine;
  or_remove(folder, [&] {
    machine = std::make_unique<LocalMachine>(host, fresh_state(spec), folder);
    machine->make_replica_of(dynamic_cast<LocalMachine&>(source));
  });
  return machine;
}

std::unique_ptr<Machine> Machine::reopen(Host& host, const fs::path& folder) {
  auto machine = std::make_unique<LocalMachine>(host, read_state(folder), folder);
  machine->take_up();
  return machine;
}

LocalMachine::LocalMachine(Host& host, MachineState state, const fs::path& folder)
    : host_(host),
      version_(host.version(state.spec.engine, state.spec.engine_version)),
      folder_(folder),
      state_(std::move(state)),
      server_(version_.installation) {
  servers::AddressBlock& addresses = host_.shared().addresses;
  if (state_.address.empty() || !addresses.claim(state_.address)) state_.address = addresses.take();
}

LocalMachine::~LocalMachine() {
  keeper_.reset();
  link_.reset();
  server_.kill();
  Host::Shared& shared = host_.shared();
  shared.addresses.give_back(state_.address);
  const base::MutexLock lock(shared.mutex);
  shared.machines.erase(folder_);
}

FormulaInputs LocalMachine::formula_inputs() const {
  return {.is_replica = is_replica(), .port = state_.spec.port, .allocated_gib = state_.spec.allocated_gib};
}

std::vector<std::string> LocalMachine::tls_arguments() const {
  if (!version_.installation.flavor.has_tls()) return {};
  return {"--ssl-ca=" + host_.ca_file().string(), "--ssl-cert=" + (folder_ / "server-cert.pem").string(),
          "--ssl-key=" + (folder_ / "server-key.pem").string()};
}

std::vector<std::string> LocalMachine::arguments(const Extra& extra) const {
  std::vector<std::string> result =
      as_arguments(effective_values(version_.installation, state_.spec.parameters, formula_inputs()));
  // From here on what makes this server itself: no group may change it.
  const auto add = [&](const std::vector<std::string>& more) { result.insert(result.end(), more.begin(), more.end()); };
  add({fmt::format("--server-id={}", state_.server_id), "--relay-log=relaylog",
       "--tmpdir=" + (folder_ / "tmp").string()});
  add(tls_arguments());
  const bool binlog = state_.spec.binlog || extra.binlog_for_recovery;
  add({binlog ? fmt::format("--log-bin={}", binlog_name) : "--skip-log-bin"});
  add(extra.arguments);
  return result;
}

void LocalMachine::issue_certificate() {
  if (!version_.installation.flavor.has_tls()) return;
  host_.shared().authority.issue({.addresses = {state_.address}, .names = {"localhost", state_.spec.identifier}},
                                 folder_);
}

void LocalMachine::start_server(const Extra& extra) {
  fs::create_directories(folder_ / "tmp");
  issue_certificate();
  write_state(state_, folder_);
  server_.start({.folder = folder_,
                 .address = extra.network ? state_.address : std::string(),
                 .port = state_.spec.port,
                 .arguments = arguments(extra)});
  paused_ = false;
  if (!extra.network) return;
  publish();
  mysql::Connection connection = admin();
  run(connection, {"SET sql_log_bin = 0", set_speed_statement(host_.speed())});
  if (keeper_ == nullptr) keeper_ = std::make_unique<MachineKeeper>(host_, folder_);
}

// Cleanly, so that nothing that a recovery would need is lost when the binlog is off at the next start. One that
// crashes on its way down recovers and is stopped again: seen with MySQL 9.7.4, when a session is being killed
// meanwhile.
void LocalMachine::stop_server() {
  link_.reset();
  resume();
  for (int left = stops_max - 1;; --left) {
    if (!server_.running()) {
      server_.kill();  // reaps it
      start_server({});
    }
    try {
      return server_.stop();
    } catch (const Error& error) {
      if (left == 0) throw;
      log::warning("{} is started and stopped again: {}", state_.spec.identifier, error.what());
    }
  }
}

void LocalMachine::publish() {
  Host::Shared& shared = host_.shared();
  const base::MutexLock lock(shared.mutex);
  shared.machines.insert_or_assign(folder_.string(),
                                   Published{.address = state_.address,
                                             .port = state_.spec.port,
                                             .source = state_.source,
                                             .needed_binlog = {},
                                             .admin = server_.local(admin_user, state_.admin_password)});
}

void LocalMachine::run(mysql::Connection& connection, const std::vector<std::string>& statements) {
  for (const std::string& statement : statements) connection.execute(statement);
}

// Passwords of the lab's own accounts, set before anybody can connect.
fs::path LocalMachine::write_first_statements() {
  const mysql::Flavor& flavor = version_.installation.flavor;
  const std::vector<std::string> statements{"SET sql_log_bin = 0",
                                            set_password(flavor, {admin_user, state_.admin_password}, "localhost"),
                                            set_password(flavor, {replication_user, state_.replication_password}, "%")};
  const fs::path file = folder_ / "first.sql";
  base::write_file_atomically(file, fmt::format("{};\n", fmt::join(statements, ";\n")), 0600);
  return file;
}

void LocalMachine::make_fresh() {
  const auto names = state_.spec.parameters.find("lower_case_table_names");
  make_rds_data_folder(version_.installation, names == state_.spec.parameters.end() ? std::string() : names->second,
                       folder_);
  const fs::path first = write_first_statements();
  // The first start tells the passwords to nobody: the keeper and the speed come when rdsadmin has one.
  start_server({.arguments = {"--init-file=" + first.string()}});
  fs::remove(first);
  mysql::Connection connection = admin();
  connection.execute("SET sql_log_bin = 0");
  run(connection, create_master(version_.installation.flavor, {state_.spec.master_user, state_.spec.master_password}));
  if (!state_.spec.database.empty()) connection.execute("CREATE DATABASE " + mysql::quote_name(state_.spec.database));
}

void LocalMachine::take_up() {
  start_server({});
  if (is_replica()) follow_source_to_its_address();
  lead_replicas_here();
}

void LocalMachine::set_master_password(const base::Secret& password) {
  mysql::Connection connection = admin();
  connection.execute("SET sql_log_bin = 0");
  connection.execute(set_password(version_.installation.flavor, {state_.spec.master_user, password}, "%"),
                     "set the master password");
  state_.spec.master_password = password;
  write_state(state_, folder_);
}

void LocalMachine::restart(const MachineSpec& changed) {
  stop_server();
  const bool binlog_ends = state_.spec.binlog && !changed.binlog;
  state_.spec = changed;
  if (binlog_ends) remove_binlogs(server_.data());
  start_server({});
  lead_replicas_here();
}

void LocalMachine::promote() {
  mysql::Connection connection = admin();
  const bool current = version_.installation.flavor.show_replica_status() == "SHOW REPLICA STATUS" &&
                       !version_.installation.flavor.is_mariadb();
  const std::string_view word = current ? "REPLICA" : "SLAVE";
  run(connection, {"SET sql_log_bin = 0", fmt::format("STOP {}", word), fmt::format("RESET {} ALL", word)});
  state_.source.clear();
  write_state(state_, folder_);
  publish();
  const ParameterValues values = effective_values(version_.installation, state_.spec.parameters, formula_inputs());
  connection.execute(set_global_statement("read_only", &values.at("read_only")));
}

void LocalMachine::destroy() {
  keeper_.reset();
  link_.reset();
  server_.kill();
  fs::remove_all(folder_);
}

void LocalMachine::kill() {
  link_.reset();
  server_.kill();
}

void LocalMachine::start() {
  if (server_.running()) return;
  server_.kill();  // reaps one that crashed
  start_server({});
  if (is_replica()) follow_source_to_its_address();
}

void LocalMachine::pause() {
  server_.pause();
  paused_ = true;
}

void LocalMachine::resume() {
  server_.resume();
  paused_ = false;
}

void LocalMachine::move() {
  stop_server();
  servers::AddressBlock& addresses = host_.shared().addresses;
  const std::string old = state_.address;
  state_.address = addresses.take();
  addresses.give_back(old);
  start_server({});
  lead_replicas_here();
}

void LocalMachine::set_link(const std::string& fault) {
  link_.reset();
  if (fault == "none") return;
  if (fault != "cut" && fault != "slow")
    throw Error(Kind::usage, fmt::format("a link can be cut, slow or none, not {}", fault));
  link_ = std::make_unique<Link>(Link::Options{.server = server_.process(),
                                               .address = state_.address,
                                               .port = state_.spec.port,
                                               .fault = fault == "cut" ? LinkFault::cut : LinkFault::slow});
}

bool LocalMachine::replicating() {
  mysql::Connection connection = admin();
  const mysql::Flavor& flavor = connection.flavor();
  const mysql::Result status = connection.query(flavor.show_replica_status());
  return !status.empty() && status.text(0, flavor.column_io_running()) == "Yes" &&
         status.text(0, flavor.column_sql_running()) == "Yes";
}

}  // namespace darbe::lab
