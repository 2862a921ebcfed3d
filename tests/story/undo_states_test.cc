// Undo, and going on, whatever state the target is in: on its way to another, backed up, broken, gone, replaced.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/waiter.h"
#include "base/clock.h"
#include "cli/reporters.h"
#include "lab/api_client.h"
#include "lab/value.h"
#include "mysql/quote.h"
#include "plan/journal_table.h"
#include "plan/plan.h"
#include "replication/status.h"
#include "story.h"
#include "story/family.h"
#include "tables/ledger.h"

namespace darbe::story_test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr base::Poll patience{.every = std::chrono::milliseconds(5), .at_most = std::chrono::minutes(1)};

// The lab is slow enough here for its states to be seen. The operator has a read replica, and goes on needing it.
template <typename Family>
class UndoStatesOf : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world = std::make_unique<World>(Family::engine, Family::version, 4);
    aws::CreateReplica wanted = aws::replica_of(world->account().instances.get(World::source_id));
    wanted.identifier = own_replica;
    world->account().instances.create_replica(wanted);
    waiter().until_settled(own_replica, {});
    world->set_windows(own_replica, std::chrono::hours(96), std::chrono::hours(12));  // away from the tests
  }
  static void TearDownTestSuite() {
    if (world && testing::UnitTest::GetInstance()->current_test_suite()->Failed())
      std::cerr << "the lab said:\n" << world->lab().log();
    world.reset();
  }

  static aws::Waiter waiter() {
    return {world->account().instances, std::chrono::milliseconds(50), [](const aws::WaitState&) {}};
  }

  static std::vector<std::string> arguments(const std::string& new_id) {
    return world->setup_arguments(new_id, {"--replica-instance-id", own_replica});
  }

  // A run that has its journal and the operator's replica frozen.
  static void begin(const std::string& new_id) {
    const Ended killed = world->darbe(arguments(new_id), {{"DARBE_FAULT", "freeze.stopped:kill"}});
    ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
    ASSERT_FALSE(own_replica_replicates());
  }

  // A run whose record on the source an undo has taken away already: only the journal can tell the rest.
  static void begin_and_undo_half(const std::string& new_id) {
    begin(new_id);
    const Ended killed = world->darbe(world->undo_arguments(new_id), {{"DARBE_FAULT", "undo.record_removed:kill"}});
    ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  }

  static bool own_replica_replicates() {
    mysql::Connection server = world->connect(own_replica);
    return replication::status(server).state == replication::State::on;
  }

  static void wait_for_status(const std::string& instance, const std::string& status) {
    ASSERT_TRUE(
        base::poll_until(patience, {}, [&] { return world->account().instances.get(instance).status == status; }));
  }

  static void turn_backups_on(const std::string& instance) {
    aws::ModifyInstance change;
    change.backup_retention_period = 1;
    world->account().instances.modify(instance, change);
  }

  // A change waits for the server to answer, and it doesn't until it is resumed.
  static void keep_modifying(const std::string& instance) {
    world->lab().inflict(instance, "pause");
    turn_backups_on(instance);
    wait_for_status(instance, "modifying");
  }

  static void expect_configuration(const std::string& instance, const std::string& name,
                                   const std::optional<std::string>& value) {
    const auto rows = world->connect(instance).query("CALL mysql.rds_show_configuration");
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.text(row, "name") != name) continue;
      EXPECT_EQ(rows.value(row, "value"), value) << name;
      return;
    }
    ADD_FAILURE() << instance << " has no " << name;
  }

  static void expect_undone(const Ended& undone, const std::string& before) {
    EXPECT_EQ(undone.status, 0) << undone.text();
    EXPECT_TRUE(own_replica_replicates()) << undone.text();
    EXPECT_EQ(world->inventory(), before);
  }

  // What holds for every family.
  static void waits_for_a_target_that_is_being_modified();
  static void takes_no_notice_of_a_target_that_is_modified_for_ever();
  static void knows_the_operators_replica_when_the_target_is_gone();
  static void stops_where_its_lock_is_lost();
  static void goes_on_when_a_target_does_not_answer_at_once();

  static constexpr const char* own_replica = "putio16-own";
  static inline std::unique_ptr<World> world;
};
using UndoStates = UndoStatesOf<MySql>;
using UndoStatesMySql56 = UndoStatesOf<MySql56>;
using UndoStatesMariaDb = UndoStatesOf<MariaDb>;

template <typename Family>
void UndoStatesOf<Family>::waits_for_a_target_that_is_being_modified() {
  const std::string before = world->inventory();
  begin_and_undo_half("putio30");
  keep_modifying("putio30");
  auto undo = world->start(world->undo_arguments("putio30"));
  EXPECT_TRUE(undo->says("waiting for putio30 to stand still, for its journal: modifying")) << undo->end().text();
  undo->signal(SIGINT);
  EXPECT_EQ(undo->end().status, 130);
  undo = world->start(world->undo_arguments("putio30"));
  EXPECT_TRUE(undo->says("waiting for putio30 to stand still")) << undo->end().text();
  world->lab().inflict("putio30", "resume");
  const Ended undone = undo->end();
  EXPECT_THAT(undone.errors, HasSubstr("for its journal: backing-up"));  // which is answer enough
  expect_undone(undone, before);
}

TEST_F(UndoStates, WaitsForATargetThatIsBeingModifiedUntilItIsToldToStop) {
  waits_for_a_target_that_is_being_modified();
}
TEST_F(UndoStatesMySql56, WaitsForATargetThatIsBeingModifiedUntilItIsToldToStop) {
  waits_for_a_target_that_is_being_modified();
}
TEST_F(UndoStatesMariaDb, WaitsForATargetThatIsBeingModifiedUntilItIsToldToStop) {
  waits_for_a_target_that_is_being_modified();
}

// What the source's record tells is enough: nobody waits for a target that will be deleted.
template <typename Family>
void UndoStatesOf<Family>::takes_no_notice_of_a_target_that_is_modified_for_ever() {
  const std::string before = world->inventory();
  begin("putio31");
  keep_modifying("putio31");
  expect_undone(world->darbe(world->undo_arguments("putio31")), before);
}

TEST_F(UndoStates, TakesNoNoticeOfATargetThatIsModifiedForEver) {
  takes_no_notice_of_a_target_that_is_modified_for_ever();
}
TEST_F(UndoStatesMySql56, TakesNoNoticeOfATargetThatIsModifiedForEver) {
  takes_no_notice_of_a_target_that_is_modified_for_ever();
}
TEST_F(UndoStatesMariaDb, TakesNoNoticeOfATargetThatIsModifiedForEver) {
  takes_no_notice_of_a_target_that_is_modified_for_ever();
}

template <typename Family>
void UndoStatesOf<Family>::knows_the_operators_replica_when_the_target_is_gone() {
  const std::string before = world->inventory();
  begin("putio33");
  world->account().instances.remove("putio33", aws::AutomatedBackups::remove);
  waiter().until_gone("putio33", {});
  expect_undone(world->darbe(world->undo_arguments("putio33")), before);
}

TEST_F(UndoStates, KnowsTheOperatorsReplicaWhenTheTargetIsGone) {
  knows_the_operators_replica_when_the_target_is_gone();
}
TEST_F(UndoStatesMySql56, KnowsTheOperatorsReplicaWhenTheTargetIsGone) {
  knows_the_operators_replica_when_the_target_is_gone();
}
TEST_F(UndoStatesMariaDb, KnowsTheOperatorsReplicaWhenTheTargetIsGone) {
  knows_the_operators_replica_when_the_target_is_gone();
}

// With another lower_case_table_names than it was made with, MySQL never starts again.
TEST_F(UndoStates, UndoesATargetThatNeverComesUpAgain) {
  const std::string before = world->inventory();
  begin_and_undo_half("putio34");
  const std::string group = world->account().instances.get("putio34").parameter_group();
  world->account().parameter_groups.modify(group, {{"lower_case_table_names", "1", aws::ApplyMethod::pending_reboot}});
  world->account().instances.reboot("putio34");
  wait_for_status("putio34", "incompatible-parameters");
  const Ended setup = world->darbe(arguments("putio34"));
  EXPECT_EQ(setup.status, 1) << setup.text();
  EXPECT_THAT(setup.errors,
              testing::AllOf(HasSubstr("putio34 to be available: its status is 'incompatible-parameters'"),
                             HasSubstr("Set the values in its parameter group right and reboot it.")));
  const Ended undone = world->darbe(world->undo_arguments("putio34"));
  EXPECT_THAT(undone.errors, HasSubstr("putio34 is incompatible-parameters and doesn't answer"));
  expect_undone(undone, before);
}

// The operator wants it gone, and its journal is the only one that could tell more.
TEST_F(UndoStates, GoesWithoutTheJournalOfATargetOutOfReachWhereTheOperatorSaysSo) {
  const std::string before = world->inventory();
  begin_and_undo_half("putio42");
  world->lab().inflict("putio42", "cut");
  auto arguments = world->undo_arguments("putio42");
  const Ended refused = world->darbe(arguments);
  EXPECT_EQ(refused.status, 1) << refused.text();
  EXPECT_THAT(refused.errors, testing::AllOf(HasSubstr("the journal on putio42 can't be read"),
                                             HasSubstr("`darbe undo --allow in-use` goes without its journal.")));
  arguments.insert(arguments.end(), {"--allow", "in-use"});
  expect_undone(world->darbe(arguments), before);
}

// Whoever stopped it before the run has a reason, or will have it replicate again themselves.
TEST_F(UndoStates, StartsNoReplicaThatItHasNotStopped) {
  const std::string before = world->inventory();
  mysql::Connection own = world->connect(own_replica);
  own.execute("CALL mysql.rds_stop_replication");
  const Ended ended = world->darbe(arguments("putio43"));
  EXPECT_EQ(ended.status, 1) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("replication on putio16-own is off"));
  const Ended undone = world->darbe(world->undo_arguments("putio43"));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_FALSE(own_replica_replicates());
  own.execute("CALL mysql.rds_start_replication");
  expect_undone(undone, before);
}

TEST_F(UndoStates, StartsNoReplicaThatItHasGivenBack) {
  const std::string before = world->inventory();
  for (const bool has_record : {true, false}) {
    const Ended finished = world->darbe(arguments("putio44"));
    ASSERT_EQ(finished.status, 0) << finished.text();
    ASSERT_TRUE(own_replica_replicates());
    mysql::Connection own = world->connect(own_replica);
    own.execute("CALL mysql.rds_stop_replication");
    // So that CatchUp has to wait once more.
    world->connect("putio44").execute("CALL mysql.rds_set_source_delay(3)");
    world->connect(World::source_id).execute("UPDATE putio.files SET size = size + 1 ORDER BY id LIMIT 1");
    const Ended again = world->darbe(arguments("putio44"));
    EXPECT_EQ(again.status, 0) << again.text();
    EXPECT_THAT(again.errors, HasSubstr("CatchUp: begins\n"));
    EXPECT_FALSE(own_replica_replicates());
    if (!has_record) world->connect(World::source_id).execute("DROP DATABASE darbe");
    const Ended undone = world->darbe(world->undo_arguments("putio44"));
    EXPECT_EQ(undone.status, 0) << undone.text();
    EXPECT_FALSE(own_replica_replicates());
    own.execute("CALL mysql.rds_start_replication");
    expect_undone(undone, before);
  }
}

// What it lacks when it is frozen, the source may have written since the replica's last word from it.
TEST_F(UndoStates, KnowsHowOldTheBinlogsAreThatALateReplicaLacks) {
  const std::string before = world->inventory();
  mysql::Connection own = world->connect(own_replica);
  own.execute("CALL mysql.rds_set_source_delay(8)");
  const Ended killed = world->darbe(arguments("putio45"), {{"DARBE_FAULT", "applied.Freeze:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  const auto made_at = static_cast<std::int64_t>(
      world->connect(World::source_id).number("SELECT UNIX_TIMESTAMP(made_at) FROM darbe.run"));
  plan::JournalTable journal{{}};
  ASSERT_TRUE(journal.open(world->options_of("putio45")));
  ASSERT_TRUE(journal.facts().frozen.has_value());
  EXPECT_NEAR(static_cast<double>(journal.facts().frozen->not_before), static_cast<double>(made_at), 1.5);
  own.execute("CALL mysql.rds_set_source_delay(0)");
  expect_undone(world->darbe(world->undo_arguments("putio45")), before);
}

// Set by a person, that is: the run's own comes with Settle.
TEST_F(UndoStates, TakesADeletionProtectionOffFirst) {
  const std::string before = world->inventory();
  begin("putio38");
  aws::ModifyInstance protect;
  protect.deletion_protection = true;
  world->account().instances.modify("putio38", protect);
  ASSERT_TRUE(
      base::poll_until(patience, {}, [&] { return world->account().instances.get("putio38").deletion_protection; }));
  expect_undone(world->darbe(world->undo_arguments("putio38")), before);
}

// A session that is lost is opened anew; but by then somebody else may have the lock.
template <typename Family>
void UndoStatesOf<Family>::stops_where_its_lock_is_lost() {
  const std::string before = world->inventory();
  mysql::Connection other = world->connect(World::source_id);
  const std::string lock = mysql::quote_text(std::string("darbe.") + World::source_id);
  // AWS holds the command up until the next ping of its lock finds out.
  const auto expect_to_stop = [&](const std::vector<std::string>& arguments, const char* refused_action) {
    world->lab().fail(refused_action, "InvalidDBInstanceState", 1000);
    const auto darbe = world->start(arguments);
    EXPECT_TRUE(darbe->says("putio39 until it")) << darbe->end().text();
    other.execute("KILL " + other.value(fmt::format("SELECT IS_USED_LOCK({})", lock)).value());
    ASSERT_EQ(other.number(fmt::format("SELECT GET_LOCK({}, 10)", lock)), 1U);
    EXPECT_TRUE(darbe->says("the run's lock is lost: another darbe is at work on ")) << darbe->end().text();
    const Ended ended = darbe->end();
    EXPECT_EQ(ended.status, 1) << ended.text();  // nobody asked it to stop
    EXPECT_THAT(ended.errors, testing::AllOf(HasSubstr("darbe: stopped, for the run's lock is lost: another darbe is "),
                                             HasSubstr("run the same command again.")));
    EXPECT_THAT(world->darbe(arguments).errors, HasSubstr("another darbe is at work on "));
    other.execute(fmt::format("DO RELEASE_LOCK({})", lock));
    world->lab().clear_faults();
  };
  expect_to_stop(arguments("putio39"), "ModifyDBInstance");
  expect_to_stop(world->undo_arguments("putio39"), "DeleteDBInstance");
  expect_undone(world->darbe(world->undo_arguments("putio39")), before);
}

TEST_F(UndoStates, StopsWhereItsLockIsLost) { stops_where_its_lock_is_lost(); }
TEST_F(UndoStatesMySql56, StopsWhereItsLockIsLost) { stops_where_its_lock_is_lost(); }
TEST_F(UndoStatesMariaDb, StopsWhereItsLockIsLost) { stops_where_its_lock_is_lost(); }

// AWS may call a server available that is away for a moment.
template <typename Family>
void UndoStatesOf<Family>::goes_on_when_a_target_does_not_answer_at_once() {
  const std::string before = world->inventory();
  begin("putio41");
  world->lab().inflict("putio41", "pause");
  const auto going_on = world->start(arguments("putio41"));
  EXPECT_TRUE(going_on->says("putio41 doesn't answer yet: ")) << going_on->end().text();
  world->lab().inflict("putio41", "resume");
  EXPECT_TRUE(going_on->says("Copy: ")) << going_on->end().text();
  going_on->signal(SIGINT);
  EXPECT_EQ(going_on->end().status, 130);
  expect_undone(world->darbe(world->undo_arguments("putio41")), before);
}

TEST_F(UndoStates, GoesOnWhenATargetDoesNotAnswerAtOnce) { goes_on_when_a_target_does_not_answer_at_once(); }
TEST_F(UndoStatesMySql56, GoesOnWhenATargetDoesNotAnswerAtOnce) { goes_on_when_a_target_does_not_answer_at_once(); }
TEST_F(UndoStatesMariaDb, GoesOnWhenATargetDoesNotAnswerAtOnce) { goes_on_when_a_target_does_not_answer_at_once(); }

// A new replica's volume comes from a snapshot, block by block as they are read.
TEST_F(UndoStates, TellsThatTheReplicaStillLoadsItsBlocks) {
  const Ended killed =
      world->darbe(world->setup_arguments("putio37"), {{"DARBE_FAULT", "provision.journal_made:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  EXPECT_THAT(killed.errors, testing::ContainsRegex("still loads its blocks from a snapshot .[0-9]+ %"));
  const Ended undone = world->darbe(world->undo_arguments("putio37"));
  EXPECT_EQ(undone.status, 0) << undone.text();
}

// Tags can be copied; the resource id can't. Nothing is taken back before a person has looked.
TEST_F(UndoStates, RefusesAnInstanceInTheTargetsPlace) {
  const std::string before = world->inventory();
  begin("putio35");
  const aws::Instance made = world->account().instances.get("putio35");
  world->account().instances.remove("putio35", aws::AutomatedBackups::remove);
  waiter().until_gone("putio35", {});
  aws::CreateInstance other = aws::like(made);
  other.identifier = "putio35";
  other.master_username = World::master_user;
  other.master_password = base::Secret(World::master_password);
  other.parameter_group.reset();
  other.security_group_ids.reset();
  other.tags = made.tags;
  aws::fit_storage(other);
  world->account().instances.create(other);
  waiter().until_settled("putio35", {});
  const Ended refused = world->darbe(world->undo_arguments("putio35"));
  EXPECT_EQ(refused.status, 3) << refused.text();
  EXPECT_THAT(refused.errors, HasSubstr("putio35 is not the instance that this run made"));
  const aws::Instance there = world->account().instances.get("putio35");
  lab_test::ApiClient(world->lab())
      .ask("RemoveTagsFromResource", {{"ResourceName", there.arn}, {"TagKeys.member.1", plan::tag_run}});
  const Ended undone = world->darbe(world->undo_arguments("putio35"));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->account().instances.get("putio35").resource_id, there.resource_id);
  world->account().instances.remove("putio35", aws::AutomatedBackups::remove);
  waiter().until_gone("putio35", {});
  expect_undone(undone, before);
}

std::int64_t sum_of(const lab::Value& sizes) {
  std::int64_t sum = 0;
  for (const auto& [name, bytes] : sizes.members()) sum += bytes.number();
  return sum;
}

// What the run has copied, as its ledger and its journal on the target have it; the text tells the same as the JSON.
void expect_figures(const lab::Value& report, const std::string& text, mysql::Connection& target) {
  const tables::PlanTotals ledger = tables::ledger::read_totals(target);
  const auto number = [&report](const char* member) { return static_cast<std::uint64_t>(report.at(member).number()); };
  EXPECT_EQ(number("tables"), ledger.tables);
  EXPECT_EQ(number("rows"), ledger.copied.rows);
  EXPECT_EQ(number("bytes"), ledger.copied.bytes);
  EXPECT_EQ(number("chunks_equal"), ledger.chunks);
  EXPECT_GT(number("rows"), 0U);
  EXPECT_GT(number("bytes"), number("rows"));
  EXPECT_TRUE(report.at("all_equal").truth());
  EXPECT_TRUE(report.at("not_proven").is_list());
  const std::string coordinates = report.at("coordinates").text();
  EXPECT_THAT(coordinates, testing::ContainsRegex("^[^:]+[.][0-9]+:[0-9]+$"));
  EXPECT_FALSE(report.at("caught_up_at").text().empty());
  EXPECT_THAT(
      text, HasSubstr(fmt::format("{} rows, {} of values, {} tables, as of {}\n", cli::human_count(ledger.copied.rows),
                                  cli::human_bytes(ledger.copied.bytes), ledger.tables, coordinates)));
  EXPECT_THAT(text, HasSubstr(cli::human_count(ledger.chunks) + " chunks read on both sides, all equal"));
}

void expect_sizes(const lab::Value& report, const std::string& text) {
  const std::int64_t before = sum_of(report.at("tablespace_before")), after = sum_of(report.at("tablespace_after"));
  for (const char* member : {"tablespace_before", "tablespace_after"})
    EXPECT_GT(report.at(member).at("putio").number(), 0) << lab::to_json(report.at(member));
  const auto as_text = [](std::int64_t bytes) { return cli::human_bytes(static_cast<std::uint64_t>(bytes)); };
  EXPECT_THAT(text, HasSubstr(fmt::format("  {:<28} {:>12} {:>12}", "all", as_text(before), as_text(after))));
}

void expect_each_step_once(const lab::Value& report, const std::string& text) {
  std::vector<std::string> in_report, in_story;
  for (const lab::Value& step : report.at("steps").list()) {
    in_report.push_back(step.at("step").text());
    EXPECT_GT(step.at("seconds").real(), 0) << in_report.back();
    EXPECT_THAT(text, HasSubstr(" " + in_report.back() + " "));
  }
  for (const engine::Line& line : make_story()) in_story.emplace_back(line.name);
  EXPECT_EQ(in_report, in_story);
  EXPECT_THAT(text, HasSubstr("\n  time per step "));
}

void expect_next_commands(const lab::Value& report, const std::string& text) {
  const std::vector<std::string> next = lab::texts_of(report.at("next"));
  EXPECT_THAT(next, testing::ElementsAre(StartsWith("darbe status "), StartsWith("darbe undo ")));
  for (const std::string& command : next) EXPECT_THAT(text, HasSubstr("\n  - " + command + "\n"));
}

lab::Value last_event(const std::string& output) {
  const std::size_t end = output.find_last_not_of('\n');
  return lab::from_json(output.substr(output.rfind('\n', end) + 1));
}

// Going on must not begin a journal anew on a target that is on its way: what the run has learnt would be lost.
TEST_F(UndoStates, GoesOnWithATargetThatIsBeingModifiedAndSaysWhatWasMadeAndLeftOut) {
  const std::string before = world->inventory();
  mysql::Connection source = world->connect(World::source_id);
  source.execute("CALL mysql.rds_set_configuration('target delay', 7)");
  const Ended killed = world->darbe(arguments("putio36"), {{"DARBE_FAULT", "catch_up.caught_up:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  source.execute("ALTER TABLE putio.tags ADD COLUMN note INT");
  source.execute("CREATE DATABASE later");
  source.execute("CREATE DEFINER = 'stranger'@'%' FUNCTION putio.lost() RETURNS INT DETERMINISTIC RETURN 1");
  keep_modifying("putio36");
  const auto going_on = world->start(arguments("putio36"), {{"DARBE_FAULT", "catch_up.flushed:pause"}});
  EXPECT_TRUE(going_on->says("waiting for putio36 to stand still")) << going_on->end().text();
  world->lab().inflict("putio36", "resume");
  ASSERT_TRUE(going_on->pauses()) << going_on->end().text();
  EXPECT_GT(world->connect("putio36").query("SHOW GLOBAL STATUS LIKE 'Com_flush'").number(0, "Value"), 0u);
  going_on->go_on();
  const Ended gone_on = going_on->end();
  ASSERT_EQ(gone_on.status, 0) << gone_on.text();
  EXPECT_THAT(gone_on.errors, HasSubstr("Copy: already done"));
  EXPECT_THAT(gone_on.errors, HasSubstr("putio16's schema changed since the freeze: table putio.tags was altered; "
                                        "database later was made; function putio.lost was made\n"));
  expect_configuration("putio36", "target delay", "7");
  expect_configuration("putio36", "binlog retention hours", std::nullopt);

  auto again = arguments("putio36");
  again.insert(again.end(), {"--output", "json"});
  const Ended ended = world->darbe(again);
  ASSERT_EQ(ended.status, 0) << ended.text();
  const lab::Value report = last_event(ended.output);
  const aws::Instance target = world->account().instances.get("putio36");
  const std::string run_id = target.tags.at(plan::tag_run);
  EXPECT_EQ(report.at("run_id").text(), run_id);
  EXPECT_THAT(
      lab::texts_of(report.at("made")),
      testing::IsSupersetOf(
          {HasSubstr("instance putio36 (" + target.resource_id + ")"), HasSubstr("parameter group darbe-" + run_id),
           HasSubstr("security group sg-"), HasSubstr("members of sg-"),
           HasSubstr("user darbe_" + run_id.substr(0, 10) + " on putio16"), HasSubstr("schema darbe on putio16"),
           HasSubstr("putio16 keeps its binlogs for 24 hours; before: no"),
           HasSubstr("schema darbe_journal on putio36"), HasSubstr("your read replica putio16-own")}));
  EXPECT_THAT(lab::texts_of(report.at("left_out")),
              testing::IsSupersetOf({testing::StrEq("database elsewhere: --databases doesn't name it"),
                                     testing::StrEq("account stranger@%: --users doesn't name it")}));
  EXPECT_THAT(lab::texts_of(report.at("attention")),
              testing::ElementsAre(HasSubstr("database later came after the freeze: --databases leaves it out"),
                                   StartsWith("account stranger@% is not on the target: --databases lets no account")));

  mysql::Connection on_target = world->connect("putio36");
  expect_figures(report, gone_on.output, on_target);
  expect_sizes(report, gone_on.output);
  expect_each_step_once(report, gone_on.output);
  expect_next_commands(report, gone_on.output);

  const Ended status =
      world->darbe({"status", "--region", "eu-west-1", "--new-instance-id", "putio36", "--output", "json"});
  const lab::Value told = last_event(status.output);
  for (const char* list : {"source_changes", "attention"})
    EXPECT_EQ(lab::texts_of(told.at(list)), lab::texts_of(report.at(list))) << status.text();

  for (const char* statement :
       {"CREATE TABLE elsewhere.moved (id INT PRIMARY KEY)", "ALTER TABLE elsewhere.moved RENAME TO putio.moved"})
    source.execute(statement);
  EXPECT_THAT(world->darbe(world->status_arguments("putio36")).output,
              HasSubstr("table putio.moved is not on putio36"));

  for (const char* statement : {"ALTER TABLE putio.tags DROP COLUMN note", "DROP DATABASE later",
                                "DROP FUNCTION putio.lost", "CALL mysql.rds_set_configuration('target delay', 0)"})
    source.execute(statement);
  expect_undone(world->darbe(world->undo_arguments("putio36")), before);
  source.execute("DROP TABLE putio.moved");
}

// A caller who works with AWS has its settings in the environment: none of them may lead a test there.
TEST_F(UndoStates, HearNothingOfTheirCallersSettings) {
  ::setenv("AWS_ENDPOINT_URL_RDS", "http://127.0.0.1:9", 1);
  const Ended ended = world->darbe({"undo", "--region", "eu-west-1", "--new-instance-id", "putio39", "--yes"});
  ::unsetenv("AWS_ENDPOINT_URL_RDS");
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.output, HasSubstr("nothing is left to undo"));
}

}  // namespace
}  // namespace darbe::story_test
