// Accounts, foreign keys, views, routines, triggers and events copied between two real servers of each kind, and the
// comparison that finds what is missing. The rows are not this suite's matter: the tables are made by hand.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "mysql/quote.h"
#include "objects/compare.h"
#include "objects/not_copied.h"
#include "objects/objects.h"
#include "objects/plugins.h"
#include "objects/stored_object.h"
#include "objects/writing_events.h"
#include "servers/test_server.h"
#include "tables/create_statement.h"
#include "tables/table.h"

namespace darbe::objects {
namespace {

using mysql::Connection;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// What RDS gives its master user (facts/rds-mysql.md 2.1): today through a role that may not write in schema
// mysql. 5.6's and MariaDB's may name nobody but itself as a definer.
std::vector<std::string> master_grants(const mysql::Flavor& flavor, const std::string& account) {
  const std::string classic =
      "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
      "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, "
      "CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER";
  if (flavor.is_mariadb() || !flavor.at_least(8, 4))
    return {fmt::format("GRANT {} ON *.* TO {} WITH GRANT OPTION", classic, account)};
  return {"CREATE ROLE rds_superuser_role",
          fmt::format("GRANT {}, CREATE ROLE, DROP ROLE ON *.* TO rds_superuser_role WITH GRANT OPTION", classic),
          "GRANT APPLICATION_PASSWORD_ADMIN, ROLE_ADMIN, SET_ANY_DEFINER, SHOW_ROUTINE, SESSION_VARIABLES_ADMIN, "
          "FLUSH_TABLES, XA_RECOVER_ADMIN ON *.* TO rds_superuser_role WITH GRANT OPTION",
          "REVOKE INSERT, UPDATE, DELETE, CREATE, DROP, ALTER ON mysql.* FROM rds_superuser_role",
          fmt::format("GRANT rds_superuser_role TO {} WITH ADMIN OPTION", account),
          fmt::format("SET DEFAULT ROLE rds_superuser_role TO {}", account)};
}

constexpr const char* master = "admin";
constexpr const char* master_password = "master-password-1";

// Two servers of one kind, with a session of root's and one of a master user as RDS has it on each.
struct Pair {
  explicit Pair(std::string_view kind)
      : source_server({.kind = kind, .arguments = arguments(kind)}),
        target_server({.kind = kind, .arguments = arguments(kind)}),
        source(source_server.connect_options(), {}),
        target_root(target_server.connect_options(), {}),
        frozen(master_session(source_server, source)),
        target(master_session(target_server, target_root)) {}

  static std::vector<std::string> arguments(std::string_view kind) {
    return kind == servers::mysql_current ? std::vector<std::string>{"--partial-revokes=ON"}
                                          : std::vector<std::string>{};
  }

  static Connection master_session(servers::TestServer& server, Connection& root) {
    const std::string account = mysql::quote_account(master, "%");
    root.execute(fmt::format("CREATE USER {} IDENTIFIED BY '{}'", account, master_password));
    for (const std::string& grant : master_grants(root.flavor(), account)) root.execute(grant);
    return Connection(server.connect_options_for(master, base::Secret(master_password)), {});
  }

  servers::TestServer source_server;
  servers::TestServer target_server;
  Connection source;
  Connection target_root;
  Connection frozen;
  Connection target;
};

class Suite : public testing::Test {
 protected:
  static void start(std::string_view kind) { pair_ = std::make_unique<Pair>(kind); }
  static void TearDownTestSuite() { pair_.reset(); }

  Connection& source() { return pair_->source; }  // root's session, to make things with
  Connection& frozen() { return pair_->frozen; }
  Connection& target() { return pair_->target; }
  Connection& target_root() { return pair_->target_root; }
  servers::TestServer& source_server() { return pair_->source_server; }
  servers::TestServer& target_server() { return pair_->target_server; }

  void run(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) source().execute(statement);
  }

  // The tables of a database as copy would leave them: all but the foreign keys.
  void copy_tables(const std::string& database) {
    target().execute("CREATE DATABASE IF NOT EXISTS " + mysql::quote_name(database));
    target().execute("SET foreign_key_checks = 0");
    for (const tables::Table& table : tables::read_tables(source(), {{database, "", ""}}))
      target().execute(
          tables::split_create_statement(table, tables::read_create_statement(source(), table.name)).with_all_keys);
  }

  WantedAccounts accounts(std::optional<std::vector<std::string>> users = {}, std::vector<std::string> databases = {}) {
    return {std::move(users), std::move(databases), master, "darbe_r_1234"};
  }
  WantedObjects objects(const std::vector<std::string>& databases, std::vector<std::string> users = {}) {
    return {databases, accounts(std::move(users), databases)};
  }

  std::string grants_on(Connection& server, const std::string& account) {
    const mysql::Result rows = server.query("SHOW GRANTS FOR " + account);
    std::set<std::string> lines;  // the order of a server's hash tables means nothing
    for (const auto& row : rows.rows) lines.insert(row.at(0).value_or(""));
    return fmt::format("{}", fmt::join(lines, "\n"));
  }

  // Something that is taken from the target, and how the comparison names it.
  struct Loss {
    std::string sql;
    std::string named;
  };
  void expect_each_named(const WantedObjects& wanted, const std::vector<std::string>& reported,
                         const std::vector<Loss>& losses) {
    const auto differences = [&] { return compare_catalogs(frozen(), target(), wanted, reported, {}).differences; };
    for (const Loss& loss : losses) {
      EXPECT_THAT(differences(), Not(Contains(loss.named)));
      target_root().execute(loss.sql);
      EXPECT_THAT(differences(), Contains(loss.named)) << loss.sql;
    }
  }
  // What hard_schema() has on every server, a table after what depends on it.
  static std::vector<Loss> losses_of_hard_schema() {
    return {
        {"REVOKE SELECT (note) ON whole.`odd``name` FROM reader",
         "SELECT on column whole.odd`name.note for reader@% is not on the target"},
        {"REVOKE EXECUTE ON FUNCTION whole.joined FROM reader",
         "EXECUTE on FUNCTION whole.joined for reader@% is not on the target"},
        {"DROP USER reader", "account reader@% is not on the target"},
        {"DROP TRIGGER whole.zz_first", "trigger whole.zz_first is not on the target"},
        {"DROP VIEW whole.a_top", "view whole.a_top is not on the target"},
        {"DROP FUNCTION whole.joined", "function whole.joined is not on the target"},
        {"DROP PROCEDURE whole.made_under_latin1", "procedure whole.made_under_latin1 is not on the target"},
        {"DROP EVENT whole.daily", "event whole.daily is not on the target"},
        {"ALTER TABLE whole.`odd``name` DROP FOREIGN KEY to_twin",
         "foreign key whole.odd`name.to_twin is not on the target"},
        {"ALTER TABLE whole.parents DROP INDEX twin", "index part whole.parents.twin.1 is not on the target"},
        {"ALTER TABLE whole.`odd``name` DROP PRIMARY KEY",
         "constraint whole.odd`name.PRIMARY.PRIMARY KEY is not on the target"},
        {"ALTER TABLE whole.log DROP COLUMN what", "column whole.log.what is not on the target"},
        {"DROP TABLE whole.log", "table whole.log is not on the target"},
        {"DROP DATABASE whole", "database whole is not on the target"},
    };
  }
  // The same, after what only some servers have.
  static std::vector<Loss> losses_after(std::vector<Loss> first) {
    for (Loss& loss : losses_of_hard_schema()) first.push_back(std::move(loss));
    return first;
  }

  // Who may name nobody but itself as a definer: 5.6's master user and MariaDB's.
  void expect_to_name_a_definer_that_is_refused() {
    run({"CREATE DATABASE refused", "CREATE USER other IDENTIFIED BY 'x'",
         "CREATE DEFINER=other PROCEDURE refused.p() SELECT 1"});
    try {
      create_objects(frozen(), target(), objects({"refused"}), {});
      FAIL() << "it was taken";
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("procedure refused.p with its definer other@%"));
    }
    EXPECT_THAT(refused_definers(frozen(), {"refused"}),
                ElementsAre("other@% is the definer of procedure refused.p, and this version lets the master user name "
                            "only itself"));
    EXPECT_THAT(refused_definers(source(), {"refused"}), IsEmpty());
  }

  // One object each that takes a privilege of its own to be made.
  void expect_to_name_the_privilege_that_is_missing() {
    run({"CREATE DATABASE withheld", "CREATE TABLE withheld.t (n INT)"});
    copy_tables("withheld");
    const std::map<std::string, std::string> objects_by_privilege = {
        {"CREATE ROUTINE", "PROCEDURE withheld.o() SELECT 1"},
        {"CREATE VIEW", "VIEW withheld.o AS SELECT 1 AS n"},
        {"TRIGGER", "TRIGGER withheld.o BEFORE INSERT ON withheld.t FOR EACH ROW SET NEW.n = 1"},
        {"EVENT", "EVENT withheld.o ON SCHEDULE EVERY 1 DAY DO SELECT 1"}};
    for (const auto& [missing, object] : objects_by_privilege) {
      SCOPED_TRACE("without " + missing);
      std::string privileges = "ALTER";
      for (const auto& [privilege, other] : objects_by_privilege)
        if (privilege != missing) privileges += ", " + privilege;
      drop_users({"weak"});
      target_root().execute("CREATE USER weak IDENTIFIED BY 'x'");
      target_root().execute("GRANT SELECT, TRIGGER, EVENT, SHOW VIEW ON mysql.* TO weak");
      target_root().execute(fmt::format("GRANT SELECT, {} ON withheld.* TO weak", privileges));
      const std::string type = object.substr(0, object.find(' '));
      run({"CREATE DEFINER = weak " + object});
      Connection weak(target_server().connect_options_for("weak", base::Secret("x")), {});
      try {
        create_objects(frozen(), weak, objects({"withheld"}), {});
        ADD_FAILURE() << "it was taken";
      } catch (const base::Error& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("withheld.o: creating "), HasSubstr("denied")));
        EXPECT_THAT(base::advice_of(error),
                    AllOf(StartsWith("Grant the account that Darbe uses on the target"),
                          HasSubstr(fmt::format("({} on `withheld`", missing)), Not(HasSubstr("definer"))));
      }
      target_root().execute(fmt::format("GRANT {} ON withheld.* TO weak", missing));
      weak = Connection(target_server().connect_options_for("weak", base::Secret("x")), {});
      EXPECT_NO_THROW(create_objects(frozen(), weak, objects({"withheld"}), {}));
      run({fmt::format("DROP {} withheld.o", type)});
    }
    drop_users({"weak"});
  }

  // A server leaves what an account may not see out of its catalog, without a word.
  void expect_to_refuse_a_source_that_hides_objects() {
    run({"CREATE DATABASE hiding", "CREATE TABLE hiding.t (n INT)",
         "CREATE DEFINER=admin EVENT hiding.o ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SELECT 1",
         "CREATE USER half_blind IDENTIFIED BY 'x'", "GRANT SELECT, SHOW VIEW, TRIGGER ON *.* TO half_blind"});
    copy_tables("hiding");
    Connection blind(source_server().connect_options_for("half_blind", base::Secret("x")), {});
    EXPECT_THAT(list_objects(frozen(), ObjectKind::event, {"hiding"}), testing::SizeIs(1));
    EXPECT_THAT(list_objects(blind, ObjectKind::event, {"hiding"}), IsEmpty());
    const WantedObjects wanted = objects({"hiding"});
    const auto expect_refused = [](const auto& call) {
      try {
        call();
        ADD_FAILURE() << "it was taken";
      } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::Kind::refused);
        EXPECT_THAT(error.what(), HasSubstr("EVENT is not granted on *.*"));
      }
    };
    expect_refused([&] { accounts_standing(blind, target(), wanted.accounts, {}); });
    expect_refused([&] { create_accounts(blind, target(), wanted.accounts, {}); });
    expect_refused([&] { objects_standing(blind, target(), wanted, {}); });
    expect_refused([&] { create_objects(blind, target(), wanted, {}); });
    run({"DROP DATABASE hiding"});
    drop_users({"half_blind"});
  }

  // As a replica has them that was stopped before they were through: the source drops them then.
  void expect_to_make_events_whose_time_has_passed() {
    run({"CREATE DATABASE past", "SET timestamp = 1700000000",
         "CREATE DEFINER=admin EVENT past.once ON SCHEDULE AT '2024-01-01 00:00:00' DISABLE ON SLAVE DO SELECT 1",
         "CREATE DEFINER=admin EVENT past.ended ON SCHEDULE EVERY 1 DAY STARTS '2023-12-01 00:00:00'"
         " ENDS '2024-01-01 00:00:00' DISABLE ON SLAVE DO SELECT 1",
         "CREATE DEFINER=admin EVENT past.resting ON SCHEDULE AT '2024-01-01 00:00:00' DISABLE DO SELECT 1",
         "SET timestamp = DEFAULT"});
    copy_tables("past");
    const WantedObjects wanted = objects({"past"});
    const ObjectsOutcome outcome = create_objects(frozen(), target(), wanted, {});
    EXPECT_THAT(outcome.not_as_source, IsEmpty());
    EXPECT_EQ(outcome.events, 3U);
    EXPECT_EQ(objects_standing(frozen(), target(), wanted, {}), Standing::done);
    EXPECT_THAT(compare_catalogs(frozen(), target(), wanted, {}, {}).differences, IsEmpty());
    EXPECT_EQ(target_root().number(
                  "SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'past' AND STATUS = 'ENABLED'"),
              0U);
    for (const char* event : {"once", "ended", "resting"})
      EXPECT_NO_THROW(target_root().execute(fmt::format("DROP EVENT past.{}", event))) << event;
  }

  // `privilege`: what read_only does not stop on this server.
  void expect_to_name_events_that_write_in_spite_of_read_only(const std::string& privilege) {
    run({"CREATE DATABASE acting", "CREATE TABLE acting.t (who VARCHAR(10))", "CREATE USER unstopped",
         fmt::format("GRANT {} ON *.* TO unstopped", privilege), "CREATE USER unarmed",
         "CREATE DEFINER=unstopped PROCEDURE acting.p() INSERT INTO acting.t VALUES ('called')"});
    for (const char* user : {"unstopped", "unarmed"}) run({fmt::format("GRANT ALL ON acting.* TO {}", user)});
    for (const auto& [event, what] : std::map<std::string, std::string>{
             {"unstopped EVENT acting.kept", "DO INSERT INTO acting.t VALUES ('kept')"},
             {"unstopped EVENT acting.resting", "DISABLE DO INSERT INTO acting.t VALUES ('resting')"},
             {"unarmed EVENT acting.calling", "DO CALL acting.p()"},
             {"unarmed EVENT acting.stopped", "DO INSERT INTO acting.t VALUES ('stopped')"}})
      run({fmt::format("CREATE DEFINER={} ON SCHEDULE EVERY 1 SECOND {}", event, what)});
    run({"SET GLOBAL event_scheduler = OFF", "SET GLOBAL read_only = 1"});
    EXPECT_FALSE(runs_events(frozen()));
    run({"TRUNCATE acting.t", "SET GLOBAL event_scheduler = ON"});
    EXPECT_TRUE(runs_events(frozen()));
    EXPECT_THAT(writing_events(frozen()),
                ElementsAre("event acting.calling of unarmed@%", "event acting.kept of unstopped@%"));
    const auto rows_of = [&](const char* who) {
      return source().number(fmt::format("SELECT COUNT(*) FROM acting.t WHERE who = '{}'", who));
    };
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::minutes(1)}, {},
                                 [&] { return rows_of("kept") > 2 && rows_of("called") > 2; }));
    EXPECT_EQ(rows_of("stopped"), 0U);
    if (frozen().flavor().has_roles()) {
      run({"CREATE ROLE guards", fmt::format("GRANT {} ON *.* TO guards", privilege), "GRANT guards TO unarmed"});
      EXPECT_THAT(writing_events(frozen()), Contains("event acting.stopped of unarmed@%"));
      run({"DROP ROLE guards"});
    }
    run({"SET GLOBAL event_scheduler = OFF", "SET GLOBAL read_only = 0", "DROP DATABASE acting"});
    drop_users({"unstopped", "unarmed"});
  }

  void expect_to_report_grants_on_what_is_not_copied() {
    run({"CREATE DATABASE left_out", "CREATE TABLE left_out.t (n INT)", "CREATE USER outsider IDENTIFIED BY 'x'",
         "GRANT SELECT ON left_out.t TO outsider"});
    const WantedAccounts wanted = accounts({{"outsider"}});
    create_accounts(frozen(), target(), wanted, {});
    const AccountsOutcome outcome = grant_on_objects(frozen(), target(), wanted, {});
    EXPECT_THAT(outcome.not_as_source,
                ElementsAre(StartsWith("SELECT on table left_out.t for outsider@% is not on the target")));
    EXPECT_EQ(object_grants_standing(frozen(), target(), wanted, outcome.not_as_source), Standing::done);
  }

  void expect_to_report_what_the_master_user_cannot_grant() {
    run({"CREATE USER dba IDENTIFIED BY 'x'", "GRANT SUPER, SELECT, SHUTDOWN ON *.* TO dba WITH GRANT OPTION"});
    const WantedAccounts wanted = accounts({{"dba"}});
    const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
    EXPECT_THAT(outcome.not_as_source,
                testing::UnorderedElementsAre(StartsWith("SUPER on all databases for dba@% is not on the target"),
                                              StartsWith("SHUTDOWN on all databases for dba@% is not on the target")));
    EXPECT_EQ(accounts_standing(frozen(), target(), wanted, outcome.not_as_source), Standing::done);
    EXPECT_THAT(grants_on(target(), "dba"),
                AllOf(HasSubstr("GRANT SELECT ON *.*"), HasSubstr("WITH GRANT OPTION"), Not(HasSubstr("SUPER"))));
    drop_users({"dba"});
  }

  void expect_to_take_all_accounts_but_the_servers_own() {
    run({"CREATE USER darbe_r_1234 IDENTIFIED BY 'x'", "CREATE USER rdsadmin@localhost IDENTIFIED BY 'x'",
         "CREATE USER plain IDENTIFIED BY 'x'"});
    // root@% is each server's own here; with RDS there is none but the master user.
    WantedAccounts wanted = accounts();
    wanted.master_user = "root";
    const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
    EXPECT_THAT(outcome.created, Contains("plain@%"));
    EXPECT_THAT(outcome.created,
                Not(Contains(testing::AnyOf(StartsWith("darbe_r"), StartsWith("rdsadmin"), StartsWith("mysql."),
                                            StartsWith("mariadb."), StartsWith("root@")))));
    EXPECT_THAT(missing_accounts(frozen(), {"plain", "nobody", "nor he"}), ElementsAre("nobody", "nor he"));
    drop_users({"darbe_r_1234", "plain"});
    run({"DROP USER rdsadmin@localhost"});
  }

  // The list of a server's functions is a table: no library is needed to be in it.
  void expect_to_name_loadable_functions() {
    EXPECT_THAT(added_to_the_server(frozen()), IsEmpty());
    run({"INSERT INTO mysql.func (name, ret, dl, type) VALUES ('shout', 0, 'shout.so', 'function')"});
    EXPECT_THAT(added_to_the_server(frozen()),
                ElementsAre("the loadable function shout of shout.so belongs to the server and is not copied"));
    run({"DELETE FROM mysql.func WHERE name = 'shout'"});
  }

  // A zone an hour, or more, from UTC.
  static void add_time_zone(Connection& server, const std::string& name, int number, int hours) {
    server.execute(fmt::format("INSERT INTO mysql.time_zone_name VALUES ('{}', {})", name, number));
    server.execute(
        fmt::format("INSERT INTO mysql.time_zone_transition_type VALUES ({}, 0, {}, 0, 'HERE')", number, hours * 3600));
    server.execute(fmt::format("INSERT INTO mysql.time_zone_transition VALUES ({}, 1000000, 0)", number));
  }
  void expect_to_name_time_zones_that_differ() {
    const auto differing = [&] { return differing_time_zones(frozen(), target()); };
    const auto sentence = [](const std::string& how_many, const std::string& which) {
      return ElementsAre(AllOf(StartsWith(how_many + " named time zones: the target lacks them"), HasSubstr(which)));
    };
    EXPECT_THAT(differing(), IsEmpty());
    for (int number = 1; number <= 4; ++number) add_time_zone(source(), fmt::format("Here/{}", number), number, 1);
    EXPECT_THAT(differing(), sentence("4 of the 4", "(Here/1, Here/2, Here/3, …)"));
    for (int number = 1; number <= 4; ++number)
      add_time_zone(target_root(), fmt::format("Here/{}", number), 9 - number, number == 2 ? 2 : 1);
    EXPECT_THAT(differing(), sentence("1 of the 4", "(Here/2)"));
    for (Connection* server : {&source(), &target_root()})
      for (const char* table : {"time_zone_name", "time_zone_transition_type", "time_zone_transition"})
        server->execute(fmt::format("DELETE FROM mysql.{}", table));
  }

  void drop_users(const std::vector<std::string>& users) {
    for (const std::string& user : users)
      for (Connection* server : {&source(), &target_root()})
        if (server->number("SELECT COUNT(*) FROM mysql.user WHERE User = " + mysql::quote_text(user)) > 0)
          server->execute(fmt::format("DROP USER {}", mysql::quote_account(user, "%")));
  }

 private:
  static std::unique_ptr<Pair> pair_;
};
std::unique_ptr<Pair> Suite::pair_;

class ObjectsOnMysql : public Suite {
 protected:
  static void SetUpTestSuite() { start(servers::mysql_current); }
};
class ObjectsOnOldMysql : public Suite {
 protected:
  static void SetUpTestSuite() { start(servers::mysql_old); }
};
class ObjectsOnMariadb : public Suite {
 protected:
  static void SetUpTestSuite() { start(servers::mariadb); }
};

// --------------------------------------------------------------------------------------------------------- MySQL 9.7

TEST_F(ObjectsOnMysql, CopiesAccountsSoThatTheirOwnersCanLogIn) {
  run(
      {"CREATE USER `putio`@`%` IDENTIFIED BY 'secret one' REQUIRE SSL WITH MAX_USER_CONNECTIONS 7"
       " COMMENT 'it''s ours'",
       "GRANT SELECT, INSERT ON `sh\\_op`.* TO `putio`@`%` WITH GRANT OPTION", "GRANT PROCESS ON *.* TO `putio`@`%`",
       "CREATE USER `o'reilly`@`10.0.%` IDENTIFIED BY 'x' ACCOUNT LOCK"});
  const WantedAccounts wanted = accounts({{"putio", "o'reilly"}});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::absent);

  const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
  EXPECT_THAT(outcome.created, ElementsAre("o'reilly@10.0.%", "putio@%"));
  EXPECT_THAT(outcome.not_as_source, IsEmpty());
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  EXPECT_THAT(create_accounts(frozen(), target(), wanted, {}).created, IsEmpty());

  Connection putio(target_server().connect_options_for("putio", base::Secret("secret one")), {});
  EXPECT_EQ(putio.value("SELECT CURRENT_USER()"), "putio@%");
  for (const char* account : {"'putio'@'%'", "'o\\'reilly'@'10.0.%'"}) {
    EXPECT_EQ(grants_on(source(), account), grants_on(target(), account));
    const std::string show = fmt::format("SHOW CREATE USER {}", account);
    EXPECT_EQ(source().value(show), target().value(show));
  }
}

TEST_F(ObjectsOnMysql, ReportsWhatTheMasterUserCannotGrant) {
  run({"CREATE USER dba IDENTIFIED BY 'x'", "GRANT SUPER, SELECT, SHUTDOWN ON *.* TO dba WITH GRANT OPTION",
       "GRANT BACKUP_ADMIN, ROLE_ADMIN ON *.* TO dba"});
  const WantedAccounts wanted = accounts({{"dba"}});
  const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
  EXPECT_THAT(outcome.not_as_source, testing::UnorderedElementsAre(
                                         StartsWith("SUPER on all databases for dba@% is not on the target"),
                                         StartsWith("SHUTDOWN on all databases for dba@% is not on the target"),
                                         StartsWith("BACKUP_ADMIN on all databases for dba@% is not on the target")));
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  EXPECT_THAT(grants_on(target(), "dba"), AllOf(HasSubstr("GRANT SELECT ON *.*"), HasSubstr("WITH GRANT OPTION"),
                                                HasSubstr("ROLE_ADMIN"), Not(HasSubstr("SUPER"))));
}

// RDS's master user hands its own exceptions on with every global privilege; those of the source are copied.
TEST_F(ObjectsOnMysql, TakesRdsExceptionsOnSchemaMysqlAsMeant) {
  run({"CREATE USER everywhere IDENTIFIED BY 'x'", "GRANT SELECT, INSERT ON *.* TO everywhere",
       "CREATE DATABASE kept_out", "REVOKE SELECT ON kept_out.* FROM everywhere"});
  const WantedObjects wanted = objects({"kept_out"}, {"everywhere"});
  const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted.accounts, {});
  create_objects(frozen(), target(), wanted, {});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted.accounts, outcome.not_as_source), Standing::done);
  EXPECT_THAT(grants_on(target_root(), "everywhere"),
              AllOf(HasSubstr("REVOKE INSERT ON `mysql`.*"), HasSubstr("REVOKE SELECT ON `kept_out`.*")));
  const Comparison compared = compare_catalogs(frozen(), target(), wanted, outcome.not_as_source, {});
  EXPECT_THAT(compared.differences, IsEmpty());
  EXPECT_THAT(compared.meant, Contains(HasSubstr("everywhere@% has INSERT as an exception for database mysql")));
}

TEST_F(ObjectsOnMysql, BringsRolesAndDefinersAlong) {
  run({"CREATE DATABASE along", "CREATE ROLE readers, writers", "GRANT SELECT ON along.* TO readers",
       "GRANT readers TO writers WITH ADMIN OPTION", "CREATE USER app IDENTIFIED BY 'x'", "GRANT writers TO app",
       "CREATE USER keeper IDENTIFIED BY 'x'", "CREATE DEFINER=keeper VIEW along.one AS SELECT 1 AS n",
       "SET DEFAULT ROLE writers TO app"});
  const WantedAccounts wanted = accounts({{"app"}}, {"along"});
  const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
  EXPECT_THAT(outcome.created, ElementsAre("app@%", "keeper@%", "readers@%", "writers@%"));
  EXPECT_THAT(outcome.came_along, ElementsAre("keeper@% comes along: it is the definer of view along.one",
                                              "writers@% comes along: app@% has this role",
                                              "readers@% comes along: writers@% has this role"));
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  EXPECT_THAT(grants_on(target(), "writers"), HasSubstr("GRANT `readers`@`%` TO `writers`@`%` WITH ADMIN OPTION"));

  EXPECT_EQ(object_grants_standing(frozen(), target(), wanted, {}), Standing::absent);
  grant_on_objects(frozen(), target(), wanted, {});
  EXPECT_EQ(object_grants_standing(frozen(), target(), wanted, {}), Standing::done);
  Connection app(target_server().connect_options_for("app", base::Secret("x")), {});
  EXPECT_EQ(app.value("SELECT CURRENT_ROLE()"), "`writers`@`%`");
}

// A mandatory role is everybody's, and no grant tells of it.
TEST_F(ObjectsOnMysql, BringsMandatoryRolesAlong) {
  run({"CREATE ROLE everyones, `odd,one`", "CREATE ROLE upper", "GRANT SELECT ON along.* TO upper",
       "GRANT upper TO everyones", "CREATE USER citizen IDENTIFIED BY 'x'",
       "SET GLOBAL mandatory_roles = 'everyones@%,`odd,one`,nobodys'"});
  const WantedAccounts wanted = accounts({{"citizen"}});
  const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
  EXPECT_THAT(outcome.created, ElementsAre("citizen@%", "everyones@%", "odd,one@%", "upper@%"));
  EXPECT_THAT(outcome.came_along, ElementsAre("everyones@% comes along: mandatory_roles names it",
                                              "odd,one@% comes along: mandatory_roles names it",
                                              "upper@% comes along: everyones@% has this role"));
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);

  // One that is mandatory there can't be dropped.
  target_root().execute("SET GLOBAL mandatory_roles = 'everyones'");
  for (const char* user : {"citizen", master}) drop_account(target(), {user, "%"}, master);
  EXPECT_THROW(drop_account(target(), {"everyones", "%"}, master), mysql::ServerError);
  EXPECT_THAT(missing_accounts(target(), {"citizen", "everyones", master}), ElementsAre("citizen"));
  target_root().execute("SET GLOBAL mandatory_roles = ''");
  run({"SET GLOBAL mandatory_roles = ''"});
  drop_users({"citizen", "everyones", "odd,one", "upper"});
}

TEST_F(ObjectsOnMysql, MendsAnAccountThatWasOnlyHalfMade) {
  run({"CREATE USER half IDENTIFIED BY 'right'", "GRANT SELECT, INSERT, UPDATE ON halves.* TO half"});
  target_root().execute("CREATE USER half IDENTIFIED BY 'wrong'");
  target_root().execute("GRANT SELECT ON halves.* TO half");
  const WantedAccounts wanted = accounts({{"half"}});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::partial);
  create_accounts(frozen(), target(), wanted, {});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  Connection half(target_server().connect_options_for("half", base::Secret("right")), {});
  EXPECT_EQ(grants_on(source(), "half"), grants_on(target(), "half"));
}

// Between those that one side has and the other lacks, too. ALTER USER takes none away.
TEST_F(ObjectsOnMysql, SeesAttributesThatOnlyOneSideHas) {
  run({"CREATE USER noted IDENTIFIED BY 'x' COMMENT 'ours'", "CREATE USER bare IDENTIFIED BY 'x'"});
  const WantedAccounts noted = accounts({{"noted"}}), bare = accounts({{"bare"}});
  for (const WantedAccounts& wanted : {noted, bare}) create_accounts(frozen(), target(), wanted, {});
  for (const char* statement : {"UPDATE mysql.user SET User_attributes = NULL WHERE User = 'noted'", "FLUSH PRIVILEGES",
                                "ALTER USER bare COMMENT 'theirs'"})
    target_root().execute(statement);
  for (const auto& [wanted, named] :
       {std::pair(noted, "account noted@% differs in attributes"), {bare, "account bare@% differs in attributes"}}) {
    EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::partial);
    EXPECT_THAT(compare_accounts(frozen(), target(), wanted, {}).differences, ElementsAre(named));
  }
  create_accounts(frozen(), target(), noted, {});
  EXPECT_EQ(accounts_standing(frozen(), target(), noted, {}), Standing::done);
  try {
    create_accounts(frozen(), target(), bare, {});
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("account bare@% is on the target already"));
    EXPECT_THAT(base::advice_of(error), HasSubstr("DROP USER 'bare'@'%'"));
  }
  target_root().execute("DROP USER bare");
  create_accounts(frozen(), target(), bare, {});
  EXPECT_EQ(accounts_standing(frozen(), target(), bare, {}), Standing::done);
  drop_users({"noted", "bare"});
}

TEST_F(ObjectsOnMysql, NamesPasswordsThatMayBeUsedAgain) {
  run({"CREATE USER keen IDENTIFIED BY 'one' PASSWORD HISTORY 5", "ALTER USER keen IDENTIFIED BY 'two'",
       "CREATE USER lazy IDENTIFIED BY 'one' PASSWORD HISTORY 5"});
  const WantedAccounts wanted = accounts({{"keen", "lazy"}});
  const auto named = ElementsAre("the earlier passwords of 1 account are not copied, and may be used again (keen@%)");
  EXPECT_THAT(password_histories(frozen(), wanted), named);
  EXPECT_THAT(password_histories(frozen(), accounts({{"lazy"}})), IsEmpty());
  EXPECT_THAT(create_accounts(frozen(), target(), wanted, {}).not_as_source, named);
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  drop_users({"keen", "lazy"});
}

TEST_F(ObjectsOnMysql, TakesAllAccountsButTheServersOwn) { expect_to_take_all_accounts_but_the_servers_own(); }

// Everything that a schema may hold besides rows, with the settings that make it hard.
std::vector<std::string> hard_schema(const std::string& name, const std::string& definer) {
  return {
      fmt::format("CREATE DATABASE {} COLLATE latin1_swedish_ci", name),
      fmt::format("CREATE DEFINER={1} PROCEDURE {0}.made_under_latin1(p VARCHAR(10)) SELECT p", name, definer),
      fmt::format("ALTER DATABASE {} COLLATE utf8mb4_unicode_ci", name),
      fmt::format("CREATE TABLE {}.parents (id INT PRIMARY KEY, twin INT, UNIQUE KEY (twin)) ENGINE=InnoDB", name),
      fmt::format(
          "CREATE TABLE {0}.`odd``name` (id INT PRIMARY KEY, parent INT NOT NULL, twin INT, note TEXT,"
          " KEY (parent), CONSTRAINT `to parent` FOREIGN KEY (parent) REFERENCES {0}.parents (id) ON DELETE CASCADE,"
          " CONSTRAINT to_twin FOREIGN KEY (twin) REFERENCES {0}.parents (twin) ON DELETE SET NULL ON UPDATE"
          " NO ACTION) ENGINE=InnoDB",
          name),
      fmt::format("CREATE TABLE {}.log (n INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(50)) ENGINE=InnoDB", name),
      // Named so that a view comes before what it reads.
      fmt::format("CREATE DEFINER={1} VIEW {0}.z_base AS SELECT id, 'Grüße' AS greeting FROM {0}.parents", name,
                  definer),
      fmt::format("CREATE DEFINER={1} SQL SECURITY INVOKER VIEW {0}.a_top AS SELECT * FROM {0}.z_base WHERE id > 1"
                  " WITH CASCADED CHECK OPTION",
                  name, definer),
      fmt::format("CREATE TABLE {}.gone (n INT)", name),
      fmt::format("CREATE DEFINER={1} VIEW {0}.invalid AS SELECT n FROM {0}.gone", name, definer),
      fmt::format("DROP TABLE {}.gone", name),
      "SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'",
      fmt::format("CREATE DEFINER={1} FUNCTION {0}.joined(a TEXT, b TEXT) RETURNS TEXT DETERMINISTIC"
                  " COMMENT 'Füße' RETURN a || ' ENABLE ' || b",
                  name, definer),
      fmt::format("CREATE DEFINER={1} VIEW {0}.with_function AS SELECT {0}.joined('a', 'b') AS c", name, definer),
      "SET sql_mode = ''",
      "SET NAMES latin1",
      fmt::format("CREATE DEFINER={1} TRIGGER {0}.zz_first BEFORE INSERT ON {0}.parents FOR EACH ROW"
                  " INSERT INTO {0}.log (what) VALUES ('first \xe4')",
                  name, definer),
      "SET NAMES utf8mb4",
      "SET time_zone = '+03:00'",
      fmt::format("CREATE DEFINER={1} EVENT {0}.daily ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00'"
                  " ON COMPLETION PRESERVE COMMENT 'ON COMPLETION PRESERVE DISABLE' DO DELETE FROM {0}.log",
                  name, definer),
      fmt::format("CREATE DEFINER={1} EVENT {0}.resting ON SCHEDULE EVERY 1 HOUR DISABLE DO DELETE FROM {0}.log", name,
                  definer),
      "SET time_zone = '+00:00'",
  };
}

TEST_F(ObjectsOnMysql, CopiesEverythingThatASchemaHolds) {
  const std::string name = "whole";
  run({"CREATE USER owner IDENTIFIED BY 'x'", "GRANT ALL ON whole.* TO owner", "CREATE USER reader IDENTIFIED BY 'x'"});
  run(hard_schema(name, "owner"));
  run(
      {"CREATE DEFINER=owner TRIGGER whole.aa_second BEFORE INSERT ON whole.parents FOR EACH ROW FOLLOWS zz_first"
       " INSERT INTO whole.log (what) VALUES ('second')",
       "GRANT SELECT (id, note), INSERT (id) ON whole.`odd``name` TO reader", "GRANT SELECT ON whole.a_top TO reader",
       "GRANT EXECUTE ON FUNCTION whole.joined TO reader WITH GRANT OPTION",
       "ALTER TABLE whole.parents ADD CONSTRAINT small CHECK (id < 1000)",
       "CREATE LIBRARY whole.shared LANGUAGE JAVASCRIPT AS 'export function f(n) {return \"ä\" + n}'",
       "GRANT EXECUTE ON LIBRARY whole.shared TO reader"});
  create_accounts(frozen(), target(), accounts({{"owner", "reader"}}), {});
  copy_tables(name);
  const WantedObjects wanted = objects({name}, {"reader"});
  EXPECT_EQ(objects_standing(frozen(), target(), wanted, {}), Standing::absent);

  const ObjectsOutcome outcome = create_objects(frozen(), target(), wanted, {});
  EXPECT_EQ(outcome.foreign_keys, 2U);
  EXPECT_EQ(outcome.routines, 3U);
  EXPECT_EQ(outcome.views, 3U);
  EXPECT_EQ(outcome.triggers, 2U);
  EXPECT_EQ(outcome.events, 2U);
  EXPECT_THAT(outcome.not_as_source,
              ElementsAre("view whole.invalid is not on the target: it is invalid on the source as well"));
  EXPECT_THAT(enabled_events(source(), {"whole"}), ElementsAre("whole.daily"));
  // As on a source that was promoted: it doesn't run there either.
  EXPECT_EQ(target_root().value("SELECT STATUS LIKE 'SLAVESIDE%' OR STATUS LIKE 'REPLICA_SIDE%' FROM"
                                " information_schema.EVENTS WHERE EVENT_NAME = 'daily'"),
            "1");
  EXPECT_THAT(enabled_events(target(), {"whole"}), IsEmpty());
  EXPECT_EQ(objects_standing(frozen(), target(), wanted, outcome.not_as_source), Standing::done);

  const Comparison compared = compare_catalogs(frozen(), target(), wanted, outcome.not_as_source, {});
  EXPECT_THAT(compared.differences, IsEmpty());
  EXPECT_THAT(compared.meant, Contains(HasSubstr("event whole.daily: its status is 'ENABLED' on the source")));
  EXPECT_EQ(grants_on(source(), "reader"), grants_on(target(), "reader"));

  target().execute("INSERT INTO whole.parents VALUES (1, 1)");
  EXPECT_EQ(target().value("SELECT GROUP_CONCAT(what ORDER BY n) FROM whole.log"), "first ä,second");
  EXPECT_EQ(target().value("SELECT c FROM whole.with_function"), "a ENABLE b");
  EXPECT_EQ(target().value("SELECT @@character_set_client"), "utf8mb4");

  const ObjectsOutcome again = create_objects(frozen(), target(), wanted, {});
  EXPECT_EQ(again.views, 3U);
  EXPECT_THAT(compare_catalogs(frozen(), target(), wanted, again.not_as_source, {}).differences, IsEmpty());
  expect_each_named(
      wanted, again.not_as_source,
      losses_after({{"ALTER TABLE whole.parents DROP CONSTRAINT small", "check whole.small is not on the target"},
                    {"DROP LIBRARY whole.shared", "library whole.shared is not on the target"},
                    {"DROP TRIGGER whole.aa_second", "trigger whole.aa_second is not on the target"}}));
}

TEST_F(ObjectsOnMysql, FindsEveryDifferenceBothWays) {
  run({"CREATE DATABASE differs",
       "CREATE TABLE differs.a (id INT PRIMARY KEY, v VARCHAR(10), CHECK (id > 0), KEY k (v))",
       "CREATE TABLE differs.b (id INT PRIMARY KEY, a_id INT, CONSTRAINT f FOREIGN KEY (a_id) REFERENCES differs.a "
       "(id))",
       "CREATE VIEW differs.v AS SELECT id FROM differs.a", "CREATE PROCEDURE differs.p() SELECT 1",
       "CREATE TRIGGER differs.t AFTER DELETE ON differs.a FOR EACH ROW SET @x = 1",
       "CREATE TABLE differs.only_here (n INT)"});
  for (const char* statement :
       {"CREATE DATABASE differs COLLATE latin1_bin",
        "CREATE TABLE differs.a (id INT PRIMARY KEY, v VARCHAR(20), CHECK (id > 1), KEY k (v) INVISIBLE)"
        " DEFAULT CHARSET=utf8mb4",
        "CREATE TABLE differs.b (id INT PRIMARY KEY, a_id INT, KEY f (a_id))",
        "CREATE TABLE differs.only_there (n INT)", "CREATE VIEW differs.v AS SELECT id, v FROM differs.a",
        "CREATE PROCEDURE differs.p() SELECT 2",
        "CREATE TRIGGER differs.t BEFORE DELETE ON differs.a FOR EACH ROW SET @x = 1"})
    target_root().execute(statement);
  const Comparison compared = compare_catalogs(frozen(), target(), objects({"differs"}), {}, {});
  for (const char* expected :
       {"database differs: its default collation name is", "column differs.a.v: its column type is 'varchar(10)'",
        "index part differs.a.k.1: its is visible is 'YES' on the source and 'NO'",
        "check differs.a_chk_1: its check clause", "table differs.only_here is not on the target",
        "table differs.only_there is on the target and not on the source",
        "foreign key differs.b.f is not on the target", "view differs.v: its view definition",
        "procedure differs.p: its routine definition is 'SELECT 1'", "trigger differs.t: its action timing is 'AFTER'"})
    EXPECT_THAT(compared.differences, Contains(StartsWith(expected)));
  EXPECT_THAT(compared.differences, Not(Contains(HasSubstr("only_here.n"))));
}

TEST_F(ObjectsOnMysql, GoesOnAfterHalfOfTheObjects) {
  run({"CREATE USER halfway IDENTIFIED BY 'x'", "GRANT ALL ON begun.* TO halfway"});
  run(hard_schema("begun", "halfway"));
  create_accounts(frozen(), target(), accounts({{"halfway"}}), {});
  copy_tables("begun");
  const WantedObjects wanted = objects({"begun"});
  target_root().execute("CREATE DEFINER=halfway VIEW begun.z_base AS SELECT 1 AS id");
  target_root().execute("ALTER DATABASE begun COLLATE latin1_swedish_ci");
  EXPECT_EQ(objects_standing(frozen(), target(), wanted, {}), Standing::partial);
  target_root().execute("DROP VIEW begun.z_base");
  const ObjectsOutcome outcome = create_objects(frozen(), target(), wanted, {});
  EXPECT_THAT(compare_catalogs(frozen(), target(), wanted, outcome.not_as_source, {}).differences, IsEmpty());
}

TEST_F(ObjectsOnMysql, NamesObjectAndDefinerThatTheTargetRefuses) {
  run({"CREATE DATABASE refused", "CREATE USER mighty IDENTIFIED BY 'x'", "GRANT SYSTEM_USER ON *.* TO mighty",
       "CREATE DEFINER=mighty VIEW refused.v AS SELECT 1 AS n"});
  target_root().execute("CREATE USER mighty IDENTIFIED BY 'x'");
  target_root().execute("GRANT SYSTEM_USER ON *.* TO mighty");
  try {
    create_objects(frozen(), target(), objects({"refused"}), {});
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("view refused.v with its definer mighty@%"));
    EXPECT_THAT(base::advice_of(error), HasSubstr("Change the definer"));
  }
  EXPECT_THAT(
      refused_definers(frozen(), {"refused"}),
      ElementsAre("mighty@% is the definer of view refused.v and has SYSTEM_USER, which the master user may not "
                  "touch"));
  run({"DROP USER mighty"});
  EXPECT_THAT(orphan_definers(frozen(), {"refused"}),
              ElementsAre("mighty@% is the definer of view refused.v and has no account"));
}

TEST_F(ObjectsOnMysql, NamesThePrivilegeThatIsMissing) { expect_to_name_the_privilege_that_is_missing(); }

TEST_F(ObjectsOnMysql, RefusesASourceThatHidesObjects) { expect_to_refuse_a_source_that_hides_objects(); }

TEST_F(ObjectsOnMysql, MakesEventsWhoseTimeHasPassed) { expect_to_make_events_whose_time_has_passed(); }

TEST_F(ObjectsOnMysql, NamesEventsThatWriteInSpiteOfReadOnly) {
  expect_to_name_events_that_write_in_spite_of_read_only("CONNECTION_ADMIN");
}

TEST_F(ObjectsOnMysql, ReportsGrantsOnWhatIsNotCopied) { expect_to_report_grants_on_what_is_not_copied(); }

TEST_F(ObjectsOnMysql, NamesTimeZonesThatDiffer) { expect_to_name_time_zones_that_differ(); }

TEST_F(ObjectsOnMysql, NamesWhatBelongsToTheServer) {
  EXPECT_THAT(added_to_the_server(frozen()), IsEmpty());
  run({"INSTALL PLUGIN keyring_udf SONAME 'keyring_udf.so'",
       "CREATE FUNCTION keyring_key_length_fetch RETURNS INTEGER SONAME 'keyring_udf.so'",
       "INSTALL COMPONENT 'file://component_validate_password'", "CREATE RESOURCE GROUP night TYPE = USER",
       "CREATE DATABASE elsewhere",
       "CREATE SPATIAL REFERENCE SYSTEM 40000 NAME 'a flat world' DEFINITION 'PROJCS[\"flat\",GEOGCS[\"WGS 84\",DATUM["
       "\"World Geodetic System 1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT["
       "\"degree\",0.017453292519943278],AXIS[\"Lon\",EAST],AXIS[\"Lat\",NORTH]],PROJECTION[\"Popular "
       "Visualisation Pseudo Mercator\"],PARAMETER[\"Latitude of natural origin\",0],PARAMETER[\"Longitude of "
       "natural origin\",0],PARAMETER[\"False easting\",0],PARAMETER[\"False northing\",0],UNIT[\"metre\",1],AXIS["
       "\"X\",EAST],AXIS[\"Y\",NORTH]]'",
       "CREATE TABLE elsewhere.t (id INT PRIMARY KEY, g GEOMETRY NOT NULL SRID 40000, h GEOMETRY SRID 4326)"});
  const auto belongs = [](const std::string& thing) {
    return fmt::format("the {} belongs to the server and is not copied", thing);
  };
  const auto function = belongs("loadable function keyring_key_length_fetch of keyring_udf.so");
  const auto component = belongs("component file://component_validate_password");
  const auto system = belongs("spatial reference system 40000 (a flat world)");
  EXPECT_THAT(added_to_the_server(source()), ElementsAre(function, component, belongs("resource group night"), system));
  EXPECT_THAT(added_to_the_server_alone(source(), target()),
              ElementsAre(function, component, belongs("resource group night"), system));
  EXPECT_THAT(added_to_the_server_alone(source(), source()), IsEmpty());
  // Who may not use resource groups sees none.
  EXPECT_THAT(added_to_the_server(frozen()), ElementsAre(function, component, system));
  EXPECT_THAT(columns_of_added_reference_systems(frozen(), {"elsewhere"}),
              ElementsAre(StartsWith("column elsewhere.t.g is in the spatial reference system 40000")));
  EXPECT_THAT(columns_of_added_reference_systems(frozen(), {"whole"}), IsEmpty());
  // Why it is refused.
  EXPECT_THROW(copy_tables("elsewhere"), mysql::ServerError);
  run({"DROP DATABASE elsewhere", "DROP SPATIAL REFERENCE SYSTEM 40000", "DROP RESOURCE GROUP night",
       "UNINSTALL COMPONENT 'file://component_validate_password'", "DROP FUNCTION keyring_key_length_fetch",
       "UNINSTALL PLUGIN keyring_udf"});
}

// The rules of the target's component are about passwords that it is told, not about hashes; none at all is one that it
// is told.
TEST_F(ObjectsOnMysql, MakesAccountsWhosePasswordsTheTargetWouldNotTake) {
  target_root().execute("INSTALL COMPONENT 'file://component_validate_password'");
  run({"CREATE USER careless IDENTIFIED BY 'x'", "CREATE USER open_door IDENTIFIED BY ''"});
  EXPECT_THROW(target_root().execute("CREATE USER careless IDENTIFIED BY 'x'"), mysql::ServerError);
  const WantedAccounts wanted = accounts({{"careless"}});
  EXPECT_THAT(create_accounts(frozen(), target(), wanted, {}).not_as_source, IsEmpty());
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  Connection careless(target_server().connect_options_for("careless", base::Secret("x")), {});
  try {
    create_accounts(frozen(), target(), accounts({{"open_door"}}), {});
    FAIL() << "it was taken";
  } catch (const std::exception& error) {
    EXPECT_THAT(base::text_of(error), HasSubstr("account open_door@%: creating the account"));
    EXPECT_THAT(base::text_of(error), HasSubstr("does not satisfy the current policy"));
  }
  drop_users({"careless", "open_door"});
  target_root().execute("UNINSTALL COMPONENT 'file://component_validate_password'");
}

TEST_F(ObjectsOnMysql, NamesViewsAndPasswordsThatCannotCome) {
  run({"CREATE DATABASE parts", "CREATE TABLE parts.t (id INT)", "CREATE TABLE parts.gone (id INT)",
       "CREATE VIEW parts.good AS SELECT id FROM parts.t", "CREATE VIEW parts.`bad'` AS SELECT id FROM parts.gone",
       "CREATE VIEW parts.upon AS SELECT id FROM parts.`bad'`", "DROP TABLE parts.gone",
       "CREATE USER twice IDENTIFIED BY 'first'", "ALTER USER twice IDENTIFIED BY 'second' RETAIN CURRENT PASSWORD"});
  EXPECT_THAT(invalid_views(frozen(), {"parts"}),
              ElementsAre("view parts.bad' is invalid and will not be on the target",
                          "view parts.upon is invalid and will not be on the target"));
  EXPECT_THAT(second_passwords(frozen(), accounts({{"twice"}})),
              ElementsAre("twice@% has a second password, which can't be copied"));
  EXPECT_THAT(second_passwords(frozen(), accounts({{"reader"}})), IsEmpty());
  run({"DROP USER twice"});
}

TEST_F(ObjectsOnMysql, NamesStoredColumnsThatFollowTheSession) {
  run({"CREATE DATABASE sessions",
       "CREATE TABLE sessions.t (id INT PRIMARY KEY, d DATETIME, at TIMESTAMP NULL, `a``t` TIMESTAMP NULL,"
       " by_zone VARCHAR(30) AS (CONCAT(at)) STORED, by_other VARCHAR(30) AS (CONCAT('it''s ', `a``t`)) STORED,"
       " by_call DATETIME AS (FROM_UNIXTIME(id)) STORED, by_language VARCHAR(20) AS (DATE_FORMAT(d, '%d %M')) STORED,"
       " by_none VARCHAR(20) AS (DATE_FORMAT(d, '%Y-%m-%d')) STORED, of_day INT AS (DAYOFWEEK(d)) STORED,"
       " not_stored VARCHAR(30) AS (CONCAT(at)) VIRTUAL)"});
  const auto named = [](const char* column) {
    return StartsWith(fmt::format("column sessions.t.{} is stored, and its values may depend on the session", column));
  };
  EXPECT_THAT(columns_by_session(frozen(), {"sessions"}),
              ElementsAre(named("by_call"), named("by_language"), named("by_other"), named("by_zone")));
  EXPECT_THAT(columns_by_session(frozen(), {"whole"}), IsEmpty());
}

TEST_F(ObjectsOnMysql, NamesChecksThatFollowTheSession) {
  run({"CREATE DATABASE checks",
       "CREATE TABLE checks.t (id INT PRIMARY KEY, d DATETIME, at TIMESTAMP NULL,"
       " CONSTRAINT by_call CHECK (FROM_UNIXTIME(id) < '2030-01-01'), CONSTRAINT by_none CHECK (d > '2020-01-01'),"
       " CONSTRAINT by_zone CHECK (at > '2020-01-01'), CONSTRAINT idle CHECK (at > '2021-01-01') NOT ENFORCED)"});
  const auto named = [](const char* check) {
    return StartsWith(fmt::format("check {} of checks.t may depend on the session", check));
  };
  EXPECT_THAT(checks_by_session(frozen(), {"checks"}), ElementsAre(named("by_call"), named("by_zone")));
  EXPECT_THAT(checks_by_session(frozen(), {"elsewhere"}), IsEmpty());
  run({"DROP DATABASE checks"});
}

TEST_F(ObjectsOnMysql, NamesAllAccountsWhosePluginTheTargetLacks) {
  run({"INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'", "CREATE USER socket IDENTIFIED WITH auth_socket",
       "CREATE USER other_socket IDENTIFIED WITH auth_socket", "CREATE USER usual IDENTIFIED BY 'x'"});
  const WantedAccounts wanted = accounts({{"socket", "other_socket", "usual"}});
  EXPECT_THAT(accounts_without_plugin(frozen(), wanted, frozen().flavor()), IsEmpty());
  try {
    create_accounts(frozen(), target(), wanted, {});
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("other_socket@% logs in with auth_socket; socket@% logs in with auth_socket"));
    EXPECT_THAT(base::advice_of(error), HasSubstr("Give the target that plugin"));
  }
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::absent);
  target_root().execute("INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'");
  create_accounts(frozen(), target(), wanted, {});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  run({"UNINSTALL PLUGIN auth_socket"});
  EXPECT_THAT(accounts_without_plugin(frozen(), wanted, frozen().flavor()),
              ElementsAre("other_socket@% logs in with auth_socket", "socket@% logs in with auth_socket"));
  drop_users({"socket", "other_socket", "usual"});
  target_root().execute("UNINSTALL PLUGIN auth_socket");
}

// --------------------------------------------------------------------------------------------------------- MySQL 5.6

TEST_F(ObjectsOnOldMysql, CopiesAccountsSoThatTheirOwnersCanLogIn) {
  run({"CREATE USER putio IDENTIFIED BY 'secret one'",
       "GRANT SELECT, INSERT ON `sh\\_op`.* TO putio WITH GRANT OPTION MAX_USER_CONNECTIONS 7",
       "CREATE USER `o'reilly`@`10.0.%` IDENTIFIED BY 'x'", "CREATE USER open_door",
       "CREATE USER tls IDENTIFIED BY 'x'",
       "GRANT PROCESS, SUPER ON *.* TO tls REQUIRE SUBJECT '/CN=it''s' CIPHER 'AES256-SHA'",
       "CREATE USER expired IDENTIFIED BY 'x'", "ALTER USER expired PASSWORD EXPIRE"});
  const WantedAccounts wanted = accounts({{"putio", "o'reilly", "open_door", "tls", "expired"}});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::absent);
  const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
  EXPECT_EQ(outcome.created.size(), 5U);
  EXPECT_THAT(outcome.not_as_source, ElementsAre(StartsWith("SUPER on all databases for tls@% is not on the target")));
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);

  Connection putio(target_server().connect_options_for("putio", base::Secret("secret one")), {});
  Connection open_door(target_server().connect_options_for("open_door", base::Secret("")), {});
  for (const char* account : {"putio", "open_door", "expired", "'o\\'reilly'@'10.0.%'"})
    EXPECT_EQ(grants_on(source(), account), grants_on(target_root(), account));
  EXPECT_EQ(target_root().value("SELECT password_expired FROM mysql.user WHERE User = 'expired'"), "Y");
  EXPECT_EQ(target_root().value("SELECT CONCAT(x509_subject, ' ', ssl_cipher) FROM mysql.user WHERE User = 'tls'"),
            "/CN=it's AES256-SHA");
}

TEST_F(ObjectsOnOldMysql, MendsAnAccountThatWasOnlyHalfMade) {
  run({"GRANT SELECT ON halves.* TO half IDENTIFIED BY 'right'",
       "GRANT USAGE ON *.* TO half WITH MAX_USER_CONNECTIONS 3"});
  target_root().execute("CREATE USER half IDENTIFIED BY 'wrong'");
  const WantedAccounts wanted = accounts({{"half"}});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::partial);
  create_accounts(frozen(), target(), wanted, {});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
  Connection half(target_server().connect_options_for("half", base::Secret("right")), {});
}

TEST_F(ObjectsOnOldMysql, CopiesEverythingThatASchemaHolds) {
  run({"CREATE USER reader IDENTIFIED BY 'x'"});
  run(hard_schema("whole", master));
  run({"GRANT SELECT (id, note), INSERT (id) ON whole.`odd``name` TO reader", "GRANT ALL ON whole.a_top TO reader",
       "GRANT EXECUTE ON FUNCTION whole.joined TO reader WITH GRANT OPTION"});
  create_accounts(frozen(), target(), accounts({{"reader"}}), {});
  copy_tables("whole");
  const WantedObjects wanted = objects({"whole"}, {"reader"});
  EXPECT_EQ(objects_standing(frozen(), target(), wanted, {}), Standing::absent);
  const ObjectsOutcome outcome = create_objects(frozen(), target(), wanted, {});
  EXPECT_THAT(outcome.not_as_source, ElementsAre(StartsWith("view whole.invalid is not on the target")));
  EXPECT_EQ(objects_standing(frozen(), target(), wanted, outcome.not_as_source), Standing::done);
  EXPECT_THAT(compare_catalogs(frozen(), target(), wanted, outcome.not_as_source, {}).differences, IsEmpty());
  EXPECT_EQ(grants_on(source(), "reader"), grants_on(target_root(), "reader"));
  EXPECT_THAT(enabled_events(source(), {"whole"}), ElementsAre("whole.daily"));
  // As on a source that was promoted: it doesn't run there either.
  EXPECT_EQ(target_root().value("SELECT STATUS LIKE 'SLAVESIDE%' OR STATUS LIKE 'REPLICA_SIDE%' FROM"
                                " information_schema.EVENTS WHERE EVENT_NAME = 'daily'"),
            "1");
  EXPECT_THAT(enabled_events(target(), {"whole"}), IsEmpty());
  EXPECT_EQ(target_root().value("SELECT STATUS FROM information_schema.EVENTS WHERE EVENT_NAME = 'daily'"),
            "SLAVESIDE_DISABLED");
  target().execute("INSERT INTO whole.parents VALUES (1, 1)");
  EXPECT_EQ(target().value("SELECT what FROM whole.log"), "first ä");
  expect_each_named(wanted, outcome.not_as_source, losses_of_hard_schema());
}

// There only SUPER may name somebody else, and RDS keeps it.
TEST_F(ObjectsOnOldMysql, NamesObjectAndDefinerThatTheTargetRefuses) { expect_to_name_a_definer_that_is_refused(); }

TEST_F(ObjectsOnOldMysql, NamesThePrivilegeThatIsMissing) { expect_to_name_the_privilege_that_is_missing(); }

TEST_F(ObjectsOnOldMysql, RefusesASourceThatHidesObjects) { expect_to_refuse_a_source_that_hides_objects(); }

TEST_F(ObjectsOnOldMysql, MakesEventsWhoseTimeHasPassed) { expect_to_make_events_whose_time_has_passed(); }

TEST_F(ObjectsOnOldMysql, NamesEventsThatWriteInSpiteOfReadOnly) {
  expect_to_name_events_that_write_in_spite_of_read_only("SUPER");
}

TEST_F(ObjectsOnOldMysql, ReportsGrantsOnWhatIsNotCopied) { expect_to_report_grants_on_what_is_not_copied(); }

TEST_F(ObjectsOnOldMysql, NamesWhatBelongsToTheServer) { expect_to_name_loadable_functions(); }

TEST_F(ObjectsOnOldMysql, ReportsWhatTheMasterUserCannotGrant) { expect_to_report_what_the_master_user_cannot_grant(); }

TEST_F(ObjectsOnOldMysql, TakesAllAccountsButTheServersOwn) { expect_to_take_all_accounts_but_the_servers_own(); }

TEST_F(ObjectsOnOldMysql, NamesTimeZonesThatDiffer) { expect_to_name_time_zones_that_differ(); }

// mysql_native_password was taken out of 9.0, the older hashes out of 5.7.
TEST_F(ObjectsOnOldMysql, NamesAccountsThatLaterVersionsCannotHave) {
  run({"CREATE USER native IDENTIFIED BY 'x'", "CREATE USER older IDENTIFIED WITH mysql_old_password",
       "CREATE USER hashed IDENTIFIED WITH sha256_password"});
  const WantedAccounts wanted = accounts({{"native", "older", "hashed"}});
  const auto on = [&](const char* version) {
    return accounts_without_plugin(frozen(), wanted, mysql::Flavor::from_api("mysql", version));
  };
  EXPECT_THAT(on("5.6.51"), IsEmpty());
  EXPECT_THAT(on("8.0.40"), ElementsAre("older@% logs in with mysql_old_password"));
  EXPECT_THAT(on("9.7.0"),
              ElementsAre("native@% logs in with mysql_native_password", "older@% logs in with mysql_old_password"));
  drop_users({"native", "older", "hashed"});
}

TEST_F(ObjectsOnOldMysql, NamesViewsThatCannotCome) {
  run({"CREATE DATABASE parts", "CREATE TABLE parts.gone (id INT)",
       "CREATE VIEW parts.bad AS SELECT id FROM parts.gone", "CREATE VIEW parts.good AS SELECT 1 AS n",
       "DROP TABLE parts.gone"});
  EXPECT_THAT(invalid_views(frozen(), {"parts"}),
              ElementsAre("view parts.bad is invalid and will not be on the target"));
  EXPECT_THAT(added_to_the_server(frozen()), IsEmpty());
}

// ----------------------------------------------------------------------------------------------------- MariaDB 10.11

TEST_F(ObjectsOnMariadb, CopiesAccountsAndRoles) {
  run({"CREATE USER putio IDENTIFIED BY 'secret one' REQUIRE SSL WITH MAX_USER_CONNECTIONS 7",
       "GRANT SELECT, DELETE HISTORY ON `sh\\_op`.* TO putio WITH GRANT OPTION", "GRANT PROCESS ON *.* TO putio",
       "CREATE USER `o'reilly`@`10.0.%` IDENTIFIED BY 'x' ACCOUNT LOCK",
       "CREATE USER two_ways IDENTIFIED VIA unix_socket OR "
       "mysql_native_password USING PASSWORD('y')",
       "CREATE ROLE readers", "CREATE ROLE writers", "GRANT SELECT ON along.* TO readers", "GRANT readers TO writers",
       "GRANT writers TO putio", "SET DEFAULT ROLE writers FOR putio",
       "GRANT BINLOG MONITOR, BINLOG ADMIN ON *.* TO `o'reilly`@`10.0.%`", "GRANT SHOW VIEW ON along.* TO PUBLIC"});
  const WantedAccounts wanted = accounts({{"putio", "o'reilly", "two_ways", "PUBLIC"}});
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::absent);
  const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
  EXPECT_THAT(outcome.created, testing::UnorderedElementsAre("putio@%", "o'reilly@10.0.%", "two_ways@%", "role readers",
                                                             "role writers"));
  EXPECT_THAT(outcome.not_as_source,
              testing::UnorderedElementsAre(
                  StartsWith("BINLOG ADMIN on all databases for o'reilly@10.0.% is not on the target"),
                  StartsWith("DELETE HISTORY on database sh\\_op for putio@% is not on the target")));
  EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);

  const AccountsOutcome rest = grant_on_objects(frozen(), target(), wanted, {});
  EXPECT_EQ(object_grants_standing(frozen(), target(), wanted, rest.not_as_source), Standing::done);
  Connection putio(target_server().connect_options_for("putio", base::Secret("secret one")), {});
  EXPECT_EQ(source().value("SHOW CREATE USER two_ways"), target_root().value("SHOW CREATE USER two_ways"));
  EXPECT_EQ(grants_on(source(), "PUBLIC"), grants_on(target_root(), "PUBLIC"));

  for (const AccountName& account : {AccountName{"readers", "", true}, {"PUBLIC", "", true}, {master, "%"}})
    drop_account(target(), account, master);
  EXPECT_THAT(missing_accounts(target_root(), {"readers", master}), ElementsAre("readers"));
  EXPECT_THAT(grants_on(target_root(), "PUBLIC"), Not(HasSubstr("SHOW VIEW")));
}

TEST_F(ObjectsOnMariadb, CopiesEverythingThatASchemaHolds) {
  run({"CREATE USER reader IDENTIFIED BY 'x'"});
  run(hard_schema("whole", master));
  run(
      {"CREATE DEFINER=admin TRIGGER whole.aa_second BEFORE INSERT ON whole.parents FOR EACH ROW FOLLOWS zz_first"
       " INSERT INTO whole.log (what) VALUES ('second')",
       "ALTER TABLE whole.parents ADD CONSTRAINT small CHECK (id < 1000)",
       "CREATE DEFINER=admin AGGREGATE FUNCTION whole.counted(x INT) RETURNS INT BEGIN DECLARE n INT DEFAULT 0;"
       " DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN n; LOOP FETCH GROUP NEXT ROW; SET n = n + 1; END LOOP; END",
       "SET sql_mode = 'ORACLE'", "CREATE DEFINER=admin PACKAGE whole.tools AS FUNCTION one RETURN INT; END",
       "CREATE DEFINER=admin PACKAGE BODY whole.tools AS FUNCTION one RETURN INT AS BEGIN RETURN 1; END; END",
       "SET sql_mode = ''", "GRANT SELECT (id, note), INSERT (id) ON whole.`odd``name` TO reader",
       "GRANT SELECT ON whole.a_top TO reader", "GRANT EXECUTE ON FUNCTION whole.joined TO reader WITH GRANT OPTION"});
  create_accounts(frozen(), target(), accounts({{"reader"}}), {});
  copy_tables("whole");
  const WantedObjects wanted = objects({"whole"}, {"reader"});
  EXPECT_EQ(objects_standing(frozen(), target(), wanted, {}), Standing::absent);
  const ObjectsOutcome outcome = create_objects(frozen(), target(), wanted, {});
  EXPECT_EQ(outcome.routines, 5U);
  EXPECT_THAT(outcome.not_as_source, ElementsAre(StartsWith("view whole.invalid is not on the target")));
  EXPECT_EQ(objects_standing(frozen(), target(), wanted, outcome.not_as_source), Standing::done);
  EXPECT_THAT(compare_catalogs(frozen(), target(), wanted, outcome.not_as_source, {}).differences, IsEmpty());
  EXPECT_EQ(grants_on(source(), "reader"), grants_on(target_root(), "reader"));
  target().execute("INSERT INTO whole.parents VALUES (1, 1)");
  EXPECT_EQ(target().value("SELECT GROUP_CONCAT(what ORDER BY n) FROM whole.log"), "first ä,second");
  target_root().execute("SET sql_mode = 'ORACLE'");  // else it knows no packages
  expect_each_named(wanted, outcome.not_as_source,
                    losses_after({{"ALTER TABLE whole.parents DROP CONSTRAINT small",
                                   "check whole.parents.Table.small is not on the target"},
                                  {"DROP PACKAGE BODY whole.tools", "package body whole.tools is not on the target"},
                                  {"DROP PACKAGE whole.tools", "package whole.tools is not on the target"}}));
}

// Each table's first check without a name is CONSTRAINT_1 there, and a column's is called as the column.
TEST_F(ObjectsOnMariadb, TellsChecksOfOneNameApart) {
  const auto table = [](const char* name, int above) {
    return fmt::format("CREATE TABLE checked.{0} (id INT PRIMARY KEY CHECK (id > {1}), v INT, CHECK (v > {1}))", name,
                       above);
  };
  run({"CREATE DATABASE checked", table("one", 0), table("other", 0)});
  target().execute("CREATE DATABASE checked");
  for (const auto& [changed, kept] : {std::pair("one", "other"), {"other", "one"}}) {
    target().execute("DROP TABLE IF EXISTS checked.one, checked.other");
    target().execute(table(changed, 1));
    target().execute(table(kept, 0));
    const auto differs = [&](const char* check) {
      return StartsWith(fmt::format("check checked.{}.{}: its check clause is", changed, check));
    };
    EXPECT_THAT(compare_catalogs(frozen(), target(), objects({"checked"}), {}, {}).differences,
                UnorderedElementsAre(differs("Column.id"), differs("Table.CONSTRAINT_1")));
  }
}

TEST_F(ObjectsOnMariadb, NamesObjectAndDefinerThatTheTargetRefuses) { expect_to_name_a_definer_that_is_refused(); }

TEST_F(ObjectsOnMariadb, NamesThePrivilegeThatIsMissing) { expect_to_name_the_privilege_that_is_missing(); }

TEST_F(ObjectsOnMariadb, RefusesASourceThatHidesObjects) { expect_to_refuse_a_source_that_hides_objects(); }

TEST_F(ObjectsOnMariadb, MakesEventsWhoseTimeHasPassed) { expect_to_make_events_whose_time_has_passed(); }

TEST_F(ObjectsOnMariadb, NamesEventsThatWriteInSpiteOfReadOnly) {
  expect_to_name_events_that_write_in_spite_of_read_only("READ_ONLY ADMIN");
}

TEST_F(ObjectsOnMariadb, ReportsGrantsOnWhatIsNotCopied) { expect_to_report_grants_on_what_is_not_copied(); }

TEST_F(ObjectsOnMariadb, NamesWhatBelongsToTheServer) { expect_to_name_loadable_functions(); }

TEST_F(ObjectsOnMariadb, ReportsWhatTheMasterUserCannotGrant) { expect_to_report_what_the_master_user_cannot_grant(); }

TEST_F(ObjectsOnMariadb, TakesAllAccountsButTheServersOwn) { expect_to_take_all_accounts_but_the_servers_own(); }

TEST_F(ObjectsOnMariadb, NamesTimeZonesThatDiffer) { expect_to_name_time_zones_that_differ(); }

// It takes no function there that follows the session, but a TIMESTAMP.
TEST_F(ObjectsOnMariadb, NamesStoredColumnsThatFollowTheSession) {
  run({"CREATE DATABASE sessions",
       "CREATE TABLE sessions.t (id INT PRIMARY KEY, d DATETIME, at TIMESTAMP NULL,"
       " by_zone VARCHAR(30) AS (CONCAT(at)) STORED, by_none VARCHAR(30) AS (CONCAT(d)) STORED,"
       " not_stored VARCHAR(30) AS (CONCAT(at)) VIRTUAL)"});
  EXPECT_THAT(columns_by_session(frozen(), {"sessions"}),
              ElementsAre(StartsWith("column sessions.t.by_zone is stored")));
}

TEST_F(ObjectsOnMariadb, NamesPersistentStatistics) {
  run({"CREATE DATABASE counted", "CREATE TABLE counted.t (id INT PRIMARY KEY, v INT, KEY (v))",
       "CREATE TABLE counted.other (id INT PRIMARY KEY)", "INSERT INTO counted.t VALUES (1, 2)"});
  copy_tables("counted");
  EXPECT_THAT(persistent_statistics(frozen(), {"counted"}), IsEmpty());
  source().query("ANALYZE TABLE counted.t PERSISTENT FOR ALL");
  const auto named = ElementsAre("the persistent statistics of 1 table are not copied (counted.t)");
  EXPECT_THAT(persistent_statistics(frozen(), {"counted"}), named);
  EXPECT_THAT(persistent_statistics(frozen(), {"elsewhere"}), IsEmpty());
  EXPECT_THAT(create_objects(frozen(), target(), objects({"counted"}), {}).not_as_source, named);
  run({"DROP DATABASE counted"});
}

TEST_F(ObjectsOnMariadb, NamesAllAccountsWhosePluginTheTargetLacks) {
  run({"CREATE USER either IDENTIFIED VIA mysql_native_password USING PASSWORD('y') OR unix_socket",
       "CREATE USER no_password"});
  const WantedAccounts wanted = accounts({{"either", "no_password"}});
  EXPECT_THAT(accounts_without_plugin(frozen(), wanted, frozen().flavor()), IsEmpty());
  // Nothing else than what is built in can be had here; a server without one of these is made up.
  EXPECT_THAT(without_plugin(read_accounts(source()), {{"either", "%"}, {"no_password", "%"}}, {"unix_socket"}),
              ElementsAre("either@% logs in with mysql_native_password"));
  EXPECT_THAT(without_plugin(read_accounts(source()), {{"either", "%"}}, {"mysql_native_password"}),
              ElementsAre("either@% logs in with unix_socket"));
}

TEST_F(ObjectsOnMariadb, NamesViewsThatCannotCome) {
  run({"CREATE DATABASE parts", "CREATE TABLE parts.gone (id INT)",
       "CREATE VIEW parts.bad AS SELECT id FROM parts.gone", "CREATE VIEW parts.good AS SELECT 1 AS n",
       "DROP TABLE parts.gone"});
  EXPECT_THAT(invalid_views(frozen(), {"parts"}),
              ElementsAre("view parts.bad is invalid and will not be on the target"));
  EXPECT_THAT(added_to_the_server(frozen()), IsEmpty());
}

}  // namespace
}  // namespace darbe::objects
