#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "objects/catalog.h"
#include "objects/foreign_keys.h"
#include "objects/reported.h"
#include "objects/sql_tokens.h"
#include "objects/stored_object.h"

namespace darbe::objects {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(std::string_view statement) {
  std::vector<std::string> found;
  for (const Token& token : tokens_of(statement)) found.emplace_back(token.text(statement));
  return found;
}

TEST(Tokens, KeepQuotedThingsWhole) {
  EXPECT_THAT(texts(R"(a `b``c` 'd''e\'f' "g\"h", 0x41)"),
              ElementsAre("a", "`b``c`", R"('d''e\'f')", R"("g\"h")", ",", "0x41"));
  EXPECT_THAT(texts(R"(`a\`b)"), ElementsAre(R"(`a\`)", "b"));
}

TEST(Tokens, SkipComments) {
  EXPECT_THAT(texts("a /* b ' */ c # d '\n e -- f `\n g"), ElementsAre("a", "c", "e", "g"));
}

TEST(Tokens, EndWithTheTextWhateverIsOpen) {
  EXPECT_THAT(texts("a 'open"), ElementsAre("a", "'open"));
  EXPECT_THAT(texts("a /* open"), ElementsAre("a"));
  EXPECT_THAT(texts("'ends with \\"), ElementsAre("'ends with \\"));
  EXPECT_THAT(texts(""), IsEmpty());
}

TEST(EventStatus, IsReplacedWhereItStands) {
  const std::string event =
      "CREATE DEFINER=`a`@`%` EVENT `ON COMPLETION PRESERVE ENABLE` ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01' "
      "ON COMPLETION NOT PRESERVE ENABLE COMMENT 'ON COMPLETION PRESERVE ENABLE' DO ALTER EVENT x ENABLE";
  EXPECT_EQ(
      with_event_status(event, "DISABLE ON SLAVE"),
      "CREATE DEFINER=`a`@`%` EVENT `ON COMPLETION PRESERVE ENABLE` ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01' "
      "ON COMPLETION NOT PRESERVE DISABLE ON SLAVE COMMENT 'ON COMPLETION PRESERVE ENABLE' DO ALTER EVENT x ENABLE");
  EXPECT_EQ(with_event_status("CREATE EVENT e ON COMPLETION PRESERVE DISABLE ON SLAVE DO SELECT 1", "DISABLE"),
            "CREATE EVENT e ON COMPLETION PRESERVE DISABLE DO SELECT 1");
  EXPECT_EQ(with_event_status("CREATE EVENT e ON COMPLETION PRESERVE DISABLE DO SELECT 1", "DISABLE ON REPLICA"),
            "CREATE EVENT e ON COMPLETION PRESERVE DISABLE ON REPLICA DO SELECT 1");
  EXPECT_THROW(with_event_status("CREATE EVENT e DO SELECT 1", "DISABLE"), base::Error);
}

TEST(CommentOf, IsTheStringAfterTheWord) {
  const std::string create = "CREATE PROCEDURE `COMMENT 'a'`(comment INT)\n    COMMENT 'it\\'s; DO'\nSELECT 1 COMMENT";
  EXPECT_EQ(comment_of(create).text(create), "'it\\'s; DO'");
  EXPECT_THROW(comment_of("CREATE PROCEDURE p() SELECT 'COMMENT'"), base::Error);
}

TEST(SqlMode, LosesWhatTheTargetRefuses) {
  const mysql::Flavor current(mysql::Family::mysql, {9, 7, 4});
  EXPECT_EQ(sql_mode_for("STRICT_TRANS_TABLES,NO_AUTO_CREATE_USER,ANSI_QUOTES", current),
            "STRICT_TRANS_TABLES,ANSI_QUOTES");
  EXPECT_EQ(sql_mode_for("", current), "");
  EXPECT_EQ(sql_mode_for("NO_AUTO_CREATE_USER", mysql::Flavor(mysql::Family::mariadb, {10, 11, 6})),
            "NO_AUTO_CREATE_USER");
}

TEST(ForeignKeys, OfOneTableAreAddedAtOnce) {
  const ForeignKey one{"a`b", {"x", "y"}, {"other", "p"}, {"u", "v"}, "CASCADE", "SET NULL"};
  const ForeignKey two{"f", {"z"}, {"d", "t"}, {"id"}, "NO ACTION", "RESTRICT"};
  EXPECT_EQ(clauses_to_add({one, two}),
            "ADD CONSTRAINT `a``b` FOREIGN KEY (`x`, `y`) REFERENCES `other`.`p` (`u`, `v`) ON DELETE SET NULL ON "
            "UPDATE CASCADE, ADD CONSTRAINT `f` FOREIGN KEY (`z`) REFERENCES `d`.`t` (`id`) ON DELETE RESTRICT ON "
            "UPDATE NO ACTION");
}

TEST(ForeignKeys, AreMissingByName) {
  const ForeignKey one{"one", {}, {}, {}, {}, {}}, two{"two", {}, {}, {}, {}, {}};
  const ForeignKeys missing =
      missing_foreign_keys({{{"d", "t"}, {one, two}}, {{"d", "u"}, {one}}}, {{{"d", "t"}, {one}}});
  ASSERT_EQ(missing.size(), 2U);
  EXPECT_EQ(missing.at({"d", "t"}).size(), 1U);
  EXPECT_EQ(missing.at({"d", "t"})[0].name, "two");
}

TEST(Reported, IsFoundWhateverTheReason) {
  const std::vector<std::string> sentences = {not_there("view d.v", "it is invalid")};
  EXPECT_TRUE(is_reported(sentences, not_there("view d.v")));
  EXPECT_FALSE(is_reported(sentences, not_there("view d.vv")));
}

// Two catalogs with one table and one column.
Catalog catalog(mysql::Version version = {9, 7, 4}) {
  Catalog made{{}, mysql::Flavor(mysql::Family::mysql, version)};
  made.parts["TABLES"][{"d", "t"}] = {{"ENGINE", "InnoDB"}};
  made.parts["COLUMNS"][{"d", "t", "c"}] = {{"COLUMN_TYPE", "int"}, {"COLLATION_NAME", "utf8mb3_bin"}};
  made.parts["VIEWS"][{"d", "v"}] = {{"VIEW_DEFINITION", "select 1"}};
  made.parts["EVENTS"][{"d", "e"}] = {{"STATUS", "ENABLED"}};
  return made;
}

TEST(Catalogs, AreTheSameWhenNothingDiffers) {
  const CatalogDifferences found = differences(catalog(), catalog(), {});
  EXPECT_THAT(found.differences, IsEmpty());
  EXPECT_THAT(found.meant, IsEmpty());
}

TEST(Catalogs, AreComparedBothWaysInSentences) {
  Catalog source = catalog(), target = catalog();
  source.parts["TABLES"][{"d", "only here"}];
  source.parts["COLUMNS"][{"d", "only here", "c"}];
  target.parts["TABLES"][{"d", "only there"}];
  target.parts["COLUMNS"][{"d", "t", "c"}]["COLUMN_TYPE"] = "bigint";
  EXPECT_THAT(
      differences(source, target, {}).differences,
      ElementsAre("table d.only here is not on the target", "table d.only there is on the target and not on the source",
                  "column d.t.c: its column type is 'int' on the source and 'bigint' on the target"));
}

TEST(Catalogs, CountWhatIsMeantApart) {
  Catalog target = catalog();
  target.parts["EVENTS"][{"d", "e"}]["STATUS"] = "SLAVESIDE_DISABLED";
  target.parts["VIEWS"].clear();
  const CatalogDifferences found = differences(catalog(), target, {"view d.v is not on the target: it is invalid"});
  EXPECT_THAT(found.differences, IsEmpty());
  EXPECT_EQ(found.meant.size(), 2U);
}

TEST(Catalogs, CompareTheRowFormatThatWasAskedFor) {
  Catalog source = catalog(), target = catalog();
  CatalogRow& wanted = source.parts["TABLES"][{"d", "t"}];
  target.parts["TABLES"][{"d", "t"}]["ROW_FORMAT"] = "Dynamic";
  wanted["ROW_FORMAT"] = "Compressed";
  const std::string sentence = "table d.t: its row format is 'Compressed' on the source and 'Dynamic' on the target";
  for (const char* options : {"row_format=COMPRESSED", "row_format=COMPRESSED KEY_BLOCK_SIZE=4", "KEY_BLOCK_SIZE=4"}) {
    wanted["CREATE_OPTIONS"] = target.parts["TABLES"][{"d", "t"}]["CREATE_OPTIONS"] = options;
    EXPECT_THAT(differences(source, target, {}).differences, ElementsAre(sentence)) << options;
    const CatalogDifferences told = differences(source, target, {"table d.t is not made as it is defined: a warning"});
    EXPECT_THAT(told.differences, IsEmpty());
    EXPECT_THAT(told.meant, ElementsAre(sentence));
  }
  // What the source itself did not make, and what each server decides for itself.
  for (const char* options : {"", "row_format=FIXED", "row_format=REDUNDANT"}) {
    wanted["CREATE_OPTIONS"] = target.parts["TABLES"][{"d", "t"}]["CREATE_OPTIONS"] = options;
    EXPECT_THAT(differences(source, target, {}).differences, IsEmpty()) << options;
  }
}

TEST(Catalogs, AllowForTheWordsOfAnotherVersion) {
  Catalog source = catalog({5, 7, 44}), target = catalog({8, 0, 46});
  source.parts["COLUMNS"][{"d", "t", "c"}] = {{"COLUMN_TYPE", "int(11)"}, {"COLLATION_NAME", "utf8_bin"}};
  source.parts["VIEWS"][{"d", "v"}]["VIEW_DEFINITION"] = "SELECT 1 AS `1`";
  source.parts["COLUMNS"][{"d", "t", "c"}]["COLUMN_DEFAULT"] = "7";
  target.parts["COLUMNS"][{"d", "t", "c"}]["COLUMN_DEFAULT"] = "(7)";
  EXPECT_THAT(differences(source, target, {}).differences, IsEmpty());
  source.parts["COLUMNS"][{"d", "t", "c"}]["COLUMN_TYPE"] = "int(11) unsigned";
  EXPECT_EQ(differences(source, target, {}).differences.size(), 1U);
  // Lost, not in other words.
  target.parts["COLUMNS"][{"d", "t", "c"}]["COLUMN_DEFAULT"] = "NULL";
  EXPECT_EQ(differences(source, target, {}).differences.size(), 2U);
}

// A column as 5.7 and 8.0 show it: (type, EXTRA) of both.
struct Worded {
  const char *type, *extra, *new_type, *new_extra;
};

TEST(Catalogs, AllowForTheMarksOfComputedDefaults) {
  Catalog source = catalog({5, 7, 44}), target = catalog({8, 0, 46});
  CatalogRow& wanted = source.parts["COLUMNS"][{"d", "t", "c"}];
  CatalogRow& there = target.parts["COLUMNS"][{"d", "t", "c"}];
  for (const Worded& column : std::vector<Worded>{{"timestamp", "", "timestamp", "DEFAULT_GENERATED"},
                                                  {"datetime(6)", "on update CURRENT_TIMESTAMP(6)", "datetime(6)",
                                                   "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)"},
                                                  {"year(4)", "", "year", ""},
                                                  {"geometrycollection", "", "geomcollection", ""}}) {
    wanted = {{"COLUMN_TYPE", column.type}, {"EXTRA", column.extra}};
    there = {{"COLUMN_TYPE", column.new_type}, {"EXTRA", column.new_extra}};
    EXPECT_THAT(differences(source, target, {}).differences, IsEmpty()) << column.new_type;
  }
  wanted = {{"EXTRA", "on update CURRENT_TIMESTAMP"}};
  there = {{"EXTRA", "DEFAULT_GENERATED"}};
  EXPECT_EQ(differences(source, target, {}).differences.size(), 1U);
  source.flavor = mysql::Flavor(mysql::Family::mysql, {8, 0, 46});  // there it says something
  wanted = {{"EXTRA", ""}};
  EXPECT_EQ(differences(source, target, {}).differences.size(), 1U);
}

TEST(Catalogs, AllowForPartitionsInOtherWords) {
  Catalog source = catalog({5, 7, 44}), target = catalog({8, 0, 46});
  source.parts["PARTITIONS"][{"d", "t", "p", ""}] = {{"PARTITION_EXPRESSION", "day(d)"}, {"PARTITION_METHOD", "HASH"}};
  CatalogRow& there = target.parts["PARTITIONS"][{"d", "t", "p", ""}];
  there = {{"PARTITION_EXPRESSION", "dayofmonth(`d`)"}, {"PARTITION_METHOD", "HASH"}};
  EXPECT_THAT(differences(source, target, {}).differences, IsEmpty());
  there["PARTITION_EXPRESSION"] = "NULL";
  EXPECT_EQ(differences(source, target, {}).differences.size(), 1U);
}

// 5.6 has one trigger for each event, and 0 as its place.
TEST(Catalogs, AllowForTriggersThatAreNotCounted) {
  Catalog source = catalog({5, 6, 51}), target = catalog({5, 7, 44});
  source.parts["TRIGGERS"][{"d", "r"}]["ACTION_ORDER"] = "0";
  target.parts["TRIGGERS"][{"d", "r"}]["ACTION_ORDER"] = "1";
  EXPECT_THAT(differences(source, target, {}).differences, IsEmpty());
  target.parts["TRIGGERS"][{"d", "r"}]["ACTION_ORDER"] = "2";
  EXPECT_EQ(differences(source, target, {}).differences.size(), 1U);
}

// A table that was last rebuilt by a server of long ago; the copy's columns are of today's format.
TEST(Catalogs, AllowForFilesOfOldFormats) {
  Catalog source = catalog(), target = catalog();
  target.parts["COLUMNS"][{"d", "t", "c"}] = {{"COLUMN_TYPE", "datetime"}};
  for (const char* type : {"datetime /* mariadb-5.3 */", "datetime /* 5.5 binary format */"}) {
    source.parts["COLUMNS"][{"d", "t", "c"}] = {{"COLUMN_TYPE", type}};
    EXPECT_THAT(differences(source, target, {}).differences, IsEmpty()) << type;
  }
}

}  // namespace
}  // namespace darbe::objects
