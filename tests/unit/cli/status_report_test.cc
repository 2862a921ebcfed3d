#include "cli/status_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "golden.h"

namespace darbe::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using watch::Concern;

Status following() {
  Status status;
  status.new_instance_id = "putio17";
  status.source_id = "putio16";
  status.phase = "building";
  status.mark_as_serving = "aws rds …";
  status.steps = {{"Copy", "done"}};
  status.seen.replication.emplace();
  status.seen.replication->state = replication::State::on;
  status.seen.replication->executed = {"mysql-bin.000009", 400};
  status.seen.source_at = status.seen.replication->executed;
  return status;
}

// A run that catches up, with all that status can tell of it.
Status whole() {
  using namespace std::chrono_literals;
  Status status = following();
  status.instance_status = "available";
  status.run_id = "0123456789ab";
  status.steps = {{"Replicate", "done"}, {"CatchUp", "begun"}, {"Settle", "not begun"}};
  status.steps[1].explanation = engine::Explanation{.step = "CatchUp",
                                                    .journal = engine::Recorded::not_done,
                                                    .servers = engine::Standing::partial,
                                                    .decision = engine::Decision::apply,
                                                    .why = "the target is not where the source was"};
  watch::Observation& seen = status.seen;
  seen.at = std::chrono::system_clock::time_point(1'795'953'600s);  // 2026-11-29, a Sunday
  seen.instances = {{"source", "putio16", "available", "sun:04:00-sun:05:00", "02:00-02:30"},
                    {"target", "putio17", "modifying", "wed:04:00-wed:05:00", ""}};
  seen.source_at = replication::Coordinates{"mysql-bin.000009", 90'000};
  seen.lag.at_least = base::Seconds(12);
  seen.lag.bytes = 89'600;
  seen.lag.seconds_left = base::Seconds(200);
  seen.kept.files = {{"mysql-bin.000008", 134'217'728}, {"mysql-bin.000009", 90'000}};
  seen.kept.retention_hours = 24;
  seen.kept.needed = replication::Coordinates{"mysql-bin.000009", 400};
  seen.schema_changes = {"table putio.t was altered"};
  status.reasons = {{Concern::schema, "table putio.t was altered", "Look whether it is on the target."}};
  status.next = next_of(status);
  return status;
}

TEST(StatusReport, ReadsAsInTheGoldenFiles) {
  expect_golden("status.txt", to_text(whole()));
  expect_golden("status.json", to_json(whole()));
}

const watch::Reason late{Concern::late, "the target is late", "Look for a long transaction."};
const watch::Reason disk{Concern::disk, "the volume is short", "Give it more."};

TEST(StatusReport, NamesEachReasonWithWhatToDo) {
  Status status = following();
  EXPECT_THAT(to_text(status), AllOf(HasSubstr("behind by              nothing\n"), Not(HasSubstr("needs a person"))));
  EXPECT_THAT(to_json(status), HasSubstr("\"healthy\":true,\"reasons\":[]"));
  status.reasons = {late, disk};
  EXPECT_THAT(to_text(status), HasSubstr("needs a person:\n"
                                         "  - the target is late\n"
                                         "    Look for a long transaction.\n"
                                         "  - the volume is short\n"
                                         "    Give it more.\n"));
  EXPECT_THAT(to_json(status), HasSubstr("\"healthy\":false,\"reasons\":[{\"concern\":\"late\","));
}

TEST(StatusReport, SaysOnceWhatToDoAboutSeveralThings) {
  Status status = following();
  status.reasons = {{Concern::schema, "one", "Look at both."}, {Concern::schema, "two", "Look at both."}};
  EXPECT_THAT(to_text(status), HasSubstr("  - one\n  - two\n    Look at both.\n"));
}

TEST(StatusReport, TellsOfALookWhatCameAndWhatWent) {
  Status status = following();
  EXPECT_THAT(watch_lines(status, {}), HasSubstr("Z healthy; replication on, behind by nothing\n"));
  status.reasons = {late, disk};
  EXPECT_THAT(watch_lines(status, {disk}),
              AllOf(HasSubstr("needs a person: the target is late. Look for a long transaction.\n"),
                    Not(HasSubstr("the volume is short")), HasSubstr("Z needs a person (late, disk); replication on")));
  status.reasons = {};
  EXPECT_THAT(watch_lines(status, {late}), HasSubstr("no longer: the target is late\n"));
}

TEST(StatusReport, TellsOfADedicatedLogVolumeByItself) {
  constexpr std::uint64_t gib = 1ULL << 30;
  Status status = following();
  EXPECT_THAT(to_json(status), Not(HasSubstr("log_storage")));
  status.seen.source_storage = {
      .data = watch::FreeStorage{.bytes = 3000 * gib, .volume_bytes = 6144 * gib},
      .logs = watch::FreeStorage{.bytes = 900 * gib, .volume_bytes = 1024 * gib, .is_log_volume = true},
      .has_log_volume = true};
  EXPECT_THAT(to_text(status), AllOf(HasSubstr("the source's volume    3000.0 GiB of 6144 GiB free\n"),
                                     HasSubstr("the source's log volume 900.0 GiB of 1024 GiB free\n")));
  EXPECT_THAT(to_json(status), HasSubstr("\"source_log_storage\":{\"free_bytes\":966367641600,"));
  EXPECT_THAT(watch_lines(status, {}), HasSubstr(", its log volume 900.0 GiB of 1024 GiB free\n"));
}

TEST(StatusReport, SaysWhatComesNext) {
  Status status = following();
  EXPECT_EQ(next_of(status),
            "the new instance follows the source; `darbe undo` gives it up. Before the application writes there, so "
            "that no undo deletes it: aws rds …");
  status.phase = "serving";
  EXPECT_EQ(next_of(status), "nothing: the new instance is serving, and setup and `darbe undo` leave it alone");
  status.phase = "building";
  status.seen.replication->state = replication::State::broken;
  EXPECT_THAT(next_of(status), HasSubstr("needs a person"));
  status.steps.push_back({"Verify", "begun"});
  EXPECT_EQ(next_of(status), "run the setup command again: it goes on with Verify");
  status.steps = {{"Copy", "unknown"}};
  EXPECT_THAT(next_of(status), HasSubstr("its journal can't be read"));
}

}  // namespace
}  // namespace darbe::cli
