// Accounts, foreign keys, views, routines, triggers and events copied between two real servers, and the comparison that
// finds what is missing. The rows are not these suites' matter: the tables are made by hand. Here MySQL 9.7.
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
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ObjectsOnMysql : public ObjectsSuite {
 protected:
  static void SetUpTestSuite() { start(servers::mysql_current); }
};

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

TEST_F(ObjectsOnMysql, MendsAnAccountThatWasOnlyHalfMade) { expect_to_mend_an_account_that_was_only_half_made(); }

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

// With partial_revokes the target takes a pattern for a name.
TEST_F(ObjectsOnMysql, NamesPatternsInGrantsThatMeanANameOnTheTarget) {
  const servers::TestServer without({.kind = servers::mysql_current});
  mysql::Connection there(without.connect_options(), {});
  for (const char* statement : {"CREATE DATABASE tenant_1", "CREATE DATABASE a_name", "CREATE USER tenants",
                                "GRANT SELECT ON `tenant\\_%`.* TO tenants",
                                "GRANT SELECT ON `tenant\\_1`.* TO tenants", "GRANT SELECT ON a_name.* TO tenants"})
    there.execute(statement);
  EXPECT_THAT(
      create_accounts(there, target_root(), accounts({{"tenants"}}), {}).not_as_source,
      ElementsAre("partial_revokes is OFF on the source and ON on the target: grants on `tenant\\_%`.* are for a "
                  "database of just that name there, not for all of that pattern"));
  target_root().execute("DROP USER tenants");
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

TEST_F(ObjectsOnMysql, NamesIndexesThatFollowTheSession) {
  run({"CREATE DATABASE indexed",
       "CREATE TABLE indexed.t (id INT PRIMARY KEY, d DATETIME, at TIMESTAMP NULL, of_day DATE AS (DATE(at)) VIRTUAL,"
       " of_other DATE AS (DATE(d)) VIRTUAL, not_indexed DATE AS (DATE(at)) VIRTUAL, next INT AS (DAY(of_day)) "
       "VIRTUAL, KEY by_day (of_day), KEY by_next (next, of_day), KEY by_other"
       " (of_other), KEY by_month ((MONTH(at))), KEY by_other_month ((MONTH(d))))"});
  const auto named = [](const char* index) {
    return StartsWith(fmt::format("index {} of indexed.t is of values that may depend on the session", index));
  };
  EXPECT_THAT(indexes_by_session(frozen(), {"indexed"}),
              ElementsAre(named("by_day"), named("by_month"), named("by_next")));
  EXPECT_THAT(indexes_by_session(frozen(), {"whole"}), IsEmpty());
}

TEST_F(ObjectsOnMysql, NamesStopwordsThatAreNotInnodbsOwn) {
  run({"CREATE DATABASE worded", "CREATE TABLE worded.t (id INT PRIMARY KEY, t TEXT, FULLTEXT KEY t (t))"});
  EXPECT_THAT(stopwords_of_the_server(frozen(), {"worded"}), IsEmpty());
  run({"CREATE TABLE worded.words (value VARCHAR(30)) CHARACTER SET utf8mb4",
       "SET GLOBAL innodb_ft_server_stopword_table = 'worded/words'"});
  EXPECT_THAT(stopwords_of_the_server(frozen(), {"worded"}),
              ElementsAre(HasSubstr("innodb_ft_server_stopword_table is worded/words on the source")));
  EXPECT_THAT(stopwords_of_the_server(frozen(), {"whole"}), IsEmpty());
  run({"SET GLOBAL innodb_ft_server_stopword_table = DEFAULT"});
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

}  // namespace
}  // namespace darbe::objects
