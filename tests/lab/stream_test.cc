// Replication through RDS's procedures, on the lab's instances of each kind, as their master users see it.
#include <chrono>
#include <memory>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "lab/host.h"
#include "lab/machine.h"
#include "mysql/connection.h"
#include "objects/objects.h"
#include "objects/ties.h"
#include "replication/control.h"
#include "replication/filters.h"
#include "replication/freeze.h"
#include "replication/status.h"
#include "replication/user.h"
#include "replication/wait.h"
#include "servers/install.h"

namespace darbe::replication {
namespace {

using namespace std::chrono_literals;
using mysql::Connection;
using testing::HasSubstr;

constexpr const char* user = "darbe_r_0123abcd";

void untold(const std::string&) {}

using Values = std::map<std::string, std::string>;  // of a parameter group

// A source with its binlog on, and a target without.
struct Pair {
  explicit Pair(std::string_view kind, Values values = {})
      : folder("darbe-replication"), host({.folder = folder.path(), .speed = 50}), parameters(std::move(values)) {
    const servers::Installation installation =
        servers::install(kind, [](const std::string& line) { log::info("{}", line); });
    engine = installation.flavor.is_mariadb() ? "mariadb" : "mysql";
    version = installation.version;
    source = lab::Machine::create(host, spec("source", true), folder.path() / "source");
    target = lab::Machine::create(host, spec("target", false), folder.path() / "target");
    connect(*source).execute("CALL mysql.rds_set_configuration('binlog retention hours', 24)");
  }

  lab::MachineSpec spec(const std::string& identifier, bool binlog) const {
    lab::MachineSpec result;
    result.identifier = identifier;
    result.engine = engine;
    result.engine_version = version;
    result.master_user = "admin";
    result.master_password = base::Secret("gPz7!x_k29Qm");
    result.binlog = binlog;
    result.parameters = parameters;
    return result;
  }

  Connection connect(const lab::Machine& machine) {
    const bool tls = mysql::Flavor::from_api(engine, version).has_tls();
    return Connection({.host = machine.address(),
                       .port = machine.port(),
                       .user = machine.spec().master_user,
                       .password = machine.spec().master_password,
                       .database = {},
                       .tls = tls ? mysql::Tls::verify_identity : mysql::Tls::none,
                       .tls_ca = tls ? host.ca_file().string() : std::string()},
                      {});
  }

  base::TemporaryFolder folder;
  lab::Host host;
  Values parameters;
  std::string engine;
  std::string version;
  std::unique_ptr<lab::Machine> source;
  std::unique_ptr<lab::Machine> target;
};

class ReplicationSuite : public testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override {
    if (pair_ == nullptr) pair_ = std::make_unique<Pair>(GetParam());
  }
  static void TearDownTestSuite() { pair_.reset(); }

  Connection source() { return pair_->connect(*pair_->source); }
  Connection target() { return pair_->connect(*pair_->target); }

  // A table on both sides, as a copy at the returned coordinates would leave them.
  Coordinates copied_table(const std::string& schema) {
    Connection from = source(), to = target();
    for (Connection* server : {&from, &to}) {
      server->execute("CREATE DATABASE " + schema);
      server->execute(fmt::format("CREATE TABLE {}.t (n INT PRIMARY KEY) ENGINE=InnoDB", schema));
    }
    return source_coordinates(from);
  }

  SourceSpec spec(const Coordinates& from, const base::Secret& password) {
    return {.host = pair_->source->address(),
            .port = pair_->source->port(),
            .user = user,
            .password = password,
            .from = from,
            .tls = GetParam() != servers::mysql_old};
  }

  // The target follows the source from `from`.
  void follow(Connection& from, Connection& to, const Coordinates& coordinates) {
    const base::Secret password = make_replication_password();
    create_replication_user(from, user, password, untold);
    set_source(to, spec(coordinates, password), {});
    start(to, {});
  }

  // The target applies what is for this database only; for an empty name, all.
  void filter_for(const std::string& schema) {
    lab::MachineSpec filtered = pair_->target->spec();
    filtered.parameters.clear();
    if (!schema.empty()) filtered.parameters["replicate-wild-do-table"] = wild_do_table({schema});
    if (!pair_->target->set_parameters(filtered.parameters, true).empty()) pair_->target->restart(filtered);
  }

  Pair& pair() { return *pair_; }

 private:
  static std::unique_ptr<Pair> pair_;
};
std::unique_ptr<Pair> ReplicationSuite::pair_;

INSTANTIATE_TEST_SUITE_P(Mysql97, ReplicationSuite, testing::Values(servers::mysql_current));
INSTANTIATE_TEST_SUITE_P(Mysql56, ReplicationSuite, testing::Values(servers::mysql_old));
INSTANTIATE_TEST_SUITE_P(Mariadb, ReplicationSuite, testing::Values(servers::mariadb));

TEST_P(ReplicationSuite, FollowsTheSourceFromTheCoordinates) {
  const Coordinates begin = copied_table("follows");
  Connection from = source(), to = target();
  from.execute("INSERT INTO follows.t VALUES (1)");
  const base::Secret password = make_replication_password();
  EXPECT_FALSE(replication_user_exists(from, user));
  create_replication_user(from, user, password, untold);
  EXPECT_TRUE(replication_user_exists(from, user));

  EXPECT_EQ(status(to).state, State::absent);
  set_source(to, spec(begin, password), {});
  EXPECT_EQ(status(to).state, State::off);
  EXPECT_EQ(status(to).executed, begin);
  EXPECT_FALSE(has_applied(to, source_coordinates(from)));
  EXPECT_EQ(start(to, {}).state, State::on);
  EXPECT_EQ(start(to, {}).state, State::on);

  const Coordinates reached = catch_up(from, to, {}, {}, {});
  EXPECT_TRUE(has_applied(to, reached));
  EXPECT_EQ(to.number("SELECT COUNT(*) FROM follows.t"), 1U);

  EXPECT_EQ(stop(to, {}).state, State::off);
  EXPECT_EQ(stop(to, {}).state, State::off);
  from.execute("INSERT INTO follows.t VALUES (2)");
  follow(from, to, reached);
  wait_for_coordinates(to, source_coordinates(from), {}, {});
  EXPECT_EQ(to.number("SELECT COUNT(*) FROM follows.t"), 2U);

  reset(to, {});
  EXPECT_EQ(status(to).state, State::absent);
  reset(to, {});
  drop_replication_user(from, user, untold);
  drop_replication_user(from, user, untold);
  EXPECT_FALSE(replication_user_exists(from, user));
}

TEST_P(ReplicationSuite, SaysWhyItBroke) {
  const Coordinates begin = copied_table("breaks");
  Connection from = source(), to = target();
  follow(from, to, begin);
  catch_up(from, to, {}, {}, {});
  from.execute("CREATE DATABASE known_there");
  catch_up(from, to, {}, {}, {});
  to.execute("DROP DATABASE known_there");
  from.execute("CREATE TABLE known_there.t (n INT PRIMARY KEY)");
  try {
    catch_up(from, to, {}, {}, {});
    FAIL() << "it went on";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("known_there"));
    EXPECT_THAT(error.advice(), HasSubstr("rds_skip_repl_error"));
  }
  EXPECT_EQ(status(to).state, State::broken);
  EXPECT_THAT(status(to).trouble(), HasSubstr("the applier says"));
  const auto start_again = [&] {
    start(to, {});  // the applier may run for a moment before it meets the statement again
    catch_up(from, to, {}, {}, {});
  };
  EXPECT_THROW(start_again(), base::Error);
  reset(to, {});
  EXPECT_THROW(start(to, {}), base::Error);
  from.execute("DROP DATABASE known_there");
  drop_replication_user(from, user, untold);
}

// The source's scheduler logs the DROP of an event that is through, after the coordinates. Without the event MySQL 5.6
// and MariaDB stop there.
TEST_P(ReplicationSuite, FollowsTheDropOfAnEventThatIsThrough) {
  Connection from = source(), fresh = target();
  pair().source->set_parameters({{"event_scheduler", "OFF"}}, true);
  copied_table("through");
  from.execute("SET timestamp = 1700000000");
  from.execute("CREATE EVENT through.once ON SCHEDULE AT '2024-01-01' DO INSERT INTO through.t VALUES (1)");
  from.execute("SET timestamp = DEFAULT");
  const Coordinates frozen = source_coordinates(from);
  const objects::WantedAccounts nobody{std::vector<std::string>{}, {}, pair().source->spec().master_user, user};
  EXPECT_THAT(objects::create_objects(from, fresh, {{"through"}, nobody}, {}).not_as_source, testing::IsEmpty());
  const auto events_on = [](Connection& server) {
    return server.number("SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'through'");
  };
  pair().target->restart(pair().target->spec());  // as it is for its backups
  Connection to = target();
  EXPECT_EQ(events_on(to), 1U);

  pair().source->set_parameters({{"event_scheduler", "ON"}}, true);
  EXPECT_TRUE(base::poll_until({20ms, 60s}, {}, [&] { return events_on(from) == 0; }));
  follow(from, to, frozen);
  catch_up(from, to, {}, {}, {});
  EXPECT_EQ(events_on(to), 0U);
  EXPECT_EQ(to.value("SELECT GROUP_CONCAT(n) FROM through.t"), "1");
  reset(to, {});
  drop_replication_user(from, user, untold);
  pair().source->set_parameters({}, true);
}

// PROTOCOL.md 2, Replicate: of a copy of some databases, what MIXED logs as a statement may read another one.
TEST_P(ReplicationSuite, StopsAtAStatementThatAlsoReadsADatabaseLeftOut) {
  const Coordinates begin = copied_table("kept");
  Connection from = source();
  if (from.value("SELECT @@global.binlog_format") != "MIXED") GTEST_SKIP() << "this server logs rows by default";
  filter_for("kept");
  Connection to = target();
  from.execute("CREATE DATABASE left_out");
  from.execute("CREATE TABLE left_out.t (n INT PRIMARY KEY) ENGINE=InnoDB");
  from.execute("INSERT INTO left_out.t VALUES (1), (2)");
  from.execute("INSERT INTO kept.t VALUES (7)");
  follow(from, to, begin);
  catch_up(from, to, {}, {}, {});
  EXPECT_EQ(to.value("SELECT GROUP_CONCAT(n) FROM kept.t"), "7");
  EXPECT_EQ(to.number("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'left_out'"), 0U);

  from.execute("INSERT INTO kept.t SELECT n FROM left_out.t");
  EXPECT_THROW(catch_up(from, to, {}, {}, {}), base::Error);
  const ReplicaStatus stopped = status(to);
  EXPECT_EQ(stopped.state, State::broken);
  EXPECT_EQ(stopped.last_sql_error_number, 1146U);
  EXPECT_THAT(stopped.trouble(), HasSubstr("left_out.t"));
  EXPECT_THAT(stopped.advice(), HasSubstr("rds_skip_repl_error"));
  EXPECT_FALSE(has_applied(to, source_coordinates(from)));
  EXPECT_EQ(to.value("SELECT GROUP_CONCAT(n) FROM kept.t"), "7");

  reset(to, {});
  filter_for("");
  from.execute("DROP DATABASE left_out");
  drop_replication_user(from, user, untold);
}

// A filter judges a logged statement by the tables that it names, and a handler or IGNORE hears what the others' want
// would stop at: rows differ and nothing says so.
TEST_P(ReplicationSuite, LosesUnseenWhatTiesToADatabaseLeftOutChange) {
  pair().source->set_parameters({{"binlog_format", "MIXED"}, {"log_bin_trust_function_creators", "1"}}, true);
  copied_table("tied");
  filter_for("tied");
  Connection from = source(), to = target();
  const std::string functions[] = {
      "CREATE FUNCTION tied.looks_up(x INT) RETURNS INT DETERMINISTIC READS SQL DATA BEGIN DECLARE EXIT HANDLER FOR "
      "SQLEXCEPTION RETURN -x; RETURN (SELECT n FROM beside.t WHERE n = x); END",
      "CREATE FUNCTION tied.writes(x INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO tied.t VALUES "
      "(x); RETURN x; END"};
  for (const char* sql :
       {"CREATE DATABASE beside", "CREATE TABLE beside.t (n INT PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE beside.u (n INT PRIMARY KEY) ENGINE=InnoDB", "CREATE VIEW beside.v AS SELECT n FROM tied.t",
        "CREATE TRIGGER beside.fires AFTER INSERT ON beside.t FOR EACH ROW INSERT INTO tied.t VALUES (NEW.n)",
        "CREATE TABLE beside.child (n INT, CONSTRAINT to_t FOREIGN KEY (n) REFERENCES tied.t (n)) ENGINE=InnoDB",
        "CREATE VIEW beside.counts AS SELECT COUNT(*) AS n FROM tied.t",
        "CREATE PROCEDURE beside.clears() DELETE FROM tied.t"})
    from.execute(sql);
  for (Connection* server : {&from, &to})
    for (const std::string& function : functions) server->execute(function);
  follow(from, to, source_coordinates(from));

  for (const char* sql : {"INSERT INTO beside.v VALUES (1)", "INSERT INTO beside.t VALUES (2)",
                          "INSERT INTO beside.u VALUES (tied.writes(3))",
                          "INSERT INTO tied.t VALUES (20 + tied.looks_up(2))", "INSERT INTO tied.t VALUES (4), (5)",
                          "INSERT INTO beside.child VALUES (5)", "DELETE IGNORE FROM tied.t WHERE n IN (4, 5)"})
    from.execute(sql);
  catch_up(from, to, {}, {}, {});
  const std::string rows = "SELECT GROUP_CONCAT(n ORDER BY n) FROM tied.t";
  EXPECT_EQ(from.value(rows), "1,2,3,5,22");
  // 5.6 logs no DELETE IGNORE that leaves a row alone, whoever replicates.
  EXPECT_EQ(to.value(rows), GetParam() == servers::mysql_old ? "4,5,18" : "18");

  EXPECT_THAT(objects::ties_to_others(from, {"tied"}),
              testing::ElementsAre("trigger beside.fires names tied", "view beside.v names tied",
                                   "function tied.looks_up names beside", "function tied.writes may write",
                                   "foreign key beside.child.to_t refers to tied.t"));
  from.execute("CREATE FUNCTION beside.calls() RETURNS INT BEGIN CALL beside.clears(); RETURN 1; END");
  EXPECT_THAT(objects::ties_to_others(from, {"tied"}), testing::Contains("procedure beside.clears names tied"));
  reset(to, {});
  to.execute("DROP DATABASE tied");
  filter_for("");
  from.execute("DROP DATABASE beside");
  from.execute("DROP DATABASE tied");
  pair().source->set_parameters({}, true);
  drop_replication_user(from, user, untold);
}

TEST_P(ReplicationSuite, SaysThatTheReceiverCannotLogIn) {
  Connection from = source(), to = target();
  const base::Secret password = make_replication_password();
  create_replication_user(from, user, password, untold);
  set_source(to, spec(source_coordinates(from), base::Secret("not this one")), {});
  std::jthread mend([&] {
    Connection own = target();
    EXPECT_TRUE(
        base::poll_until({.every = 50ms, .at_most = 30s}, {}, [&] { return !status(own).last_io_error.empty(); }));
    EXPECT_EQ(status(own).state, State::broken);
    EXPECT_THAT(status(own).advice(), HasSubstr("replication user"));
    stop(own, {});
  });
  EXPECT_THROW(start(to, {}), base::Error);
  mend.join();
  reset(to, {});
  drop_replication_user(from, user, untold);
}

TEST_P(ReplicationSuite, HearsAStopWhileItWaits) {
  const Coordinates begin = copied_table("waits");
  Connection from = source();
  std::stop_source stopping;
  Connection to = target();
  follow(from, to, begin);
  // RDS turns to a new binlog file every few minutes: a far one, not a far position.
  Coordinates never = source_coordinates(from);
  never.file = never.file.substr(0, never.file.rfind('.')) + ".999999";
  int slices = 0;
  EXPECT_THROW(wait_for_coordinates(
                   to, never,
                   [&](const ReplicaStatus& now) {
                     EXPECT_EQ(now.state, State::on);
                     ++slices;
                     stopping.request_stop();
                   },
                   stopping.get_token()),
               base::Error);
  EXPECT_EQ(slices, 1);
  reset(to, {});
  drop_replication_user(from, user, untold);
}

TEST_P(ReplicationSuite, FreezesAReplicaOnlyWhereItIsWhole) {
  Connection from = source();
  copied_table("frozen");
  const auto replica = lab::Machine::create_replica(pair().host, pair().spec("replica", false),
                                                    pair().folder.path() / "replica", *pair().source);
  Connection on_replica = pair().connect(*replica);
  wait_for_coordinates(on_replica, source_coordinates(from), {}, {});

  // What a replica holds in the middle of something: MySQL 9.7 logs prepared transactions, the older ones what happens
  // to temporary tables.
  const bool by_xa = GetParam() == servers::mysql_current;
  Connection busy = source();
  if (by_xa) {
    for (const char* statement :
         {"XA START 'open'", "INSERT INTO frozen.t VALUES (1)", "XA END 'open'", "XA PREPARE 'open'"})
      busy.execute(statement);
  } else {
    busy.execute("CREATE TEMPORARY TABLE frozen.open (n INT)");
    busy.execute("INSERT INTO frozen.open VALUES (1)");
  }
  wait_for_coordinates(on_replica, source_coordinates(from), {}, {});
  EXPECT_EQ(prepared_xa_transactions(on_replica), by_xa ? 1U : 0U);
  EXPECT_EQ(open_temporary_tables(on_replica), by_xa ? 0U : 1U);
  EXPECT_THROW(freeze(on_replica, from, 0s, {}), base::Error);
  busy.execute(by_xa ? "XA COMMIT 'open'" : "DROP TEMPORARY TABLE frozen.open");

  const Frozen frozen = freeze(on_replica, from, 60s, {});
  EXPECT_EQ(frozen, freeze_facts(on_replica));
  EXPECT_EQ(moved(on_replica, frozen), std::nullopt);
  EXPECT_EQ(freeze(on_replica, from, 60s, {}), frozen);
  from.execute("INSERT INTO frozen.t VALUES (2)");
  EXPECT_EQ(moved(on_replica, frozen), std::nullopt);
  EXPECT_FALSE(is_behind_its_gtids(on_replica, from, frozen.at));
  const Coordinates beginning{frozen.at.file, 4};
  EXPECT_EQ(is_behind_its_gtids(on_replica, from, beginning), GetParam() == servers::mariadb);

  start(on_replica, {});
  EXPECT_THAT(moved(on_replica, frozen).value_or(""), HasSubstr("replication runs"));
  wait_for_coordinates(on_replica, source_coordinates(from), {}, {});
  stop(on_replica, {});
  EXPECT_THAT(moved(on_replica, frozen).value_or(""), HasSubstr("went from " + text_of(frozen.at)));

  const Frozen again = freeze(on_replica, from, 60s, {});
  replica->kill();
  replica->start();
  Connection restarted = pair().connect(*replica);
  EXPECT_NE(moved(restarted, again), std::nullopt);
  replica->destroy();
  Connection to = target();
  EXPECT_THROW(freeze(to, from, 0s, {}), base::Error);
}

// What it lacks would be missing on both sides of every comparison.
TEST_P(ReplicationSuite, FreezesNoReplicaThatLeavesChangesOut) {
  Connection from = source();
  copied_table("left_out");
  const std::string exec_mode = GetParam() == servers::mysql_current ? "replica_exec_mode" : "slave_exec_mode";
  struct Case {
    std::string parameter, value, said;
  };
  for (const auto& [parameter, value, said] :
       {Case{"replicate-ignore-table", "left_out.t", "Replicate_Ignore_Table left_out.t"},
        Case{exec_mode, "IDEMPOTENT", exec_mode + " IDEMPOTENT"}}) {
    lab::MachineSpec spec = pair().spec(parameter, false);
    spec.parameters[parameter] = value;
    const auto replica =
        lab::Machine::create_replica(pair().host, spec, pair().folder.path() / parameter, *pair().source);
    Connection on_replica = pair().connect(*replica);
    wait_for_coordinates(on_replica, source_coordinates(from), {}, {});
    try {
      freeze(on_replica, from, 60s, {});
      ADD_FAILURE() << "it was frozen";
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("leaves out changes of its source: "));
      EXPECT_THAT(error.what(), HasSubstr(said));
    }
    replica->destroy();
  }
}

TEST_P(ReplicationSuite, FreezesNoReplicaWhoseApplierMetAnError) {
  Connection from = source();
  copied_table("met");
  lab::MachineSpec writable = pair().spec("broken", false);
  writable.parameters["read_only"] = "0";
  const auto replica =
      lab::Machine::create_replica(pair().host, writable, pair().folder.path() / "broken", *pair().source);
  Connection on_replica = pair().connect(*replica);
  wait_for_coordinates(on_replica, source_coordinates(from), {}, {});
  on_replica.execute("INSERT INTO met.t VALUES (1)");
  from.execute("INSERT INTO met.t VALUES (1)");
  ASSERT_TRUE(base::poll_until({20ms, 60s}, {}, [&] { return status(on_replica).state == State::broken; }));
  try {
    freeze(on_replica, from, 60s, {});
    ADD_FAILURE() << "it was frozen";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the applier says: "));
  }
  replica->destroy();
}

// The source's whole gtid_executed never arrives: what came with the rows was never replicated, and a transaction that
// a filter drops still counts.
TEST(Gtids, AreCaughtUpWithBeyondThoseOfTheFreeze) {
  Pair pair(
      servers::mysql_current,
      {{"gtid_mode", "ON"}, {"enforce_gtid_consistency", "ON"}, {"replicate-wild-do-table", wild_do_table({"kept"})}});
  Connection from = pair.connect(*pair.source), to = pair.connect(*pair.target);
  ASSERT_TRUE(gtid_mode_is_on(from));
  for (Connection* server : {&from, &to}) {
    server->execute("CREATE DATABASE kept");
    server->execute("CREATE TABLE kept.t (n INT PRIMARY KEY)");
  }
  const Coordinates begin = source_coordinates(from);
  const GtidSet at_freeze = source_gtids(from);
  const base::Secret password = make_replication_password();
  create_replication_user(from, user, password, untold);
  set_source(to,
             {.host = pair.source->address(),
              .port = pair.source->port(),
              .user = user,
              .password = password,
              .from = begin,
              .tls = true},
             {});
  EXPECT_EQ(applied_since(from, to, at_freeze).text, "");
  start(to, {});
  from.execute("CREATE DATABASE left_out");
  for (const char* statement : {"CREATE TABLE left_out.t (n INT PRIMARY KEY)", "INSERT INTO left_out.t VALUES (1)",
                                "INSERT INTO kept.t VALUES (1)", "INSERT INTO left_out.t VALUES (2)"})
    from.execute(statement);

  const GtidSet wanted = subtract(from, source_gtids(from), at_freeze);
  catch_up(from, to, at_freeze, {}, {});
  EXPECT_EQ(to.number("SELECT COUNT(*) FROM kept.t"), 1U);
  EXPECT_EQ(to.number("SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'left_out'"), 0U);
  const GtidSet arrived = source_gtids(to);
  EXPECT_EQ(subtract(from, wanted, arrived).text, "");
  EXPECT_NE(subtract(from, at_freeze, arrived).text, "");
  const GtidSet applied = applied_since(from, to, at_freeze);  // perhaps with a heartbeat of the source's since
  EXPECT_EQ(subtract(from, wanted, applied).text, "");
  EXPECT_EQ(subtract(from, applied, subtract(from, source_gtids(from), at_freeze)).text, "");
  EXPECT_TRUE(is_behind_its_gtids(to, from, begin));
  EXPECT_FALSE(is_behind_its_gtids(to, from, stop(to, {}).executed));
  start(to, {});

  stop(to, {});
  from.execute("INSERT INTO kept.t VALUES (2)");
  EXPECT_THROW(catch_up(from, to, at_freeze, {}, {}), base::Error);
}

}  // namespace
}  // namespace darbe::replication
