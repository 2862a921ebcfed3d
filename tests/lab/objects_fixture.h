// Two servers of one kind, and what the suites of each kind expect alike of accounts and objects that are copied
// between them and compared.
#pragma once

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

// What RDS gives its master user (facts/rds-mysql.md 2.1): today through a role that may not write in schema
// mysql. 5.6's and MariaDB's may name nobody but itself as a definer.
inline std::vector<std::string> master_grants(const mysql::Flavor& flavor, const std::string& account) {
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

inline constexpr const char* master = "admin";
inline constexpr const char* master_password = "master-password-1";

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

  static mysql::Connection master_session(servers::TestServer& server, mysql::Connection& root) {
    const std::string account = mysql::quote_account(master, "%");
    root.execute(fmt::format("CREATE USER {} IDENTIFIED BY '{}'", account, master_password));
    for (const std::string& grant : master_grants(root.flavor(), account)) root.execute(grant);
    return mysql::Connection(server.connect_options_for(master, base::Secret(master_password)), {});
  }

  servers::TestServer source_server;
  servers::TestServer target_server;
  mysql::Connection source;
  mysql::Connection target_root;
  mysql::Connection frozen;
  mysql::Connection target;
};

class ObjectsSuite : public testing::Test {
 protected:
  static void start(std::string_view kind) { pair_ = std::make_unique<Pair>(kind); }
  static void TearDownTestSuite() { pair_.reset(); }

  mysql::Connection& source() { return pair_->source; }  // root's session, to make things with
  mysql::Connection& frozen() { return pair_->frozen; }
  mysql::Connection& target() { return pair_->target; }
  mysql::Connection& target_root() { return pair_->target_root; }
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

  std::string grants_on(mysql::Connection& server, const std::string& account) {
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
      EXPECT_THAT(differences(), testing::Not(testing::Contains(loss.named)));
      target_root().execute(loss.sql);
      EXPECT_THAT(differences(), testing::Contains(loss.named)) << loss.sql;
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
      EXPECT_THAT(error.what(), testing::HasSubstr("procedure refused.p with its definer other@%"));
    }
    EXPECT_THAT(refused_definers(frozen(), {"refused"}),
                testing::ElementsAre(
                    "other@% is the definer of procedure refused.p, and this version lets the master user name "
                    "only itself"));
    EXPECT_THAT(refused_definers(source(), {"refused"}), testing::IsEmpty());
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
      mysql::Connection weak(target_server().connect_options_for("weak", base::Secret("x")), {});
      try {
        create_objects(frozen(), weak, objects({"withheld"}), {});
        ADD_FAILURE() << "it was taken";
      } catch (const base::Error& error) {
        EXPECT_THAT(error.what(),
                    testing::AllOf(testing::HasSubstr("withheld.o: creating "), testing::HasSubstr("denied")));
        EXPECT_THAT(base::advice_of(error),
                    testing::AllOf(testing::StartsWith("Grant the account that Darbe uses on the target"),
                                   testing::HasSubstr(fmt::format("({} on `withheld`", missing)),
                                   testing::Not(testing::HasSubstr("definer"))));
      }
      target_root().execute(fmt::format("GRANT {} ON withheld.* TO weak", missing));
      weak = mysql::Connection(target_server().connect_options_for("weak", base::Secret("x")), {});
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
    mysql::Connection blind(source_server().connect_options_for("half_blind", base::Secret("x")), {});
    EXPECT_THAT(list_objects(frozen(), ObjectKind::event, {"hiding"}), testing::SizeIs(1));
    EXPECT_THAT(list_objects(blind, ObjectKind::event, {"hiding"}), testing::IsEmpty());
    const WantedObjects wanted = objects({"hiding"});
    const auto expect_refused = [](const auto& call) {
      try {
        call();
        ADD_FAILURE() << "it was taken";
      } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::Kind::refused);
        EXPECT_THAT(error.what(), testing::HasSubstr("EVENT is not granted on *.*"));
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
    EXPECT_THAT(outcome.not_as_source, testing::IsEmpty());
    EXPECT_EQ(outcome.events, 3U);
    EXPECT_EQ(objects_standing(frozen(), target(), wanted, {}), Standing::done);
    EXPECT_THAT(compare_catalogs(frozen(), target(), wanted, {}, {}).differences, testing::IsEmpty());
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
    EXPECT_EQ(read_only_of(frozen()), ReadOnly::on);
    EXPECT_THAT(writing_events(frozen(), ReadOnly::on),
                testing::ElementsAre("event acting.calling of unarmed@%", "event acting.kept of unstopped@%"));
    EXPECT_THAT(
        writing_events(frozen(), ReadOnly::off),
        testing::AllOf(testing::IsSupersetOf({"event acting.calling of unarmed@%", "event acting.kept of unstopped@%",
                                              "event acting.stopped of unarmed@%"}),
                       testing::Not(testing::Contains(testing::HasSubstr("acting.resting")))));
    const auto rows_of = [&](const char* who) {
      return source().number(fmt::format("SELECT COUNT(*) FROM acting.t WHERE who = '{}'", who));
    };
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::minutes(1)}, {},
                                 [&] { return rows_of("kept") > 2 && rows_of("called") > 2; }));
    EXPECT_EQ(rows_of("stopped"), 0U);
    if (frozen().flavor().has_roles()) {
      run({"CREATE ROLE guards", fmt::format("GRANT {} ON *.* TO guards", privilege), "GRANT guards TO unarmed"});
      EXPECT_THAT(writing_events(frozen(), ReadOnly::on), testing::Contains("event acting.stopped of unarmed@%"));
      run({"DROP ROLE guards"});
    }
    run({"SET GLOBAL read_only = 0"});
    EXPECT_EQ(read_only_of(frozen()), ReadOnly::off);
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::minutes(1)}, {},
                                 [&] { return rows_of("stopped") > 0; }));
    run({"SET GLOBAL event_scheduler = OFF", "DROP DATABASE acting"});
    drop_users({"unstopped", "unarmed"});
  }

  void expect_to_report_grants_on_what_is_not_copied() {
    run({"CREATE DATABASE left_out", "CREATE TABLE left_out.t (n INT)", "CREATE USER outsider IDENTIFIED BY 'x'",
         "GRANT SELECT ON left_out.t TO outsider"});
    const WantedAccounts wanted = accounts({{"outsider"}});
    create_accounts(frozen(), target(), wanted, {});
    const AccountsOutcome outcome = grant_on_objects(frozen(), target(), wanted, {});
    EXPECT_THAT(
        outcome.not_as_source,
        testing::ElementsAre(testing::StartsWith("SELECT on table left_out.t for outsider@% is not on the target")));
    EXPECT_EQ(object_grants_standing(frozen(), target(), wanted, outcome.not_as_source), Standing::done);
  }

  void expect_to_report_what_the_master_user_cannot_grant() {
    run({"CREATE USER dba IDENTIFIED BY 'x'", "GRANT SUPER, SELECT, SHUTDOWN ON *.* TO dba WITH GRANT OPTION"});
    const WantedAccounts wanted = accounts({{"dba"}});
    const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
    EXPECT_THAT(
        outcome.not_as_source,
        testing::UnorderedElementsAre(testing::StartsWith("SUPER on all databases for dba@% is not on the target"),
                                      testing::StartsWith("SHUTDOWN on all databases for dba@% is not on the target")));
    EXPECT_EQ(accounts_standing(frozen(), target(), wanted, outcome.not_as_source), Standing::done);
    EXPECT_THAT(grants_on(target(), "dba"),
                testing::AllOf(testing::HasSubstr("GRANT SELECT ON *.*"), testing::HasSubstr("WITH GRANT OPTION"),
                               testing::Not(testing::HasSubstr("SUPER"))));
    drop_users({"dba"});
  }

  void expect_to_mend_an_account_that_was_only_half_made() {
    run({"CREATE USER half IDENTIFIED BY 'right'", "GRANT SELECT, INSERT, UPDATE ON halves.* TO half"});
    target_root().execute("CREATE USER half IDENTIFIED BY 'wrong'");
    target_root().execute("GRANT SELECT ON halves.* TO half");
    const WantedAccounts wanted = accounts({{"half"}});
    EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::partial);
    create_accounts(frozen(), target(), wanted, {});
    EXPECT_EQ(accounts_standing(frozen(), target(), wanted, {}), Standing::done);
    mysql::Connection half(target_server().connect_options_for("half", base::Secret("right")), {});
    EXPECT_EQ(grants_on(source(), "half"), grants_on(target_root(), "half"));
  }

  void expect_to_take_all_accounts_but_the_servers_own() {
    run({"CREATE USER darbe_r_1234 IDENTIFIED BY 'x'", "CREATE USER rdsadmin@localhost IDENTIFIED BY 'x'",
         "CREATE USER plain IDENTIFIED BY 'x'"});
    // root@% is each server's own here; with RDS there is none but the master user.
    WantedAccounts wanted = accounts();
    wanted.master_user = "root";
    const auto root_on = [](mysql::Connection& server) {
      return server.query("SELECT * FROM mysql.user WHERE User = 'root' AND Host = '%'").rows;
    };
    const auto root_before = root_on(target_root());
    EXPECT_NE(root_before, root_on(source()));  // its password is another one
    const AccountsOutcome outcome = create_accounts(frozen(), target(), wanted, {});
    EXPECT_THAT(outcome.created, testing::Contains("plain@%"));
    EXPECT_THAT(outcome.created,
                testing::Not(testing::Contains(testing::AnyOf(
                    testing::StartsWith("darbe_r"), testing::StartsWith("rdsadmin"), testing::StartsWith("mysql."),
                    testing::StartsWith("mariadb."), testing::StartsWith("root@")))));
    EXPECT_EQ(root_on(target_root()), root_before);
    EXPECT_THAT(missing_accounts(frozen(), {"plain", "nobody", "nor he"}), testing::ElementsAre("nobody", "nor he"));
    drop_users({"darbe_r_1234", "plain"});
    run({"DROP USER rdsadmin@localhost"});
  }

  // The list of a server's functions is a table: no library is needed to be in it.
  void expect_to_name_loadable_functions() {
    EXPECT_THAT(added_to_the_server(frozen()), testing::IsEmpty());
    run({"INSERT INTO mysql.func (name, ret, dl, type) VALUES ('shout', 0, 'shout.so', 'function')"});
    EXPECT_THAT(
        added_to_the_server(frozen()),
        testing::ElementsAre("the loadable function shout of shout.so belongs to the server and is not copied"));
    run({"DELETE FROM mysql.func WHERE name = 'shout'"});
  }

  // A zone an hour, or more, from UTC.
  static void add_time_zone(mysql::Connection& server, const std::string& name, int number, int hours) {
    server.execute(fmt::format("INSERT INTO mysql.time_zone_name VALUES ('{}', {})", name, number));
    server.execute(
        fmt::format("INSERT INTO mysql.time_zone_transition_type VALUES ({}, 0, {}, 0, 'HERE')", number, hours * 3600));
    server.execute(fmt::format("INSERT INTO mysql.time_zone_transition VALUES ({}, 1000000, 0)", number));
  }
  void expect_to_name_time_zones_that_differ() {
    const auto differing = [&] { return differing_time_zones(frozen(), target()); };
    const auto sentence = [](const std::string& how_many, const std::string& which) {
      return testing::ElementsAre(testing::AllOf(
          testing::StartsWith(how_many + " named time zones: the target lacks them"), testing::HasSubstr(which)));
    };
    EXPECT_THAT(differing(), testing::IsEmpty());
    for (int number = 1; number <= 4; ++number) add_time_zone(source(), fmt::format("Here/{}", number), number, 1);
    EXPECT_THAT(differing(), sentence("4 of the 4", "(Here/1, Here/2, Here/3, …)"));
    for (int number = 1; number <= 4; ++number)
      add_time_zone(target_root(), fmt::format("Here/{}", number), 9 - number, number == 2 ? 2 : 1);
    EXPECT_THAT(differing(), sentence("1 of the 4", "(Here/2)"));
    for (mysql::Connection* server : {&source(), &target_root()})
      for (const char* table : {"time_zone_name", "time_zone_transition_type", "time_zone_transition"})
        server->execute(fmt::format("DELETE FROM mysql.{}", table));
  }

  void drop_users(const std::vector<std::string>& users) {
    for (const std::string& user : users)
      for (mysql::Connection* server : {&source(), &target_root()})
        if (server->number("SELECT COUNT(*) FROM mysql.user WHERE User = " + mysql::quote_text(user)) > 0)
          server->execute(fmt::format("DROP USER {}", mysql::quote_account(user, "%")));
  }

 private:
  static inline std::unique_ptr<Pair> pair_;
};

// Everything that a schema may hold besides rows, with the settings that make it hard.
inline std::vector<std::string> hard_schema(const std::string& name, const std::string& definer) {
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

}  // namespace darbe::objects
