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
  report.databases = {"mogilefs", "putio"};
  report.tables = 12;
  report.rows = 34'567'890;
  report.tablespace_now = {{"(system tablespace)", 80'000'000'000}, {"mogilefs", 1'000'000}, {"putio", 20'000'000'000}};
  report.tablespace_at_most = 30'000'000'000;
  report.allocated_now_gib = 500;
  report.allocated_least_gib = 41;
  report.times = step_times(report.tables, report.tablespace_at_most);
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
  for (const StepTime& each : step_times(1, 1)) told.push_back(each.step);
  EXPECT_EQ(told, of_the_story);
}

TEST(StepTimes, GrowWithBytesAndTables) {
  const auto seconds = [](std::uint64_t tables, std::uint64_t bytes) {
    return step_times(tables, bytes)[3].seconds.value();
  };
  EXPECT_DOUBLE_EQ(seconds(0, 2'000'000'000), 2 * seconds(0, 1'000'000'000));
  EXPECT_DOUBLE_EQ(seconds(1000, 0), 6);
}

}  // namespace
}  // namespace darbe::cli
