#include "cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

plan::Event event(int second, const char* step, const char* what) {
  return {.at = std::chrono::system_clock::time_point(std::chrono::seconds(second)),
          .step = step,
          .what = what,
          .detail = {}};
}

TEST(SecondsPerStep, RunFromBeginningToDone) {
  EXPECT_THAT(seconds_per_step({event(10, "Freeze", "began"), event(12, "Freeze", "done"), event(12, "Copy", "began")}),
              ElementsAre(Pair("Freeze", 2.0)));
}

TEST(SecondsPerStep, CountOnlyTheLastTimeOfAStepBegunAnew) {
  EXPECT_THAT(seconds_per_step({event(0, "Freeze", "began"), event(5, "Freeze", "done"), event(9, "Freeze", "void"),
                                event(10, "Freeze", "began"), event(11, "Freeze", "done")}),
              ElementsAre(Pair("Freeze", 1.0)));
}

TEST(Report, SaysHowMuchSmaller) {
  Report report;
  report.tablespace_before = {{"putio", 750'000'000}, {"(system tablespace)", 250'000'000}};
  report.tablespace_after = {{"putio", 300'000'000}, {"(system tablespace)", 12'000'000}};
  EXPECT_THAT(to_text(report), HasSubstr("688.0 MB smaller (69 %)"));
}

TEST(Report, SaysWhatWasMadeAndWhatWasLeftOut) {
  Report report;
  report.run_id = "0123456789ab";
  report.made = {"security group sg-1"};
  report.left_out = {"database scratch: --databases doesn't name it"};
  EXPECT_THAT(to_text(report), HasSubstr("  run                          0123456789ab\n"));
  EXPECT_THAT(to_text(report), HasSubstr("takes all of it back):\n  - security group sg-1\n"));
  EXPECT_THAT(to_text(report), HasSubstr("Left out:\n  - database scratch: --databases doesn't name it\n"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("made":["security group sg-1"])"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("left_out":["database scratch: --databases doesn't name it"])"));
}

TEST(Report, NamesWhatIsNotProven) {
  Report report;
  EXPECT_THAT(to_text(report), testing::Not(HasSubstr("Not proven")));
  report.not_proven = {"putio.hits is MEMORY"};
  EXPECT_THAT(to_text(report), HasSubstr("Not proven by digests:\n  - putio.hits is MEMORY"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("not_proven":["putio.hits is MEMORY"])"));
  EXPECT_THAT(to_text(report), HasSubstr("all equal to the frozen replica"));
  EXPECT_THAT(to_json(report), HasSubstr(R"("all_equal":true)"));
}

}  // namespace
}  // namespace darbe::cli
