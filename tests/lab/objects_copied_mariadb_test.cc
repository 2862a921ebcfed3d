// Accounts and objects copied between two servers of MariaDB: tests/lab/objects_copied_test.cc.
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "mysql/quote.h"
#include "objects/compare.h"
#include "objects/not_copied.h"
#include "objects/objects.h"
#include "objects/plugins.h"
#include "objects/stored_object.h"
#include "objects/writing_events.h"
#include "objects_fixture.h"

namespace darbe::objects {
namespace {

using mysql::Connection;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

class ObjectsOnMariadb : public ObjectsSuite {
 protected:
  static void SetUpTestSuite() { start(servers::mariadb); }
};

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

TEST_F(ObjectsOnMariadb, NamesReferenceSystemsThatAreNotTold) {
  run({"CREATE DATABASE far", "CREATE TABLE far.t (a POINT REF_SYSTEM_ID=900913, b POINT REF_SYSTEM_ID=4326)",
       "CREATE VIEW far.v AS SELECT * FROM far.t"});
  EXPECT_THAT(columns_of_untold_reference_systems(frozen(), {"far"}),
              testing::ElementsAre(testing::StartsWith("column far.t.a is declared in a spatial reference system of")));
  EXPECT_THAT(columns_of_untold_reference_systems(frozen(), {"whole"}), testing::IsEmpty());
}

TEST_F(ObjectsOnMariadb, MendsAnAccountThatWasOnlyHalfMade) { expect_to_mend_an_account_that_was_only_half_made(); }

// ALTER USER leaves what it does not name.
TEST_F(ObjectsOnMariadb, StopsAtALimitThatOnlyTheTargetHas) {
  run({"CREATE USER bare IDENTIFIED BY 'x'"});
  const WantedAccounts bare = accounts({{"bare"}});
  create_accounts(frozen(), target(), bare, {});
  target_root().execute("ALTER USER bare WITH MAX_USER_CONNECTIONS 7");
  EXPECT_EQ(accounts_standing(frozen(), target(), bare, {}), Standing::partial);
  try {
    create_accounts(frozen(), target(), bare, {});
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("account bare@% is on the target already"));
    EXPECT_THAT(base::advice_of(error), HasSubstr("DROP USER 'bare'@'%'"));
  }
  drop_users({"bare"});
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

TEST_F(ObjectsOnMariadb, NamesIndexesThatFollowTheSession) {
  run({"CREATE DATABASE indexed",
       "CREATE TABLE indexed.t (id INT PRIMARY KEY, d DATETIME, at TIMESTAMP NULL, by_zone VARCHAR(30) AS (CONCAT(at))"
       " VIRTUAL, by_none VARCHAR(30) AS (CONCAT(d)) VIRTUAL, KEY z (by_zone), KEY n (by_none))"});
  EXPECT_THAT(indexes_by_session(frozen(), {"indexed"}), ElementsAre(StartsWith("index z of indexed.t is of values")));
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
