// The figures are those of AWS's SDKs since 10 November 2026 ("Retry behavior").
#include "aws/retries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/error.h"
#include "configuration_fixture.h"

namespace darbe::aws {
namespace {

using namespace std::chrono_literals;

constexpr RetryRules standard;
const Setback fault{.trouble = Trouble::fault};
const Setback throttling{.trouble = Trouble::throttling};

ApiError said(const std::string& code, int status, std::optional<std::chrono::milliseconds> retry_after = {}) {
  return ApiError({"DescribeDBInstances", code, "No.", status, "b136", retry_after});
}

TEST(Pause, DoublesFromABaseThatDependsOnTheTrouble) {
  EXPECT_EQ(pause_after(standard, fault, 1, 1), 50ms);
  EXPECT_EQ(pause_after(standard, fault, 2, 1), 100ms);
  EXPECT_EQ(pause_after(standard, fault, 2, 0.5), 50ms);
  EXPECT_EQ(pause_after(standard, throttling, 1, 1), 1s);
  EXPECT_EQ(pause_after(standard, throttling, 3, 1), 4s);
  EXPECT_EQ(pause_after(standard, throttling, 3, 0), 0s);
  EXPECT_EQ(pause_after(standard, throttling, 6, 1), 20s);
  EXPECT_EQ(pause_after(standard, throttling, 1'000'000, 1), 20s);
}

TEST(Pause, FollowsTheServerWithinFiveSeconds) {
  const auto asked = [](std::chrono::milliseconds time) {
    return pause_after(standard, {Trouble::throttling, true, time}, 1, 0.5);
  };
  EXPECT_EQ(asked(100ms), 500ms);
  EXPECT_EQ(asked(1500ms), 1500ms);
  EXPECT_EQ(asked(60s), 5500ms);
}

TEST(Setback, IsToldFromTheErrorAndItsCauses) {
  EXPECT_EQ(setback_of(said("Throttling", 400)).trouble, Trouble::throttling);
  EXPECT_EQ(setback_of(said("InternalError", 500)).trouble, Trouble::fault);
  EXPECT_EQ(setback_of(base::Error(base::Kind::transient, "no answer")).trouble, Trouble::fault);
  EXPECT_EQ(setback_of(said("AccessDenied", 403)).trouble, Trouble::none);
  EXPECT_TRUE(setback_of(said("Throttling", 400)).is_answer);
  EXPECT_FALSE(setback_of(base::Error(base::Kind::transient, "no answer")).is_answer);
  EXPECT_EQ(setback_of(said("Throttling", 400, 70ms)).asked_for, 70ms);
  try {
    base::in_context("a role", [] { throw said("Throttling", 400, 70ms); });
    FAIL();
  } catch (const std::exception& error) {
    EXPECT_EQ(setback_of(error).trouble, Trouble::throttling);
    EXPECT_EQ(setback_of(error).asked_for, 70ms);
  }
}

TEST(RetryBudget, HoldsSoManyFaultsOrThrottlings) {
  RetryBudget faults;
  int count = 0;
  while (faults.take(Trouble::fault)) ++count;
  EXPECT_EQ(count, 500 / 14);
  RetryBudget throttlings;
  for (count = 0; throttlings.take(Trouble::throttling);) ++count;
  EXPECT_EQ(count, 500 / 5);
}

TEST(RetryBudget, IsGivenBackOnSuccess) {
  RetryBudget budget;
  while (budget.take(Trouble::throttling)) {
  }
  budget.give_back(Trouble::throttling);
  EXPECT_TRUE(budget.take(Trouble::throttling));
  for (int i = 0; i < 4; ++i) budget.give_back(Trouble::none);
  EXPECT_FALSE(budget.take(Trouble::throttling)) << "a success at the first try gives back 1 of 5";
  budget.give_back(Trouble::none);
  EXPECT_TRUE(budget.take(Trouble::throttling));
}

TEST(RetryBudget, IsNeverMoreThanFull) {
  RetryBudget budget;
  for (int i = 0; i < 100; ++i) budget.give_back(Trouble::fault);
  int count = 0;
  while (budget.take(Trouble::fault)) ++count;
  EXPECT_EQ(count, 500 / 14);
}

TEST(Patience, IsLongForWhatReadsAndForWhatAwsTookNoNoticeOf) {
  EXPECT_EQ(patience_for(standard, "DescribeDBInstances", Trouble::fault), 10min);
  EXPECT_EQ(patience_for(standard, "CreateDBInstance", Trouble::throttling), 10min);
  EXPECT_EQ(patience_for(standard, "CreateDBInstance", Trouble::fault), 30s);
}

TEST(Patience, IsNoneForFiguresThatOnlyTellMore) {
  for (const Trouble trouble : {Trouble::fault, Trouble::throttling})
    EXPECT_EQ(patience_for(standard, "GetMetricData", trouble), 0s);
}

// Who deletes looks again before each request.
TEST(Patience, IsNoneForADeletion) {
  for (const Trouble trouble : {Trouble::fault, Trouble::throttling})
    EXPECT_EQ(patience_for(standard, "DeleteDBInstance", trouble), 0s);
}

TEST(StormPause, GrowsUpToHalfAMinute) {
  EXPECT_EQ(storm_pause_after(standard, 1), 2s);
  EXPECT_EQ(storm_pause_after(standard, 3), 8s);
  EXPECT_EQ(storm_pause_after(standard, 1000), 30s);
}

using RetrySettings = ConfigurationTest;

TEST_F(RetrySettings, AreThreeTriesUnlessSaidOtherwise) {
  EXPECT_EQ(retry_rules(environment(), {}).tries, 3);
  EXPECT_EQ(retry_rules(environment(), {{"max_attempts", "7"}}).tries, 7);
  variables["AWS_MAX_ATTEMPTS"] = "2";
  EXPECT_EQ(retry_rules(environment(), {{"max_attempts", "7"}}).tries, 2);
}

TEST_F(RetrySettings, AreRefusedWhenNobodyKnowsThem) {
  for (const char* mode : {"standard", "adaptive", "legacy"}) {
    EXPECT_NO_THROW(retry_rules(environment(), {{"retry_mode", mode}})) << mode;
  }
  EXPECT_THROW(retry_rules(environment(), {{"retry_mode", "often"}}), base::Error);
  for (const char* tries : {"0", "-1", "many", "3x"}) {
    EXPECT_THROW(retry_rules(environment(), {{"max_attempts", tries}}), base::Error) << tries;
  }
}

}  // namespace
}  // namespace darbe::aws
