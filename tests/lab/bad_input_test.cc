// Servers that are not as the copy needs them: it stops with words that name the place and what to do, calls nothing
// done, and the same call goes on once that is mended.
#include <atomic>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "copy_fixture.h"
#include "tables/privileges.h"

namespace darbe::copy {
namespace {

using testing::HasSubstr;

class BadInput : public testing::TestWithParam<std::string_view>, public Fixture {
 protected:
  BadInput() : Fixture(GetParam()) {}

  ~BadInput() override {
    for (servers::TestServer* server : {&servers().source, &servers().target}) {
      mysql::Connection side(server->connect_options(), {});  // a test may have restarted it
      side.execute("SET GLOBAL max_allowed_packet = 16777216");
      side.execute("SET GLOBAL local_infile = 1");
      drop_account(side);
      tables::try_set(side, "partial_revokes = OFF");
      if (is_mariadb()) side.execute("SET GLOBAL innodb_force_primary_key = 0");
      if (!is_mariadb() && at_least(8, 0)) side.execute("SET GLOBAL sql_require_primary_key = 0");
    }
  }

  void fill_documents() {
    fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, j JSON, b LONGBLOB)",
          "INSERT INTO shop.t VALUES (1, '[]', NULL), (2, JSON_ARRAY(REPEAT('x', 2000000)), REPEAT('y', 3000000))"});
  }

  struct Words {
    std::string text;
    std::string advice;
  };
  void expect_stop(const Words& words) {
    try {
      copy();
      FAIL() << "the copy went through";
    } catch (const std::exception& error) {
      EXPECT_THAT(base::text_of(error), HasSubstr(words.text));
      EXPECT_THAT(base::advice_of(error), HasSubstr(words.advice));
    }
    EXPECT_NE(root_state(), State::done);
  }
  void expect_to_go_on() {
    copy();
    EXPECT_EQ(root_state(), State::done);
    expect_equal("shop.t");
    EXPECT_TRUE(verify().repaired.empty());
  }
  State root_state() {
    Options by_root = options;
    by_root.frozen = servers().source.connect_options();
    by_root.target = target_server_->connect_options();
    return state(by_root, {});
  }
  void copy_to(const servers::TestServer& server) {
    target_server_ = &server;
    options.target = server.connect_options();
    target = mysql::Connection(options.target, {});
  }

  // How a server is started without it, and what it says then.
  struct Engine {
    std::string name;
    std::string without;
    std::string words;
  };
  // The target would make such a table with another one.
  void expect_to_need_an_engine(const Engine& engine) {
    fill({"CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, v INT) ENGINE=" + engine.name,
          "INSERT INTO shop.t VALUES (1, 2)"});
    std::vector<std::string> arguments = Pair::arguments;
    arguments.push_back(engine.without);
    servers::TestServer lacking({.kind = GetParam(), .arguments = arguments});
    copy_to(lacking);
    expect_stop({engine.words, ""});
    EXPECT_EQ(target.number("SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop'"), 0U);
    lacking.stop();
    lacking.start(Pair::arguments);
    copy_to(lacking);
    expect_to_go_on();
  }

  static void drop_account(mysql::Connection& side) {
    if (side.number("SELECT COUNT(*) AS n FROM mysql.user WHERE User = 'copier'") != 0)
      side.execute("DROP USER 'copier'@'%'");
  }
  // An account with these privileges on all.
  static mysql::ConnectOptions make_account(servers::TestServer& server, mysql::Connection& root,
                                            const std::string& privileges) {
    const base::Secret password("correct-horse");
    drop_account(root);
    root.execute(fmt::format("CREATE USER 'copier'@'%' IDENTIFIED BY '{}'", password.reveal()));
    root.execute(fmt::format("GRANT {} ON *.* TO 'copier'@'%'", privileges));
    return server.connect_options_for("copier", password);
  }

 private:
  const servers::TestServer* target_server_ = &servers().target;
};

INSTANTIATE_TEST_SUITE_P(EachKind, BadInput,
                         testing::Values(servers::mysql_current, servers::mysql_old, servers::mariadb), name_of);

TEST_P(BadInput, StopsWhereTheTargetTakesNoLocalFiles) {
  fill_table();
  target.execute("SET GLOBAL local_infile = 0");
  expect_stop({"loading shop.t", "Set local_infile to 1"});
  target.execute("SET GLOBAL local_infile = 1");
  expect_to_go_on();
}

// Rows of any size go through (Matrix.HugeBlobs); a JSON document is a value that the server makes.
TEST_P(BadInput, StopsAtADocumentAboveTheTargetsPacket) {
  if (is_mariadb() || !at_least(5, 7)) GTEST_SKIP() << "this server's JSON is text";
  fill_documents();
  target.execute("SET GLOBAL max_allowed_packet = 1048576");
  expect_stop({"loading shop.t", "Raise max_allowed_packet on that server"});
  target.execute("SET GLOBAL max_allowed_packet = 16777216");
  expect_to_go_on();
}

TEST_P(BadInput, StopsAtADocumentAboveTheSourcesPacket) {
  if (is_mariadb() || !at_least(5, 7)) GTEST_SKIP() << "this server's JSON is text";
  fill_documents();
  source.execute("SET GLOBAL max_allowed_packet = 1048576");
  expect_stop({"a document in j of shop.t is larger than max_allowed_packet of " + options.frozen.host,
               "Raise max_allowed_packet on that server"});
  source.execute("SET GLOBAL max_allowed_packet = 16777216");
  expect_to_go_on();
}

TEST_P(BadInput, NamesThePrivilegeThatIsMissingOnTheTarget) {
  fill_table();
  const std::vector<std::string> needed = {"CREATE", "INSERT", "SELECT", "ALTER"};
  for (const std::string& missing : needed) {
    std::string rest = "UPDATE, DELETE, DROP, INDEX";
    for (const std::string& privilege : needed)
      if (privilege != missing) rest += ", " + privilege;
    for (const char* schema : {"shop", "darbe_journal"})
      target.execute(fmt::format("DROP DATABASE IF EXISTS {}", schema));
    // As the one that RDS makes for `--databases`: the server says at once who may not make another.
    if (missing != "CREATE") target.execute("CREATE DATABASE shop");
    options.target = make_account(servers().target, target, rest);
    SCOPED_TRACE("without " + missing);
    expect_stop({"denied", "Grant the account that Darbe uses there the privilege"});
    target.execute(fmt::format("GRANT {} ON *.* TO 'copier'@'%'", missing));
    expect_to_go_on();
  }
}

// A server hides from its catalog what an account may not read: such a table would be left out, and nobody would know.
TEST_P(BadInput, RefusesAnAccountFromWhichTheSourceHidesTables) {
  fill_table();
  fill({"CREATE TABLE shop.hidden (id INT PRIMARY KEY)", "INSERT INTO shop.hidden VALUES (1)"});
  options.frozen = make_account(servers().source, source, "PROCESS");
  source.execute("GRANT SELECT ON shop.t TO 'copier'@'%'");
  expect_stop({"may not read all", "Grant it SELECT"});
  EXPECT_EQ(root_state(), State::absent);
  source.execute("GRANT SELECT ON *.* TO 'copier'@'%'");
  expect_to_go_on();
  expect_equal("shop.hidden");
}

TEST_P(BadInput, RefusesAnAccountWhoseRightToReadIsPartlyRevoked) {
  if (is_mariadb() || !at_least(8, 0)) GTEST_SKIP() << "this server has no partial revokes";
  fill_table();
  source.execute("SET GLOBAL partial_revokes = ON");
  options.frozen = make_account(servers().source, source, "PROCESS, SELECT");
  source.execute("REVOKE SELECT ON shop.* FROM 'copier'@'%'");
  for (const auto& databases : {std::vector<std::string>{"shop"}, std::vector<std::string>{}}) {
    options.databases = databases;
    expect_stop({"SELECT is revoked on shop", "Grant it SELECT"});
  }
  source.execute("GRANT SELECT ON shop.* TO 'copier'@'%'");
  expect_to_go_on();
  source.execute("DROP USER 'copier'@'%'");
  source.execute("SET GLOBAL partial_revokes = OFF");
}

// RDS's master user has its privileges by a role.
TEST_P(BadInput, TakesAnAccountThatReadsByItsRole) {
  if (!is_mariadb() && !at_least(8, 0)) GTEST_SKIP() << "this server has no roles";
  fill_table();
  options.frozen = make_account(servers().source, source, "PROCESS");
  source.execute("CREATE ROLE readers");
  source.execute("GRANT SELECT ON *.* TO readers");
  source.execute("GRANT readers TO 'copier'@'%'");
  source.execute(is_mariadb() ? "SET DEFAULT ROLE readers FOR 'copier'@'%'"
                              : "SET DEFAULT ROLE readers TO 'copier'@'%'");
  expect_to_go_on();
  source.execute("DROP ROLE readers");
}

// A system tablespace that holds all tables and may not grow for ever: what a server says then is what it says of a
// full disk.
TEST_P(BadInput, StopsWhereTheTargetIsFullAndGoesOnWithMore) {
  const auto with_room = [](int megabytes) {
    std::vector<std::string> arguments = Pair::arguments;
    arguments.emplace_back("--innodb-file-per-table=0");
    arguments.push_back(fmt::format("--innodb-data-file-path=ibdata1:12M:autoextend:max:{}M", megabytes));
    return arguments;
  };
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, v TEXT, KEY v (v(9)))",
        "INSERT INTO shop.t VALUES (1, REPEAT('x', 4000))"});
  for (int doubling = 0; doubling < 12; ++doubling)
    source.execute("INSERT INTO shop.t SELECT id + (SELECT MAX(id) FROM (SELECT id FROM shop.t) m), v FROM shop.t");
  source.execute("ANALYZE TABLE shop.t");
  options.chunk_bytes = 1 << 20;
  servers::TestServer small({.kind = GetParam(), .arguments = with_room(14)});
  copy_to(small);
  expect_stop({"The table 't' is full", "Give that server more storage"});
  EXPECT_EQ(root_state(), State::partial);
  small.stop();
  small.start(with_room(200));
  copy_to(small);
  copy();
  EXPECT_EQ(root_state(), State::done);
  EXPECT_EQ(checksum(source, "shop.t"), checksum(target, "shop.t"));
  EXPECT_TRUE(verify().repaired.empty());
}

// Who may set a session's variables has MySQL's off there. A run has both off in the target's parameter group.
TEST_P(BadInput, StopsWhereTheTargetWantsPrimaryKeys) {
  if (!is_mariadb() && !at_least(8, 0)) GTEST_SKIP() << "this server takes any table";
  fill({"CREATE TABLE shop.t (a INT)", "INSERT INTO shop.t VALUES (1), (1)"});
  options.target = make_account(servers().target, target, "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, INDEX, ALTER");
  const std::string variable = is_mariadb() ? "innodb_force_primary_key" : "sql_require_primary_key";
  target.execute(fmt::format("SET GLOBAL {} = 1", variable));
  expect_stop({"creating table shop.t", "Set sql_require_primary_key"});
  target.execute(fmt::format("SET GLOBAL {} = 0", variable));
  expect_to_go_on();
}

// They would be found after the copy, at the latest.
TEST_P(BadInput, StopsBeforeTheCopyAtDigitsThatTheirTypeDoesNotShow) {
  fill({"CREATE TABLE shop.t (id INT PRIMARY KEY, f FLOAT(9,5), d DOUBLE(12,5), whole DOUBLE(12,2), free DOUBLE)",
        "INSERT INTO shop.t VALUES (1, 0.12345, 0.00265, 1234567890.12, 0.1), (2, 0.5, -0.00265, 0.07, 1e300),"
        " (3, NULL, NULL, NULL, NULL), (4, 7654.1, 1000000.1, -9999999999.99, 0), (5, -0.0027, -0.0027, -0.01, 0)",
        "ALTER TABLE shop.t MODIFY f FLOAT(9,4), MODIFY d DOUBLE(12,4)"});
  if (source.value("SELECT d*1e0 FROM shop.t WHERE id = 1") != "0.00265")
    GTEST_SKIP() << "this server rounds what is there";
  expect_stop(
      {"column shop.t.f is float(9,4), with more digits than it shows in 1 of its values: they can't be written again; "
       "column shop.t.d is double(12,4), with more digits than it shows in 2 of its values",
       "On the source, round them"});
  EXPECT_EQ(root_state(), State::absent);
  source.execute("UPDATE shop.t SET f = ROUND(f, 4), d = ROUND(d, 4)");
  expect_to_go_on();
}

// Of one whose turn has not come, and of one that waits for the lane.
TEST_P(BadInput, NamesATableThatIsGoneFromTheReplica) {
  fill_table();
  options.jobs = 1;
  const auto drop_at_look = [this](int number) {
    fill({"CREATE TABLE shop.gone (id INT PRIMARY KEY)"});
    options.still_frozen = [this, number, looks = 0](mysql::Connection&) mutable {
      if (++looks == number) source.execute("DROP TABLE shop.gone");
    };
  };
  drop_at_look(3);
  expect_stop({"shop.gone is in the plan of the copy but not on the frozen replica", "Undo this run"});
  drop_at_look(5);
  expect_stop({"Table 'shop.gone' doesn't exist", "Undo this run"});
  fill({"CREATE TABLE shop.gone (id INT PRIMARY KEY)"});
  options.still_frozen = {};
  expect_to_go_on();
}

TEST_P(BadInput, GoesOnByItselfWhenTheTargetRestarts) {
  fill_table();
  std::atomic<int> asked = 0;
  options.still_frozen = [&](mysql::Connection&) {
    if (++asked != 8) return;
    servers().target.kill();
    servers().target.start();
  };
  through_restarts([this] { return copy(); });
  EXPECT_GE(asked, 8);
  target = mysql::Connection(servers().target.connect_options(), {});
  expect_to_go_on();
}

TEST_P(BadInput, GoesOnByItselfWhenTheSourceRestarts) {
  fill_table();
  std::atomic<int> asked = 0;
  options.still_frozen = [&](mysql::Connection&) {
    if (++asked != 8) return;
    servers().source.kill();
    servers().source.start();
  };
  copy();
  EXPECT_GE(asked, 8);
  source = mysql::Connection(servers().source.connect_options(), {});
  expect_to_go_on();
}

// As it hides tables; such triggers and events would be left out.
TEST_P(BadInput, RefusesAnAccountFromWhichTheSourceHidesTriggersOrEvents) {
  fill_table();
  fill({"CREATE TRIGGER shop.o BEFORE INSERT ON shop.t FOR EACH ROW SET NEW.v = ''",
        "CREATE EVENT shop.o ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SELECT 1"});
  const auto expect = [&](std::uint64_t seen, const std::string& refusal) {
    mysql::Connection copier(options.frozen, {});
    EXPECT_EQ(copier.number("SELECT (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'shop')"
                            " + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'shop') AS n"),
              seen)
        << refusal;
    try {
      tables::require_all_readable(copier, {"shop"}, tables::Reading::objects);
      EXPECT_EQ(refusal, "");
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::Kind::refused);
      EXPECT_THAT(error.what(), testing::EndsWith(refusal));
      EXPECT_NE(refusal, "");
    }
  };
  options.frozen = make_account(servers().source, source, "PROCESS, SELECT");
  expect(0, "TRIGGER is not granted on *.*");
  source.execute("GRANT TRIGGER ON *.* TO 'copier'@'%'");
  expect(1, "EVENT is not granted on *.*");
  source.execute("GRANT EVENT ON *.* TO 'copier'@'%'");
  expect(2, "");
  if (!is_mariadb() && at_least(8, 0)) {
    source.execute("SET GLOBAL partial_revokes = ON");
    source.execute("REVOKE EVENT ON shop.* FROM 'copier'@'%'");
    expect(1, "EVENT is revoked on shop");
    source.execute("REVOKE TRIGGER ON shop.* FROM 'copier'@'%'");
    expect(0, "TRIGGER is revoked on shop");
  }
}

TEST_P(BadInput, StopsWhereTheTargetHasNotAnEngine) {
  if (is_mariadb()) GTEST_SKIP() << "this server has none here that it can be without";
  expect_to_need_an_engine({"ARCHIVE", "--archive=OFF", "Unknown storage engine 'ARCHIVE'"});
}

TEST_P(BadInput, StopsWhereTheTargetHasDisabledAnEngine) {
  if (is_mariadb())
    return expect_to_need_an_engine({"MyISAM", "--enforce-storage-engine=InnoDB", "the NO_ENGINE_SUBSTITUTION option"});
  if (!at_least(5, 7)) GTEST_SKIP() << "this server disables none";
  expect_to_need_an_engine({"MyISAM", "--disabled-storage-engines=MyISAM", "MyISAM is disabled"});
}

}  // namespace
}  // namespace darbe::copy
