#include "aws/waiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/error.h"
#include "base/error.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using base::Clock;
using testing::ElementsAre;
using testing::HasSubstr;

http::Response in_status(const std::string& status, const std::string& pending = "") {
  return answer("DescribeDBInstances",
                fmt::format("<DBInstances><DBInstance><DBInstanceIdentifier>putio17</DBInstanceIdentifier>"
                            "<DBInstanceStatus>{}</DBInstanceStatus><PendingModifiedValues>{}</PendingModifiedValues>"
                            "</DBInstance></DBInstances>",
                            status, pending));
}
const http::Response gone = complaint("DBInstanceNotFound", "", 404);

// A waiter on a scripted AWS that keeps what it reports.
struct Wait {
  explicit Wait(std::vector<http::Response> script) : aws(std::move(script)) {}

  ScriptedAws aws;
  std::vector<std::string> seen;
  Waiter waiter{aws.account.instances, std::chrono::milliseconds(1),
                [this](const WaitState& state) { seen.push_back(state.status); }};
};

// The rows of facts/rds-mysql.md 4.5.
const std::vector<std::string> usable = {"storage-optimization",          "configuring-enhanced-monitoring",
                                         "configuring-iam-database-auth", "configuring-log-exports",
                                         "storage-config-upgrade",        "backing-up"};
const std::vector<std::string> on_the_way = {"creating",
                                             "modifying",
                                             "rebooting",
                                             "renaming",
                                             "resetting-master-credentials",
                                             "maintenance",
                                             "upgrading",
                                             "starting",
                                             "stopping",
                                             "moving-to-vpc",
                                             "converting-to-vpc",
                                             "storage-initialization"};
const std::vector<std::string> hopeless = {"failed",
                                           "restore-error",
                                           "incompatible-create",
                                           "incompatible-network",
                                           "incompatible-option-group",
                                           "incompatible-parameters",
                                           "incompatible-restore",
                                           "inaccessible-encryption-credentials",
                                           "inaccessible-encryption-credentials-recoverable",
                                           "insufficient-capacity",
                                           "storage-full",
                                           "upgrade-failed",
                                           "stopped",
                                           "deleting",
                                           "delete-precheck"};

TEST(StatusWord, TellsWhetherToWait) {
  EXPECT_EQ(classify_status("available"), Waiting::ready);
  for (const std::string& word : usable) EXPECT_EQ(classify_status(word), Waiting::usable) << word;
  for (const std::string& word : on_the_way) EXPECT_EQ(classify_status(word), Waiting::on_the_way) << word;
  for (const std::string& word : hopeless) EXPECT_EQ(classify_status(word), Waiting::hopeless) << word;
  EXPECT_EQ(classify_status("a-word-of-next-year"), Waiting::on_the_way);
  EXPECT_EQ(classify_status("incompatible-with-next-year"), Waiting::hopeless);
}

TEST(StatusWord, TellsWhetherTheInstanceServes) {
  const auto is_serving = [](const std::string& word) {
    Instance instance;
    instance.status = word;
    return serves(instance);
  };
  EXPECT_TRUE(is_serving("available"));
  for (const std::string& word : usable) EXPECT_TRUE(is_serving(word)) << word;
  for (const auto* words : {&on_the_way, &hopeless})
    for (const std::string& word : *words) EXPECT_FALSE(is_serving(word)) << word;
}

TEST(StatusWord, ComesWithAdviceOfItsOwnWhereNothingLeadsOn) {
  const std::string of_others = advice_for("a-word-of-next-year");
  EXPECT_THAT(of_others, HasSubstr("events"));
  for (const std::string& word : hopeless) EXPECT_NE(advice_for(word), of_others) << word;
  EXPECT_EQ(advice_for("incompatible-with-next-year"), of_others);
  EXPECT_THAT(advice_for("incompatible-network"), HasSubstr("Free addresses in the subnets"));
  EXPECT_THAT(advice_for("incompatible-option-group"), HasSubstr("Correct its option group"));
  EXPECT_THAT(advice_for("inaccessible-encryption-credentials-recoverable"), HasSubstr("start-db-instance"));
  for (const char* word : {"failed", "restore-error", "incompatible-restore", "incompatible-create"})
    EXPECT_THAT(advice_for(word), HasSubstr("give the run up with `darbe undo`")) << word;
}

TEST(PollPause, GrowsUpToItsLength) {
  using namespace std::chrono_literals;
  EXPECT_EQ(poll_pause(0, 10s), 1s);
  EXPECT_EQ(poll_pause(2, 10s), 4s);
  EXPECT_EQ(poll_pause(4, 10s), 10s);
  EXPECT_EQ(poll_pause(1'000'000, 10s), 10s);
  EXPECT_EQ(poll_pause(0, 20ms), 20ms);
}

TEST(PollInterval, IsReadFromTheEnvironment) {
  const auto with = [](std::optional<std::string> value) {
    return poll_interval([=](const std::string&) { return value; });
  };
  EXPECT_EQ(with(std::nullopt), std::chrono::seconds(10));
  EXPECT_EQ(with("0.05"), std::chrono::milliseconds(50));
  for (const char* bad : {"", "0", "-1", "soon", "1s", "nan"}) EXPECT_THROW(with(bad), base::Error) << bad;
  // A look is not what it looks for.
  const auto only = [](const std::string& name) {
    return name == "DARBE_POLL_SECONDS" ? std::optional<std::string>("2") : std::nullopt;
  };
  EXPECT_EQ(patience(only), std::chrono::minutes(5));
}

TEST(Waiter, WaitsUntilTheInstanceIsUsableAndReportsEachLook) {
  Wait wait({in_status("creating"), in_status("new-word"), in_status("backing-up")});
  EXPECT_EQ(wait.waiter.until_usable("putio17", {}).status, "backing-up");
  EXPECT_THAT(wait.seen, ElementsAre("creating", "new-word", "backing-up"));
}

TEST(Waiter, WaitsUntilNothingIsPending) {
  Wait wait({in_status("available", "<AllocatedStorage>20</AllocatedStorage>"), in_status("modifying"),
             in_status("available")});
  wait.waiter.until_settled("putio17", {});
  EXPECT_THAT(wait.seen, ElementsAre("available", "modifying", "available"));
}

// Of a change AWS may show nothing yet when it has answered.
TEST(Waiter, WaitsUntilTheInstanceIsAsItWasAskedToBe) {
  const auto with_standby = [](const std::string& status) {
    return in_status(status, "</PendingModifiedValues><MultiAZ>true</MultiAZ><PendingModifiedValues>");
  };
  Wait wait({in_status("available"), in_status("available", "<MultiAZ>true</MultiAZ>"), with_standby("modifying"),
             with_standby("available")});
  wait.waiter.until_settled("putio17", "Multi-AZ", [](const Instance& now) { return now.multi_az; }, {});
  EXPECT_THAT(wait.seen, ElementsAre("available", "available", "modifying", "available"));
}

// Which takes a day and more; a backup is over sooner, and AWS changes nothing meanwhile.
TEST(Waiter, DoesNotWaitUntilAVolumeIsOptimized) {
  Wait wait({in_status("storage-optimization", "<MultiAZ>true</MultiAZ>"), in_status("backing-up"),
             in_status("storage-optimization")});
  wait.waiter.until_settled("putio17", {});
  EXPECT_THAT(wait.seen, ElementsAre("storage-optimization", "backing-up", "storage-optimization"));
}

TEST(Waiter, GivesUpOnAHopelessStateWithAdvice) {
  Wait wait({in_status("creating"), in_status("storage-full")});
  try {
    wait.waiter.until_usable("putio17", {});
    FAIL() << "nothing leads out of storage-full";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::failed);
    EXPECT_THAT(error.what(), HasSubstr("putio17"));
    EXPECT_THAT(error.what(), HasSubstr("storage-full"));
    EXPECT_THAT(error.advice(), HasSubstr("more storage"));
    EXPECT_THAT(error.advice(), HasSubstr("run the same command again"));
  }
}

TEST(Waiter, DoesNotAskForTheSameCommandWhereItCannotHelp) {
  Wait wait({in_status("failed")});
  try {
    wait.waiter.until_usable("putio17", {});
    FAIL() << "nothing leads out of failed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.advice(), advice_for("failed"));
  }
}

TEST(Waiter, WaitsForTheOperatorWhereItIsToldTo) {
  Wait wait({in_status("storage-full"), in_status("modifying"), in_status("storage-optimization")});
  EXPECT_EQ(wait.waiter.until_left("putio17", "storage-full", {}).status, "storage-optimization");
  EXPECT_THAT(wait.seen, ElementsAre("storage-full", "modifying", "storage-optimization"));

  Wait in_vain({in_status("storage-full"), in_status("failed")});
  EXPECT_THROW(in_vain.waiter.until_left("putio17", "storage-full", {}), base::Error);
}

TEST(Waiter, GivesUpWhenTheInstanceVanishes) {
  Wait wait({in_status("creating"), gone});
  EXPECT_THROW(wait.waiter.until_usable("putio17", {}), base::Error);
}

TEST(Waiter, IsNotEndedByAStormThatOutlastsThePatience) {
  std::vector<http::Response> script(30, complaint("Throttling", "Rate exceeded"));
  script.front() = in_status("creating");
  script.push_back(in_status("available"));
  script.push_back(complaint("InternalFailure", "Oops.", 500));
  script.insert(script.end(), 5, complaint("InternalFailure", "Oops.", 500));
  script.push_back(gone);
  Wait wait(std::move(script));
  wait.waiter.until_usable("putio17", {});
  wait.waiter.until_gone("putio17", {});
  EXPECT_EQ(wait.seen.front(), "creating");
  EXPECT_EQ(wait.seen.at(1), "no answer");
  EXPECT_EQ(wait.seen.back(), "gone");
}

TEST(Waiter, WaitsUntilItIsGone) {
  Wait wait({in_status("available"), in_status("deleting"), gone});
  wait.waiter.until_gone("putio17", {});
  EXPECT_THAT(wait.seen, ElementsAre("available", "deleting", "gone"));
}

TEST(Waiter, EndsAtOnceOnAStop) {
  ScriptedAws aws({in_status("creating")});
  std::stop_source stop;
  const Waiter waiter(aws.account.instances, std::chrono::hours(1), [&](const WaitState&) { stop.request_stop(); });
  try {
    waiter.until_usable("putio17", stop.get_token());
    FAIL() << "it was never available";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::interrupted);
  }
}

TEST(Waiter, DoesWorkWhenAwsLetsIt) {
  Wait wait(
      {complaint("InvalidDBInstanceState"), in_status("backing-up"), answer("RebootDBInstance", "<DBInstance/>")});
  wait.waiter.when_allowed("putio17", "to be rebooted", [&] { wait.aws.account.instances.reboot("putio17"); }, {});
  EXPECT_THAT(wait.aws.actions(), ElementsAre("RebootDBInstance", "DescribeDBInstances", "RebootDBInstance"));
  EXPECT_THAT(wait.seen, ElementsAre("backing-up"));
}

TEST(Waiter, TellsWhyAwsDoesNotLetItAndOnceThatItIsOverdue) {
  ScriptedAws aws({complaint("InvalidDBInstanceState", "It has a snapshot."), in_status("available"),
                   complaint("InvalidDBInstanceState", "It has none now."), in_status("available"),
                   answer("RebootDBInstance", "<DBInstance/>")});
  std::vector<WaitState> seen;
  const Waiter waiter(
      aws.account.instances, std::chrono::milliseconds(1), [&](const WaitState& state) { seen.push_back(state); },
      std::chrono::seconds(0));
  waiter.when_allowed("putio17", "to be rebooted", [&] { aws.account.instances.reboot("putio17"); }, {});
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].status, "available");
  EXPECT_EQ(seen[0].refusal, "It has a snapshot.");
  EXPECT_EQ(seen[1].refusal, "It has none now.");
  EXPECT_TRUE(seen[0].is_overdue);
  EXPECT_FALSE(seen[1].is_overdue);
}

TEST(Waiter, DoesWorkOnceNobodyUsesWhatItNeeds) {
  Wait wait({ec2_complaint("DependencyViolation"), ec2_answer("DeleteSecurityGroup", "<return>true</return>")});
  wait.waiter.when_allowed("", "until nothing uses the group", [&] { wait.aws.account.security_groups.remove("sg-9"); },
                           {});
  EXPECT_THAT(wait.seen, ElementsAre("DependencyViolation"));
}

TEST(Waiter, DoesNotWaitForWhatAHopelessStateForbids) {
  Wait wait({complaint("InvalidDBInstanceState", "Instance putio17 is in stopped state."), in_status("stopped")});
  try {
    wait.waiter.when_allowed("putio17", "to be rebooted", [&] { wait.aws.account.instances.reboot("putio17"); }, {});
    FAIL() << "nobody starts it";
  } catch (const base::Error& error) {
    EXPECT_THAT(base::text_of(error), testing::AllOf(testing::HasSubstr("its status is 'stopped'"),
                                                     testing::HasSubstr("Instance putio17 is in stopped state.")));
    EXPECT_THAT(base::advice_of(error), testing::HasSubstr("Start the instance"));
  }
}

}  // namespace
}  // namespace darbe::aws
