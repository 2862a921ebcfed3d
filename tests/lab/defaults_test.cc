// Defaults with letters that the server does not print: those that can be asked, and those that are named.
#include "tables/defaults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objects/not_copied.h"
#include "servers/test_server.h"

namespace darbe::tables {
namespace {

class Defaults : public testing::TestWithParam<std::string_view> {
 protected:
  void run(const std::vector<std::string>& statements) {
    for (const std::string& sql : statements) session_.execute(sql);
  }
  std::string exact_statement(const TableName& table) {
    return with_exact_defaults(session_, table, read_create_statement(session_, table)).statement;
  }
  bool prints_all() const { return !session_.flavor().is_mariadb() && session_.flavor().at_least(9, 0); }

  servers::TestServer server_{{.kind = GetParam()}};
  mysql::Connection session_{server_.connect_options(), {}};
};

INSTANTIATE_TEST_SUITE_P(Servers, Defaults,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb));

TEST_P(Defaults, AreAskedForOrNamed) {
  run({"CREATE DATABASE shop",
       "CREATE TABLE shop.asked (`a?` CHAR(5) CHARACTER SET utf8mb4 NOT NULL DEFAULT 'x\U0001F600', b VARCHAR(9)"
       " CHARACTER SET utf16 DEFAULT 'it''s \U0001F600')",
       "INSERT INTO shop.asked VALUES ('', '')",
       "CREATE TABLE shop.named (n CHAR(5) CHARACTER SET utf8mb4 NOT NULL DEFAULT '\U0001F600', e ENUM('a?') NOT NULL"
       " DEFAULT 'a?', b CHAR(5) CHARACTER SET utf8mb4 DEFAULT '\U0001F600')",
       "CREATE TABLE shop.Named (n CHAR(5) CHARACTER SET utf8mb4 NOT NULL DEFAULT '\U0001F600')",
       "CREATE VIEW shop.seen AS SELECT n FROM shop.named",
       "CREATE TABLE shop.rounded (f FLOAT DEFAULT 1234567, g FLOAT DEFAULT 0.1234567, h FLOAT DEFAULT 9999.999,"
       " i FLOAT(9,2) DEFAULT -12345.67)",
       "CREATE TABLE shop.doubted (f FLOAT NOT NULL DEFAULT 1234567, g FLOAT NOT NULL DEFAULT 0, h FLOAT(10,6) NOT NULL"
       " DEFAULT 0)"});
  EXPECT_THAT(exact_statement({"shop", "rounded"}),
              testing::AllOf(testing::HasSubstr("`f` float DEFAULT 1234567,"),
                             testing::HasSubstr("`g` float DEFAULT 0.12345670163631439,"),
                             testing::HasSubstr("`h` float DEFAULT 9999.9990234375,")));
  EXPECT_THAT(exact_statement({"shop", "asked"}), testing::HasSubstr(" NOT NULL DEFAULT 0x78F09F9880,"));
  EXPECT_THAT(exact_statement({"shop", "asked"}), testing::HasSubstr(" DEFAULT 0x0069007400270073"));
  EXPECT_THAT(exact_statement({"shop", "named"}), testing::HasSubstr(" DEFAULT 0xF09F9880\n"));
  const std::vector<std::string> named = objects::defaults_in_doubt(session_, {"shop"});
  const auto doubted = testing::StartsWith("column shop.doubted.f: the server prints six digits of its default");
  if (prints_all())
    EXPECT_THAT(named, testing::ElementsAre(doubted));
  else
    EXPECT_THAT(named,
                testing::ElementsAre(testing::StartsWith("column shop.Named.n: the server prints a question"), doubted,
                                     testing::StartsWith("column shop.named.n: the server prints a question")));
}

}  // namespace
}  // namespace darbe::tables
