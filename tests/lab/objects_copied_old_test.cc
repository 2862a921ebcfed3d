// Accounts and objects copied between two servers of MySQL 5.6: tests/lab/objects_copied_test.cc.
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
using testing::IsEmpty;
using testing::StartsWith;

class ObjectsOnOldMysql : public ObjectsSuite {
 protected:
  static void SetUpTestSuite() { start(servers::mysql_old); }
};

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

}  // namespace
}  // namespace darbe::objects
