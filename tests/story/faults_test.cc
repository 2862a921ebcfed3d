// Runs that meet a cut link, a signal, lost answers of AWS and an undo that is killed.
#include <algorithm>
#include <csignal>
#include <set>

#include "aws/actions.h"
#include "aws/waiter.h"
#include "lab/action.h"
#include "mysql/quote.h"
#include "replication/status.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* repaired = "was copied again";

std::uint64_t count(mysql::Connection& server, const std::string& what) {
  return server.number("SELECT COUNT(*) FROM " + what);
}

// `words` of an ending, for those who were asked to leave.
void expect_left(const Ended& ended, const std::string& words) {
  EXPECT_EQ(ended.status, 130) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr(words));
}

// The target stands still in the middle of a LOAD DATA, and darbe has been told to stop.
std::unique_ptr<Running> stopped_in_a_load(World& world, const std::string& target,
                                           const std::vector<std::string>& arguments) {
  auto run = world.start(arguments, {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  EXPECT_TRUE(run->pauses()) << run->end().text();
  world.lab().inflict(target, "pause");
  run->signal(SIGINT);
  run->go_on();
  EXPECT_TRUE(run->says("once more to leave at once")) << run->end().text();
  return run;
}

TEST_F(StoryMySql, LeavesWhenAskedOrALinkIsLostAndGoesOn) {
  const std::string before = world->inventory();
  // One lane: the largest table comes first, and alone.
  const auto arguments = world->setup_arguments("putio22", {"--jobs", "1"});

  // Where no rows are under way, a lost link ends the command.
  auto run = world->start(arguments, {{"DARBE_FAULT", "accounts.account_created:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  world->lab().inflict("putio22", "cut");
  run->go_on();
  const Ended lost = run->end();
  EXPECT_EQ(lost.status, 1) << lost.text();
  EXPECT_THAT(lost.errors, HasSubstr("creating the account on"));
  EXPECT_THAT(lost.errors, HasSubstr("Run the same command again to go on"));
  world->lab().inflict("putio22", "heal");

  // Days may have passed since: other windows come than the plan told of.
  const aws::Instance windows_before = world->account().instances.get(World::source_id);
  world->set_windows(World::source_id, std::chrono::minutes(12), std::chrono::minutes(-20));
  run = stopped_in_a_load(*world, "putio22", arguments);
  EXPECT_THAT(run->errors(), testing::AllOf(HasSubstr("the maintenance window of putio16 ("),
                                            HasSubstr("the backup window of putio16 (")));
  world->set_windows(windows_before);
  EXPECT_FALSE(run->has_ended());
  run->signal(SIGINT);
  expect_left(run->end(), "Run the same command again to go on");
  world->lab().inflict("putio22", "resume");
  mysql::Connection target = world->connect("putio22");
  EXPECT_EQ(count(target, "darbe_journal.copy_ledger"), 0u);

  run = stopped_in_a_load(*world, "putio22", arguments);
  world->lab().inflict("putio22", "resume");
  expect_left(run->end(), "Run the same command again to go on");
  // The chunk at hand, whole, and nothing else.
  EXPECT_EQ(count(target, "darbe_journal.copy_ledger"), 1u);
  mysql::Connection source = world->connect(World::source_id);
  EXPECT_EQ(count(target, "putio.keyless"), count(source, "putio.keyless"));

  run = world->start(arguments, {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  world->lab().inflict("putio22", "cut");
  run->go_on();
  EXPECT_TRUE(run->says("copying goes on after"));
  world->lab().inflict("putio22", "heal");
  const Ended ended = run->end();
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, Not(HasSubstr(repaired)));
  expect_equal("putio22");
  expect_undo("putio22", before);
}

}  // namespace

// What people do to the source between the plan and the freeze comes to the replica too: the copy is of what is frozen.
template <typename Family>
void Story<Family>::expect_to_take_what_is_frozen() {
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE TABLE mogilefs.altered (id INT PRIMARY KEY, v INT) ENGINE=InnoDB");
  source.execute("INSERT INTO mogilefs.altered VALUES (1, 1), (2, 2)");
  source.execute("CREATE TABLE mogilefs.dropped (id INT PRIMARY KEY) ENGINE=InnoDB");
  source.execute("INSERT INTO mogilefs.dropped VALUES (1)");
  source.execute("GRANT SELECT (id) ON mogilefs.dropped TO 'mogile'@'10.%'");
  const std::string before = world->inventory();
  const auto run = world->start(world->setup_arguments("putio27"), {{"DARBE_FAULT", "provision.source_marked:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  source.execute("ALTER TABLE mogilefs.altered DROP PRIMARY KEY, ADD COLUMN w VARCHAR(10) FIRST, ADD KEY (v)");
  source.execute("UPDATE mogilefs.altered SET w = v");
  source.execute("DROP TABLE mogilefs.dropped");
  run->go_on();
  const Ended ended = run->end();
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, Not(HasSubstr(repaired)));
  expect_equal("putio27");
  mysql::Connection target = world->connect("putio27");
  EXPECT_EQ(target.value("SELECT GROUP_CONCAT(w ORDER BY v) FROM mogilefs.altered"), "1,2");
  EXPECT_EQ(count(target, "information_schema.TABLES WHERE TABLE_SCHEMA = 'mogilefs' AND TABLE_NAME = 'dropped'"), 0u);
  expect_undo("putio27", before);
  source.execute("REVOKE SELECT (id) ON mogilefs.dropped FROM 'mogile'@'10.%'");
  source.execute("DROP TABLE mogilefs.altered");
}

namespace {

TEST_F(StoryMySql, TakesWhatIsFrozenAfterTablesWereChangedAndDropped) { expect_to_take_what_is_frozen(); }
TEST_F(StoryMySql56, TakesWhatIsFrozenAfterTablesWereChangedAndDropped) { expect_to_take_what_is_frozen(); }
TEST_F(StoryMariaDb, TakesWhatIsFrozenAfterTablesWereChangedAndDropped) { expect_to_take_what_is_frozen(); }

}  // namespace

// What lies between two freezes comes by no replication: the copy is of the second one, also where it is no row.
template <typename Family>
void Story<Family>::expect_to_leave_nothing_of_an_earlier_freeze() {
  mysql::Connection source = world->connect(World::source_id);
  const std::string at_first = world->inventory();
  for (const char* statement :
       {"CREATE USER 'putio'@'leaver.example' IDENTIFIED BY 'x'", "CREATE USER 'putio'@'stays.example'",
        "GRANT SELECT ON putio.* TO 'putio'@'leaver.example'",
        "GRANT SELECT, DELETE ON putio.* TO 'putio'@'stays.example'", "CREATE VIEW putio.altered AS SELECT 1 AS n",
        "CREATE PROCEDURE putio.dropped() SELECT 1"})
    source.execute(statement);
  ASSERT_TRUE(is_killed_at("objects.created", world->setup_arguments("putio52")));
  const std::string accounts = "mysql.user WHERE User = 'putio'";
  {
    mysql::Connection target = world->connect("putio52");
    EXPECT_EQ(count(target, accounts), 3u);
  }
  // The accounts last: who has them has the rest.
  for (const char* statement :
       {"ALTER VIEW putio.altered AS SELECT 2 AS n", "DROP PROCEDURE putio.dropped",
        "REVOKE DELETE ON putio.* FROM 'putio'@'stays.example'", "DROP USER 'putio'@'leaver.example'"})
    source.execute(statement);
  restart_replica();
  for (const aws::Instance& instance : world->account().instances.list())
    if (instance.replica_source == World::source_id) {
      mysql::Connection replica = world->connect(instance.identifier);
      EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {},
                                   [&] { return count(replica, accounts) == 2; }));
    }

  const Ended ended = world->darbe(world->setup_arguments("putio52"));
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("Freeze: void, begun anew"));
  mysql::Connection target = world->connect("putio52");
  EXPECT_EQ(count(target, accounts), 2u);
  EXPECT_THAT(target.query("SHOW GRANTS FOR 'putio'@'stays.example'").rows,
              testing::Not(testing::Contains(testing::Contains(testing::Optional(HasSubstr("DELETE"))))));
  EXPECT_EQ(target.value("SELECT n FROM putio.altered"), "2");
  EXPECT_EQ(count(target, "information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'putio' AND ROUTINE_NAME = 'dropped'"),
            0u);
  expect_equal("putio52");
  const Ended undone = world->darbe(world->undo_arguments("putio52"));
  ASSERT_EQ(undone.status, 0) << undone.text();
  source.execute("DROP VIEW putio.altered");
  source.execute("DROP USER 'putio'@'stays.example'");
  EXPECT_EQ(world->inventory(), at_first);
}

namespace {

TEST_F(StoryMySql, LeavesNothingOfAnEarlierFreeze) { expect_to_leave_nothing_of_an_earlier_freeze(); }
TEST_F(StoryMySql56, LeavesNothingOfAnEarlierFreeze) { expect_to_leave_nothing_of_an_earlier_freeze(); }
TEST_F(StoryMariaDb, LeavesNothingOfAnEarlierFreeze) { expect_to_leave_nothing_of_an_earlier_freeze(); }

// The target has no parent of it, and would refuse the row that comes by replication.
TEST_F(StoryMariaDb, LeavesOutAForeignKeyToADatabaseThatIsNotCopied) {
  mysql::Connection source = world->connect(World::source_id);
  source.execute(
      "CREATE TABLE mogilefs.child (id INT PRIMARY KEY, note INT, CONSTRAINT of_note FOREIGN KEY (note)"
      " REFERENCES elsewhere.notes (id)) ENGINE=InnoDB");
  source.execute("INSERT INTO mogilefs.child VALUES (1, 1)");
  EXPECT_THAT(findings_of(*world, "filters"),
              HasSubstr("foreign key mogilefs.child.of_note refers to elsewhere.notes"));
  log_in(*world, "ROW");
  EXPECT_EQ(findings_of(*world, "filters"), "");
  const std::string before = world->inventory();
  EXPECT_EQ(findings_of(*world, "not-copied"),
            "warning: foreign key mogilefs.child.of_note will not be on the target: its parent elsewhere.notes is not "
            "copied\n");
  const Ended ended = world->darbe(world->setup_arguments("putio53"));
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.output, HasSubstr("foreign key mogilefs.child.of_note is not on the target: its parent "
                                      "elsewhere.notes is not copied"));
  source.execute("INSERT INTO mogilefs.child VALUES (2, 2)");
  expect_equal("putio53");
  expect_undo("putio53", before);
  source.execute("DROP TABLE mogilefs.child");
  log_in(*world, "MIXED");
}

// What was made is not what is there: the catalogs of both sides are read, and what is missing is named.
TEST_F(StoryMariaDb, NamesAViewThatSomebodyDropped) {
  const std::string before = world->inventory();
  auto run = world->start(world->setup_arguments("putio29"), {{"DARBE_FAULT", "objects.created:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  world->connect("putio29").execute("DROP VIEW putio.bigger");
  run->go_on();
  const Ended stopped = run->end();
  EXPECT_EQ(stopped.status, 4) << stopped.text();
  EXPECT_THAT(stopped.errors, HasSubstr("view putio.bigger is not on the target"));

  const Ended ended = world->darbe(world->setup_arguments("putio29"));
  ASSERT_EQ(ended.status, 0) << ended.text();
  mysql::Connection source = world->connect(World::source_id), target = world->connect("putio29");
  EXPECT_EQ(count(target, "putio.bigger"), count(source, "putio.bigger"));
  expect_undo("putio29", before);
}

// Servers that are killed and come back while rows are under way: the target keeps what the ledger says, a replica that
// moved makes all since the freeze void.
TEST_F(StoryMySql, BeginsTheFreezeAnewOrGoesOnWhenAServerRestarts) {
  const std::string before = world->inventory();
  const auto restart = [](const std::string& instance) {
    world->lab().inflict(instance, "kill");
    world->lab().inflict(instance, "start");
  };
  const auto arguments = world->setup_arguments("putio28", {"--jobs", "1"});
  auto run = world->start(arguments, {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  for (const aws::Instance& instance : world->account().instances.list())
    if (instance.replica_source == World::source_id) restart(instance.identifier);
  run->go_on();
  EXPECT_TRUE(run->says("Freeze: void, begun anew")) << run->end().text();
  run->signal(SIGKILL);
  run->end();

  run = world->start(arguments, {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  restart("putio28");
  run->go_on();
  const Ended ended = run->end();
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("copying goes on after"));
  EXPECT_THAT(ended.errors, HasSubstr("copying goes on with what the ledger has"));
  EXPECT_THAT(ended.errors, Not(HasSubstr(repaired)));
  expect_equal("putio28");
  expect_undo("putio28", before);
}

// The last that a run told of its progress in this step. Null if there was nothing yet.
lab::Value last_progress_in(const std::string& step, const std::string& output) {
  lab::Value last;
  std::string at_work;
  for (const lab::Value& event : events_of(output.substr(0, output.rfind('\n') + 1))) {
    const std::string word = event.at("event").text();
    if (word == "step_begins") at_work = event.at("step").text();
    if (word == "progress" && at_work == step) last = event;
  }
  return last;
}

// The target stands still from `point` on, so that the step can't end before something was told of all its tables. The
// run is killed then.
void expect_progress_in(World& world, const std::string& step, const std::string& point, const std::string& target,
                        const std::vector<std::string>& arguments) {
  const auto run = world.start(arguments, {{"DARBE_FAULT", point + ":pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  world.lab().inflict(target, "pause");
  run->go_on();
  lab::Value told;
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {}, [&] {
    told = last_progress_in(step, run->output());
    return told.at("all").at("tables").number() > 0;
  }));
  run->signal(SIGKILL);
  const Ended killed = run->end();
  world.lab().inflict(target, "resume");
  for (const char* rate : {"rows_per_second", "bytes_per_second"})
    EXPECT_GE(told.at(rate).real(-1), 0) << rate << "\n" << killed.text();
  EXPECT_TRUE(told.members().contains("seconds_left")) << killed.text();
}

// MariaDB keeps a replica's place beside its data: after a crash, nobody knows whether the two agree.
TEST_F(StoryMariaDb, TellsHowFarItIsAndOfARestartThatMayHaveBeenACrash) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio28", {"--output", "json"});
  expect_progress_in(*world, "Copy", "copy.committed", "putio28", arguments);
  expect_progress_in(*world, "Verify", "verify.all_equal", "putio28", arguments);
  // Servers know their start by the second: what is started twice within one can't be told from what was once.
  const auto crash = [] {
    mysql::Connection server = world->connect("putio28");
    const auto runs_for_a_second = [&server] {
      return server.number(
                 "SELECT VARIABLE_VALUE AS seconds FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = "
                 "'UPTIME'") > 0;
    };
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {}, runs_for_a_second));
    world->lab().inflict("putio28", "kill");
    world->lab().inflict("putio28", "start");
  };
  const auto doubts = [&] {
    const Ended ended = world->darbe(arguments);
    EXPECT_EQ(ended.status, 0) << ended.text();
    return events_of(ended).back().at("not_proven").list().size();
  };
  ASSERT_TRUE(is_killed_at("applied.Replicate", arguments));
  crash();
  EXPECT_EQ(doubts(), 1u);
  EXPECT_EQ(doubts(), 1u) << "its own restarts are none";
  crash();
  const Ended status = world->darbe(world->status_arguments("putio28"));
  EXPECT_EQ(status.status, 6) << status.text();
  EXPECT_THAT(status.output, HasSubstr("may have been applied twice, or left out"));
  EXPECT_EQ(doubts(), 2u);
  EXPECT_EQ(world->darbe(world->status_arguments("putio28")).status, 0) << "it was told, and stands in the report";
  expect_undo("putio28", before);
}

struct Asked {
  int lost = 0;
  int granted = 0;
};

Asked asked(World& world, const std::string& action, std::size_t since) {
  Asked asked;
  const auto requests = world.lab().requests();
  for (std::size_t i = since; i < requests.size(); ++i) {
    if (requests[i].at("action").text() != action) continue;
    if (requests[i].at("lost").truth()) ++asked.lost;
    if (requests[i].at("status").number() == 200) ++asked.granted;
  }
  return asked;
}

// What the log of the lab has and the table of actions hasn't.
std::set<std::string> changes_that_no_table_has(World& world, std::size_t since) {
  std::set<std::string> unknown;
  const auto requests = world.lab().requests();
  for (std::size_t i = since; i < requests.size(); ++i) {
    const std::string action = requests[i].at("action").text();
    if (lab::changes_something(action) && !aws::effect_of(action)) unknown.insert(action);
  }
  return unknown;
}

// An answer to each action that is asked for is lost once, on the way or on the way back. What makes something is
// granted once.
TEST_F(StoryMySql56, MakesNothingTwiceWhenAnswersAreLost) {
  const std::string before = world->inventory();
  const std::size_t since = world->lab().requests().size();
  for (const aws::Action& action : aws::changing_actions()) world->lab().lose(std::string(action.name));
  const Ended ended = world->darbe(world->setup_arguments("putio23"));
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.output, HasSubstr("the source logs in MIXED format"));
  expect_equal("putio23");
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CREATE VIEW elsewhere.users AS SELECT id, name FROM putio.users");
  const Ended status = world->darbe(world->status_arguments("putio23"));
  EXPECT_EQ(status.status, 6) << status.text();
  EXPECT_THAT(status.output,
              HasSubstr("view elsewhere.users names putio: what was changed by it since may be otherwise "
                        "on putio23"));
  source.execute("DROP VIEW elsewhere.users");
  source.execute("CREATE TABLE elsewhere.moved (id INT PRIMARY KEY)");
  source.execute("ALTER TABLE elsewhere.moved RENAME TO putio.moved");
  EXPECT_THAT(world->darbe(world->status_arguments("putio23")).output,
              HasSubstr("table putio.moved is not on putio23"));
  world->lab().lose("DeleteDBInstance");  // the replica's was lost
  expect_undo("putio23", before);
  source.execute("DROP TABLE putio.moved");
  for (const aws::Action& action : aws::changing_actions()) {
    const Asked answers = asked(*world, std::string(action.name), since);
    EXPECT_EQ(answers.lost > 0, answers.granted > 0) << action.name;
    EXPECT_TRUE(action.effect != aws::Effect::makes || (answers.lost == 1 && answers.granted == 1)) << action.name;
    EXPECT_TRUE(action.effect != aws::Effect::removes || answers.lost > 0) << action.name;
  }
  world->lab().clear_faults();
  EXPECT_THAT(changes_that_no_table_has(*world, since), testing::IsEmpty());
}

// Its session lacks NO_AUTO_CREATE_USER, as the defaults of these servers do.
TEST_F(StoryMySql56, NamesAnAccountThatAGrantMadeWithoutItsPassword) {
  const std::string before = world->inventory();
  const Ended ended = world->darbe(world->setup_arguments_for_all("putio29", {"--users", "putio"}));
  ASSERT_EQ(ended.status, 0) << ended.text();
  mysql::Connection source = world->connect(World::source_id);
  source.execute("GRANT SELECT ON putio.* TO 'stranger'@'%'");
  const Ended status = world->darbe(world->status_arguments("putio29"));
  EXPECT_EQ(status.status, 6) << status.text();
  EXPECT_THAT(status.output, HasSubstr("account stranger@% has no password on putio29, and one on putio16"));
  source.execute("REVOKE SELECT ON putio.* FROM 'stranger'@'%'");
  expect_undo("putio29", before);
}

// Parallel workers may have applied more than the server shows, and from the coordinates it would come twice.
TEST_F(StoryMySql, PointsATargetThatHasEventsAtItsSourceNoMore) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio30");
  ASSERT_TRUE(is_killed_at("replicate.begun", arguments));
  mysql::Connection source = world->connect(World::source_id), target = world->connect("putio30");
  world->connect_as_rdsadmin("putio30").execute("START REPLICA IO_THREAD");
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {}, [&] {
    source.execute("REPLACE INTO darbe.marker VALUES (1, UUID())");
    const replication::ReplicaStatus now = replication::status(target);
    return now.received != now.executed;
  }));
  const auto hash = [&] {
    return source.value("SELECT authentication_string FROM mysql.user WHERE User LIKE 'darbe\\_%'");
  };
  const auto made = hash();
  const Ended ended = world->darbe(arguments);
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(hash(), made) << "it has no other password";
  expect_equal("putio30");
  expect_undo("putio30", before);
}

// A read replica that somebody else made, and goes on needing.
class OwnReplica {
 public:
  explicit OwnReplica(World& world) : world_(world) {
    aws::CreateReplica wanted = aws::replica_of(world.account().instances.get(World::source_id));
    wanted.identifier = id;
    world.account().instances.create_replica(wanted);
    waiter_.until_settled(id, {});
    world.set_windows(id, std::chrono::hours(96), std::chrono::hours(12));  // away from the test
    since_ = world.lab().requests().size();
  }
  void remove() {
    world_.account().instances.remove(id, aws::AutomatedBackups::remove);
    waiter_.until_gone(id, {});
  }

  bool replicates() const {
    mysql::Connection server = world_.connect(id);
    return replication::status(server).state == replication::State::on;
  }
  // What anybody asked of AWS that would change it.
  std::vector<std::string> changes() const {
    std::vector<std::string> actions;
    const auto requests = world_.lab().requests();
    for (std::size_t i = since_; i < requests.size(); ++i) {
      const std::string action = requests[i].at("action").text();
      if (requests[i].at("parameters").at("DBInstanceIdentifier").text() == id && !action.starts_with("Describe"))
        actions.push_back(action);
    }
    return actions;
  }

  static constexpr const char* id = "putio16-own";

 private:
  World& world_;
  const aws::Waiter waiter_{world_.account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {}};
  std::size_t since_ = 0;
};

// A snapshot has the source's events, enabled, and the source's group.
TEST_F(StoryMySql, ReadsNoReplicaThatRunsEventsOfItsOwn) {
  mysql::Connection source = world->connect(World::source_id), rdsadmin = world->connect_as_rdsadmin(World::source_id);
  rdsadmin.execute("CREATE USER keeper");
  rdsadmin.execute("GRANT CONNECTION_ADMIN ON *.* TO keeper");
  source.execute(
      "CREATE DEFINER = keeper EVENT putio.kept ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' DO DELETE FROM putio.log "
      "WHERE at_second < 0");
  const std::string found =
      "read_only does not stop these events, whose rows on the replica that is read would be taken for the source's: "
      "event putio.kept of keeper@%";
  expect_refusal(3, found, world->setup_arguments("putio26"));
  OwnReplica own(*world);
  const std::string before = world->inventory();
  const Ended ended = world->darbe(world->setup_arguments("putio26", {"--replica-instance-id", OwnReplica::id}));
  EXPECT_EQ(ended.status, 1) << ended.text();
  EXPECT_THAT(ended.errors, testing::AllOf(HasSubstr(found), HasSubstr("runs events that read_only does not keep from"),
                                           HasSubstr("Give the run up with `darbe undo`")));
  expect_undo("putio26", before);
  EXPECT_TRUE(own.replicates());
  own.remove();
  EXPECT_EQ(findings_of(*world, "replica"), "refusal: " + found + "\n");
  source.execute("ALTER EVENT putio.kept DISABLE");
  EXPECT_EQ(findings_of(*world, "replica"), "");
  source.execute("DROP EVENT putio.kept");
  rdsadmin.execute("DROP USER keeper");
}

// The run's own replica has the source's group: with read_only 0, as a group that a run made has it, events of any
// definer write there.
TEST_F(StoryMySql, ReadsNoReplicaOnWhichReadOnlyStopsNoEvents) {
  mysql::Connection source = world->connect(World::source_id);
  source.execute(
      "CREATE DEFINER = 'putio'@'%' EVENT putio.hourly ON SCHEDULE EVERY 1 HOUR STARTS '2030-01-01' DO INSERT INTO "
      "putio.log VALUES ('hourly', 0)");
  const std::string before = world->inventory();
  const auto set_read_only = [](bool on) {
    const auto& groups = world->account().parameter_groups;
    const aws::ParameterChange off{.name = "read_only", .value = "0"};
    on ? groups.reset(World::source_id, {off}) : groups.modify(World::source_id, {off});
    expect_group_in_force();
    for (const std::string& replica : world->account().instances.get(World::source_id).replicas) {
      mysql::Connection server = world->connect(replica);
      EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {},
                                   [&] { return server.value("SELECT @@global.read_only") == (on ? "1" : "0"); }));
    }
  };
  const auto arguments = world->setup_arguments("putio61");
  set_read_only(false);
  for (const char* words : {"parameter group putio16 sets read_only to 0: these events would write on the replica that "
                            "is read, and their rows be taken for the source's: event putio.hourly of putio@%, event "
                            "putio.nightly of root@%",
                            "Set read_only to {TrueIfReplica} in parameter group putio16"})
    expect_refusal(3, words, arguments);
  set_read_only(true);

  // It is set after the plan, and after the freeze.
  for (const char* point : {"provision.source_marked", "verify.all_equal"}) {
    const auto run = world->start(arguments, {{"DARBE_FAULT", fmt::format("{}:pause", point)}});
    ASSERT_TRUE(run->pauses()) << run->end().text();
    set_read_only(false);
    run->go_on();
    const Ended ended = run->end();
    EXPECT_EQ(ended.status, 1) << ended.text();
    EXPECT_THAT(ended.errors,
                testing::AllOf(HasSubstr("has read_only 0 and runs events: its rows may not be those of putio16: event "
                                         "putio.hourly of putio@%; event putio.nightly of root@%"),
                               HasSubstr("set read_only to {TrueIfReplica} in parameter group putio16")))
        << point;
    set_read_only(true);
  }
  expect_undo("putio61", before);
  source.execute("DROP EVENT putio.hourly");
}

// RDS may make an instance before it knows the group: its FULLTEXT indexes would be built by the engine's values.
TEST_F(StoryMySql, RestartsATargetThatWasMadeWithoutTheValuesOfItsGroup) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio62");
  ASSERT_TRUE(is_killed_at("provision.source_marked", arguments));
  const auto& account = world->account();
  const auto membership = [&] { return account.instances.get("putio62").parameter_groups.at(0); };
  account.parameter_groups.modify(membership().name,
                                  {{"innodb_ft_min_token_size", "5", aws::ApplyMethod::pending_reboot}});
  EXPECT_EQ(membership().status, "pending-reboot");
  ASSERT_TRUE(is_killed_at("applied.Provision", arguments));
  EXPECT_EQ(membership().status, "in-sync");
  EXPECT_EQ(world->connect("putio62").value("SELECT @@global.innodb_ft_min_token_size"), "5");
  expect_undo("putio62", before);
}

// Another freeze of the same replica would be at the same place.
TEST_F(StoryMySql, SaysThatACopyWouldBeInVainWhereTheSourceHasPurged) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("copy.planned", world->setup_arguments("putio27")));
  mysql::Connection rdsadmin = world->connect_as_rdsadmin(World::source_id);
  rdsadmin.execute("FLUSH BINARY LOGS");
  rdsadmin.execute("PURGE BINARY LOGS TO " +
                   mysql::quote_text(rdsadmin.query("SHOW BINARY LOG STATUS").text(0, "File")));
  for (int again = 0; again < 2; ++again) {
    const Ended ended = world->darbe(world->setup_arguments("putio27"));
    EXPECT_EQ(ended.status, 1) << ended.text();
    EXPECT_THAT(ended.errors, testing::AllOf(HasSubstr("stands: a copy of it would be in vain"),
                                             HasSubstr("Give the run up with `darbe undo`")));
  }
  expect_undo("putio27", before);
}

// Restarted, or given more storage: it was made, and comes back.
TEST_F(StoryMySql56, WaitsForAReplicaThatIsOnItsWayAgain) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio28");
  ASSERT_TRUE(is_killed_at("applied.Freeze", arguments));
  const std::string replica = world->account().instances.get(World::source_id).replicas.at(0);
  world->lab().say_status(replica, "modifying");
  const auto run = world->start(arguments);
  EXPECT_TRUE(run->says("modifying")) << run->end().text();
  world->lab().say_status(replica, "");
  const Ended ended = run->end();
  EXPECT_EQ(ended.status, 0) << ended.text();
  expect_undo("putio28", before);
}

// A filter is in force at once, whatever else in the group waits for a restart.
TEST_F(StoryMariaDb, FiltersBesideAValueThatWaitsForARestart) {
  const std::string before = world->inventory();
  const auto run = world->start(world->setup_arguments("putio28"), {{"DARBE_FAULT", "objects.created:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  const auto& account = world->account();
  const std::string group = account.instances.get("putio28").parameter_group();
  account.parameter_groups.modify(group, {{"max_connections", "150", aws::ApplyMethod::pending_reboot}});
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {}, [&] {
    return account.instances.get("putio28").parameter_groups.at(0).status == "pending-reboot";
  }));
  run->go_on();
  const Ended ended = run->end();
  EXPECT_EQ(ended.status, 0) << ended.text();
  expect_undo("putio28", before);
}

TEST_F(StoryMariaDb, GivesTheOperatorsOwnReplicaBack) {
  OwnReplica own(*world);
  const std::string before = world->inventory();
  expect_refusal(3, "is there already, and it is not this run's", world->setup_arguments(OwnReplica::id));
  const auto arguments = world->setup_arguments("putio25", {"--replica-instance-id", OwnReplica::id, "--jobs", "1"});
  const Ended killed = world->darbe(arguments, {{"DARBE_FAULT", "copy.planned:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  EXPECT_FALSE(own.replicates());
  expect_undo("putio25", before);
  EXPECT_TRUE(own.replicates());

  // What is wrong with it keeps nobody from taking the rest back.
  ASSERT_EQ(world->darbe(arguments, {{"DARBE_FAULT", "copy.planned:kill"}}).signal, SIGKILL);
  world->lab().inflict(OwnReplica::id, "kill");
  const Ended undone = world->darbe(world->undo_arguments("putio25"));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_THAT(undone.errors, HasSubstr("putio16-own does not replicate again: "));
  world->lab().inflict(OwnReplica::id, "start");
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {},
                               [&] { return own.replicates(); }));
  EXPECT_EQ(world->inventory(), before);

  // The answer to a commit is lost besides: what the ledger has is not copied again.
  const Ended ended = world->darbe(arguments, {{"DARBE_FAULT", "copy.committed:lose"}});
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, Not(HasSubstr(repaired)));
  EXPECT_TRUE(own.replicates());
  expect_equal("putio25");
  expect_undo("putio25", before);
  EXPECT_TRUE(own.replicates());
  EXPECT_THAT(own.changes(), testing::IsEmpty());
  own.remove();
}

}  // namespace
}  // namespace darbe::story_test
