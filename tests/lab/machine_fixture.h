// The lab's instances on each real server: one source for a suite, and what tests ask of servers.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "lab/host.h"
#include "lab/machine.h"
#include "mysql/connection.h"
#include "mysql/error.h"
#include "servers/install.h"

namespace darbe::lab::machine_test {

inline constexpr const char* password = "gPz7!x_k29Qm";

inline mysql::ConnectOptions options_of(Host& host, const Machine& machine) {
  const bool tls = mysql::Flavor::from_api(machine.spec().engine, machine.spec().engine_version).has_tls();
  return {.host = machine.address(),
          .port = machine.port(),
          .user = machine.spec().master_user,
          .password = machine.spec().master_password,
          .database = {},
          .tls = tls ? mysql::Tls::verify_identity : mysql::Tls::none,
          .tls_ca = tls ? host.ca_file().string() : std::string()};
}

// One lab with one source, shared by a suite's tests: each test uses databases and machines of its own.
struct Lab {
  explicit Lab(std::string_view kind) : folder("darbe-machine"), host({.folder = folder.path(), .speed = 100}) {
    const servers::Installation installation =
        servers::install(kind, [](const std::string& line) { log::info("{}", line); });
    engine = installation.flavor.is_mariadb() ? "mariadb" : "mysql";
    version = installation.version;
    source = Machine::create(host, spec("source", true), folder.path() / "source");
  }

  MachineSpec spec(const std::string& identifier, bool binlog) const {
    MachineSpec result;
    result.identifier = identifier;
    result.engine = engine;
    result.engine_version = version;
    result.port = 13306;
    result.master_user = "admin";
    result.master_password = base::Secret(password);
    result.binlog = binlog;
    return result;
  }

  base::TemporaryFolder folder;
  Host host;
  std::string engine;
  std::string version;
  std::unique_ptr<Machine> source;
};

class MachineSuite : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    if (lab_ == nullptr) lab_ = std::make_unique<Lab>(GetParam());
  }
  static void TearDownTestSuite() { lab_.reset(); }

  Lab& lab() { return *lab_; }
  Machine& source() { return *lab_->source; }
  mysql::Connection connect(const Machine& machine) { return mysql::Connection(options_of(lab().host, machine), {}); }
  std::filesystem::path folder(const std::string& name) { return lab().folder.path() / name; }
  std::unique_ptr<Machine> create(const std::string& name, bool binlog = false) {
    return Machine::create(lab().host, lab().spec(name, binlog), folder(name));
  }
  std::unique_ptr<Machine> create_replica(const std::string& name) {
    MachineSpec spec = lab().spec(name, false);
    spec.parameters["innodb_flush_log_at_trx_commit"] = "2";
    return Machine::create_replica(lab().host, spec, folder(name), source());
  }

  bool is_mariadb() { return lab().engine == "mariadb"; }
  bool is_current() { return GetParam() == servers::mysql_current; }
  mysql::Flavor flavor() { return mysql::Flavor::from_api(lab().engine, lab().version); }

  void follow_in_other_ways(mysql::Connection& master, mysql::Connection& target);

  static inline std::unique_ptr<Lab> lab_;
};

inline bool within(base::Clock::duration at_most, const std::function<bool()>& ready) {
  return base::poll_until({.every = std::chrono::milliseconds(20), .at_most = at_most}, {}, ready);
}

inline void expect_refused(mysql::Connection& connection, const std::string& sql) {
  EXPECT_THROW(connection.execute(sql), mysql::ServerError) << sql;
}

inline std::vector<std::string> names_in(const mysql::Result& rows) {
  std::vector<std::string> result;
  for (std::size_t row = 0; row < rows.size(); ++row) result.push_back(rows.rows[row][0].value());
  return result;
}

inline std::string procedure(const mysql::Flavor& flavor, const std::string& name) {
  const bool current = !flavor.is_mariadb() && flavor.at_least(8, 4);
  return fmt::format("mysql.rds_{}", fmt::format(fmt::runtime(name), current ? "source" : "master"));
}

struct Status {
  std::string receiver;
  std::string applier;
  std::string error;
  std::string filter;
  std::string delay;
  bool runs() const { return receiver == "Yes" && applier == "Yes"; }
};

inline Status status_in(const mysql::Flavor& flavor, const mysql::Result& rows) {
  if (rows.empty()) return {};
  return {rows.text(0, flavor.column_io_running()), rows.text(0, flavor.column_sql_running()),
          rows.text(0, "Last_IO_Error") + rows.text(0, "Last_SQL_Error"), rows.text(0, "Replicate_Wild_Do_Table"),
          rows.text(0, "SQL_Delay")};
}

// As the master user can see it: through RDS's procedure on MariaDB.
inline Status status_of(mysql::Connection& connection) {
  const mysql::Flavor& flavor = connection.flavor();
  return status_in(
      flavor, connection.query(flavor.is_mariadb() ? "CALL mysql.rds_replica_status()" : flavor.show_replica_status()));
}

inline void expect_signal(mysql::Connection& connection, const std::string& sql, const std::string& text) {
  try {
    connection.execute(sql);
    ADD_FAILURE() << sql << " was not refused";
  } catch (const mysql::ServerError& error) {
    EXPECT_EQ(error.sqlstate(), "45000") << error.what();
    EXPECT_THAT(error.what(), testing::HasSubstr(text));
  }
}

}  // namespace darbe::lab::machine_test
