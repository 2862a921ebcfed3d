// Undo where something is in its way: a target that never came up or can't be reached, what people deleted by hand, a
// source that failed over, a target that has served, another run.
#include <algorithm>
#include <csignal>

#include "aws/identity.h"
#include "aws/waiter.h"
#include "lab/api_client.h"
#include "mysql/quote.h"
#include "plan/plan.h"
#include "plan/run_record.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::vector<std::string> with_source(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--source-instance-id", World::source_id});
  return arguments;
}

void expect_nothing_left(const World& world, const std::string& new_id) {
  const Ended ended = world.darbe(with_source(world.undo_arguments(new_id)));
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.output, HasSubstr("nothing is left to undo of a run that builds " + new_id));
}

aws::Waiter waiter(const World& world) {
  return {world.account().instances, std::chrono::milliseconds(50), [](const aws::WaitState&) {}};
}

void delete_by_hand(const World& world, const std::string& instance) {
  world.account().instances.remove(instance, aws::AutomatedBackups::remove);
  waiter(world).until_gone(instance, {});
}

void delete_replica_by_hand(const World& world) {
  for (const aws::Instance& instance : world.account().instances.list())
    if (instance.replica_source == World::source_id) delete_by_hand(world, instance.identifier);
}

std::vector<std::string> with_leave(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--allow", "in-use"});
  return arguments;
}

void revoke_rules_by_hand(const World& world) {
  for (const std::string& group : world.account().instances.get(World::source_id).security_group_ids)
    for (const auto& rule : world.account().security_groups.rules(group))
      if (rule.tags.contains(plan::tag_run)) world.account().security_groups.revoke(rule);
}

std::string parameter_group_of_the_run(World& world) {
  std::string group;
  const aws::XmlElement groups = lab_test::ApiClient(world.lab()).ask("DescribeDBParameterGroups", {});
  for (const auto& made : groups.child("DBParameterGroups").children())
    if (const std::string name = made.text("DBParameterGroupName"); name.starts_with("darbe-")) group = name;
  return group;
}

// An empty instance like the world's source, with binlogs.
void make_another_source(const World& world, const std::string& instance) {
  aws::CreateInstance wanted = aws::like(world.account().instances.get(World::source_id));
  wanted.identifier = instance;
  wanted.master_password = base::Secret(World::master_password);
  wanted.backup_retention_period = 1;
  aws::fit_storage(wanted);
  world.account().instances.create(wanted);
  waiter(world).until_settled(instance, {});
}

std::vector<std::string> copy_all(const std::string& source, const std::string& new_id) {
  return {"--region", "eu-west-1", "--source-instance-id", source, "--new-instance-id", new_id};
}

void rename_by_hand(World& world, const std::string& from, const std::string& to) {
  lab_test::ApiClient(world.lab())
      .ask("ModifyDBInstance",
           {{"DBInstanceIdentifier", from}, {"NewDBInstanceIdentifier", to}, {"ApplyImmediately", "true"}});
  base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {},
                   [&] { return world.account().instances.find(to).has_value(); });
  waiter(world).until_settled(to, {});
}

template <typename Family>
struct Hard : Story<Family> {
  static void undoes_a_target_that_is_creating_for_ever();
  static void is_refused_while_another_runs_record_is_there_whether_its_process_lives_or_not();
  static void undoes_without_a_journal_a_target_or_its_replica_when_the_source_failed_over();
  static void undoes_what_people_left_of_a_run();
  static void never_touches_a_target_that_has_served();

  using Story<Family>::world;
  using Story<Family>::is_killed_at;
  using Story<Family>::expect_undo;
  using Story<Family>::expect_refusal;
};

// AWS lets nobody delete it at first; then it is deleted, and nobody has to do that by hand.
template <typename Family>
void Hard<Family>::undoes_a_target_that_is_creating_for_ever() {
  const std::string before = world->inventory();
  world->lab().stick("CreateDBInstance");
  auto run = world->start(world->setup_arguments("putio40"));
  EXPECT_TRUE(run->says("waiting for putio40 to be available: creating")) << run->end().text();
  run->signal(SIGKILL);
  run->end();
  world->lab().fail("DeleteDBInstance", "InvalidDBInstanceState", 3, 1);  // the replica goes first
  const auto undo = world->start(world->undo_arguments("putio40"));
  EXPECT_TRUE(undo->says("waiting for putio40 until it can be deleted: creating")) << undo->end().text();
  const Ended undone = undo->end();
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
  world->lab().clear_faults();
  expect_nothing_left(*world, "putio40");
}

template <typename Family>
void Hard<Family>::is_refused_while_another_runs_record_is_there_whether_its_process_lives_or_not() {
  const std::string before = world->inventory();
  const auto run = world->start(world->setup_arguments("putio41"), {{"DARBE_FAULT", "applied.Freeze:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  const auto expect_second_refused = [] {
    expect_refusal(3, "another run is at work on this source: it builds putio41", world->setup_arguments("putio42"));
  };
  expect_second_refused();
  run->signal(SIGKILL);
  run->end();
  expect_second_refused();
  expect_undo("putio41", before);
}

// It looked at the journal when another one still held the lock, and gets that a moment later.
TEST_F(StoryMariaDb, GoesOnFromWhereAnotherOneCameMeanwhile) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("copy.ledger_written", world->setup_arguments("putio47")));
  const auto late = world->start(world->setup_arguments("putio47"), {{"DARBE_FAULT", "setup.looked_before:pause"}});
  ASSERT_TRUE(late->pauses()) << late->end().text();
  const Ended first = world->darbe(world->setup_arguments("putio47"));
  EXPECT_EQ(first.status, 0) << first.text();
  late->go_on();
  const Ended ended = late->end();
  EXPECT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("Copy: already done"));
  expect_undo("putio47", before);
}

// Who changes the run's own group before AWS has made the instance by it.
TEST_F(StoryMySql, StopsWhereTheTargetTakesNamesOtherwiseThanWasSeen) {
  const std::string before = world->inventory();
  const auto run =
      world->start(world->setup_arguments("putio46"), {{"DARBE_FAULT", "aws.ModifyDBParameterGroup:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  world->account().parameter_groups.modify(parameter_group_of_the_run(*world),
                                           {{"lower_case_table_names", "1", aws::ApplyMethod::pending_reboot}});
  run->go_on();
  const Ended ended = run->end();
  EXPECT_EQ(ended.status, 1) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("putio46 was made with lower_case_table_names 1, and putio16 has 0"));
  EXPECT_THAT(ended.errors, HasSubstr("give the run up with `darbe undo`"));
  expect_undo("putio46", before);
}

// No journal, and no way to it; no replica, no rule; and the source's endpoint means another server.
template <typename Family>
void Hard<Family>::undoes_without_a_journal_a_target_or_its_replica_when_the_source_failed_over() {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("replication.started", world->setup_arguments("putio43")));
  world->connect("putio43").execute("DROP DATABASE darbe_journal");
  world->lab().inflict("putio43", "cut");
  delete_replica_by_hand(*world);
  revoke_rules_by_hand(*world);
  world->lab().inflict(World::source_id, "move");
  expect_refusal(3, "putio43 seems to be in use: it doesn't answer, and has followed putio16 already",
                 world->undo_arguments("putio43"));
  const Ended undone = world->darbe(with_leave(world->undo_arguments("putio43")));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
  expect_nothing_left(*world, "putio43");
}

std::string new_group(const World& world, const std::string& name) {
  const std::string vpc = world.account().instances.get(World::source_id).vpc_id;
  return world.account().security_groups.create({.name = name, .description = name, .vpc_id = vpc, .tags = {}}).id;
}

void set_groups_of_source(const World& world, const std::vector<std::string>& groups) {
  aws::ModifyInstance change;
  change.security_group_ids = groups;
  world.account().instances.modify(World::source_id, change);
  waiter(world).until_settled(World::source_id, {});
}

// EC2 shows a group only some seconds after it was made.
TEST_F(StoryMariaDb, UndoesAGroupThatEc2DoesNotShowYet) {
  const std::string before = world->inventory();
  for (const bool names_source : {false, true}) {
    ASSERT_TRUE(is_killed_at("provision.group_made", world->setup_arguments("putio51")));
    std::vector<std::string> undo = world->undo_arguments("putio51");
    if (names_source) undo.insert(undo.end(), {"--source-instance-id", World::source_id});
    world->lab().hide("DescribeSecurityGroups", 1);
    const Ended undone = world->darbe(undo);
    EXPECT_EQ(undone.status, 0) << undone.text();
    EXPECT_THAT(undone.text(), HasSubstr("putio51 is gone"));
    EXPECT_EQ(world->inventory(), before);
  }
}

// The rule is on a group that the source is in no more, and AWS deletes no group that a rule names.
TEST_F(StoryMariaDb, UndoesARuleOnAGroupThatTheSourceHasLeft) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("provision.rule_made", world->setup_arguments("putio46")));
  const std::vector<std::string> groups = world->account().instances.get(World::source_id).security_group_ids;
  const std::string other = new_group(*world, "other");
  set_groups_of_source(*world, {other});
  const auto undo = world->start(world->undo_arguments("putio46"));
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {}, [&] {
    return undo->has_ended();
  })) << undo->errors();
  set_groups_of_source(*world, groups);
  world->account().security_groups.remove(other);
  EXPECT_EQ(world->inventory(), before);
}

// What is left is known by the tags alone.
TEST_F(StoryMariaDb, UndoesWhatIsLeftWhereSourceAndTargetAreGone) {
  const std::string before = world->inventory();
  make_another_source(*world, "putio09");
  ASSERT_TRUE(is_killed_at("provision.rule_made", copy_all("putio09", "putio47")));
  delete_by_hand(*world, "putio47");
  delete_by_hand(*world, "putio09");  // which promotes its replica
  for (const aws::Instance& instance : world->account().instances.list())
    waiter(*world).until_settled(instance.identifier, {});
  expect_refusal(3, "-replica is no read replica of putio09 any more: it is not deleted",
                 world->undo_arguments("putio47"));
  const Ended undone = world->darbe(with_leave(world->undo_arguments("putio47")));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
  std::vector<std::string> again = world->undo_arguments("putio47");
  again.insert(again.end(), {"--source-instance-id", "putio09"});
  expect_refusal(3, "there is no instance putio09", again);
}

// People switch over by swapping names: what is called as the source was is production then.
TEST_F(StoryMariaDb, UndoesNothingWhereItsInstancesHaveOtherNames) {
  const std::string before = world->inventory();
  make_another_source(*world, "putio09");
  const Ended finished = world->darbe(copy_all("putio09", "putio63"));
  ASSERT_EQ(finished.status, 0) << finished.text();
  const auto user_of_the_run = [&](const std::string& instance) {
    return world->connect(instance).number("SELECT COUNT(*) FROM mysql.user WHERE User LIKE 'darbe%'");
  };
  const auto expect_nothing_done = [&](const std::string& words, const std::string& source, const std::string& target) {
    const std::string as_it_is = world->inventory();
    expect_refusal(3, words, world->undo_arguments("putio63"));
    expect_refusal(3, words, with_leave(world->undo_arguments("putio63")));
    EXPECT_EQ(world->inventory(), as_it_is);
    EXPECT_EQ(user_of_the_run(source), 1u);
    for (const std::string& instance : {source, target})
      EXPECT_EQ(world->connect(instance).number("SELECT COUNT(*) FROM darbe.run"), 1u) << instance;
  };
  rename_by_hand(*world, "putio09", "old09");
  expect_nothing_done("putio09 is called old09 by now", "old09", "putio63");
  rename_by_hand(*world, "putio63", "putio09");
  expect_nothing_done("putio63 is called putio09 by now", "old09", "putio09");
  rename_by_hand(*world, "putio09", "putio63");
  rename_by_hand(*world, "old09", "putio09");
  rename_by_hand(*world, "putio63", "new63");
  expect_nothing_done("putio63 is called new63 by now", "putio09", "new63");
  rename_by_hand(*world, "new63", "putio63");
  const Ended undone = world->darbe(world->undo_arguments("putio63"));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(user_of_the_run("putio09"), 0u);
  delete_by_hand(*world, "putio09");
  EXPECT_EQ(world->inventory(), before);
}

// Its last copy, then; also where another instance has the source's name, as after a restore.
TEST_F(StoryMariaDb, DeletesNoTargetThatHasOutlivedItsSource) {
  const std::string before = world->inventory();
  make_another_source(*world, "putio09");
  const Ended finished = world->darbe(copy_all("putio09", "putio63"));
  ASSERT_EQ(finished.status, 0) << finished.text();
  delete_by_hand(*world, "putio09");
  const char* words = "putio63 seems to be in use: putio09 is gone: it may be all that is left of that";
  expect_refusal(3, words, world->undo_arguments("putio63"));
  make_another_source(*world, "putio09");
  expect_refusal(3, words, world->undo_arguments("putio63"));
  expect_refusal(3, "putio09 is not the instance that this run copies: its resource id changed",
                 copy_all("putio09", "putio63"));
  const Ended undone = world->darbe(with_leave(world->undo_arguments("putio63")));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_THAT(undone.output, HasSubstr("putio63 is gone, and so was putio09 before: nothing was looked at there"));
  delete_by_hand(*world, "putio09");
  EXPECT_EQ(world->inventory(), before);
}

// Once with its target and groups gone, once with all that AWS shows of it.
template <typename Family>
void Hard<Family>::undoes_what_people_left_of_a_run() {
  const std::string before = world->inventory();
  for (const bool replica_too : {false, true}) {
    ASSERT_TRUE(is_killed_at("applied.Freeze", world->setup_arguments("putio44")));
    const aws::Instance target = world->account().instances.get("putio44");
    const std::string own_group = target.security_group_ids.back();
    delete_by_hand(*world, "putio44");
    revoke_rules_by_hand(*world);
    world->account().parameter_groups.remove(target.parameter_group());
    world->account().security_groups.remove(own_group);
    if (replica_too) delete_replica_by_hand(*world);
    const Ended undone = world->darbe(with_source(world->undo_arguments("putio44")));
    EXPECT_EQ(undone.status, 0) << undone.text();
    EXPECT_EQ(world->inventory(), before);
    expect_nothing_left(*world, "putio44");
  }
  // The run's record: setup goes on with it, and undo without.
  mysql::Connection source = world->connect(World::source_id);
  ASSERT_TRUE(is_killed_at("applied.Provision", world->setup_arguments("putio44")));
  source.execute("DROP DATABASE darbe");
  ASSERT_TRUE(is_killed_at("applied.Provision", world->setup_arguments("putio44")));
  expect_undo("putio44", before);
  ASSERT_TRUE(is_killed_at("applied.Freeze", world->setup_arguments("putio44")));
  source.execute("DROP DATABASE darbe");
  expect_undo("putio44", before);
}

// As when the source died: it may be all that is left of it.
TEST_F(StoryMariaDb, DeletesNoReplicaThatSomebodyPromoted) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Freeze", world->setup_arguments("putio57")));
  std::string replica;
  for (const aws::Instance& instance : world->account().instances.list())
    if (instance.replica_source == World::source_id) replica = instance.identifier;
  lab_test::ApiClient(world->lab()).ask("PromoteReadReplica", {{"DBInstanceIdentifier", replica}});
  waiter(*world).until(replica, "to be promoted", [](const aws::Instance& now) { return now.replica_source.empty(); },
                       {});
  waiter(*world).until_settled(replica, {});
  expect_refusal(3, replica + " is no read replica of putio16 any more: it is not deleted",
                 world->undo_arguments("putio57"));
  const Ended undone = world->darbe(with_leave(world->undo_arguments("putio57")));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
}

// What somebody rescues while undo waits for AWS to let it delete: without the run's tag it is nobody's concern.
TEST_F(StoryMariaDb, DeletesNoReplicaThatSomebodyTakesTheTagOff) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Freeze", world->setup_arguments("putio64")));
  const std::string replica = world->account().instances.get(World::source_id).replicas.at(0);
  world->lab().fail("DeleteDBInstance", "InvalidDBInstanceState", 1000);
  const auto undo = world->start(world->undo_arguments("putio64"));
  EXPECT_TRUE(undo->says("waiting for " + replica + " until it can be deleted")) << undo->end().text();
  lab_test::ApiClient(world->lab())
      .ask("RemoveTagsFromResource",
           {{"ResourceName", world->account().instances.get(replica).arn}, {"TagKeys.member.1", plan::tag_run}});
  // Until then it may have looked at the tags a moment ago.
  EXPECT_TRUE(undo->says("waiting for putio64 until it can be deleted")) << undo->end().text();
  world->lab().clear_faults();
  const Ended undone = undo->end();
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_TRUE(world->account().instances.find(replica));
  delete_by_hand(*world, replica);
  EXPECT_EQ(world->inventory(), before);
}

// What it had made and is gone was somebody's to delete, and the record on the source speaks of that.
TEST_F(StoryMariaDb, MakesNoTargetAnewThatSomebodyDeleted) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Provision", world->setup_arguments("putio65")));
  delete_by_hand(*world, "putio65");
  expect_refusal(1, "this run had made putio65, and it is gone",
                 world->setup_arguments("putio65", {"--binlog-retention-hours", "72"}));
  EXPECT_FALSE(world->account().instances.find("putio65"));
  const Ended undone = world->darbe(with_source(world->undo_arguments("putio65")));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
}

// A setup whose session on the source is lost, as by a failover, is still at work on the target.
TEST_F(StoryMariaDb, UndoesNothingWhileADarbeHoldsTheTargetsLock) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Provision", world->setup_arguments("putio67")));
  std::optional<mysql::Connection> other(world->connect("putio67"));
  const std::string lock = mysql::quote_text(std::string("darbe.") + World::source_id);
  ASSERT_EQ(other->number(fmt::format("SELECT GET_LOCK({}, 10)", lock)), 1U);
  expect_refusal(3, "another darbe is at work on ", world->undo_arguments("putio67"));
  EXPECT_TRUE(world->account().instances.find("putio67"));
  other.reset();
  expect_undo("putio67", before);
}

// Before there is an instance, nothing else tells with which options it was asked for.
TEST_F(StoryMariaDb, LeavesNothingOfAnEarlierCommandInItsParameterGroup) {
  const std::string before = world->inventory();
  const aws::ParameterGroups& groups = world->account().parameter_groups;
  ASSERT_TRUE(is_killed_at("provision.parameter_group_made", world->setup_arguments("putio66")));
  groups.modify(parameter_group_of_the_run(*world), {{.name = "innodb_file_per_table", .value = "0"}});
  ASSERT_TRUE(is_killed_at("applied.Provision", world->setup_arguments("putio66")));
  EXPECT_EQ(world->connect("putio66").value("SELECT @@global.innodb_file_per_table"), "1");
  expect_undo("putio66", before);
}

// The tag comes when undo has looked already, and waits for AWS to let it delete.
TEST_F(StoryMariaDb, DeletesNoTargetThatBeginsToServeMeanwhile) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Freeze", world->setup_arguments("putio58")));
  const auto set_phase = [arn = world->account().instances.get("putio58").arn](const char* phase) {
    lab_test::ApiClient(world->lab())
        .ask("AddTagsToResource",
             {{"ResourceName", arn}, {"Tags.Tag.1.Key", plan::tag_phase}, {"Tags.Tag.1.Value", phase}});
  };
  const auto deletions = [] { return world->lab().requests("DeleteDBInstance").size(); };
  unsigned others = 1;  // the replica goes first
  const std::pair<const char*, const char*> refusals[] = {
      {"InvalidDBInstanceState", "waiting for putio58 until it can be deleted"},
      {"Throttling", "; AWS is asked again"}};
  for (const auto& [refusal, told] : refusals) {
    const std::size_t asked = deletions();
    world->lab().fail("DeleteDBInstance", refusal, 1000, others);
    const auto undo = world->start(world->undo_arguments("putio58"));
    EXPECT_TRUE(undo->says("deleting putio58")) << undo->end().text();
    EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(10), std::chrono::seconds(60)}, {},
                                 [&] { return deletions() > asked + others; }));
    EXPECT_TRUE(undo->says(told)) << undo->end().text();
    set_phase(plan::phase_serving);
    const Ended stopped = undo->end();
    world->lab().clear_faults();
    EXPECT_EQ(stopped.status, others == 1 ? 1 : 3) << stopped.text();  // the first one has changed something
    EXPECT_THAT(stopped.errors, HasSubstr("putio58 has served: it is not deleted"));
    EXPECT_TRUE(world->account().instances.find("putio58"));
    set_phase(plan::phase_building);
    others = 0;
  }
  // Nor is it left without the protection that somebody gave it.
  aws::ModifyInstance protect;
  protect.deletion_protection = true;
  world->account().instances.modify("putio58", protect);
  const auto is_protected = [] { return world->account().instances.get("putio58").deletion_protection; };
  ASSERT_TRUE(base::poll_until({std::chrono::milliseconds(10), std::chrono::seconds(60)}, {}, is_protected));
  world->lab().fail("ModifyDBInstance", "InvalidDBInstanceState", 1000);
  const auto undo_of_protected = world->start(world->undo_arguments("putio58"));
  EXPECT_TRUE(undo_of_protected->says("putio58 until its deletion protection can be taken off"));
  set_phase(plan::phase_serving);
  world->lab().clear_faults();
  EXPECT_THAT(undo_of_protected->end().errors, HasSubstr("putio58 has served: it is not deleted"));
  EXPECT_TRUE(is_protected());
  set_phase(plan::phase_building);
  expect_undo("putio58", before);
}

// Without the tag it is nobody's concern, but its groups can't go before it.
TEST_F(StoryMariaDb, NamesATargetWithoutItsTagThatHoldsTheRunsGroup) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Freeze", world->setup_arguments("putio59")));
  const aws::Instance target = world->account().instances.get("putio59");
  lab_test::ApiClient(world->lab())
      .ask("RemoveTagsFromResource", {{"ResourceName", target.arn}, {"TagKeys.member.1", plan::tag_run}});
  const Ended stopped = world->darbe(world->undo_arguments("putio59"));
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, HasSubstr("putio59 uses parameter group " + target.parameter_group()));
  EXPECT_TRUE(world->account().instances.find("putio59"));
  delete_by_hand(*world, "putio59");
  const Ended undone = world->darbe(with_source(world->undo_arguments("putio59")));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
}

// AWS deletes no group that something is in.
TEST_F(StoryMariaDb, NamesAnInstanceThatHoldsTheRunsSecurityGroup) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("provision.rule_made", world->setup_arguments("putio61")));
  const std::vector<std::string> groups = world->account().instances.get(World::source_id).security_group_ids;
  const std::string own = world->account().instances.get("putio61").security_group_ids.back();
  set_groups_of_source(*world, {groups.at(0), own});
  const Ended stopped = world->darbe(world->undo_arguments("putio61"));
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, HasSubstr("putio16 is in the run's security group " + own));
  set_groups_of_source(*world, groups);
  expect_undo("putio61", before);
}

// They would be promoted, and keep the run's parameter group.
TEST_F(StoryMariaDb, DeletesNoTargetThatHasReadReplicas) {
  const std::string before = world->inventory();
  const std::vector<std::string> undo = world->undo_arguments("putio62");
  const Ended finished = world->darbe(world->setup_arguments("putio62"));
  ASSERT_EQ(finished.status, 0) << finished.text();
  const auto make_replica = [] {
    aws::CreateReplica wanted = aws::replica_of(world->account().instances.get("putio62"));
    wanted.identifier = "reports";
    wanted.security_group_ids = world->account().instances.get(World::source_id).security_group_ids;
    world->account().instances.create_replica(wanted);
  };
  make_replica();
  waiter(*world).until_settled("reports", {});
  expect_refusal(3, "putio62 seems to be in use: it has read replicas, which would lose their source: reports", undo);
  delete_by_hand(*world, "reports");

  // It comes when undo has looked already, and waits for AWS to let it delete.
  world->lab().fail("DeleteDBInstance", "InvalidDBInstanceState", 1000);
  const auto late = world->start(undo);
  EXPECT_TRUE(late->says("waiting for putio62 until it can be deleted: available (The lab was told to refuse this.)"))
      << late->end().text();
  make_replica();
  const Ended stopped = late->end();
  world->lab().clear_faults();
  EXPECT_EQ(stopped.status, 1) << stopped.text();  // the source's part was undone by then
  EXPECT_THAT(stopped.errors, HasSubstr("putio62 has read replicas, which would lose their source: reports: it is not "
                                        "deleted"));
  EXPECT_TRUE(world->account().instances.find("putio62"));
  waiter(*world).until_settled("reports", {});

  const Ended allowed = world->darbe(with_leave(undo));
  EXPECT_EQ(allowed.status, 1) << allowed.text();
  EXPECT_THAT(allowed.errors, HasSubstr("reports uses parameter group"));
  EXPECT_FALSE(world->account().instances.find("putio62"));
  waiter(*world).until_settled("reports", {});
  delete_by_hand(*world, "reports");
  expect_undo("putio62", before);
}

// What the operator sets after the run has raised it is what undo leaves.
TEST_F(StoryMariaDb, LeavesABinlogRetentionThatSomebodySetMeanwhile) {
  const std::string before = world->inventory();
  mysql::Connection source = world->connect(World::source_id);
  const auto set_hours = [&](const std::string& hours) {
    source.execute(fmt::format("CALL mysql.rds_set_configuration('binlog retention hours', {})", hours));
  };
  const auto hours = [&] {
    const mysql::Result values = source.query("CALL mysql.rds_show_configuration");
    for (std::size_t row = 0; row < values.size(); ++row)
      if (values.text(row, "name") == "binlog retention hours") return values.value(row, "value").value_or("NULL");
    return std::string();
  };
  const std::string original = hours();
  ASSERT_TRUE(is_killed_at("provision.source_marked", world->setup_arguments("putio60")));
  set_hours("7");
  const Ended again = world->darbe(world->setup_arguments("putio60"), {{"DARBE_FAULT", "provision.rule_made:kill"}});
  EXPECT_EQ(again.signal, SIGKILL) << again.text();
  EXPECT_THAT(again.errors, HasSubstr("somebody set the binlog retention of putio16 to 7 hours"));
  EXPECT_EQ(hours(), "24");
  const Ended undone = world->darbe(world->undo_arguments("putio60"));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(hours(), "7");
  set_hours(original);
  EXPECT_EQ(world->inventory(), before);
}

// AWS stores names in small letters, however they were written.
TEST_F(StoryMariaDb, TakesNamesInCapitals) {
  const std::string before = world->inventory();
  std::vector<std::string> arguments = world->setup_arguments("Putio48");
  *std::ranges::find(arguments, World::source_id) = "PUTIO16";
  ASSERT_TRUE(is_killed_at("applied.Provision", arguments));
  ASSERT_TRUE(is_killed_at("freeze.stopped", world->setup_arguments("putio48")));  // the same run
  expect_undo("PUTIO48", before);
}

// An earlier run's instance that serves by now may still use the group of that name.
TEST_F(StoryMariaDb, ChangesNoParameterGroupThatAnotherInstanceUses) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("provision.parameter_group_made", world->setup_arguments("putio50")));
  const std::string group = parameter_group_of_the_run(*world);
  aws::CreateInstance bystander = aws::like(world->account().instances.get(World::source_id));
  bystander.identifier = "bystander";
  bystander.master_password = base::Secret(World::master_password);
  bystander.parameter_group = group;
  aws::fit_storage(bystander);
  world->account().instances.create(bystander);
  waiter(*world).until_settled("bystander", {});

  const std::string words = "bystander uses parameter group " + group + ", which is the run's own";
  expect_refusal(1, words, world->setup_arguments("putio50"));
  EXPECT_TRUE(world->account().parameter_groups.parameters(group, aws::ParameterGroups::Which::set_by_user).empty());
  const Ended stopped = world->darbe(world->undo_arguments("putio50"));
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, HasSubstr(words));
  delete_by_hand(*world, "bystander");
  expect_undo("putio50", before);
}

// The record is part of what a run copies: where the instance that was made is itself a source, that run is long over.
TEST_F(StoryMariaDb, TakesARecordThatCameWithTheCopyForNoRunOfItsOwn) {
  mysql::Connection source = world->connect(World::source_id);
  plan::Plan plan;
  plan.request.region = "eu-west-1";
  plan.request.source_instance_id = World::source_id;
  const std::string account = aws::caller_identity(world->account().client).account;
  for (const char* then : {"putio51", "another"}) {
    plan.request.new_instance_id = then;
    plan.names = plan::names_for(account, plan.request);
    plan::write_run_record(source, plan, world->account().instances.get(World::source_id).resource_id,
                           [](const std::string&) {});
    expect_refusal(3, "putio16 was itself made by a run of darbe, and still has its record",
                   world->setup_arguments("putio51"));
    plan::remove_run_record(source, [](const std::string&) {});
  }
}

// As of an instance that was restored from a snapshot: who gave that run up would lose it where it is at work.
TEST_F(StoryMariaDb, TakesARecordOfAnotherSourceForNoRunAtWorkHere) {
  mysql::Connection source = world->connect(World::source_id);
  plan::Plan plan;
  plan.request.region = "eu-west-1";
  plan.request.source_instance_id = "putio09";
  plan.request.new_instance_id = "putio10";
  plan.source_resource_id = "db-ANOTHER";
  plan.names = plan::names_for(aws::caller_identity(world->account().client).account, plan.request);
  plan::write_run_record(source, plan, "db-ITSTARGET", [](const std::string&) {});
  const Ended refused = world->darbe(world->setup_arguments("putio51"));
  EXPECT_EQ(refused.status, 3) << refused.text();
  EXPECT_THAT(refused.errors,
              AllOf(HasSubstr("putio16 has the record of a run that builds putio10 from another instance"),
                    HasSubstr("DROP DATABASE darbe on putio16"), testing::Not(HasSubstr("darbe undo"))));
  plan::remove_run_record(source, [](const std::string&) {});
}

// Nothing else would tell, and the first command's instance would be taken for the second's.
TEST_F(StoryMariaDb, IsNotMixedWithAnotherCommandBeforeThereIsAJournal) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("provision.source_marked", world->setup_arguments("putio52")));
  waiter(*world).until_usable("putio52", {});
  for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
           {"--binlog-retention-hours", "72"}, {"--db-instance-class", "db.m6g.large"}})
    expect_refusal(3, "putio52 was asked for with other flags", world->setup_arguments("putio52", more));
  ASSERT_TRUE(is_killed_at("provision.journal_made", world->setup_arguments("putio52")));
  expect_undo("putio52", before);
}

// The connection that replicates lives on without it, until it is lost.
TEST_F(StoryMariaDb, DoesNotGoOnWithoutItsReplicationUser) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Replicate", world->setup_arguments("putio53")));
  ASSERT_TRUE(is_killed_at("undo.user_dropped", world->undo_arguments("putio53")));
  const Ended stopped = world->darbe(world->setup_arguments("putio53"));
  EXPECT_EQ(stopped.status, 1) << stopped.text();
  EXPECT_THAT(stopped.errors, AllOf(HasSubstr("the replication user "), HasSubstr(" is gone from putio16")));
  std::vector<std::string> of_another = world->undo_arguments("putio53");
  of_another.insert(of_another.end(), {"--source-instance-id", "putio09"});
  expect_refusal(3, "putio53 is built in place of putio16, not of putio09", of_another);
  expect_undo("putio53", before);
}

mysql::ConnectOptions application_of(const World& world, const std::string& instance) {
  mysql::ConnectOptions options = world.options_of(instance);
  options.user = "putio";
  options.password = base::Secret("secret-putio");
  return options;
}

void set_max_connections(const World& world, const std::string& instance, const std::string& value) {
  mysql::Connection server = world.connect(instance);
  const std::string group = world.account().instances.get(instance).parameter_group();
  world.account().parameter_groups.modify(group, {{"max_connections", value}});
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(60)}, {},
                               [&] { return server.value("SELECT @@max_connections") == value; }));
}

// As many sessions as the server has for all. One that it still counts, or that the lab's agent has for a moment, would
// leave its place to whoever comes next.
std::vector<mysql::Connection> fill(const mysql::ConnectOptions& options, std::size_t max_connections) {
  std::vector<mysql::Connection> sessions;
  EXPECT_TRUE(base::poll_until({std::chrono::milliseconds(50), std::chrono::seconds(30)}, {}, [&] {
    try {
      while (sessions.size() < max_connections) sessions.emplace_back(options, std::stop_token());
    } catch (const mysql::ServerError& error) {
      EXPECT_EQ(mysql::meaning_of(error), mysql::Meaning::sessions_taken) << error.what();
    }
    return sessions.size() == max_connections;
  }));
  return sessions;
}

// A switch by hand without the tag: the application is there, or nothing follows the source any more.
TEST_F(StoryMariaDb, DeletesNoTargetThatOthersUse) {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Replicate", world->setup_arguments("putio49")));
  {
    const mysql::Connection application(application_of(*world, "putio49"), {});
    expect_refusal(3, "putio49 seems to be in use: user putio has 1 sessions there", world->undo_arguments("putio49"));
  }
  const Ended finished = world->darbe(world->setup_arguments("putio49"));
  ASSERT_EQ(finished.status, 0) << finished.text();
  EXPECT_THAT(finished.output, HasSubstr("--resource-name " + world->account().instances.get("putio49").arn +
                                         " --tags Key=darbe:phase,Value=serving"));
  mysql::Connection target = world->connect("putio49");
  target.execute("CALL mysql.rds_stop_replication");
  expect_refusal(3, "putio49 seems to be in use: its replication was stopped", world->undo_arguments("putio49"));
  target.execute("CALL mysql.rds_reset_external_master");
  expect_refusal(3, "it was told not to follow putio16 any more", world->undo_arguments("putio49"));
  target.execute("DROP DATABASE darbe_journal");
  expect_refusal(3, "it was told not to follow putio16 any more", world->undo_arguments("putio49"));
  expect_refusal(3, "putio49 has no journal of this run any more, and it has database ",
                 world->setup_arguments("putio49"));
  const Ended undone = world->darbe(with_leave(world->undo_arguments("putio49")));
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
}

// Its stream was taken away before setup was done, which makes setup copy anew: that would drop what somebody works
// with.
TEST_F(StoryMariaDb, CopiesNothingAnewWhereOthersWork) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio60");
  ASSERT_TRUE(is_killed_at("applied.Replicate", arguments));
  mysql::Connection target = world->connect("putio60");
  target.execute("CALL mysql.rds_stop_replication");
  target.execute("CALL mysql.rds_reset_external_master");
  target.execute("CREATE TABLE putio.theirs (id INT PRIMARY KEY)");
  {
    const mysql::Connection application(application_of(*world, "putio60"), {});
    const Ended stopped = world->darbe(arguments);
    EXPECT_EQ(stopped.status, 1) << stopped.text();
    EXPECT_THAT(stopped.errors, HasSubstr("putio60 has to be copied anew, which drops what it has, and seems to be in "
                                          "use: user putio has 1 sessions there"));
    EXPECT_EQ(target.number("SELECT COUNT(*) FROM putio.theirs"), 0u);
  }
  expect_undo("putio60", before);
}

// Replication runs on, and nobody set the tag: the application as the master user, or so much of it that nobody else is
// let in, or a network that is cut between here and there.
TEST_F(StoryMariaDb, DeletesNoTargetThatItCannotAskOnceSetupIsDone) {
  const std::string before = world->inventory();
  const Ended finished = world->darbe(world->setup_arguments("putio54"));
  ASSERT_EQ(finished.status, 0) << finished.text();
  {
    mysql::ConnectOptions elsewhere = world->options_of("putio54");
    elsewhere.host = world->connect("putio54").value("SELECT @@socket").value();
    world->lab().inflict("putio54", "slow");  // darbe comes from the link's address
    const mysql::Connection application(elsewhere, {});
    expect_refusal(3, "putio54 seems to be in use: user root has 1 sessions there from localhost",
                   world->undo_arguments("putio54"));
    world->lab().inflict("putio54", "heal");
  }
  set_max_connections(*world, "putio54", "10");
  {
    const auto application = fill(application_of(*world, "putio54"), 10);
    expect_refusal(
        3, "putio54 seems to be in use: all the sessions that it has are taken: ", world->undo_arguments("putio54"));
  }
  world->lab().inflict("putio54", "cut");
  expect_refusal(3, "putio54 seems to be in use: it doesn't answer, and has followed putio16 already: ",
                 world->undo_arguments("putio54"));
  mysql::Connection source = world->connect(World::source_id);
  const mysql::Result users = source.query("SELECT User FROM mysql.user WHERE User LIKE 'darbe\\_%'");
  ASSERT_EQ(users.size(), 1u);
  source.execute(fmt::format("DROP USER `{}`@'%'", users.text(0, "User")));
  expect_refusal(3, "putio54 seems to be in use: it doesn't answer, and has followed putio16 already: ",
                 world->undo_arguments("putio54"));
  world->lab().inflict("putio54", "heal");
  expect_undo("putio54", before);
}

// A row that comes late to the old source must not fall on what the application has written since it was moved by hand.
TEST_F(StoryMariaDb, StartsNoReplicationThatSomebodyStoppedSinceSetup) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio55");
  const Ended finished = world->darbe(arguments);
  ASSERT_EQ(finished.status, 0) << finished.text();
  mysql::Connection source = world->connect(World::source_id);
  world->lab().inflict("putio55", "kill");
  world->lab().inflict("putio55", "start");
  const Ended again = world->darbe(arguments);  // by itself it replicates again after a restart
  EXPECT_EQ(again.status, 0) << again.text();

  source.execute("INSERT INTO putio.acknowledged VALUES (-55, 'before')");
  world->wait_until_caught_up("putio55");
  mysql::Connection target = world->connect("putio55");
  const auto note = [&] { return target.value("SELECT note FROM putio.acknowledged WHERE id = -55"); };
  target.execute("CALL mysql.rds_stop_replication");
  target.execute("UPDATE putio.acknowledged SET note = 'by the application' WHERE id = -55");
  source.execute("UPDATE putio.acknowledged SET note = 'late' WHERE id = -55");
  expect_refusal(3, "putio55 seems to be in use: its replication was stopped", arguments);
  EXPECT_EQ(note(), "by the application");

  target.execute("UPDATE putio.acknowledged SET note = 'before' WHERE id = -55");
  const Ended allowed = world->darbe(with_leave(arguments));
  ASSERT_EQ(allowed.status, 0) << allowed.text();
  EXPECT_EQ(note(), "late");
  source.execute("DELETE FROM putio.acknowledged WHERE id = -55");
  expect_undo("putio55", before);
}

// Whatever is gone besides: the phase is in its tags.
template <typename Family>
void Hard<Family>::never_touches_a_target_that_has_served() {
  const std::string before = world->inventory();
  ASSERT_TRUE(is_killed_at("applied.Accounts", world->setup_arguments("putio45")));
  const std::string arn = world->account().instances.get("putio45").arn;
  const auto set_phase = [&arn](const char* phase) {
    lab_test::ApiClient(world->lab())
        .ask("AddTagsToResource",
             {{"ResourceName", arn}, {"Tags.Tag.1.Key", plan::tag_phase}, {"Tags.Tag.1.Value", phase}});
  };
  set_phase("serving");
  const auto expect_left_alone = [] {
    expect_refusal(3, "putio45 has served: this run is over", world->setup_arguments("putio45"));
    for (const auto& arguments : {world->undo_arguments("putio45"), with_source(world->undo_arguments("putio45"))})
      expect_refusal(3, "putio45 has served", arguments);
  };
  expect_left_alone();
  world->connect("putio45").execute("DROP DATABASE darbe_journal");
  expect_left_alone();
  world->lab().inflict("putio45", "cut");
  expect_left_alone();
  set_phase(plan::phase_building);
  expect_undo("putio45", before);
}

TEST_F(StoryMySql, UndoesATargetThatIsCreatingForEver) { Hard<MySql>::undoes_a_target_that_is_creating_for_ever(); }
TEST_F(StoryMySql56, UndoesATargetThatIsCreatingForEver) { Hard<MySql56>::undoes_a_target_that_is_creating_for_ever(); }
TEST_F(StoryMariaDb, UndoesATargetThatIsCreatingForEver) { Hard<MariaDb>::undoes_a_target_that_is_creating_for_ever(); }

TEST_F(StoryMySql, IsRefusedWhileAnotherRunsRecordIsThereWhetherItsProcessLivesOrNot) {
  Hard<MySql>::is_refused_while_another_runs_record_is_there_whether_its_process_lives_or_not();
}
TEST_F(StoryMySql56, IsRefusedWhileAnotherRunsRecordIsThereWhetherItsProcessLivesOrNot) {
  Hard<MySql56>::is_refused_while_another_runs_record_is_there_whether_its_process_lives_or_not();
}
TEST_F(StoryMariaDb, IsRefusedWhileAnotherRunsRecordIsThereWhetherItsProcessLivesOrNot) {
  Hard<MariaDb>::is_refused_while_another_runs_record_is_there_whether_its_process_lives_or_not();
}

TEST_F(StoryMySql, UndoesWithoutAJournalATargetOrItsReplicaWhenTheSourceFailedOver) {
  Hard<MySql>::undoes_without_a_journal_a_target_or_its_replica_when_the_source_failed_over();
}
TEST_F(StoryMySql56, UndoesWithoutAJournalATargetOrItsReplicaWhenTheSourceFailedOver) {
  Hard<MySql56>::undoes_without_a_journal_a_target_or_its_replica_when_the_source_failed_over();
}

TEST_F(StoryMariaDb, UndoesWithoutAJournalATargetOrItsReplicaWhenTheSourceFailedOver) {
  Hard<MariaDb>::undoes_without_a_journal_a_target_or_its_replica_when_the_source_failed_over();
}

TEST_F(StoryMySql, UndoesWhatPeopleLeftOfARun) { Hard<MySql>::undoes_what_people_left_of_a_run(); }
TEST_F(StoryMySql56, UndoesWhatPeopleLeftOfARun) { Hard<MySql56>::undoes_what_people_left_of_a_run(); }
TEST_F(StoryMariaDb, UndoesWhatPeopleLeftOfARun) { Hard<MariaDb>::undoes_what_people_left_of_a_run(); }

TEST_F(StoryMySql, NeverTouchesATargetThatHasServed) { Hard<MySql>::never_touches_a_target_that_has_served(); }
TEST_F(StoryMySql56, NeverTouchesATargetThatHasServed) { Hard<MySql56>::never_touches_a_target_that_has_served(); }
TEST_F(StoryMariaDb, NeverTouchesATargetThatHasServed) { Hard<MariaDb>::never_touches_a_target_that_has_served(); }

}  // namespace
}  // namespace darbe::story_test
