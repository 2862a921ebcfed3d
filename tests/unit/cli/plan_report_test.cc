#include "cli/plan_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.h"
#include "story.h"

namespace darbe::cli {
namespace {

PlanReport example() {
  PlanReport report;
  report.new_instance_id = "putio17";
  report.source_instance_id = "putio16";
  report.run_id = "0123456789ab";
  report.made = {"instance putio17: db.r6g.large, mysql 9.7.4, 100 GiB of gp3",
                 "security group darbe-0123456789ab in vpc-1, for putio17 alone"};
  report.changed = {"schema darbe, with the run's record", "binlog retention: 24 hours, now none"};
  report.windows = {"maintenance of putio16: sun:05:00-sun:05:30, next at 2026-12-06T05:00:00Z"};
  report.databases = {"mogilefs", "putio"};
  report.tables = 12;
  report.rows = 34'567'890;
  report.tablespace_now = {{"(system tablespace)", 80'000'000'000}, {"mogilefs", 1'000'000}, {"putio", 20'000'000'000}};
  report.tablespace_at_most = 30'000'000'000;
  report.allocated_now_gib = 500;
  report.allocated_least_gib = 41;
  report.times = step_times({.rows = {.tables = report.tables, .bytes = report.tablespace_at_most},
                             .accounts = 7,
                             .objects = 1200,
                             .binlog_bytes_per_second = 1e6});
  report.differences = {
      {"AllocatedStorage", "500", "100", "asked for with --allocated-storage", false},
      {"MultiAZ", "yes", "no", "the copy would wait for it", true},
  };
  report.findings = {{.check = "durability",
                      .weight = preflight::Weight::refusal,
                      .text = "innodb_flush_log_at_trx_commit is 0 on the source",
                      .advice = "Set it to 1."},
                     {.check = "primary-keys",
                      .weight = preflight::Weight::warning,
                      .text = "putio.log has no primary key",
                      .advice = ""}};
  return report;
}

TEST(PlanReport, ReadsAsInTheGoldenFile) { expect_golden("plan.txt", to_text(example())); }

TEST(PlanReport, IsRefusedByARefusalAndNotByAWarning) {
  PlanReport report = example();
  EXPECT_TRUE(report.refused());
  report.findings.erase(report.findings.begin());
  EXPECT_FALSE(report.refused());
  EXPECT_THAT(to_text(report), testing::EndsWith("setup would begin.\n"));
}

TEST(StepTimes, AreToldForEachStepOfTheStoryInItsOrder) {
  std::vector<std::string> of_the_story, told;
  for (const engine::Line& line : make_story()) of_the_story.emplace_back(line.name);
  for (const StepTime& each : step_times({})) told.push_back(each.step);
  EXPECT_EQ(told, of_the_story);
}

std::optional<double> seconds_of(const std::string& step, const preflight::Work& work) {
  for (const StepTime& each : step_times(work))
    if (each.step == step) return each.seconds;
  return std::nullopt;
}

TEST(StepTimes, GrowWithWhatThereIsToDo) {
  const auto copy = [](std::uint64_t tables, std::uint64_t bytes) {
    return seconds_of("Copy", {.rows = {.tables = tables, .bytes = bytes}}).value();
  };
  EXPECT_DOUBLE_EQ(copy(0, 2'000'000'000), 2 * copy(0, 1'000'000'000));
  EXPECT_DOUBLE_EQ(copy(1000, 0), 6);
  EXPECT_EQ(seconds_of("Accounts", {.accounts = 20}), 2 * seconds_of("Accounts", {.accounts = 10}).value());
  EXPECT_EQ(seconds_of("Objects", {.objects = 20}), 2 * seconds_of("Objects", {.objects = 10}).value());
}

TEST(StepTimes, AreNotKnownOfWhatMayNotBeSeen) {
  EXPECT_EQ(seconds_of("Accounts", {}), std::nullopt);
  EXPECT_EQ(seconds_of("Objects", {}), std::nullopt);
}

TEST(StepTimes, TellWhatIsWrittenWhileRowsAreCopied) {
  const auto catch_up = [](const preflight::Work& work) { return step_times(work)[7]; };
  preflight::Work work{.rows = {.tables = 0, .bytes = 60'000'000'000}};  // 1,000 s and 200 s
  EXPECT_THAT(catch_up(work).rests_on, testing::HasSubstr("what was written since Freeze"));
  EXPECT_EQ(catch_up(work).seconds, std::nullopt);
  work.binlog_bytes_per_second = 1e6;
  EXPECT_THAT(catch_up(work).rests_on, testing::HasSubstr("about 1.2 GB of binlog"));
  EXPECT_DOUBLE_EQ(catch_up(work).seconds.value(), 400);  // 3 MB nearer each second
  work.binlog_bytes_per_second = 5e6;
  EXPECT_EQ(catch_up(work).seconds, std::nullopt);
}

}  // namespace
}  // namespace darbe::cli
