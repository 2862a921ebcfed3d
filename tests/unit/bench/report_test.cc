#include "report.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

Run run_of(double seconds, double tablespace_mb = 800) {
  return {.usage = {.seconds = seconds, .client_core_seconds = 2}, .tablespace_mb = tablespace_mb};
}

DarbeRun darbe_of(double seconds, double copy_seconds) {
  DarbeRun run{run_of(seconds)};
  run.copy_seconds = copy_seconds;
  run.peak_memory_mb = seconds;
  return run;
}

LimitRun limit_of(double seconds, double copy_seconds) {
  LimitRun run{run_of(seconds)};
  run.copy_seconds = copy_seconds;
  return run;
}

// The machine is slower in each round, and not to everyone alike: a ratio of medians would be 2.5, and not 4.
Results results_of_three_rounds() {
  Results results;
  Comparison set{.contents = {.tables = 5, .rows = 3'000'000, .value_bytes = 500e6}};
  set.darbe = {darbe_of(10, 8), darbe_of(20, 16), darbe_of(40, 32)};
  set.mysqldump = {run_of(50), run_of(40), run_of(160)};
  set.mydumper = {{.threads = 2, .runs = {run_of(30), run_of(60), run_of(120)}},
                  {.threads = 4, .runs = {run_of(14), run_of(28), run_of(56)}}};
  set.plain = {darbe_of(9, 9)};
  set.plain.front().usage.client_core_seconds = 1;
  results.sets.emplace("main", set);
  results.ordered_load = run_of(20, 640);
  results.optimized = Optimized{.before_mb = 800, .after_mb = 1000};
  return results;
}

// And what a whole bench measures besides.
Results results_of_everything() {
  Results results = results_of_three_rounds();
  results.sets.at("main").limit = {limit_of(8, 4), limit_of(10, 8), limit_of(32, 16)};
  Comparison small{.contents = {.tables = 5000}};
  small.darbe = {darbe_of(60, 40)};
  results.sets.emplace("small", small);
  results.growth = {{100, {.darbe = {darbe_of(2, 1)}}}, {1000, {.darbe = {darbe_of(21, 20)}}}};
  return results;
}

double figure(const Results& results, const std::string& name) {
  for (const Figure& one : figures_of(results))
    if (one.name == name) return one.value;
  throw base::Error(base::Kind::failed, "no figure " + name);
}

TEST(Median, IsTheMiddleOrTheMeanOfTheTwoInTheMiddle) {
  EXPECT_EQ(median({5, 1, 3}), 3);
  EXPECT_EQ(median({4, 1, 3, 100}), 3.5);
}

TEST(BenchFigures, AreRatiosWithinEachRound) {
  const Results results = results_of_three_rounds();
  EXPECT_DOUBLE_EQ(figure(results, "vs_mysqldump"), 4);
  EXPECT_DOUBLE_EQ(figure(results, "vs_mysqldump_unverified"), 5);
  EXPECT_DOUBLE_EQ(figure(results, "bytes_over_ordered_load"), 1.25);
  EXPECT_DOUBLE_EQ(figure(results, "bytes_over_optimized"), 0.8);
  EXPECT_DOUBLE_EQ(figure(results, "client_core_seconds_per_gb"), 4);
  EXPECT_DOUBLE_EQ(figure(results, "client_core_seconds_per_gb_plain"), 2);
  EXPECT_DOUBLE_EQ(figure(results, "peak_memory_mb"), 40);
}

TEST(BenchFigures, HoldTheVerifiedRunAgainstTheServersLimit) {
  const Results results = results_of_everything();
  EXPECT_DOUBLE_EQ(figure(results, "over_server_limit"), 1.25);
  EXPECT_DOUBLE_EQ(figure(results, "over_server_limit_unverified"), 2);
}

TEST(BenchFigures, ShareTheVerifiedRunAmongSmallTables) {
  EXPECT_DOUBLE_EQ(figure(results_of_everything(), "ms_per_small_table"), 12);
}

TEST(BenchFigures, TakeMydumpersBestSetting) {
  EXPECT_DOUBLE_EQ(figure(results_of_three_rounds(), "vs_mydumper"), 1.4);
  EXPECT_DOUBLE_EQ(figure(results_of_three_rounds(), "main_mydumper_threads"), 4);
}

TEST(BenchFigures, CompareTenTimesTheRows) {
  Results results;
  results.growth = {
      {100, {.darbe = {darbe_of(2, 1)}}}, {300, {.darbe = {darbe_of(7, 6)}}}, {1000, {.darbe = {darbe_of(21, 20)}}}};
  EXPECT_DOUBLE_EQ(figure(results, "growth_10x"), 10.5);
}

TEST(BenchReport, SaysWhichMarksAreMissed) {
  const std::string text = text_of(results_of_three_rounds());
  EXPECT_THAT(text, testing::ContainsRegex("`bytes_over_ordered_load`[^\n]* MISSED"));
  EXPECT_THAT(text, testing::ContainsRegex("`vs_mydumper`[^\n]* MISSED"));
  EXPECT_THAT(text, Not(testing::ContainsRegex("`vs_mysqldump`[^\n]* MISSED")));
  EXPECT_THAT(text, testing::ContainsRegex("`vs_mysqldump` *[|] *4 [|] *5.00, 2.00, 4.00 [|]"));
}

TEST(BenchReport, HasANumberForEachKeyThatProgramsRead) {
  const boost::json::object object = boost::json::parse(json_of(results_of_everything())).as_object();
  for (const char* key : {"vs_mysqldump", "vs_mydumper", "vs_mysqldump_unverified", "vs_mydumper_unverified",
                          "over_server_limit", "bytes_over_ordered_load", "bytes_over_optimized",
                          "client_core_seconds_per_gb", "peak_memory_mb", "ms_per_small_table", "growth_10x"}) {
    const boost::json::value* value = object.if_contains(key);
    EXPECT_TRUE(value != nullptr && value->is_number()) << key;
  }
}

TEST(BenchReport, GivesNullForWhatCouldNotBeMeasured) {
  Results results = results_of_three_rounds();
  results.sets.at("main").mydumper.clear();
  results.sets.at("main").mydumper_failure = "no such program";
  const boost::json::object object = boost::json::parse(json_of(results)).as_object();
  EXPECT_TRUE(object.at("vs_mydumper").is_null());
  EXPECT_EQ(object.at("main_mydumper_failure"), "no such program");
  EXPECT_DOUBLE_EQ(object.at("vs_mysqldump").to_number<double>(), 4);
  EXPECT_EQ(object.at("missed"), boost::json::array{"bytes_over_ordered_load"});
  EXPECT_EQ(object.at("rounds").at("vs_mysqldump"), (boost::json::array{5.0, 2.0, 4.0}));
  EXPECT_THAT(text_of(results), HasSubstr("mydumper could not be measured on the set `main`: no such program"));
}

TEST(BenchPage, KeepsWhatPeopleWrote) {
  const base::TemporaryFolder folder("bench-page");
  const auto page = folder.path() / "benchmarks.md";
  const std::string committed = base::read_file(DARBE_SOURCE_DIR "/docs/benchmarks.md");
  base::write_file_atomically(page, committed + "Written by a person.\n");
  write_page(page, "first\n");
  write_page(page, "second\n");
  const std::string text = base::read_file(page);
  EXPECT_THAT(text, testing::StartsWith(committed.substr(0, committed.find("<!--"))));
  EXPECT_THAT(text, HasSubstr("second\n"));
  EXPECT_THAT(text, Not(HasSubstr("first\n")));
  EXPECT_THAT(text, testing::EndsWith("Written by a person.\n"));
}

TEST(BenchPage, IsNotWrittenWithoutItsMarkers) {
  const base::TemporaryFolder folder("bench-page");
  base::write_file_atomically(folder.path() / "page.md", "Only people's words.\n");
  EXPECT_THROW(write_page(folder.path() / "page.md", "figures\n"), base::Error);
  EXPECT_EQ(base::read_file(folder.path() / "page.md"), "Only people's words.\n");
}

}  // namespace
}  // namespace darbe::bench
