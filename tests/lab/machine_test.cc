// What the lab's instances are made of, on each real server: accounts, procedures, binlog, parameters, replicas,
// faults.
#include "lab/machine.h"

#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/task_group.h"
#include "lab/host.h"
#include "mysql/connection.h"
#include "mysql/quote.h"
#include "servers/install.h"

namespace darbe::lab {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

constexpr const char* password = "gPz7!x_k29Qm";

mysql::ConnectOptions options_of(Host& host, const Machine& machine) {
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

  static std::unique_ptr<Lab> lab_;
};

std::unique_ptr<Lab> MachineSuite::lab_;

INSTANTIATE_TEST_SUITE_P(Mysql97, MachineSuite, testing::Values(servers::mysql_current));
INSTANTIATE_TEST_SUITE_P(Mysql56, MachineSuite, testing::Values(servers::mysql_old));
INSTANTIATE_TEST_SUITE_P(Mariadb, MachineSuite, testing::Values(servers::mariadb));

bool within(base::Clock::duration at_most, const std::function<bool()>& ready) {
  return base::poll_until({.every = 20ms, .at_most = at_most}, {}, ready);
}

void expect_refused(mysql::Connection& connection, const std::string& sql) {
  EXPECT_THROW(connection.execute(sql), mysql::ServerError) << sql;
}

std::vector<std::string> names_in(const mysql::Result& rows) {
  std::vector<std::string> result;
  for (std::size_t row = 0; row < rows.size(); ++row) result.push_back(rows.rows[row][0].value());
  return result;
}

TEST_P(MachineSuite, LetsTheMasterUserDoWhatAwsLets) {
  mysql::Connection master = connect(source());
  master.execute("CREATE DATABASE allowed");
  master.execute("CREATE TABLE allowed.t (n INT PRIMARY KEY) ENGINE=InnoDB");
  master.execute("INSERT INTO allowed.t VALUES (1)");
  master.execute("CREATE USER 'application'@'%' IDENTIFIED BY 'Ab1!defg'");
  master.execute("GRANT ALL ON allowed.* TO 'application'@'%'");
  master.execute("GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'application'@'%'");
  master.execute("CREATE VIEW allowed.v AS SELECT n FROM allowed.t");
  master.execute(std::string(flavor().show_binary_log_status()));
  master.execute("SHOW PROCESSLIST");
  EXPECT_FALSE(master.query("SELECT user FROM mysql.user WHERE user = 'rdsadmin' AND host = 'localhost'").empty());
  EXPECT_EQ(master.number("SELECT COUNT(*) FROM mysql.user WHERE user = 'root' OR user = ''"), 0U);
  if (is_current()) {
    master.execute("SET SESSION sql_log_bin = 0");
    master.execute("CREATE ROLE reader");
  }
  master.execute("DROP DATABASE allowed");
}

TEST_P(MachineSuite, RefusesTheMasterUserWhatAwsRefuses) {
  mysql::Connection master = connect(source());
  expect_refused(master, "SET GLOBAL max_connections = 300");
  expect_refused(master, "SHUTDOWN");
  expect_refused(master, "SELECT 1 INTO OUTFILE '/tmp/darbe-machine-test'");
  expect_refused(master, "PURGE BINARY LOGS BEFORE NOW()");
  if (is_mariadb()) {
    expect_refused(master, "SHOW REPLICA STATUS");
    expect_refused(master, "SET SESSION sql_log_bin = 0");
    expect_refused(master, "GRANT SUPER ON *.* TO 'admin'@'%'");
  } else if (is_current()) {
    for (const char* privilege :
         {"SUPER", "SYSTEM_VARIABLES_ADMIN", "BINLOG_ADMIN", "BACKUP_ADMIN", "CLONE_ADMIN", "CONNECTION_ADMIN",
          "REPLICATION_SLAVE_ADMIN", "REPLICATION_APPLIER", "INNODB_REDO_LOG_ENABLE", "ALLOW_NONEXISTENT_DEFINER",
          "SYSTEM_USER", "TABLE_ENCRYPTION_ADMIN", "PERSIST_RO_VARIABLES_ADMIN", "TRANSACTION_GTID_TAG", "FILE",
          "SHUTDOWN"}) {
      expect_refused(master, fmt::format("GRANT {} ON *.* TO 'admin'@'%'", privilege));
    }
    expect_refused(master, "CREATE TABLE mysql.mine (n INT)");
    expect_refused(master, "DELETE FROM mysql.rds_history");
    expect_refused(master, "UPDATE mysql.user SET host = '%' WHERE user = 'rdsadmin'");
    expect_refused(master, "CREATE DEFINER = 'nobody'@'%' VIEW mysql_view_test.v AS SELECT 1");
    expect_refused(master, "ALTER USER 'rdsadmin'@'localhost' IDENTIFIED BY 'x'");
  } else {
    expect_refused(master, "GRANT SUPER ON *.* TO 'admin'@'%'");
    expect_refused(master, "SET SESSION sql_log_bin = 0");
  }
}

// AWS, "Master user account privileges" and "Dynamic privileges": these, and no other.
TEST_P(MachineSuite, GivesTheMasterUserExactlyItsPrivileges) {
  std::set<std::string> expected{"SELECT",
                                 "INSERT",
                                 "UPDATE",
                                 "DELETE",
                                 "CREATE",
                                 "DROP",
                                 "RELOAD",
                                 "PROCESS",
                                 "REFERENCES",
                                 "INDEX",
                                 "ALTER",
                                 "EVENT",
                                 "SHOW DATABASES",
                                 "EXECUTE",
                                 "CREATE TEMPORARY TABLES",
                                 "LOCK TABLES",
                                 "CREATE VIEW",
                                 "SHOW VIEW",
                                 "CREATE USER",
                                 "REPLICATION SLAVE",
                                 "TRIGGER",
                                 "ALTER ROUTINE",
                                 "CREATE ROUTINE",
                                 "REPLICATION CLIENT"};
  if (is_current())
    expected.insert({"CREATE ROLE", "DROP ROLE", "APPLICATION_PASSWORD_ADMIN", "FLUSH_OPTIMIZER_COSTS", "FLUSH_STATUS",
                     "FLUSH_TABLES", "FLUSH_USER_RESOURCES", "ROLE_ADMIN", "SENSITIVE_VARIABLES_OBSERVER",
                     "SESSION_VARIABLES_ADMIN", "SET_ANY_DEFINER", "SHOW_ROUTINE", "XA_RECOVER_ADMIN"});
  if (is_mariadb()) {  // which has names of its own for some
    expected.erase("REPLICATION CLIENT"), expected.insert({"BINLOG MONITOR", "DELETE HISTORY"});
  }
  mysql::Connection master = connect(source());
  // Through its role where it has one; MariaDB's anonymous USAGE says nothing.
  const std::string holder = is_current() ? "'rds_superuser_role'@'%'" : "'admin'@'%'";
  const auto names = [&](const std::string& columns, const std::string& more) {
    return names_in(master.query(fmt::format("SELECT {} FROM information_schema.{}", columns, more)));
  };
  const auto of_holder = "GRANTEE = " + mysql::quote_text(holder);
  EXPECT_THAT(names("PRIVILEGE_TYPE", "USER_PRIVILEGES WHERE " + of_holder),
              testing::UnorderedElementsAreArray(expected));
  EXPECT_THAT(names("DISTINCT IS_GRANTABLE", "USER_PRIVILEGES WHERE " + of_holder), testing::ElementsAre("YES"));
  // Nothing on a single database or table besides.
  for (const char* place : {"SCHEMA_PRIVILEGES", "TABLE_PRIVILEGES", "COLUMN_PRIVILEGES"})
    EXPECT_THAT(names("PRIVILEGE_TYPE", fmt::format("{} WHERE {}", place, of_holder)), testing::IsEmpty()) << place;
  if (!is_current()) return;
  EXPECT_THAT(names_in(master.query("SHOW GRANTS")),
              IsSupersetOf({std::string("GRANT `rds_superuser_role`@`%` TO `admin`@`%` WITH ADMIN OPTION")}));
}

TEST_P(MachineSuite, HasTheProceduresOfItsVersion) {
  mysql::Connection master = connect(source());
  const std::vector<std::string> names =
      names_in(master.query("SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'mysql'"));
  EXPECT_THAT(names, IsSupersetOf({"rds_start_replication", "rds_stop_replication", "rds_skip_repl_error",
                                   "rds_set_configuration", "rds_show_configuration", "rds_kill", "rds_kill_query",
                                   "rds_set_source_delay", "rds_rotate_general_log", "rds_rotate_slow_log"}));
  const auto buffer_pool = IsSupersetOf(
      {"rds_innodb_buffer_pool_dump_now", "rds_innodb_buffer_pool_load_now", "rds_innodb_buffer_pool_load_abort"});
  if (!is_mariadb()) {
    EXPECT_THAT(names, buffer_pool);
  } else {
    EXPECT_THAT(names, Not(Contains(HasSubstr("buffer_pool"))));
  }
  if (is_current()) {
    EXPECT_THAT(names, IsSupersetOf({"rds_set_external_source", "rds_reset_external_source", "rds_next_source_log",
                                     "rds_set_external_source_with_delay", "rds_set_external_source_with_auto_position",
                                     "rds_set_source_auto_position", "rds_start_replication_until",
                                     "rds_start_replication_until_gtid", "rds_set_external_source_gtid_purged",
                                     "rds_skip_transaction_with_gtid"}));
    EXPECT_THAT(names,
                IsSupersetOf({"rds_set_external_source_for_channel", "rds_set_external_source_with_delay_for_channel",
                              "rds_set_external_source_with_auto_position_for_channel",
                              "rds_set_source_auto_position_for_channel", "rds_reset_external_source_for_channel",
                              "rds_start_replication_for_channel", "rds_start_replication_until_for_channel",
                              "rds_start_replication_until_gtid_for_channel", "rds_stop_replication_for_channel",
                              "rds_skip_repl_error_for_channel", "rds_next_source_log_for_channel",
                              "rds_set_source_delay_for_channel"}));
    EXPECT_THAT(names, Not(Contains(HasSubstr("master"))));
    return;
  }
  EXPECT_THAT(names, IsSupersetOf({"rds_set_external_master", "rds_reset_external_master", "rds_next_master_log",
                                   "rds_set_external_master_with_delay"}));
  EXPECT_THAT(names, Not(Contains(HasSubstr("external_source"))));
  EXPECT_THAT(names, Not(Contains(HasSubstr("until"))));
  EXPECT_THAT(names, Not(Contains(HasSubstr("channel"))));
  if (is_mariadb()) {
    EXPECT_THAT(names, IsSupersetOf({"rds_set_external_master_gtid", "rds_replica_status", "rds_kill_query_id"}));
  }
}

std::string procedure(const mysql::Flavor& flavor, const std::string& name) {
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

Status status_in(const mysql::Flavor& flavor, const mysql::Result& rows) {
  if (rows.empty()) return {};
  return {rows.text(0, flavor.column_io_running()), rows.text(0, flavor.column_sql_running()),
          rows.text(0, "Last_IO_Error") + rows.text(0, "Last_SQL_Error"), rows.text(0, "Replicate_Wild_Do_Table"),
          rows.text(0, "SQL_Delay")};
}

// As the master user can see it: through RDS's procedure on MariaDB.
Status status_of(mysql::Connection& connection) {
  const mysql::Flavor& flavor = connection.flavor();
  return status_in(
      flavor, connection.query(flavor.is_mariadb() ? "CALL mysql.rds_replica_status()" : flavor.show_replica_status()));
}

Status status_of_channel(mysql::Connection& connection, const std::string& channel) {
  return status_in(connection.flavor(), connection.query(fmt::format("SHOW REPLICA STATUS FOR CHANNEL '{}'", channel)));
}

std::string position_of(mysql::Connection& source) {
  const mysql::Result status = source.query(source.flavor().show_binary_log_status());
  return fmt::format("'{}', {}", status.text(0, "File"), status.text(0, "Position"));
}

void expect_signal(mysql::Connection& connection, const std::string& sql, const std::string& text) {
  try {
    connection.execute(sql);
    ADD_FAILURE() << sql << " was not refused";
  } catch (const mysql::ServerError& error) {
    EXPECT_EQ(error.sqlstate(), "45000") << error.what();
    EXPECT_THAT(error.what(), HasSubstr(text));
  }
}

// For the procedures that start replication. They give the threads two seconds, which a busy machine may overrun, and
// may see them up for a moment before they fail: what follows is looked for by the caller.
void start_by(mysql::Connection& connection, const std::string& call) {
  try {
    EXPECT_THAT(connection.query(call).text(0, "Message"), HasSubstr("running normally"));
  } catch (const mysql::ServerError& error) {
    EXPECT_THAT(error.what(), HasSubstr("has encountered an error"));
  }
}

void start_channel(mysql::Connection& connection, const std::string& channel) {
  start_by(connection, fmt::format("CALL mysql.rds_start_replication_for_channel('{}')", channel));
}

std::uint64_t rows_above(mysql::Connection& connection, int n) {
  return connection.number(fmt::format("SELECT COUNT(*) FROM outside.t WHERE n > {}", n));
}

// Begins where the source stands: `target` has no channel, and outside.t is there.
void MachineSuite::follow_in_other_ways(mysql::Connection& master, mysql::Connection& target) {
  const std::string reset = fmt::format("CALL {}()", procedure(flavor(), "reset_external_{}"));
  const std::string login = fmt::format("'{}', {}, 'follower', 'Ab1!defg'", source().address(), source().port());
  const int ssl = flavor().has_tls() ? 1 : 0;
  const std::string delayed = procedure(flavor(), "set_external_{}_with_delay");
  expect_signal(target, fmt::format("CALL {}({}, {}, {}, 86401)", delayed, login, position_of(master), ssl),
                "between 0 and 86400");
  target.execute(fmt::format("CALL {}({}, {}, {}, 30)", delayed, login, position_of(master), ssl));
  EXPECT_EQ(status_of(target).delay, "30");
  target.execute("CALL mysql.rds_set_configuration('source delay', 0)");
  EXPECT_EQ(status_of(target).delay, "0");
  if (is_current()) {
    master.execute("INSERT INTO outside.t VALUES (100)");
    const std::string until = position_of(master);
    master.execute("INSERT INTO outside.t VALUES (101)");
    target.execute(fmt::format("CALL mysql.rds_start_replication_until({})", until));
    EXPECT_TRUE(within(20s, [&] { return status_of(target).applier == "No" && rows_above(target, 99) > 0; }));
    EXPECT_EQ(rows_above(target, 99), 1U);
    target.execute(reset);
    const std::string uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    expect_signal(target,
                  "CALL mysql.rds_set_external_source_gtid_purged('3E11FA47-71CA-11E1-9E33-C80AA9429562', 1, 23)",
                  "malformed");
    target.execute(fmt::format("CALL mysql.rds_set_external_source_gtid_purged('{}', 1, 23)", uuid));
    EXPECT_EQ(target.value("SELECT @@GLOBAL.gtid_purged"), uuid + ":1-23");
    expect_signal(target, fmt::format("CALL mysql.rds_set_external_source_gtid_purged('{}', 23, 24)", uuid),
                  "were executed");
    target.execute(fmt::format("CALL mysql.rds_set_external_source_with_auto_position({}, 1, 0)", login));
    EXPECT_EQ(target.number("SELECT COUNT(*) FROM mysql.rds_history WHERE auto_position = 1"), 1U);
  } else if (is_mariadb()) {
    target.execute(reset);
    const std::string gtid = master.value("SELECT @@GLOBAL.gtid_binlog_pos").value();
    target.execute(fmt::format("CALL mysql.rds_set_external_master_gtid({}, '{}', 1)", login, gtid));
    master.execute("INSERT INTO outside.t VALUES (100)");
    target.execute("CALL mysql.rds_start_replication");
    EXPECT_TRUE(within(20s, [&] { return rows_above(target, 99) == 1; })) << status_of(target).error;
  }
  target.execute(reset);
}

TEST_P(MachineSuite, ReplicatesFromAnExternalSourceThroughTheProcedures) {
  mysql::Connection master = connect(source());
  master.execute("CREATE DATABASE outside");
  master.execute("CREATE TABLE outside.t (n INT PRIMARY KEY) ENGINE=InnoDB");
  master.execute("CREATE USER 'follower'@'%' IDENTIFIED BY 'Ab1!defg'");
  master.execute("GRANT REPLICATION SLAVE ON *.* TO 'follower'@'%'");
  master.execute("CALL mysql.rds_set_configuration('binlog retention hours', 24)");
  const std::string position = position_of(master);
  master.execute("INSERT INTO outside.t VALUES (1)");

  const auto machine = create("follower");
  mysql::Connection target = connect(*machine);
  target.execute("CREATE DATABASE outside");
  target.execute("CREATE TABLE outside.t (n INT PRIMARY KEY) ENGINE=InnoDB");
  const std::string set =
      fmt::format("CALL {}('{}', {}, 'follower', 'Ab1!defg', {}, {})", procedure(flavor(), "set_external_{}"),
                  source().address(), source().port(), position, flavor().has_tls() ? 1 : 0);
  target.execute("SET autocommit = 0");
  expect_signal(target, set, "autocommit");
  target.execute("SET autocommit = 1");
  target.execute(set);
  expect_signal(target, "CALL mysql.rds_stop_replication", "already stopped");
  start_by(target, "CALL mysql.rds_start_replication");
  ASSERT_TRUE(within(20s, [&] { return status_of(target).runs(); })) << status_of(target).error;
  expect_signal(target, "CALL mysql.rds_start_replication", "already be running");
  expect_signal(target, set, "First call mysql.rds_stop_replication");
  ASSERT_TRUE(within(20s, [&] { return target.number("SELECT COUNT(*) FROM outside.t") == 1; }))
      << status_of(target).error;
  EXPECT_THAT(target.query("CALL mysql.rds_stop_replication").text(0, "Message"), HasSubstr("is down or disabled"));
  EXPECT_FALSE(status_of(target).runs());

  // The row is there already: the applier stops, and is helped over it.
  target.execute("INSERT INTO outside.t VALUES (2)");
  master.execute("INSERT INTO outside.t VALUES (2), (3)");
  master.execute("INSERT INTO outside.t VALUES (4)");
  start_by(target, "CALL mysql.rds_start_replication");
  ASSERT_TRUE(within(20s, [&] { return status_of(target).applier == "No"; }));
  EXPECT_THAT(target.query("CALL mysql.rds_skip_repl_error").text(0, "Message"), HasSubstr("skipped"));
  ASSERT_TRUE(within(20s, [&] { return target.number("SELECT COUNT(*) FROM outside.t WHERE n = 4") == 1; }));

  EXPECT_THAT(target.query(fmt::format("CALL {}()", procedure(flavor(), "reset_external_{}"))).text(0, "Message"),
              HasSubstr("reset"));
  EXPECT_EQ(status_of(target).receiver, "");
  EXPECT_EQ(target.number("SELECT COUNT(*) FROM mysql.rds_history WHERE action LIKE 'set %'"), 1U);
  EXPECT_EQ(master.number("SELECT COUNT(*) FROM mysql.rds_history"), 0U);
  follow_in_other_ways(master, target);
  machine->destroy();
}

// Error 1236: the receiver asks for what the source's log does not have.
TEST_P(MachineSuite, GoesOnWithItsSourcesNextLog) {
  mysql::Connection master = connect(source());
  master.execute("CALL mysql.rds_set_configuration('binlog retention hours', 24)");
  master.execute("CREATE DATABASE next_log");
  master.execute("CREATE USER 'skipper'@'%' IDENTIFIED BY 'Ab1!defg'");
  master.execute("GRANT REPLICATION SLAVE ON *.* TO 'skipper'@'%'");
  const auto machine = create("skipping");
  mysql::Connection target = connect(*machine);
  target.execute("CREATE DATABASE next_log");
  const auto file = [&] { return master.query(master.flavor().show_binary_log_status()).text(0, "File"); };
  const std::string log = file();
  target.execute(fmt::format("CALL {}('{}', {}, 'skipper', 'Ab1!defg', '{}', 999999999, {})",
                             procedure(flavor(), "set_external_{}"), source().address(), source().port(), log,
                             flavor().has_tls() ? 1 : 0));
  start_by(target, "CALL mysql.rds_start_replication");
  EXPECT_TRUE(within(20s, [&] { return status_of(target).error.find("1236") != std::string::npos; }))
      << status_of(target).error;
  EXPECT_TRUE(within(40s, [&] { return file() != log; })) << "no new binlog was begun";
  const std::string next =
      fmt::format("CALL {}({})", procedure(flavor(), "next_{}_log"), std::stoi(log.substr(log.rfind('.') + 1)));
  start_by(target, next);
  master.execute("CREATE TABLE next_log.t (n INT PRIMARY KEY)");
  const std::string arrived =
      "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'next_log' AND TABLE_NAME = 't'";
  EXPECT_TRUE(within(20s, [&] { return target.number(arrived) == 1 && status_of(target).runs(); }))
      << status_of(target).error;
  expect_signal(target, next, "nothing to skip to");
  machine->destroy();
  master.execute("DROP DATABASE next_log");
}

TEST_P(MachineSuite, KeepsItsSettingsInBounds) {
  mysql::Connection master = connect(source());
  expect_signal(master, "CALL mysql.rds_set_configuration('binlog retention hours', 0)", "between 1 and 168");
  expect_signal(master, "CALL mysql.rds_set_configuration('binlog retention hours', 169)", "between 1 and 168");
  expect_signal(master, "CALL mysql.rds_set_configuration('source delay', 86401)", "between 0 and 86400");
  expect_signal(master, "CALL mysql.rds_set_configuration('target delay', -1)", "between 0 and 86400");
  expect_signal(master, "CALL mysql.rds_set_configuration('no such', 1)", "Invalid configuration name");
  master.execute("CALL mysql.rds_set_configuration('binlog retention hours', 168)");
  mysql::Result rows = master.query("CALL mysql.rds_show_configuration");
  EXPECT_EQ(rows.text(0, "name"), "binlog retention hours");
  EXPECT_EQ(rows.text(0, "value"), "168");
  EXPECT_TRUE(rows.has_column("description"));
  master.execute("CALL mysql.rds_set_configuration('binlog retention hours', NULL)");
  rows = master.query("CALL mysql.rds_show_configuration");
  EXPECT_EQ(rows.value(0, "value"), std::nullopt);
}

// Some servers say so in an error, some in SLEEP's own answer.
void expect_interrupted(mysql::Connection& busy) {
  try {
    EXPECT_EQ(busy.value("SELECT SLEEP(60)"), "1");
  } catch (const mysql::ServerError& error) {
    EXPECT_THAT(error.what(), HasSubstr("interrupted"));
  }
}

TEST_P(MachineSuite, EndsSessionsButNotItsOwn) {
  mysql::Connection master = connect(source());
  mysql::Connection victim = connect(source());
  master.execute(fmt::format("CALL mysql.rds_kill({})", victim.id()));
  EXPECT_THROW(victim.execute("SELECT 1"), mysql::ServerError);
  mysql::Connection busy = connect(source());
  std::thread killer([&] {
    mysql::Connection other = connect(source());
    EXPECT_TRUE(within(10s, [&] {
      return other.number(fmt::format(
                 "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {} AND INFO LIKE '%SLEEP%'",
                 busy.id())) == 1;
    }));
    other.execute(fmt::format("CALL mysql.rds_kill_query({})", busy.id()));
  });
  expect_interrupted(busy);
  killer.join();
  EXPECT_TRUE(busy.usable());
}

TEST_P(MachineSuite, EndsAQueryByItsNumber) {
  if (!is_mariadb()) GTEST_SKIP() << "MariaDB's own";
  mysql::Connection busy = connect(source());
  std::jthread killer([&] {
    mysql::Connection other = connect(source());
    const std::string number =
        fmt::format("FROM information_schema.PROCESSLIST WHERE ID = {} AND INFO LIKE '%SLEEP%'", busy.id());
    EXPECT_TRUE(within(10s, [&] { return other.number("SELECT COUNT(*) " + number) == 1; }));
    const std::uint64_t query = other.number("SELECT QUERY_ID " + number);
    EXPECT_NO_THROW(other.execute(fmt::format("CALL mysql.rds_kill_query_id({})", query)));
  });
  expect_interrupted(busy);
  killer.join();
  EXPECT_TRUE(busy.usable());
}

TEST_P(MachineSuite, RotatesItsLogTables) {
  MachineSpec spec = lab().spec("logged", false);
  spec.parameters = {{"general_log", "1"}, {"slow_query_log", "1"}, {"long_query_time", "0"}};
  const auto machine = Machine::create(lab().host, spec, folder("logged"));
  mysql::Connection master = connect(*machine);
  const auto noted = [&](const std::string& table, const std::string& column) {
    return master.number(
        fmt::format("SELECT COUNT(*) FROM mysql.{} WHERE {} = 'SELECT 1 AS before_rotation'", table, column));
  };
  for (const auto& [log, column] :
       {std::pair<std::string, std::string>{"general_log", "argument"}, {"slow_log", "sql_text"}}) {
    SCOPED_TRACE(log);
    master.execute("SELECT 1 AS before_rotation");
    EXPECT_GE(noted(log, column), 1U);
    master.execute(fmt::format("CALL mysql.rds_rotate_{}", log));
    EXPECT_EQ(noted(log, column), 0U);
    EXPECT_GE(noted(log + "_backup", column), 1U);
    EXPECT_GE(master.number("SELECT COUNT(*) FROM mysql." + log), 1U) << "nothing is written any more";
    master.execute(fmt::format("CALL mysql.rds_rotate_{}", log));
    EXPECT_EQ(noted(log + "_backup", column), 0U);
  }
  machine->destroy();
}

TEST_P(MachineSuite, DumpsAndLoadsItsBufferPool) {
  if (is_mariadb()) GTEST_SKIP() << "MySQL's own";
  mysql::Connection master = connect(source());
  const auto comes = [&](const std::string& status, const std::string& text) {
    return within(20s, [&] {
      return master.query(fmt::format("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_{}_status'", status))
                 .text(0, "Value")
                 .find(text) != std::string::npos;
    });
  };
  master.execute("CALL mysql.rds_innodb_buffer_pool_dump_now");
  EXPECT_TRUE(comes("dump", "dump completed"));
  EXPECT_TRUE(std::filesystem::exists(folder("source") / "data/ib_buffer_pool"));
  master.execute("CALL mysql.rds_innodb_buffer_pool_load_now");
  EXPECT_TRUE(comes("load", "load completed"));
  EXPECT_NO_THROW(master.execute("CALL mysql.rds_innodb_buffer_pool_load_abort"));
}

TEST_P(MachineSuite, ReplicatesFromManySourcesByChannel) {
  if (!is_current()) GTEST_SKIP() << "neither 5.6 nor MariaDB has these procedures";
  const auto second = create("second", true);
  const auto machine = create("gathering");
  mysql::Connection target = connect(*machine);
  std::map<std::string, std::unique_ptr<mysql::Connection>> sources;
  std::map<std::string, std::string> logins;
  for (const auto& [name, from] : {std::pair<std::string, Machine*>{"one", &source()}, {"two", second.get()}}) {
    auto connection = std::make_unique<mysql::Connection>(options_of(lab().host, *from), std::stop_token());
    connection->execute("CALL mysql.rds_set_configuration('binlog retention hours', 24)");
    connection->execute(fmt::format("CREATE USER '{}'@'%' IDENTIFIED BY 'Ab1!defg'", "channel_" + name));
    connection->execute(fmt::format("GRANT REPLICATION SLAVE ON *.* TO '{}'@'%'", "channel_" + name));
    for (mysql::Connection* each : {connection.get(), &target}) {
      each->execute("CREATE DATABASE from_" + name);
      each->execute(fmt::format("CREATE TABLE from_{}.t (n INT PRIMARY KEY) ENGINE=InnoDB", name));
    }
    logins[name] = fmt::format("'{}', {}, 'channel_{}', 'Ab1!defg'", from->address(), from->port(), name);
    sources[name] = std::move(connection);
  }
  const auto set = [&](const std::string& name, const std::string& channel) {
    return fmt::format("CALL mysql.rds_set_external_source_for_channel({}, {}, 1, {})", logins[name],
                       position_of(*sources[name]), channel);
  };
  const auto rows = [&](const std::string& name) {
    return target.number(fmt::format("SELECT COUNT(*) FROM from_{}.t", name));
  };

  expect_signal(target, set("one", "''"), "must not be empty");
  target.execute(set("one", "'one'"));
  expect_signal(target, set("one", "'again'"), "same host and port");
  target.execute(set("two", "'two'"));
  for (const std::string name : {"one", "two"}) {
    start_channel(target, name);
    EXPECT_TRUE(within(20s, [&] { return status_of_channel(target, name).runs(); }))
        << status_of_channel(target, name).error;
    sources[name]->execute(fmt::format("INSERT INTO from_{}.t VALUES (1)", name));
    EXPECT_TRUE(within(20s, [&] { return rows(name) == 1; })) << status_of_channel(target, name).error;
  }
  expect_signal(target, set("one", "'one'"), "First call mysql.rds_stop_replication");
  expect_signal(target, "CALL mysql.rds_start_replication_for_channel('one')", "already be running");

  // One stands, the other goes on.
  EXPECT_THAT(target.query("CALL mysql.rds_stop_replication_for_channel('one')").text(0, "Message"),
              HasSubstr("is down"));
  EXPECT_FALSE(status_of_channel(target, "one").runs());
  EXPECT_TRUE(status_of_channel(target, "two").runs());
  expect_signal(target, "CALL mysql.rds_stop_replication_for_channel('one')", "already stopped");
  target.execute("CALL mysql.rds_set_source_delay_for_channel(30, 'one')");
  EXPECT_EQ(status_of_channel(target, "one").delay, "30");
  EXPECT_EQ(status_of_channel(target, "two").delay, "0");
  target.execute("CALL mysql.rds_set_source_delay_for_channel(0, 'one')");

  // Over an error, and up to a position.
  target.execute("INSERT INTO from_one.t VALUES (2)");
  sources["one"]->execute("INSERT INTO from_one.t VALUES (2)");
  sources["one"]->execute("INSERT INTO from_one.t VALUES (3)");
  start_channel(target, "one");
  EXPECT_TRUE(within(20s, [&] { return status_of_channel(target, "one").applier == "No"; }));
  EXPECT_THAT(target.query("CALL mysql.rds_skip_repl_error_for_channel('one')").text(0, "Message"),
              HasSubstr("skipped"));
  EXPECT_TRUE(within(20s, [&] { return rows("one") == 3; })) << status_of_channel(target, "one").error;
  target.execute("CALL mysql.rds_stop_replication_for_channel('one')");
  sources["one"]->execute("INSERT INTO from_one.t VALUES (4)");
  const std::string until = position_of(*sources["one"]);
  sources["one"]->execute("INSERT INTO from_one.t VALUES (5)");
  target.execute(fmt::format("CALL mysql.rds_start_replication_until_for_channel({}, 'one')", until));
  EXPECT_TRUE(within(20s, [&] { return status_of_channel(target, "one").applier == "No" && rows("one") > 3; }));
  EXPECT_EQ(rows("one"), 4U);

  EXPECT_THAT(target.query("CALL mysql.rds_reset_external_source_for_channel('one')").text(0, "Message"),
              HasSubstr("reset"));
  EXPECT_EQ(
      target.number(
          "SELECT COUNT(*) FROM performance_schema.replication_connection_configuration WHERE CHANNEL_NAME = 'one'"),
      0U);
  EXPECT_TRUE(status_of_channel(target, "two").runs());
  target.execute(fmt::format("CALL mysql.rds_set_external_source_with_delay_for_channel({}, {}, 1, 45, 'one')",
                             logins["one"], position_of(*sources["one"])));
  EXPECT_EQ(status_of_channel(target, "one").delay, "45");
  target.execute("CALL mysql.rds_reset_external_source_for_channel('one')");
  target.execute(
      fmt::format("CALL mysql.rds_set_external_source_with_auto_position_for_channel({}, 1, 0, 'one')", logins["one"]));
  const auto by_gtid = [&] {
    return target.value(
        "SELECT AUTO_POSITION FROM performance_schema.replication_connection_configuration WHERE CHANNEL_NAME = 'one'");
  };
  EXPECT_EQ(by_gtid(), "1");
  target.execute("CALL mysql.rds_set_source_auto_position_for_channel(0, 'one')");
  EXPECT_EQ(by_gtid(), "0");

  // From behind the end of a log to the next log, once there is one.
  target.execute("CALL mysql.rds_reset_external_source_for_channel('two')");
  const std::string log = sources["two"]->query("SHOW BINARY LOG STATUS").text(0, "File");
  target.execute(
      fmt::format("CALL mysql.rds_set_external_source_for_channel({}, '{}', 999999999, 1, 'two')", logins["two"], log));
  start_channel(target, "two");
  EXPECT_TRUE(within(20s, [&] { return status_of_channel(target, "two").error.find("1236") != std::string::npos; }));
  EXPECT_TRUE(within(40s, [&] { return sources["two"]->query("SHOW BINARY LOG STATUS").text(0, "File") != log; }));
  const int number = std::stoi(log.substr(log.rfind('.') + 1));
  const std::string next = fmt::format("CALL mysql.rds_next_source_log_for_channel({}, 'two')", number);
  start_by(target, next);
  sources["two"]->execute("INSERT INTO from_two.t VALUES (7)");
  EXPECT_TRUE(within(20s, [&] { return rows("two") == 2; })) << status_of_channel(target, "two").error;
  expect_signal(target, next, "nothing to skip to");
  target.execute("CALL mysql.rds_reset_external_source_for_channel('one')");
  target.execute("CALL mysql.rds_reset_external_source_for_channel('two')");

  const auto set_number = [](int channel) {
    return fmt::format("CALL mysql.rds_set_external_source_for_channel('127.0.0.1', {}, 'x', 'y', 'f', 4, 1, 'c{}')",
                       10000 + channel, channel);
  };
  for (int channel = 1; channel <= 15; ++channel) target.execute(set_number(channel));
  expect_signal(target, set_number(16), "at most 15 channels");
  target.execute(set_number(15));  // one that is there can be set again
  machine->destroy();
  second->destroy();
}

// Its own delay is the one that its source kept for replicas to come.
TEST_P(MachineSuite, DelaysAReplicaAsItsSourceSays) {
  mysql::Connection master = connect(source());
  master.execute("CALL mysql.rds_set_configuration('target delay', 3600)");
  const auto machine = create_replica("delayed");
  mysql::Connection replica = connect(*machine);
  EXPECT_EQ(status_of(replica).delay, "3600");
  const mysql::Result settings = replica.query("CALL mysql.rds_show_configuration");
  EXPECT_EQ(settings.text(1, "name"), "source delay");
  EXPECT_EQ(settings.text(1, "value"), "3600");
  master.execute("CALL mysql.rds_set_configuration('target delay', 0)");
  machine->destroy();
}

TEST_P(MachineSuite, CopiesAReadReplicaUnderWritersWithoutLosingARow) {
  constexpr int writers = 4;
  const char* wanted = std::getenv("DARBE_REPLICA_COPIES");
  const int copies = wanted == nullptr ? 5 : std::atoi(wanted);
  mysql::Connection master = connect(source());
  master.execute("CREATE DATABASE busy");
  for (int writer = 0; writer < writers; ++writer) {
    master.execute(fmt::format(
        "CREATE TABLE busy.t{} (n BIGINT PRIMARY KEY AUTO_INCREMENT, word VARCHAR(40)) ENGINE=InnoDB", writer));
  }
  const auto rows = [&](mysql::Connection& connection) {
    std::string sums;
    for (int writer = 0; writer < writers; ++writer) {
      sums += connection
                  .value(fmt::format("SELECT CONCAT(COUNT(*), ' ', COALESCE(SUM(CRC32(CONCAT(n, word))), 0), ' ', "
                                     "COALESCE(MAX(n), 0)) FROM busy.t{}",
                                     writer))
                  .value() +
              "; ";
    }
    return sums;
  };

  std::unique_ptr<Machine> machine;
  for (int copy = 0; copy < copies; ++copy) {
    machine.reset();
    const std::string name = fmt::format("replica{}", copy);
    base::TaskGroup group({});
    std::atomic<bool> done = false;
    for (int writer = 0; writer < writers; ++writer) {
      group.start([&, writer](std::stop_token stop) {
        mysql::Connection connection(options_of(lab().host, source()), stop);
        while (!done && !stop.stop_requested()) {
          connection.execute(fmt::format("INSERT INTO busy.t{} (word) VALUES (UUID()), (UUID())", writer));
          // What matters is over once the copy's own server begins; less is to be caught up with then.
          if (std::filesystem::exists(folder(name) / "error.log")) base::sleep_for(20ms, stop);
        }
      });
    }
    machine = create_replica(name);
    done = true;
    group.wait();
    const std::string expected = rows(master);
    mysql::Connection connection = connect(*machine);
    ASSERT_TRUE(within(90s, [&] { return rows(connection) == expected; }))
        << rows(connection) << " instead of " << expected;
    EXPECT_TRUE(status_of(connection).runs()) << status_of(connection).error;
  }

  // As behind an endpoint's name: the replica finds its source again wherever that goes.
  source().move();
  mysql::Connection moved = connect(source());
  moved.execute("INSERT INTO busy.t0 (word) VALUES ('moved')");
  mysql::Connection replica = connect(*machine);
  ASSERT_TRUE(within(90s, [&] { return rows(replica) == rows(moved); })) << status_of(replica).error;

  expect_refused(replica, "INSERT INTO busy.t0 (word) VALUES ('x')");
  replica.execute("CALL mysql.rds_stop_replication");
  const std::string set =
      fmt::format("CALL {}('127.0.0.1', 3306, 'x', 'y', 'f', 4, 0)", procedure(flavor(), "set_external_{}"));
  expect_signal(replica, set, "This instance is a RDS Read Replica");
  machine->promote();
  EXPECT_FALSE(machine->replicating());
  replica.execute("INSERT INTO busy.t0 (word) VALUES ('x')");
  expect_signal(replica, set, "This instance is a RDS Read Replica");
}

std::vector<std::string> binlogs_of(mysql::Connection& connection) {
  return names_in(connection.query("SHOW BINARY LOGS"));
}

TEST_P(MachineSuite, PurgesBinlogsUnlessTheyAreRetained) {
  mysql::Connection master = connect(source());
  master.execute("CALL mysql.rds_set_configuration('binlog retention hours', NULL)");
  const std::string first = binlogs_of(master).front();
  ASSERT_TRUE(within(40s, [&] { return binlogs_of(master).front() != first; })) << "nothing was purged";
  master.execute("CALL mysql.rds_set_configuration('binlog retention hours', 1)");
  const std::vector<std::string> kept = binlogs_of(master);
  ASSERT_TRUE(within(40s, [&] { return binlogs_of(master).size() > kept.size() + 1; })) << "no new binlog was begun";
  EXPECT_EQ(binlogs_of(master).front(), kept.front());
  EXPECT_GT(master.number("SELECT value FROM mysql.rds_heartbeat2"), 0U);
}

TEST_P(MachineSuite, ChangesItsParametersAsTheGroupSays) {
  const auto machine = create("tuned");
  mysql::Connection connection = connect(*machine);
  EXPECT_EQ(connection.value("SELECT @@log_bin"), "0");
  ParameterValues values{{"innodb_flush_log_at_trx_commit", "2"}, {"back_log", "70"}, {"read_only", "{TrueIfReplica}"}};
  EXPECT_THAT(machine->set_parameters(values, true), testing::ElementsAre("back_log"));
  EXPECT_EQ(connection.value("SELECT @@innodb_flush_log_at_trx_commit"), "2");
  values["max_allowed_packet"] = "33554432";
  values["replicate-wild-do-table"] = "putio.%,mogile\\_fs.%";
  const std::vector<std::string> waiting = machine->set_parameters(values, true);
  EXPECT_EQ(connection.value("SELECT @@GLOBAL.max_allowed_packet"), "33554432");
  EXPECT_EQ(waiting, flavor().filters_are_dynamic() ? std::vector<std::string>()
                                                    : std::vector<std::string>{"replicate-wild-do-table"});
  values.erase("innodb_flush_log_at_trx_commit");
  EXPECT_THAT(machine->set_parameters(values, false), testing::ElementsAre("innodb_flush_log_at_trx_commit"));
  EXPECT_EQ(connection.value("SELECT @@innodb_flush_log_at_trx_commit"), "2");

  MachineSpec changed = machine->spec();
  changed.binlog = true;
  machine->restart(changed);
  mysql::Connection again = connect(*machine);
  EXPECT_EQ(again.value("SELECT @@innodb_flush_log_at_trx_commit"), "1");
  EXPECT_EQ(again.value("SELECT @@back_log"), "70");
  EXPECT_EQ(again.value("SELECT @@log_bin"), "1");
  EXPECT_EQ(again.value("SELECT @@binlog_format"), is_current() ? "ROW" : "MIXED");
  if (is_current()) {
    EXPECT_EQ(again.value("SELECT @@gtid_mode"), "OFF_PERMISSIVE");
  }
  EXPECT_THAT(binlogs_of(again).front(), testing::StartsWith("mysql-bin-changelog.0"));
  again.execute(fmt::format("CALL {}('127.0.0.1', 3306, 'x', 'y', 'f', 4, 0)", procedure(flavor(), "set_external_{}")));
  EXPECT_EQ(status_of(again).filter, "putio.%,mogile\\_fs.%");
  const mysql::ConnectOptions before = options_of(lab().host, *machine);
  machine->set_master_password(base::Secret("An0ther_word"));
  EXPECT_THROW(mysql::Connection(before, {}), mysql::ServerError);
  EXPECT_EQ(connect(*machine).value("SELECT 1"), "1");
  machine->destroy();
}

TEST_P(MachineSuite, ComesBackAfterFaults) {
  auto machine = create("faulty", true);
  {
    mysql::Connection connection = connect(*machine);
    connection.execute("CREATE DATABASE kept");
    connection.execute("CREATE TABLE kept.t (n INT PRIMARY KEY) ENGINE=InnoDB");
    connection.execute("INSERT INTO kept.t VALUES (1)");
    machine->set_link("slow");
    EXPECT_THROW(connection.execute("DO 1"), mysql::ServerError);
    mysql::Connection slow = connect(*machine);
    const auto begin = base::Clock::now();
    slow.execute("DO 1");
    EXPECT_GE(base::Clock::now() - begin, 40ms);
    machine->set_link("cut");
    EXPECT_THROW(slow.execute("DO 1"), mysql::ServerError);
    EXPECT_THROW(connect(*machine), mysql::ServerError);
    machine->set_link("none");
    EXPECT_EQ(connect(*machine).number("SELECT COUNT(*) FROM kept.t"), 1U);
  }
  machine->kill();
  EXPECT_FALSE(machine->running());
  EXPECT_THROW(connect(*machine), mysql::ServerError);
  machine->start();
  EXPECT_EQ(connect(*machine).number("SELECT COUNT(*) FROM kept.t"), 1U);
  machine->pause();
  std::atomic<bool> answered = false;
  std::jthread asking([&] {
    connect(*machine).execute("DO 1");
    answered = true;
  });
  EXPECT_FALSE(within(300ms, [&] { return answered.load(); }));
  machine->resume();
  ASSERT_TRUE(within(20s, [&] { return answered.load(); }));
  const std::string address = machine->address();
  machine->move();
  EXPECT_NE(machine->address(), address);
  EXPECT_EQ(connect(*machine).number("SELECT COUNT(*) FROM kept.t"), 1U);
  EXPECT_GT(machine->figures().used_bytes, 1'000'000U);
  machine.reset();
  machine = Machine::reopen(lab().host, folder("faulty"));
  EXPECT_EQ(connect(*machine).number("SELECT COUNT(*) FROM kept.t"), 1U);
  machine->destroy();
  EXPECT_FALSE(std::filesystem::exists(folder("faulty")));
}

TEST_P(MachineSuite, ShowsWhatAGroupCanHold) {
  const ParameterCatalog& catalog = lab().host.catalog(lab().host.version(lab().engine, "").family);
  const std::string family = lab().engine + lab().version.substr(0, lab().version.rfind('.'));
  const ParameterCatalog& own = lab().host.catalog(family);
  EXPECT_GT(catalog.parameters().size(), 300U);
  ASSERT_NE(own.find("max_allowed_packet"), nullptr);
  EXPECT_EQ(own.find("max_allowed_packet")->apply_type, "dynamic");
  EXPECT_EQ(own.find("back_log")->apply_type, "static");
  EXPECT_FALSE(own.find("datadir")->is_modifiable);
  EXPECT_EQ(own.find("read_only")->value, "{TrueIfReplica}");
  EXPECT_EQ(own.refusal("innodb_flush_log_at_trx_commit", "2"), std::nullopt);
  EXPECT_EQ(own.refusal("innodb_buffer_pool_size", "{DBInstanceClassMemory*3/4}"), std::nullopt);
  EXPECT_NE(own.refusal("innodb_buffer_pool_size", "{Nonsense}"), std::nullopt);
  EXPECT_NE(own.refusal("no_such_parameter", "2"), std::nullopt);
  EXPECT_NE(own.refusal("datadir", "/tmp"), std::nullopt);
  EXPECT_EQ(own.find("replicate-wild-do-table")->apply_type, flavor().filters_are_dynamic() ? "dynamic" : "static");
  if (is_current()) {
    EXPECT_NE(own.refusal("innodb_flush_log_at_trx_commit", "7"), std::nullopt);
    EXPECT_EQ(own.find("slave_parallel_workers"), nullptr);
    EXPECT_NE(own.find("replica_parallel_workers"), nullptr);
    EXPECT_NE(own.find("gtid-mode"), nullptr);
  }
}

}  // namespace
}  // namespace darbe::lab
