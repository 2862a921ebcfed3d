// What AWS does to a run that nobody can keep it from: no room, no right, a standby that takes over, maintenance.
#include <functional>

#include "aws/waiter.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

template <typename Family>
class Faults : public Story<Family> {
 protected:
  using Story<Family>::expect_equal;
  using Story<Family>::expect_refusal;
  using Story<Family>::expect_undo;
  using Story<Family>::world;

  static void lets_the_source_fail_over_during_the_copy();
  static void stops_a_run_that_goes_on_or_passes_unnoticed();

  // As a standby that takes over: the name stays, and whoever was connected is not.
  static void fail_over(const std::string& instance) {
    aws::Parameters parameters;
    parameters.add("DBInstanceIdentifier", instance).add("ForceFailover", true);
    world->account().client.call(aws::rds, "RebootDBInstance", parameters, {});
    waiter().until_settled(instance, {});
  }
  static void reboot(const std::string& instance) {
    world->account().instances.reboot(instance);
    waiter().until_settled(instance, {});
  }
  static void set_standby_of_the_source(bool standby) {
    aws::ModifyInstance change;
    change.multi_az = standby;
    world->account().instances.modify(World::source_id, change);
    waiter().until(World::source_id, "to have a standby or none",
                   [&](const aws::Instance& now) { return now.multi_az == standby; }, {});
    waiter().until_settled(World::source_id, {});
  }
  static aws::Waiter waiter() {
    return {world->account().instances, std::chrono::milliseconds(50), [](const aws::WaitState&) {}};
  }
};

using AwsFaults = Faults<MySql>;
using AwsFaultsMySql56 = Faults<MySql56>;
using AwsFaultsMariaDb = Faults<MariaDb>;

TEST_F(AwsFaults, LeaveNothingBehindWhereTheTargetIsRefused) {
  const struct {
    const char* code;
    const char* advice;
  } refusals[] = {{"InsufficientDBInstanceCapacity", "Try another zone (--availability-zone eu-west-1"},
                  {"InstanceQuotaExceeded", "Change what it names. Nothing was changed."},
                  {"StorageQuotaExceeded", "Nothing was changed."},
                  {"KMSKeyNotAccessibleFault", "Nothing was changed."}};
  for (const auto& refusal : refusals) {
    world->lab().fail("CreateDBInstance", refusal.code);
    expect_refusal(3, refusal.advice, world->setup_arguments("putio40"));
  }
}

TEST_F(AwsFaults, AreToldWhereWhatWasMadeCannotBeTakenBackEither) {
  const std::string before = world->inventory();
  world->lab().fail("CreateDBInstance", "KMSKeyNotAccessibleFault");
  world->lab().fail("DeleteDBParameterGroup", "AccessDenied");
  const Ended ended = world->darbe(world->setup_arguments("putio40"));
  EXPECT_EQ(ended.status, 1) << ended.text();
  EXPECT_THAT(ended.errors, testing::ContainsRegex(
                                "AWS refuses to make putio40: .*KMSKeyNotAccessibleFault.*; and its groups are not "
                                "taken back: .*AccessDenied"));
  std::vector<std::string> undo = world->undo_arguments("putio40");
  undo.insert(undo.end(), {"--source-instance-id", World::source_id});
  const Ended undone = world->darbe(undo);
  EXPECT_EQ(undone.status, 0) << undone.text();
  EXPECT_EQ(world->inventory(), before);
}

// Exit code 3 would say that nothing was changed. One run meets in its last step what AWS refuses, a server that runs
// with the load's values after all, and an AWS that shows late what it has been asked for; and before these a parameter
// group that AWS is at work on whenever it shall be changed: for the load, for the filter and for good.
TEST_F(AwsFaults, AreNoRefusalOfTheRunOnceItHasMadeSomething) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio43", {"--deletion-protection"});
  for (const int calls_before : {0, 1, 2})
    world->lab().fail("ModifyDBParameterGroup", "InvalidDBParameterGroupState", 1, calls_before);
  world->lab().fail("ResetDBParameterGroup", "InvalidDBParameterGroupState");
  const auto when_parameters_are_back = [&](const std::function<void(const std::string& group)>& happens) {
    const auto run = world->start(arguments, {{"DARBE_FAULT", "settle.parameters_back:pause"}});
    EXPECT_TRUE(run->pauses()) << run->end().text();
    happens(world->account().instances.get("putio43").parameter_group());
    run->go_on();
    const Ended ended = run->end();
    EXPECT_EQ(ended.status, 1) << ended.text();
    return ended.errors;
  };
  EXPECT_THAT(when_parameters_are_back(
                  [](const std::string&) { world->lab().fail("ModifyDBInstance", "InvalidParameterCombination"); }),
              AllOf(HasSubstr("Settle: ModifyDBInstance: "), HasSubstr("InvalidParameterCombination"),
                    HasSubstr("Mend that, and run the same command again to go on")));

  EXPECT_THAT(when_parameters_are_back([&](const std::string& group) {
                world->account().parameter_groups.modify(group,
                                                         {{"sync_binlog", "0"}, {"max_allowed_packet", "1073741824"}});
              }),
              AllOf(HasSubstr("putio43 waits for its final parameters: sync_binlog is 0 and must be 1"),
                    testing::ContainsRegex("putio43 doesn't run with its final parameters: sync_binlog is 0 and must "
                                           "be 1, max_allowed_packet is 1073741824 and must be [0-9]+\n"),
                    HasSubstr("Reboot putio43, then run the same command again.")));
  const auto run = world->start(arguments, {{"DARBE_FAULT", "aws.ModifyDBInstance:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  const auto show_protection = [](bool is_on) {
    aws::ModifyInstance change;
    change.deletion_protection = is_on;
    world->account().instances.modify("putio43", change);
  };
  show_protection(false);
  run->go_on();
  EXPECT_TRUE(run->says(" as it shall end: available")) << run->end().text();
  show_protection(true);
  const Ended ended = run->end();
  EXPECT_EQ(ended.status, 0) << ended.text();
  mysql::Connection source = world->connect(World::source_id), target = world->connect("putio43");
  EXPECT_EQ(target.value("SELECT @@global.sync_binlog"), "1");
  const char* packet = "SELECT @@global.max_allowed_packet";
  EXPECT_EQ(target.value(packet), source.value(packet));
  expect_undo("putio43", before);
}

// Else the network would be looked at for what a state explains.
TEST_F(AwsFaults, AreNamedWhereTheSourceDoesNotAnswerForThem) {
  const struct {
    const char* status;
    const char* words;
    const char* advice;
  } states[] = {
      {"stopped", "putio16 is stopped, and doesn't answer: ", "Start the instance (aws rds start-db-instance)."},
      {"rebooting", "putio16 is rebooting, and doesn't answer: ", "Run the command again when it is available."},
      {"storage-full", "putio16 is storage-full, and doesn't answer: ", "Give the instance more storage"},
      {"inaccessible-encryption-credentials",
       "putio16 is inaccessible-encryption-credentials, and doesn't answer: ", "KMS key"},
      {"backing-up", "can't connect to putio16 as root: ", "darbe must run where it reaches the instances"}};
  const std::string before = world->inventory();
  world->lab().inflict(World::source_id, "cut");
  for (const auto& state : states) {
    world->lab().say_status(World::source_id, state.status);
    const Ended ended = world->darbe(plan_arguments(world->setup_arguments("putio46")));
    EXPECT_EQ(ended.status, 3) << ended.text();
    EXPECT_THAT(ended.errors, AllOf(HasSubstr(state.words), HasSubstr(state.advice)));
    EXPECT_EQ(ended.output, "");
  }
  world->lab().inflict(World::source_id, "heal");
  world->lab().say_status(World::source_id, "");
  EXPECT_EQ(world->inventory(), before);
}

// AWS stops an instance whose KMS key was disabled, and lets nobody change it, but delete it.
TEST_F(AwsFaults, StopARunWhoseTargetHasLostItsKeyAndLetItBeUndone) {
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio45");
  const auto run = world->start(arguments, {{"DARBE_FAULT", "provision.rule_made:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  waiter().until_settled("putio45", {});
  world->lab().inflict("putio45", "kill");
  world->lab().say_status("putio45", "inaccessible-encryption-credentials");
  run->go_on();
  const Ended ends[] = {run->end(), world->darbe(arguments)};
  for (const Ended& ended : ends) {
    EXPECT_EQ(ended.status, 1) << ended.text();
    EXPECT_THAT(
        ended.errors,
        AllOf(HasSubstr("waiting for putio45 to be available: its status is 'inaccessible-encryption-credentials'"),
              HasSubstr("KMS key")));
  }
  expect_undo("putio45", before);
}

// That takes a day and more, in which AWS lets the instance be changed and restarted.
TEST_F(AwsFaultsMySql56, DoNotHoldARunUpWhoseVolumeIsOptimized) {
  const std::string before = world->inventory();
  const auto run = world->start(world->setup_arguments("putio47"), {{"DARBE_FAULT", "provision.rule_made:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  world->lab().say_status("putio47", "storage-optimization");
  run->go_on();
  const Ended ended = run->end();
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_EQ(world->account().instances.get("putio47").status, "storage-optimization");
  expect_equal("putio47");
  expect_undo("putio47", before);
}

// The replica may be anywhere; of what else it must be, it has the source's.
TEST_F(AwsFaults, LetTheReplicaBeInAnotherZone) {
  const std::string before = world->inventory();
  const auto zone_asked_for = [] {
    return world->lab().requests("CreateDBInstanceReadReplica").back().at("parameters").at("AvailabilityZone").text();
  };
  world->lab().fail("CreateDBInstanceReadReplica", "InsufficientDBInstanceCapacity", 2);
  const Ended refused = world->darbe(world->setup_arguments("putio42"));
  EXPECT_EQ(refused.status, 1) << refused.text();
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("InsufficientDBInstanceCapacity"), HasSubstr("--replica-instance-id"),
                                    testing::Not(HasSubstr("--availability-zone"))));
  world->lab().fail("CreateDBInstanceReadReplica", "InsufficientDBInstanceCapacity");
  const Ended gone_on =
      world->darbe(world->setup_arguments("putio42"), {{"DARBE_FAULT", "provision.replica_requested:kill"}});
  EXPECT_EQ(gone_on.signal, SIGKILL) << gone_on.text();
  EXPECT_EQ(zone_asked_for(), "");
  EXPECT_THAT(gone_on.errors, HasSubstr("in another zone"));
  expect_undo("putio42", before);
}

// The frozen replica doesn't need its source; the run's lock falls with the source's sessions, and is taken anew.
template <typename Family>
void Faults<Family>::lets_the_source_fail_over_during_the_copy() {
  set_standby_of_the_source(true);
  const std::string before = world->inventory();
  demo::Writer writer(world->options_of(World::source_id), {.name = "`putio`.`acknowledged`", .other_columns = ""});
  const auto run =
      world->start(world->setup_arguments("putio44", {"--jobs", "1"}), {{"DARBE_FAULT", "copy.text_taken:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  fail_over(World::source_id);
  run->go_on();
  const Ended failed_over = run->end();
  ASSERT_EQ(failed_over.status, 0) << failed_over.text();
  expect_equal("putio44", writer);
  expect_undo("putio44", before);
  world->connect(World::source_id).execute("DELETE FROM putio.acknowledged");
  set_standby_of_the_source(false);
}

template <typename Family>
void Faults<Family>::stops_a_run_that_goes_on_or_passes_unnoticed() {
  set_standby_of_the_source(true);
  const std::string before = world->inventory();
  const auto arguments = world->setup_arguments("putio41", {"--jobs", "1"});
  world->lab().fail("CreateDBInstanceReadReplica", "InstanceQuotaExceeded");
  const Ended refused = world->darbe(arguments);
  EXPECT_EQ(refused.status, 1) << refused.text();
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("InstanceQuotaExceeded"), HasSubstr("run the same command again")));

  demo::Writer writer(world->options_of(World::source_id), {.name = "`putio`.`acknowledged`", .other_columns = ""});
  auto run = world->start(arguments, {{"DARBE_FAULT", "copy.text_taken#2:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  reboot("putio41");
  run->go_on();
  ASSERT_TRUE(run->says("copying goes on after")) << run->end().text();
  run->signal(SIGKILL);
  run->end();

  run = world->start(arguments, {{"DARBE_FAULT", "verify.chunk_marked:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  fail_over(World::source_id);
  run->go_on();
  const Ended failed_over = run->end();
  ASSERT_EQ(failed_over.status, 0) << failed_over.text();
  const Ended ended = world->darbe(arguments);
  ASSERT_EQ(ended.status, 0) << ended.text();
  EXPECT_THAT(ended.errors, HasSubstr("Copy: already done"));

  // Replication outlives another one.
  fail_over(World::source_id);
  expect_equal("putio41", writer);
  expect_undo("putio41", before);
  set_standby_of_the_source(false);
}

TEST_F(AwsFaults, LetTheSourceFailOverDuringTheCopy) { lets_the_source_fail_over_during_the_copy(); }
TEST_F(AwsFaultsMySql56, LetTheSourceFailOverDuringTheCopy) { lets_the_source_fail_over_during_the_copy(); }
TEST_F(AwsFaultsMariaDb, LetTheSourceFailOverDuringTheCopy) { lets_the_source_fail_over_during_the_copy(); }

TEST_F(AwsFaults, StopARunThatGoesOnOrPassUnnoticed) { stops_a_run_that_goes_on_or_passes_unnoticed(); }
TEST_F(AwsFaultsMySql56, StopARunThatGoesOnOrPassUnnoticed) { stops_a_run_that_goes_on_or_passes_unnoticed(); }
TEST_F(AwsFaultsMariaDb, StopARunThatGoesOnOrPassUnnoticed) { stops_a_run_that_goes_on_or_passes_unnoticed(); }

}  // namespace
}  // namespace darbe::story_test
