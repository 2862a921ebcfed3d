#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objects/account_book.h"
#include "objects/account_plan.h"
#include "objects/grants.h"
#include "objects/plugins.h"

namespace darbe::objects {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Level database(const std::string& name) { return {Level::Kind::database, name, {}, {}}; }
Level table(const std::string& schema, const std::string& name) { return {Level::Kind::table, schema, name, {}}; }
const Level global{Level::Kind::global, {}, {}, {}};

TEST(Grants, AreQuotedWhateverTheNamesAre) {
  const AccountName account{"o'reilly", "10.0.%"};
  EXPECT_EQ(grant_statement(account, database("a\\_b`c"), {"SELECT", "GRANT OPTION"}),
            "GRANT SELECT ON `a\\_b``c`.* TO 'o''reilly'@'10.0.%' WITH GRANT OPTION");
  EXPECT_EQ(grant_statement(account, {Level::Kind::column, "d", "t", "odd)col"}, {"SELECT", "UPDATE"}),
            "GRANT SELECT (`odd)col`), UPDATE (`odd)col`) ON TABLE `d`.`t` TO 'o''reilly'@'10.0.%'");
  EXPECT_EQ(grant_statement(account, global, {"GRANT OPTION"}),
            "GRANT USAGE ON *.* TO 'o''reilly'@'10.0.%' WITH GRANT OPTION");
}

TEST(Grants, HaveAFormForEachKindOfThing) {
  const AccountName account{"u", "%"};
  EXPECT_EQ(grant_statement(account, {Level::Kind::routine, "d", "p", "PROCEDURE"}, {"EXECUTE"}),
            "GRANT EXECUTE ON PROCEDURE `d`.`p` TO 'u'@'%'");
  EXPECT_EQ(grant_statement(account, {Level::Kind::role, "r", "%", {}}, {"ROLE", "ADMIN OPTION"}),
            "GRANT 'r'@'%' TO 'u'@'%' WITH ADMIN OPTION");
  EXPECT_EQ(grant_statement({"r", "", true}, {Level::Kind::role, "parent", "", "ROLE"}, {"ROLE"}),
            "GRANT 'parent' TO 'r'");
  EXPECT_EQ(grant_statement(account, {Level::Kind::proxy, "", "", {}}, {"PROXY"}), "GRANT PROXY ON ''@'' TO 'u'@'%'");
  EXPECT_EQ(grant_statement(account, {Level::Kind::revoked, "d", {}, {}}, {"DELETE"}),
            "REVOKE DELETE ON `d`.* FROM 'u'@'%'");
  EXPECT_EQ(grant_statement({"PUBLIC", "", true}, database("d"), {"SELECT"}), "GRANT SELECT ON `d`.* TO PUBLIC");
}

TEST(Grants, HaveOneNameForAPrivilege) {
  EXPECT_EQ(privilege_of_column("Select_priv"), "SELECT");
  EXPECT_EQ(privilege_of_column("Create_tmp_table_priv"), "CREATE TEMPORARY TABLES");
  EXPECT_EQ(privilege_of_column("Show_db_priv"), "SHOW DATABASES");
  EXPECT_EQ(privilege_of_column("Grant_priv"), "GRANT OPTION");
  EXPECT_EQ(privilege_of_member("Create View"), "CREATE VIEW");
  EXPECT_THAT(privileges_of_set("Select,Show view,Grant"), ElementsAre("GRANT OPTION", "SELECT", "SHOW VIEW"));
  EXPECT_THAT(privileges_of_set(""), IsEmpty());
}

TEST(GlobalLine, IsReadWhoeverTheGranteeClaimsToBe) {
  const AccountName account{"x' ON *.* TO 'y", "%"};
  EXPECT_THAT(
      parse_global_line("GRANT SELECT, BINLOG MONITOR ON *.* TO `a`@`%` WITH GRANT OPTION", ways_to_write({"a", "%"}))
          .privileges,
      ElementsAre("BINLOG MONITOR", "GRANT OPTION", "SELECT"));
  EXPECT_THAT(parse_global_line("GRANT USAGE ON *.* TO `a`@`%`", ways_to_write({"a", "%"})).privileges, IsEmpty());
  EXPECT_THAT(parse_global_line("GRANT SUPER ON *.* TO `b`@`%`", ways_to_write({"a", "%"})).privileges, IsEmpty());
  EXPECT_THAT(parse_global_line("GRANT SELECT ON `d`.* TO `a`@`%`", ways_to_write({"a", "%"})).privileges, IsEmpty());
  EXPECT_THAT(parse_global_line("GRANT PROCESS ON *.* TO `x' ON *.* TO 'y`@`%`", ways_to_write(account)).privileges,
              ElementsAre("PROCESS"));
  EXPECT_THAT(parse_global_line("GRANT SELECT ON `SUPER ON *.* TO ``a``@``%``.* TO `a`@`%`", ways_to_write({"a", "%"}))
                  .privileges,
              IsEmpty());
}

TEST(Grantable, IsWhatTheSessionHoldsWithTheOption) {
  const Grantable grantable = grantable_from(
      {"GRANT SELECT, INSERT ON *.* TO `m`@`%` WITH GRANT OPTION", "GRANT XA_RECOVER_ADMIN ON *.* TO `m`@`%`"},
      {"m", "%"}, {});
  EXPECT_THAT(grantable.everywhere, ElementsAre("INSERT", "SELECT"));
  EXPECT_THAT(grantable.held, Contains("XA_RECOVER_ADMIN"));
  EXPECT_THAT(
      grantable_from({"GRANT ALL PRIVILEGES ON *.* TO 'm'@'%' WITH GRANT OPTION"}, {"m", "%"}, {"A", "B"}).everywhere,
      ElementsAre("A", "B"));
}

TEST(Definition, IsCutFromTheServersTextByTheKnownName) {
  EXPECT_EQ(definition_from("CREATE USER `a`@`%` IDENTIFIED WITH 'x' AS 0x41 DEFAULT ROLE `r`@`%`,`s`@`%` REQUIRE NONE",
                            {"a", "%"}),
            " IDENTIFIED WITH 'x' AS 0x41 REQUIRE NONE");
  EXPECT_EQ(
      definition_from("CREATE USER `a``b`@`%` IDENTIFIED WITH 'x' COMMENT 'DEFAULT ROLE x' REQUIRE SSL", {"a`b", "%"}),
      " IDENTIFIED WITH 'x' COMMENT 'DEFAULT ROLE x' REQUIRE SSL");
  EXPECT_EQ(definition_from("CREATE USER 'o'reilly'@'%' IDENTIFIED BY 'x'", {"o'reilly", "%"}), " IDENTIFIED BY 'x'");
  EXPECT_THROW(definition_from("CREATE USER `b`@`%` IDENTIFIED WITH 'x'", {"a", "%"}), base::Error);
}

TEST(Definer, IsSplitAtTheLastAt) {
  EXPECT_EQ(parse_definer("a@b@host"), (AccountName{"a@b", "host"}));
  EXPECT_EQ(parse_definer("role"), (AccountName{"role", "", true}));
}

TEST(ReservedAccounts, AreTheServersAndRdsOwn) {
  EXPECT_TRUE(is_reserved({"rdsadmin", "localhost"}));
  EXPECT_TRUE(is_reserved({"mysql.session", "localhost"}));
  EXPECT_TRUE(is_reserved({"root", "localhost"}));
  EXPECT_FALSE(is_reserved({"root", "%"}));
  EXPECT_FALSE(is_reserved({"rds_application", "%"}));
}

// Two books with one account each, and what the second lacks.
struct TwoBooks {
  AccountBook source;
  AccountBook target;
  std::set<AccountName> chosen;
  std::string master = "admin";
  Grantable grantable{{"SELECT", "INSERT"}, {"SELECT", "INSERT"}};

  TwoBooks() {
    source.accounts[{"app", "%"}].attributes["hash"] = "H";
    chosen = {{"app", "%"}};
  }
  Account& on_source() { return source.accounts[{"app", "%"}]; }
  Account& on_target() { return target.accounts[{"app", "%"}]; }
  AccountChanges changes(Phase phase = Phase::before_tables) const {
    return objects::changes({source, target, chosen, master, grantable}, phase);
  }
  ExtraGrants extra() const { return extra_grants({source, target, chosen, master, grantable}); }
};

TEST(AccountChanges, CreateWhatIsMissing) {
  TwoBooks books;
  books.on_source().grants[database("d")] = {"SELECT", "INSERT"};
  const AccountChanges changes = books.changes();
  EXPECT_THAT(changes.to_create, ElementsAre(AccountName{"app", "%"}));
  EXPECT_THAT(changes.to_grant, ElementsAre(GrantChange{{"app", "%"}, database("d"), {"SELECT", "INSERT"}}));
}

TEST(AccountChanges, AreEmptyWhereNothingDiffers) {
  TwoBooks books;
  books.on_source().grants[database("d")] = {"SELECT"};
  books.target = books.source;
  EXPECT_TRUE(books.changes().empty());
  EXPECT_TRUE(books.changes(Phase::after_objects).empty());
}

TEST(AccountChanges, AlterWhatIsDifferentAndGrantWhatIsMissing) {
  TwoBooks books;
  books.on_source().grants[database("d")] = {"SELECT", "INSERT"};
  books.on_target().attributes["hash"] = "other";
  books.on_target().attributes["known there alone"] = "x";
  books.on_target().grants[database("d")] = {"SELECT"};
  const AccountChanges changes = books.changes();
  EXPECT_THAT(changes.to_alter, ElementsAre(AccountName{"app", "%"}));
  EXPECT_THAT(changes.to_grant, ElementsAre(GrantChange{{"app", "%"}, database("d"), {"INSERT"}}));
}

TEST(AccountChanges, LeaveObjectsForLater) {
  TwoBooks books;
  books.on_source().grants[table("d", "t")] = {"SELECT"};
  books.on_source().default_roles = {{"r", "%"}};
  EXPECT_THAT(books.changes().to_grant, IsEmpty());
  EXPECT_EQ(books.changes(Phase::after_objects).to_grant.size(), 1U);
  EXPECT_THAT(books.changes(Phase::after_objects).default_roles, ElementsAre(AccountName{"app", "%"}));
}

TEST(AccountChanges, DropWhatTheMasterUserCannotGrantAndSaySo) {
  TwoBooks books;
  books.on_source().grants[global] = {"SUPER", "SELECT", "GRANT OPTION"};
  books.on_source().grants[{Level::Kind::dynamic, {}, "BACKUP_ADMIN", {}}] = {"BACKUP_ADMIN", "GRANT OPTION"};
  const AccountChanges changes = books.changes();
  EXPECT_THAT(changes.to_grant, ElementsAre(GrantChange{{"app", "%"}, global, {"SELECT", "GRANT OPTION"}}));
  EXPECT_THAT(changes.not_as_source,
              ElementsAre(StartsWith("SUPER on all databases for app@% is not on the target"),
                          StartsWith("BACKUP_ADMIN on all databases for app@% is not on the target")));
}

TEST(AccountChanges, DoNotCountWhatWasReported) {
  TwoBooks books;
  books.on_source().grants[database("d")] = {"SELECT", "INSERT"};
  const AccountChanges left =
      without_reported(books.changes(), {"SELECT on database d for app@% is not on the target: the target refuses it"});
  EXPECT_THAT(left.to_grant, ElementsAre(GrantChange{{"app", "%"}, database("d"), {"INSERT"}}));
}

TEST(AccountChanges, NeverTouchTheMasterUsersAccount) {
  TwoBooks books;
  books.source.accounts[{"admin", "%"}].attributes["hash"] = "A";
  books.source.accounts[{"admin", "%"}].grants[global] = {"SUPER", "SELECT"};
  books.target.accounts[{"admin", "%"}].attributes["hash"] = "B";
  books.chosen = {{"admin", "%"}};
  const AccountChanges changes = books.changes();
  EXPECT_THAT(changes.to_create, IsEmpty());
  EXPECT_THAT(changes.to_alter, IsEmpty());
  EXPECT_THAT(changes.not_as_source, IsEmpty());
  EXPECT_THAT(changes.to_grant, ElementsAre(GrantChange{{"admin", "%"}, global, {"SELECT"}}));
}

TEST(AccountChanges, AlterWhereOnlyOneSideHasAttributes) {
  for (const bool on_source : {true, false}) {
    TwoBooks books;
    books.target = books.source;
    books.on_source().attributes["attributes"] = on_source ? "{}" : "";
    books.on_target().attributes["attributes"] = on_source ? "" : "{}";
    EXPECT_THAT(books.changes().to_alter, ElementsAre(AccountName{"app", "%"}));
  }
}

TEST(LostHistories, AreSaidInOneSentence) {
  AccountBook book;
  std::set<AccountName> chosen;
  for (const char* user : {"a", "b", "c", "d", "admin", "without"}) {
    book.accounts[{user, "%"}].has_earlier_passwords = std::string(user) != "without";
    chosen.insert({user, "%"});
  }
  EXPECT_THAT(
      lost_histories(book, chosen, "admin"),
      ElementsAre("the earlier passwords of 4 accounts are not copied, and may be used again (a@%, b@%, c@%, …)"));
  EXPECT_THAT(lost_histories(book, {{"a", "%"}}, "admin"),
              ElementsAre("the earlier passwords of 1 account are not copied, and may be used again (a@%)"));
  EXPECT_THAT(lost_histories(book, {{"admin", "%"}, {"without", "%"}}, "admin"), IsEmpty());
}

// Amazon's, by which clients log in with tokens of IAM.
TEST(WithoutPlugin, NamesAccountsOfIam) {
  AccountBook book;
  book.accounts[{"of_mysql", "%"}].attributes["plugin"] = "AWSAuthenticationPlugin";
  book.accounts[{"of_mariadb", "%"}].definition = " IDENTIFIED VIA AWSAuthenticationPlugin USING 'RDS'";
  const std::set<AccountName> accounts = {{"of_mysql", "%"}, {"of_mariadb", "%"}};
  EXPECT_THAT(without_plugin(book, accounts, {"mysql_native_password", "caching_sha2_password"}),
              ElementsAre("of_mariadb@% logs in with AWSAuthenticationPlugin",
                          "of_mysql@% logs in with AWSAuthenticationPlugin"));
  EXPECT_THAT(without_plugin(book, accounts, {"AWSAuthenticationPlugin"}), IsEmpty());
}

TEST(ExtraGrants, AreDifferencesButForRdsExceptions) {
  TwoBooks books;
  books.on_target().grants[database("d")] = {"SELECT"};
  books.on_target().grants[{Level::Kind::revoked, "mysql", {}, {}}] = {"INSERT"};
  EXPECT_THAT(books.extra().differences,
              ElementsAre("app@% has SELECT on database d on the target and not on the source"));
  EXPECT_EQ(books.extra().meant.size(), 1U);
}

TEST(Choice, IsEveryHostOfTheNamesAndWhatTheyNeed) {
  AccountBook book;
  for (const AccountName& account : std::vector<AccountName>{
           {"app", "%"}, {"app", "10.%"}, {"other", "%"}, {"keeper", "%"}, {"r", "%"}, {"top", "%"}, {"darbe_r", "%"}})
    book.accounts[account];
  book.accounts[{"app", "%"}].grants[{Level::Kind::role, "r", "%", {}}] = {"ROLE"};
  book.accounts[{"r", "%"}].grants[{Level::Kind::role, "top", "%", {}}] = {"ROLE"};
  const WantedAccounts wanted{{{"app"}}, {"d"}, "admin", "darbe_r"};
  const Choice choice = choose_accounts(book, wanted, {{{"keeper", "%"}, "view d.v"}, {{"gone", "%"}, "view d.w"}});
  EXPECT_THAT(choice.accounts, ElementsAre(AccountName{"app", "%"}, AccountName{"app", "10.%"},
                                           AccountName{"keeper", "%"}, AccountName{"r", "%"}, AccountName{"top", "%"}));
  EXPECT_EQ(choice.came_along.size(), 3U);
  const Choice all = choose_accounts(book, {{}, {}, "admin", "darbe_r"}, {});
  EXPECT_EQ(all.accounts.size(), 6U);
}

TEST(Choice, HasTheMandatoryRolesOfWhoIsChosen) {
  AccountBook book;
  for (const AccountName& account :
       std::vector<AccountName>{{"app", "%"}, {"other", "%"}, {"everyones", "%"}, {"top", "%"}})
    book.accounts[account];
  book.mandatory_roles = {{"everyones", "%"}, {"gone", "%"}};
  book.accounts[{"everyones", "%"}].grants[{Level::Kind::role, "top", "%", {}}] = {"ROLE"};
  const Choice choice = choose_accounts(book, {{{"app"}}, {}, "admin", "darbe_r"}, {});
  EXPECT_THAT(choice.accounts,
              ElementsAre(AccountName{"app", "%"}, AccountName{"everyones", "%"}, AccountName{"top", "%"}));
  EXPECT_THAT(choice.came_along, ElementsAre("everyones@% comes along: mandatory_roles names it",
                                             "top@% comes along: everyones@% has this role"));
  EXPECT_THAT(choose_accounts(book, {std::vector<std::string>{}, {}, "admin", "darbe_r"}, {}).accounts, IsEmpty());
}

}  // namespace
}  // namespace darbe::objects
