// What the lab's instances are made of, on each real server: accounts, procedures, binlog, parameters, faults.
#include <algorithm>
#include <atomic>
#include <future>
#include <optional>
#include <set>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/machine_fixture.h"
#include "mysql/quote.h"

namespace darbe::lab::machine_test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

INSTANTIATE_TEST_SUITE_P(Mysql97, MachineSuite, testing::Values(servers::mysql_current));
INSTANTIATE_TEST_SUITE_P(Mysql56, MachineSuite, testing::Values(servers::mysql_old));
INSTANTIATE_TEST_SUITE_P(Mariadb, MachineSuite, testing::Values(servers::mariadb));

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

std::set<std::string> items_of(std::string_view list) {
  std::set<std::string> items;
  for (std::size_t end = 0; !list.empty(); list.remove_prefix(std::min(list.size(), end + 2))) {
    end = std::min(list.find(", "), list.size());
    items.emplace(list.substr(0, end));
  }
  return items;
}

// AWS, "Master user account privileges" and "Dynamic privileges": these, and no other.
TEST_P(MachineSuite, GivesTheMasterUserExactlyItsPrivileges) {
  std::set<std::string> expected = items_of(
      "ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE USER, CREATE VIEW, DELETE, "
      "DROP, EVENT, EXECUTE, INDEX, INSERT, LOCK TABLES, PROCESS, REFERENCES, RELOAD, REPLICATION CLIENT, "
      "REPLICATION SLAVE, SELECT, SHOW DATABASES, SHOW VIEW, TRIGGER, UPDATE");
  if (is_current())
    expected.merge(items_of(
        "CREATE ROLE, DROP ROLE, APPLICATION_PASSWORD_ADMIN, FLUSH_OPTIMIZER_COSTS, FLUSH_STATUS, FLUSH_TABLES, "
        "FLUSH_USER_RESOURCES, ROLE_ADMIN, SENSITIVE_VARIABLES_OBSERVER, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER, "
        "SHOW_ROUTINE, XA_RECOVER_ADMIN"));
  if (is_mariadb()) {  // which has names of its own for some
    expected.erase("REPLICATION CLIENT");
    expected.merge(items_of("BINLOG MONITOR, DELETE HISTORY"));
  }
  mysql::Connection master = connect(source());
  // Through its role where it has one.
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

// A writer learns at once that a server which takes nothing any more has hung up, as one does that is shut down.
TEST_P(MachineSuite, LeavesNobodyWritingToAServerThatHasHungUp) {
  source().set_parameters({{"local_infile", "1"}}, true);
  mysql::Connection connection = connect(source());
  connection.execute("CREATE DATABASE loaded");
  connection.execute("CREATE TABLE loaded.t (line TEXT) ENGINE=InnoDB");
  std::atomic<std::uint64_t> taken = 0;
  auto load = std::async(std::launch::async, [&] {
    connection.load(
        "LOAD DATA LOCAL INFILE 'lines' INTO TABLE loaded.t",
        [&](char* room, std::size_t size) {
          std::fill_n(room, size, '\n');
          taken += size;
          return size;
        },
        "loading");
  });
  if (!within(20s, [&] { return taken > 0; })) {
    load.get();
    FAIL() << "the server asked for nothing";
  }
  source().pause();
  std::uint64_t last = 0;
  EXPECT_TRUE(within(20s, [&] {
    std::this_thread::sleep_for(200ms);
    return std::exchange(last, taken.load()) == taken;
  }));
  source().set_link("cut");
  EXPECT_EQ(load.wait_for(20s), std::future_status::ready);
  source().resume();
  source().set_link("none");
  try {
    load.get();
    ADD_FAILURE() << "loaded without a server";
  } catch (const mysql::ServerError& error) {
    EXPECT_EQ(error.kind(), base::Kind::transient) << error.what();
  }
  EXPECT_FALSE(connection.usable());
  connect(source()).execute("DROP DATABASE loaded");
  source().set_parameters({}, true);
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
}  // namespace darbe::lab::machine_test
