// Instances that follow others: from outside through RDS's procedures, by channels, delayed, and as read replicas.
#include <atomic>
#include <cstdlib>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/task_group.h"
#include "lab/machine_fixture.h"

namespace darbe::lab::machine_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Status status_of_channel(mysql::Connection& connection, const std::string& channel) {
  return status_in(connection.flavor(), connection.query(fmt::format("SHOW REPLICA STATUS FOR CHANNEL '{}'", channel)));
}

std::string position_of(mysql::Connection& source) {
  const mysql::Result status = source.query(source.flavor().show_binary_log_status());
  return fmt::format("'{}', {}", status.text(0, "File"), status.text(0, "Position"));
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

}  // namespace

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

namespace {

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

}  // namespace
}  // namespace darbe::lab::machine_test
