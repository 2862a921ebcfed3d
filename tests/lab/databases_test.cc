// Which databases a copy is of, and what of them hangs on databases that it is not of.
#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "copy_fixture.h"
#include "objects/compare.h"
#include "objects/not_copied.h"
#include "objects/objects.h"

namespace darbe::copy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Databases : public testing::TestWithParam<std::string_view>, public Fixture {
 protected:
  Databases() : Fixture(GetParam()) { drop_all(); }
  ~Databases() override { drop_all(); }

  std::vector<std::string> of_a_whole_copy() {
    std::vector<std::string> names;
    for (const tables::Database& database : tables::read_databases(source, {})) names.push_back(database.name);
    return names;
  }
  static std::uint64_t count(mysql::Connection& side, const std::string& what) {
    return side.number("SELECT COUNT(*) FROM " + what);
  }

  objects::WantedObjects wanted() const {
    return {options.databases, {std::vector<std::string>{}, options.databases, "root", ""}};
  }
  objects::ObjectsOutcome create_objects() { return objects::create_objects(source, target, wanted(), {}); }
  // Copied, given their objects, and as on the source but for what the outcome tells.
  objects::ObjectsOutcome expect_copied() {
    discard(options.target, {});
    copy();
    objects::ObjectsOutcome outcome = create_objects();
    EXPECT_EQ(objects::objects_standing(source, target, wanted(), outcome.not_as_source), objects::Standing::done);
    EXPECT_THAT(objects::compare_catalogs(source, target, wanted(), outcome.not_as_source, {}).differences, IsEmpty());
    return outcome;
  }

 private:
  void drop_all() {
    for (mysql::Connection* side : {&source, &target})
      for (const char* schema : {"tmp", "innodb", "Sys", "TMP", "Shop", "test"})
        side->execute(fmt::format("DROP DATABASE IF EXISTS `{}`", schema));
  }
};

INSTANTIATE_TEST_SUITE_P(EachKind, Databases,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

// RDS makes these two, and nothing keeps anybody from using them.
TEST_P(Databases, OfRdssAreCopiedWhereSomebodyUsesThem) {
  fill({"CREATE DATABASE tmp", "CREATE DATABASE innodb"});
  EXPECT_THAT(of_a_whole_copy(), ElementsAre("shop"));
  for (const char* name : {"tmp", "innodb"}) {
    fill({fmt::format("CREATE TABLE {}.t (id INT PRIMARY KEY)", name),
          fmt::format("INSERT INTO {}.t VALUES (7)", name)});
    options.databases = of_a_whole_copy();
    EXPECT_THAT(options.databases, testing::UnorderedElementsAre(name, "shop"));
    expect_copied();
    EXPECT_EQ(target.value(fmt::format("SELECT id FROM {}.t", name)), "7");
    fill({fmt::format("DROP TABLE {}.t", name)});
    EXPECT_THAT(of_a_whole_copy(), ElementsAre("shop"));
  }
  for (const char* object : {"VIEW tmp.o AS SELECT 1 AS n", "PROCEDURE tmp.o() SELECT 1",
                             "EVENT tmp.o ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SELECT 1"}) {
    fill({fmt::format("CREATE {}", object)});
    EXPECT_THAT(of_a_whole_copy(), ElementsAre("shop", "tmp")) << object;
    fill({fmt::format("DROP {} tmp.o", std::string(object).substr(0, std::string(object).find(' ')))});
  }
}

TEST_P(Databases, OfTheServersNamesInOtherLettersAreAnybodys) {
  fill({"CREATE DATABASE Sys", "CREATE DATABASE TMP", "CREATE TABLE Sys.t (id INT PRIMARY KEY)",
        "INSERT INTO Sys.t VALUES (7)"});
  options.databases = of_a_whole_copy();
  EXPECT_THAT(options.databases, testing::UnorderedElementsAre("Sys", "TMP", "shop"));
  expect_copied();
  EXPECT_EQ(target.value("SELECT id FROM Sys.t"), "7");
}

// The child's rows go on coming by replication, and those of the parent don't.
TEST_P(Databases, HaveNoForeignKeysToOthers) {
  fill({"CREATE DATABASE other", "CREATE TABLE other.parents (id INT PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO other.parents VALUES (1), (2)", "CREATE TABLE shop.own (id INT PRIMARY KEY) ENGINE=InnoDB",
        "INSERT INTO shop.own VALUES (1)",
        "CREATE TABLE shop.children (id INT PRIMARY KEY, p INT, q INT, o INT,"
        " CONSTRAINT p FOREIGN KEY (p) REFERENCES other.parents (id),"
        " CONSTRAINT q FOREIGN KEY (q) REFERENCES other.parents (id) ON DELETE CASCADE,"
        " CONSTRAINT o FOREIGN KEY (o) REFERENCES shop.own (id) ON DELETE CASCADE) ENGINE=InnoDB",
        "INSERT INTO shop.children VALUES (1, 1, 1, 1)"});
  EXPECT_THAT(expect_copied().not_as_source,
              ElementsAre("foreign key shop.children.p is not on the target: its parent other.parents is not copied",
                          "foreign key shop.children.q is not on the target: its parent other.parents is not copied"));
  target.execute("SET foreign_key_checks = 1");
  EXPECT_NO_THROW(target.execute("INSERT INTO shop.children VALUES (2, 2, 2, 1)"));
  EXPECT_THROW(target.execute("INSERT INTO shop.children VALUES (3, 2, 2, 3)"), mysql::ServerError);

  EXPECT_THAT(
      objects::keys_to_others(source, {"shop"}),
      ElementsAre("foreign key shop.children.p will not be on the target: its parent other.parents is not copied",
                  "foreign key shop.children.q will not be on the target: its parent other.parents is not copied"));
  EXPECT_THAT(objects::keys_to_others(source, {"shop", "other"}), IsEmpty());
  EXPECT_THAT(objects::cascades_from_others(source, {"shop", "other"}), IsEmpty());
}

// What a server does by itself in the child it tells in no binlog, but for MySQL's from 9.6 on.
TEST_P(Databases, AreNotCopiedWithoutThoseWhoseKeysChangeTheirRows) {
  fill({"CREATE DATABASE other", "CREATE TABLE other.parents (id INT PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE shop.children (id INT PRIMARY KEY, p INT, q INT, r INT,"
        " CONSTRAINT p FOREIGN KEY (p) REFERENCES other.parents (id),"
        " CONSTRAINT q FOREIGN KEY (q) REFERENCES other.parents (id) ON DELETE CASCADE,"
        " CONSTRAINT r FOREIGN KEY (r) REFERENCES other.parents (id) ON UPDATE SET NULL) ENGINE=InnoDB"});
  const auto named = [](const char* key) {
    return StartsWith(
        fmt::format("foreign key shop.children.{} changes rows of shop.children with those of other.parents", key));
  };
  const bool is_logged = !is_mariadb() && at_least(9, 6);
  if (is_logged) {
    EXPECT_THAT(objects::cascades_from_others(source, {"shop"}), IsEmpty());
    source.execute("SET GLOBAL binlog_format = 'MIXED'");  // logs the parent's statement alone
  }
  EXPECT_THAT(objects::cascades_from_others(source, {"shop"}), ElementsAre(named("q"), named("r")));
  if (is_logged) source.execute("SET GLOBAL binlog_format = 'ROW'");
}

// Old servers' catalogs compare names without case.
TEST_P(Databases, OfOneNameInOtherLettersStayBehind) {
  fill({"CREATE DATABASE other", "CREATE DATABASE Shop CHARACTER SET utf8"});
  for (const char* schema : {"shop", "Shop"})
    for (const char* object :
         {"TABLE {}.t (id INT PRIMARY KEY, p INT, KEY p (p)) ENGINE=InnoDB",
          "TRIGGER {}.o BEFORE INSERT ON {}.t FOR EACH ROW SET NEW.id = 1", "VIEW {}.o AS SELECT 1 AS n",
          "PROCEDURE {}.o() SELECT 1", "EVENT {}.o ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SELECT 1"})
      fill({"CREATE " + std::regex_replace(object, std::regex(R"(\{\})"), schema)});
  // InnoDB's names of keys are alike in any letters.
  fill({"ALTER TABLE shop.t ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES shop.t (id)",
        "ALTER TABLE Shop.t ADD CONSTRAINT g FOREIGN KEY (p) REFERENCES shop.t (id)"});
  fill({"CREATE DEFINER=nobody VIEW Shop.of_nobody AS SELECT 1 AS n"});
  for (const std::vector<std::string>& without : {std::vector<std::string>{"shop"}, {"shop", "other"}}) {
    options.databases = without;
    const objects::ObjectsOutcome outcome = expect_copied();
    EXPECT_THAT(outcome.not_as_source, IsEmpty());
    EXPECT_EQ(outcome.foreign_keys, 1u);
    EXPECT_EQ(count(target, "information_schema.SCHEMATA WHERE CAST(SCHEMA_NAME AS BINARY) = 'Shop'"), 0u);
    EXPECT_THAT(objects::orphan_definers(source, without), IsEmpty());
  }
  options.databases = {"shop", "Shop"};
  EXPECT_THAT(objects::orphan_definers(source, options.databases), testing::SizeIs(1));
  const objects::ObjectsOutcome outcome = expect_copied();
  EXPECT_EQ(outcome.foreign_keys, 2u);
  EXPECT_EQ(outcome.views, 3u);
  EXPECT_EQ(outcome.routines, 2u);
  EXPECT_EQ(outcome.triggers, 2u);
  EXPECT_EQ(outcome.events, 2u);
}

// A catalog that takes them for one lists one of them.
TEST_P(Databases, HoldAllTablesOfOneNameInOtherLetters) {
  fill({"CREATE DATABASE Shop", "CREATE TABLE shop.one (id INT PRIMARY KEY)",
        "CREATE TABLE Shop.one (id INT PRIMARY KEY)", "CREATE TABLE shop.One (id INT PRIMARY KEY)"});
  using Names = std::vector<tables::TableName>;
  for (const Names& names : {Names{{"shop", "one"}, {"shop", "One"}}, Names{{"shop", "one"}, {"Shop", "one"}},
                             Names{{"shop", "one"}, {"Shop", "one"}, {"shop", "One"}}}) {
    EXPECT_EQ(tables::read_tables(source, names).size(), names.size());
    EXPECT_EQ(tables::find_tables(source, names).size(), names.size());
  }
  const std::vector<tables::Database> both = {{"shop", "", ""}, {"Shop", "", ""}};
  EXPECT_EQ(tables::read_tables(source, both).size(), 3u);
}

TEST_P(Databases, NameWhatTheServersOwnAccountsDefine) {
  fill({"CREATE DEFINER=root@localhost VIEW shop.of_root AS SELECT 1 AS n", "CREATE VIEW shop.ours AS SELECT 1 AS n",
        "CREATE DEFINER=rdsadmin@localhost PROCEDURE shop.of_rds() SELECT 1"});
  EXPECT_THAT(
      objects::objects_of_reserved_accounts(source, {"shop"}),
      ElementsAre(
          "procedure shop.of_rds will not be on the target: its definer rdsadmin@localhost belongs to the server",
          "view shop.of_root will not be on the target: its definer root@localhost belongs to the server"));
  EXPECT_THAT(expect_copied().not_as_source, ElementsAre(HasSubstr("shop.of_rds is not on the target"),
                                                         HasSubstr("shop.of_root is not on the target")));
}

// Also where a routine was made under another collation of the database, which is changed to make it.
TEST_P(Databases, KeepTheirComments) {
  if (!is_mariadb()) GTEST_SKIP() << "this server has no such comments";
  fill({"CREATE PROCEDURE shop.p() SELECT 1", "ALTER DATABASE shop COLLATE latin1_bin COMMENT 'it''s \\\\ ü'"});
  const std::string comment = "SELECT SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'";
  EXPECT_THAT(expect_copied().not_as_source, IsEmpty());
  EXPECT_EQ(target.value(comment), "it's \\ ü");
  target.execute("ALTER DATABASE shop COMMENT ''");
  EXPECT_EQ(objects::objects_standing(source, target, wanted(), {}), objects::Standing::partial);
  EXPECT_THAT(objects::compare_catalogs(source, target, wanted(), {}, {}).differences,
              Contains(StartsWith("database shop: its schema comment is 'it's")));
  create_objects();
  EXPECT_EQ(target.value(comment), "it's \\ ü");
  EXPECT_EQ(objects::objects_standing(source, target, wanted(), {}), objects::Standing::done);
}

}  // namespace
}  // namespace darbe::copy
