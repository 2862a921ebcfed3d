// A source whose volume fills up while a run works: production comes before the run.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/metrics.h"
#include "base/clock.h"
#include "replication/binlogs.h"
#include "replication/status.h"
#include "story/world.h"

namespace darbe::story_test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::optional<std::string> retention_of(const World& world) {
  mysql::Connection source = world.connect(World::source_id);
  const auto rows = source.query("CALL mysql.rds_show_configuration");
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (rows.text(row, "name") == "binlog retention hours") return rows.value(row, "value");
  return "there is no such setting";
}

void set_retention(const World& world, const char* hours) {
  world.connect(World::source_id)
      .execute(fmt::format("CALL mysql.rds_set_configuration('binlog retention hours', {})", hours));
}

// As the guard gives the binlogs free, at that moment of another run's way.
void give_free(const World& world) {
  world.connect(World::source_id).execute("INSERT INTO darbe.changes VALUES ('binlogs given free', NULL, 'yes')");
  set_retention(world, "NULL");
}

// CloudWatch's figures come late: what is done must be in them before the next thing is.
bool cloudwatch_tells(World& world, const std::function<bool(std::uint64_t)>& free_gib_are) {
  return base::poll_until({std::chrono::milliseconds(200), std::chrono::seconds(60)}, {}, [&] {
    const auto free = aws::disk_metrics(world.account().client, World::source_id).free_space;
    return free && free_gib_are(free->bytes >> 30);
  });
}

TEST(Guarded, ARunStopsGivesTheBinlogsFreeAndGoesOnWhenThereIsRoomAgain) {
  World world("mysql", "9.");
  mysql::Connection source = world.connect(World::source_id);
  const std::string before = world.inventory();
  const auto careful = [&](const char* gib) {
    return world.setup_arguments("putio17", {"--stop-below-free-storage", gib});
  };

  const Ended refused = world.darbe(careful("20"));
  EXPECT_EQ(refused.status, 3) << refused.text();
  EXPECT_THAT(refused.errors, HasSubstr("production comes first"));
  EXPECT_EQ(world.inventory(), before);

  // A gibibyte of the source's twenty goes while its rows are copied.
  const auto run = world.start(careful("19"), {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  EXPECT_EQ(retention_of(world), "24");
  source.execute("CREATE TABLE elsewhere.merged (id INT NOT NULL) ENGINE=MERGE");  // which no rows can be copied of
  source.execute("CREATE TABLE elsewhere.huge (id INT PRIMARY KEY) AUTOEXTEND_SIZE = 1G");
  run->go_on();
  const Ended stopped = run->end();
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, AllOf(HasSubstr("the source's volume has "), HasSubstr("production comes first"),
                                    HasSubstr("run the same command again"), Not(HasSubstr("Settle: done"))));
  EXPECT_EQ(retention_of(world), std::nullopt);
  const std::string replica = world.account().instances.get(World::source_id).replicas.at(0);
  mysql::Connection on_replica = world.connect(replica);
  EXPECT_EQ(replication::status(on_replica).state, replication::State::on) << "AWS keeps binlogs for one that stands";

  // As a command leaves it that was killed after it had the binlogs kept again.
  source.execute("UPDATE darbe.changes SET new_value = 'begun' WHERE name = 'binlogs given free'");
  set_retention(world, "24");
  const Ended still = world.darbe(careful("19"));
  EXPECT_EQ(still.status, 1) << still.text();
  EXPECT_THAT(still.errors, Not(HasSubstr("could not be given free")));
  EXPECT_EQ(retention_of(world), std::nullopt);

  EXPECT_TRUE(cloudwatch_tells(world, [](std::uint64_t gib) { return gib < 19; }));
  source.execute("DROP TABLE elsewhere.huge");
  EXPECT_TRUE(cloudwatch_tells(world, [](std::uint64_t gib) { return gib >= 19; }));
  const Ended killed = world.darbe(careful("19"), {{"DARBE_FAULT", "guard.retention_raised_again:kill"}});
  EXPECT_EQ(killed.signal, SIGKILL) << killed.text();
  EXPECT_EQ(retention_of(world), "24");
  const Ended ended = world.darbe(careful("19"));
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(retention_of(world), "24");
  world.wait_until_caught_up("putio17");
  EXPECT_EQ(world.contents("putio17"), world.contents(World::source_id));

  const Ended undone = world.darbe(world.undo_arguments("putio17"));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world.inventory(), before);
}

// Somebody had the source keep its binlogs for longer since: that is theirs, and production's disk goes on filling.
TEST(Guarded, ARunSaysWhereTheBinlogsAreNotItsToGiveFree) {
  World world("mysql", "9.");
  mysql::Connection source = world.connect(World::source_id);
  const auto run = world.start(world.setup_arguments("putio17", {"--stop-below-free-storage", "19"}),
                               {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  set_retention(world, "168");
  source.execute("CREATE TABLE elsewhere.huge (id INT PRIMARY KEY) AUTOEXTEND_SIZE = 1G");
  run->go_on();
  const Ended stopped = run->end();
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, AllOf(HasSubstr("it goes on keeping its binlogs, for somebody set their retention"),
                                    HasSubstr("Lower it yourself"), Not(HasSubstr("no longer than before this run"))));
  EXPECT_EQ(retention_of(world), "168");
  EXPECT_EQ(source.value("SELECT new_value FROM darbe.changes WHERE name = 'binlogs given free'"), "begun");
}

// A network without a way to CloudWatch, and then, while rows are copied, credentials that have ended and AWS in
// trouble: the server's files tell enough.
TEST(Guarded, ARunGoesByTheServersFilesWhereAwsDoesNotAnswer) {
  World world("mysql", "9.");
  mysql::Connection source = world.connect(World::source_id);
  const auto arguments = world.setup_arguments("putio17", {"--stop-below-free-storage", "19"});
  const std::map<std::string, std::string> no_cloudwatch = {{"AWS_ENDPOINT_URL_CLOUDWATCH", "http://127.0.0.1:9"}};
  auto until_copying = no_cloudwatch;
  until_copying["DARBE_FAULT"] = "copy.text_taken#2:pause";
  const auto stops = AllOf(HasSubstr("the source's volume has at most 1"), HasSubstr("production comes first"));

  auto run = world.start(arguments, until_copying);
  ASSERT_TRUE(run->pauses()) << run->end().text();
  source.execute("CREATE TABLE elsewhere.huge (id INT PRIMARY KEY) AUTOEXTEND_SIZE = 1G");
  run->go_on();
  Ended stopped = run->end();
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, stops);
  EXPECT_EQ(retention_of(world), std::nullopt);
  const Ended status = world.darbe(world.status_arguments("putio17"), no_cloudwatch);
  EXPECT_EQ(status.status, 6) << status.text();
  EXPECT_THAT(status.output, AllOf(HasSubstr("\"at_most\":true"), Not(HasSubstr("\"concern\":\"look\""))));
  source.execute("DROP TABLE elsewhere.huge");

  run = world.start(arguments, until_copying);
  ASSERT_TRUE(run->pauses()) << run->end().text();
  const std::string replica = world.account().instances.get(World::source_id).replicas.at(0);
  world.lab().inflict(replica, "pause");  // the copy waits meanwhile, and asks AWS for nothing
  world.lab().fail("*", "ExpiredToken", 5);
  world.lab().fail("*", "InternalFailure", 1'000'000);
  run->go_on();
  EXPECT_TRUE(run->says("AWS did not answer 10 times in a row when it was asked about putio16")) << run->errors();
  source.execute("CREATE TABLE elsewhere.huge (id INT PRIMARY KEY) AUTOEXTEND_SIZE = 1G");
  const char* given_free = "SELECT COUNT(*) FROM darbe.changes WHERE name = 'binlogs given free' AND new_value = 'yes'";
  EXPECT_TRUE(base::poll_until({20ms, 60s}, {}, [&] { return source.number(given_free) == 1; })) << run->errors();
  world.lab().inflict(replica, "resume");
  stopped = run->end();
  world.lab().clear_faults();
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, stops);
  EXPECT_EQ(retention_of(world), std::nullopt);
  mysql::Connection on_replica = world.connect(replica);
  EXPECT_EQ(replication::status(on_replica).state, replication::State::on);

  source.execute("DROP TABLE elsewhere.huge");
  const Ended ended = world.darbe(arguments, no_cloudwatch);
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(retention_of(world), "24");
  world.wait_until_caught_up("putio17");
  EXPECT_EQ(world.contents("putio17"), world.contents(World::source_id));
}

// What no server tells of fills the volume of a source that has been caught up with.
TEST(Guarded, ARunThatHasCaughtUpStopsAsWell) {
  World world("mariadb", "10.11");
  const auto arguments = world.setup_arguments("putio17", {"--stop-below-free-storage", "19"});
  const auto run = world.start(arguments, {{"DARBE_FAULT", "catch_up.caught_up:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  const std::string id = world.account().instances.get(World::source_id).resource_id;
  const std::filesystem::path hole = world.lab().folder() / "instances" / id / "hole";
  std::ofstream(hole).put(' ');
  std::filesystem::resize_file(hole, 1ULL << 30);
  EXPECT_TRUE(cloudwatch_tells(world, [](std::uint64_t gib) { return gib < 19; }));
  run->go_on();
  const Ended stopped = run->end();
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, AllOf(HasSubstr("the source's volume has 18."), HasSubstr("production comes first"),
                                    Not(HasSubstr("Settle: done"))));
  EXPECT_EQ(retention_of(world), std::nullopt);

  std::filesystem::remove(hole);
  EXPECT_TRUE(cloudwatch_tells(world, [](std::uint64_t gib) { return gib >= 19; }));
  const Ended ended = world.darbe(arguments);
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(retention_of(world), "24");
  world.wait_until_caught_up("putio17");
  EXPECT_EQ(world.contents("putio17"), world.contents(World::source_id));
}

// Whoever can't see the source's volume can't stop for it either, and says so.
TEST(Guarded, ARunSaysThatItCannotSeeTheSourcesVolume) {
  World world("mysql", "9.");
  const auto run = world.start(world.setup_arguments("putio17"), {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  const std::string replica = world.account().instances.get(World::source_id).replicas.at(0);
  mysql::Connection on_source = world.connect_as_rdsadmin(World::source_id);
  on_source.execute("SET sql_log_bin = 0");
  world.lab().inflict(replica, "pause");
  on_source.execute("ALTER USER 'root'@'%' ACCOUNT LOCK");  // whoever is connected stays so
  run->go_on();
  EXPECT_TRUE(run->says("the room on the source's volume could not be looked at 10 times in a row")) << run->errors();
  on_source.execute("ALTER USER 'root'@'%' ACCOUNT UNLOCK");
  world.lab().inflict(replica, "resume");
  const Ended ended = run->end();
  EXPECT_EQ(ended.status, 0) << ended.text();
}

// While the binlogs are given free, the operator says for how long they are kept: that is not the run's to take back.
TEST(Guarded, ARunKeepsWhatTheOperatorSetMeanwhile) {
  World world("mysql", "9.");
  const auto arguments = world.setup_arguments("putio17");
  const auto killed_at = [&](const char* point) {
    const Ended killed = world.darbe(arguments, {{"DARBE_FAULT", fmt::format("{}:kill", point)}});
    EXPECT_EQ(killed.signal, SIGKILL) << killed.text();
  };
  const auto undo = [&] {
    const Ended undone = world.darbe(world.undo_arguments("putio17"));
    EXPECT_EQ(undone.status, 0) << undone.text();
  };
  // Given free between the record of the change and the change.
  const auto run = world.start(arguments, {{"DARBE_FAULT", "provision.retention_recorded:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  give_free(world);
  run->go_on();
  ASSERT_TRUE(run->says("asking for read replica")) << run->end().text();
  EXPECT_EQ(retention_of(world), std::nullopt);
  run->signal(SIGKILL);
  run->end();

  set_retention(world, "5");
  killed_at("applied.Provision");
  EXPECT_EQ(retention_of(world), "24");
  EXPECT_EQ(world.connect("putio17").number("SELECT COUNT(*) FROM darbe_journal.audit WHERE what LIKE 'binlogs given "
                                            "free%' AND outcome = 'made by an earlier command'"),
            1u);
  undo();
  EXPECT_EQ(retention_of(world), "5");

  killed_at("applied.Provision");
  give_free(world);
  set_retention(world, "24");
  killed_at("applied.Freeze");
  undo();
  EXPECT_EQ(retention_of(world), "24");

  set_retention(world, "NULL");
  killed_at("applied.Provision");
  give_free(world);
  set_retention(world, "24");
  // The guard tells the journal, too.
  world.connect("putio17").execute(
      "INSERT INTO darbe_journal.audit (at_ms, place, what, subject, request_id, outcome) VALUES (UNIX_TIMESTAMP() * "
      "1000, 'source', 'REPLACE INTO darbe.changes (binlogs given free)', 'putio16', '', 'done')");
  const Ended cut = world.darbe(world.undo_arguments("putio17"), {{"DARBE_FAULT", "undo.record_removed:kill"}});
  EXPECT_EQ(cut.signal, SIGKILL) << cut.text();
  undo();
  EXPECT_EQ(retention_of(world), "24");
}

}  // namespace
}  // namespace darbe::story_test
