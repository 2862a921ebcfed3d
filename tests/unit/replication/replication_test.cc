#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "replication/coordinates.h"
#include "replication/filters.h"
#include "replication/freeze.h"
#include "replication/status.h"
#include "replication/user.h"

namespace darbe::replication {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(Coordinates, AreOrderedByNumberAndPosition) {
  const Coordinates early{"mysql-bin.000009", 900};
  EXPECT_LT(early, (Coordinates{"mysql-bin.000009", 901}));
  EXPECT_LT(early, (Coordinates{"mysql-bin.000010", 4}));
  EXPECT_LT((Coordinates{"mysql-bin.999999", 4}), (Coordinates{"mysql-bin.1000000", 4}));
  EXPECT_EQ(early, (Coordinates{"mysql-bin.000009", 900}));
}

TEST(Coordinates, AreReadAsTheyAreWritten) {
  const Coordinates coordinates{"odd:name.000042", 18446744073709551615U};
  EXPECT_EQ(text_of(coordinates), "odd:name.000042:18446744073709551615");
  EXPECT_EQ(parse_coordinates(text_of(coordinates)), coordinates);
}

TEST(Coordinates, RefuseWhatIsNone) {
  for (const char* text : {"", "mysql-bin.000001", "mysql-bin.000001:", ":4", "mysql-bin.000001:4x",
                           "mysql-bin.000001:18446744073709551616", "mysql-bin.000001:-4"})
    EXPECT_THROW(parse_coordinates(text), base::Error) << text;
}

TEST(Filters, EscapeWildcardsAndNameTheMarker) {
  EXPECT_EQ(wild_do_table({"putio", "mogile_fs", "100%"}), R"(putio.%,mogile\_fs.%,100\%.%,darbe.%)");
}

TEST(Filters, NameEachDatabaseOnce) { EXPECT_EQ(wild_do_table({"darbe", "putio", "putio"}), "darbe.%,putio.%"); }

TEST(Filters, RefuseACommaInAName) {
  try {
    wild_do_table({"a,b"});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::refused);
    EXPECT_THAT(error.what(), HasSubstr("'a,b'"));
  }
}

TEST(Filters, RefuseMoreThanRdsTakes) {
  // "darbe.%" is 7 characters, and a name brings ".%" and a comma: 1,990 letters make 2,000.
  EXPECT_EQ(wild_do_table({std::string(1990, 'x')}).size(), filter_characters_max);
  EXPECT_THROW(wild_do_table({std::string(1991, 'x')}), base::Error);
  std::string accented;
  for (int i = 0; i < 1990; ++i) accented += "é";
  EXPECT_EQ(wild_do_table({accented}).size(), filter_characters_max + 1990);
}

// A row of SHOW REPLICA STATUS, in the new words or the old.
struct StatusRow {
  bool old_words = false;
  std::string io = "Yes";
  std::string sql = "Yes";
  unsigned io_number = 0;
  std::string io_error = {};
  unsigned sql_number = 0;
  std::string sql_error = {};
  std::optional<std::string> behind = "0";

  mysql::Flavor flavor() const {
    return old_words ? mysql::Flavor(mysql::Family::mariadb, {10, 11, 6})
                     : mysql::Flavor(mysql::Family::mysql, {9, 7, 4});
  }

  mysql::Result result() const {
    mysql::Result made;
    made.rows.emplace_back();
    const std::string source = old_words ? "Master" : "Source", replica = old_words ? "Slave" : "Replica";
    const auto add = [&](const std::string& name, std::optional<std::string> value) {
      made.columns.push_back({name});
      made.rows[0].push_back(std::move(value));
    };
    add(source + "_Host", "10.0.0.7");
    add(source + "_Port", "3307");
    add(source + "_User", "darbe_r_1");
    add(replica + "_IO_Running", io);
    add(replica + "_SQL_Running", sql);
    add("Relay_" + source + "_Log_File", "bin.000003");
    add("Exec_" + source + "_Log_Pos", "120");
    add(source + "_Log_File", "bin.000004");
    add("Read_" + source + "_Log_Pos", "4");
    add("Last_IO_Errno", std::to_string(io_number));
    add("Last_IO_Error", io_error);
    add("Last_SQL_Errno", std::to_string(sql_number));
    add("Last_SQL_Error", sql_error);
    add("Seconds_Behind_" + source, behind);
    add("SQL_Delay", "0");
    add("Replicate_Wild_Do_Table", "putio.%,darbe.%");
    return made;
  }
  ReplicaStatus read() const { return status_from(result(), flavor()); }
};

TEST(Status, IsReadInBothWords) {
  for (const bool old_words : {false, true}) {
    const ReplicaStatus status = StatusRow{.old_words = old_words}.read();
    EXPECT_EQ(status.state, State::on);
    EXPECT_EQ(status.source_host, "10.0.0.7");
    EXPECT_EQ(status.source_port, 3307U);
    EXPECT_EQ(status.source_user, "darbe_r_1");
    EXPECT_EQ(status.executed, (Coordinates{"bin.000003", 120}));
    EXPECT_EQ(status.received, (Coordinates{"bin.000004", 4}));
    EXPECT_EQ(status.seconds_behind, 0U);
    EXPECT_THAT(status.trouble(), IsEmpty());
    EXPECT_THAT(status.advice(), IsEmpty());
  }
}

TEST(Status, IsAbsentWithoutARow) {
  EXPECT_EQ(status_from({}, mysql::Flavor(mysql::Family::mysql, {9, 7, 4})).state, State::absent);
}

TEST(Status, TellsStoppedFromBroken) {
  EXPECT_EQ((StatusRow{.io = "No", .sql = "No", .behind = {}}.read().state), State::off);
  EXPECT_EQ((StatusRow{.io = "Connecting", .behind = {}}.read().state), State::on);
  EXPECT_EQ((StatusRow{.io = "No", .behind = {}}.read().state), State::broken);
  EXPECT_EQ((StatusRow{.sql = "No", .behind = {}}.read().state), State::broken);
  EXPECT_EQ((StatusRow{.io = "Connecting", .io_number = 2003, .io_error = "can't connect"}.read().state),
            State::broken);
  EXPECT_EQ((StatusRow{.io = "No", .sql = "No", .sql_number = 1062, .sql_error = "duplicate"}.read().state),
            State::broken);
}

TEST(Status, SaysWhatToDoAboutKnownCauses) {
  const ReplicaStatus purged = StatusRow{.io = "No", .io_number = 1236, .io_error = "purged"}.read();
  EXPECT_THAT(purged.advice(), HasSubstr("binlog retention"));
  EXPECT_THAT(purged.trouble(), HasSubstr("the receiver says: purged"));
  const ReplicaStatus unknown =
      StatusRow{.sql = "No", .sql_number = 1049, .sql_error = "Unknown database 'other'"}.read();
  EXPECT_THAT(unknown.advice(), HasSubstr("rds_skip_repl_error on the target leaves out the whole transaction"));
}

TEST(Status, TellsOfFiltersButThoseOfTheServersOwnTables) {
  EXPECT_THAT(StatusRow{}.read().other_filters, IsEmpty());
  mysql::Result row = StatusRow{}.result();
  const auto filtered = [&row](const std::string& column, const std::string& value) {
    mysql::Result with = row;
    with.columns.push_back({column});
    with.rows[0].emplace_back(value);
    return status_from(with, StatusRow{}.flavor()).other_filters;
  };
  // As RDS's replicas say.
  EXPECT_THAT(filtered("Replicate_Ignore_Table",
                       "mysql.plugin,innodb_memcache.config_options,mysql.rds_monitor,mysql.rds_configuration"),
              IsEmpty());
  EXPECT_THAT(filtered("Replicate_Ignore_Table", "mysql.plugin,shop.log,mysql.rds_history"),
              testing::ElementsAre("Replicate_Ignore_Table shop.log"));
  EXPECT_THAT(filtered("Replicate_Do_DB", "shop"), testing::ElementsAre("Replicate_Do_DB shop"));
  EXPECT_THAT(filtered("Replicate_Rewrite_DB", "(shop,store)"), testing::SizeIs(1));
}

TEST(Filters, KnowWhatLeavesChangesOut) {
  for (const char* name : {"replicate-ignore-table", "replicate_wild_do_table", "slave_skip_errors", "slave_exec_mode",
                           "replica-exec-mode"})
    EXPECT_TRUE(is_leaving_out(name)) << name;
  for (const char* name : {"replica_parallel_workers", "replicate_annotate_row_events", "read_only"})
    EXPECT_FALSE(is_leaving_out(name)) << name;
}

TEST(Status, RefusesSeveralChannels) {
  mysql::Result two = StatusRow{}.result();
  two.rows.push_back(two.rows[0]);
  EXPECT_THROW(status_from(two, StatusRow{}.flavor()), base::Error);
}

TEST(Frozen, SaysWhatMoved) {
  const Frozen then{{"bin.000003", 120}, {"uuid:1-5"}, "1763836800"};
  EXPECT_EQ(difference(then, then), std::nullopt);
  Frozen now = then;
  now.server_started = "1763836999";
  EXPECT_THAT(difference(then, now).value(), HasSubstr("restarted"));
  now = then;
  now.gtids = {"uuid:1-6"};
  EXPECT_THAT(difference(then, now).value(), HasSubstr("uuid:1-6"));
  now.at.position = 121;
  EXPECT_EQ(difference(then, now), "the frozen replica went from bin.000003:120 to bin.000003:121");
}

TEST(ReplicationUser, GetsAnotherPasswordEachTime) {
  const base::Secret password = make_replication_password();
  EXPECT_EQ(password.reveal().size(), 32U);
  EXPECT_NE(password.reveal(), make_replication_password().reveal());
  // What validate_password's MEDIUM and MariaDB's simple_password_check ask for.
  for (const auto& is_wanted :
       std::initializer_list<int (*)(int)>{std::isupper, std::islower, std::isdigit, std::ispunct})
    EXPECT_TRUE(std::ranges::any_of(password.reveal(), [&](unsigned char letter) { return is_wanted(letter) != 0; }));
}

// As MariaDB 10.11 answers SELECT PASSWORD('password').
TEST(ReplicationUser, HasTheHashThatMariaDbWouldMakeOfItsPassword) {
  EXPECT_EQ(native_password_hash(base::Secret("password")), "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
}

}  // namespace
}  // namespace darbe::replication
