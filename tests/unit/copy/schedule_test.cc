#include "copy/schedule.h"

#include <thread>

#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::copy {
namespace {

constexpr std::uint64_t chunk_bytes = 1000;

class ScheduleTest : public testing::Test {
 protected:
  // A table of so many bytes in rows of a hundred; with `indexes` they are built after its rows.
  Schedule::Todo& add(std::uint64_t bytes, bool indexes = false, std::uint64_t index_bytes = 0) {
    tables::Table shape;
    shape.name = {"shop", std::to_string(todo_.size())};
    shape.engine = "InnoDB";
    shape.average_row_bytes = 100;
    shape.index_bytes = index_bytes;
    shape.key_columns = {"id"};
    shape.columns.emplace_back();
    shape.columns.back().name = "id";
    shape.columns.back().data_type = "int";
    tables::PlannedTable planned;
    planned.id = static_cast<unsigned>(todo_.size() + 1);
    planned.name = shape.name;
    planned.bytes_estimated = bytes;
    planned.ranges.emplace_back();
    ids_.push_back(planned.id);
    Schedule::Todo todo;
    todo.ranges.push_back({planned.ranges.front(), std::nullopt});
    todo.table = std::make_unique<TableWork>(shape, planned, tables::Totals(), progress_,
                                             TableWork::ChunkLimits{chunk_bytes, chunk_rows_max_});
    todo.indexes = indexes;
    todo_.push_back(std::move(todo));
    return todo_.back();
  }
  // Of chunks of the tables that are added from now on.
  void set_chunk_rows_max(std::uint64_t rows) { chunk_rows_max_ = rows; }
  // Nothing for a table that is done.
  std::optional<tables::Phase> phase(std::size_t table) const {
    for (const tables::Progress::Row& row : progress_.snapshot().at_work)
      if (row.name.name == std::to_string(table)) return row.phase;
    return std::nullopt;
  }
  const std::vector<unsigned>& ids() const { return ids_; }
  // All that was added, at once.
  void open(Schedule& schedule) {
    const std::optional<Task> task = schedule.take(0, {});
    ASSERT_TRUE(task && std::holds_alternative<Open>(*task));
    ASSERT_EQ(std::get<Open>(*task).table_ids, ids_);
    schedule.note_opened(std::move(todo_));
  }
  std::vector<Schedule::Todo> take_todo(std::size_t begin, std::size_t count) {
    std::vector<Schedule::Todo> taken;
    for (std::size_t i = begin; i < begin + count; ++i) taken.push_back(std::move(todo_[i]));
    return taken;
  }

 private:
  tables::Progress progress_;
  std::uint64_t chunk_rows_max_ = 1000;
  std::vector<unsigned> ids_;
  std::vector<Schedule::Todo> todo_;
};

template <typename Kind>
Kind expect_task(Schedule& schedule, unsigned lane, std::size_t table) {
  const std::optional<Task> task = schedule.take(lane, {});
  if (!task || !std::holds_alternative<Kind>(*task)) {
    ADD_FAILURE() << "lane " << lane << " got something else";
    return {};
  }
  const Kind& found = std::get<Kind>(*task);
  EXPECT_EQ(schedule.table(found.work).planned().id, table + 1);
  return found;
}

tables::LedgerLine line_of(const Stride& stride, std::optional<tables::Key> until) {
  tables::LedgerLine line;
  line.chunk = stride.rest;
  line.chunk.last = !until;
  if (until) line.chunk.until = std::move(until);
  line.source.rows = 10;
  line.source.bytes = 1000;
  return line;
}

// Reads a stride as one chunk up to `until`, or to its range's end.
tables::LedgerLine read(Schedule& schedule, const Stride& stride, std::optional<tables::Key> until) {
  const tables::LedgerLine line = line_of(stride, std::move(until));
  schedule.note_read(stride.work, line.chunk, line.source);
  return line;
}

void copy(Schedule& schedule, const Stride& stride, std::optional<tables::Key> until) {
  schedule.note_committed(stride.work, read(schedule, stride, std::move(until)));
}

TEST_F(ScheduleTest, GivesEachLaneATableOfItsOwnTheLargestFirst) {
  add(1000);
  add(3000);
  add(2000);
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  const auto first = expect_task<Stride>(schedule, 0, 1);
  const auto second = expect_task<Stride>(schedule, 1, 2);
  copy(schedule, first, tables::Key{"50"});
  const auto third = expect_task<Stride>(schedule, 0, 1);
  EXPECT_EQ(third.rest.after, tables::Key{"50"});
  EXPECT_EQ(third.rest.sequence, 1U);
  copy(schedule, second, std::nullopt);
  expect_task<Stride>(schedule, 1, 0);
}

TEST_F(ScheduleTest, AsksForAChunksRowsByWhatTheyTakeSoFar) {
  add(9000);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  const auto first = expect_task<Stride>(schedule, 0, 0);
  EXPECT_EQ(first.rows_max, 10U);
  tables::LedgerLine line = line_of(first, tables::Key{"1"});
  line.source.bytes = 100;
  schedule.note_read(first.work, line.chunk, line.source);
  EXPECT_EQ(expect_task<Stride>(schedule, 0, 0).rows_max, 100U);
}

TEST_F(ScheduleTest, AsksForNoMoreRowsThanAChunkMayHave) {
  set_chunk_rows_max(7);
  add(9000);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  EXPECT_EQ(expect_task<Stride>(schedule, 0, 0).rows_max, 7U);
}

TEST_F(ScheduleTest, LetsAnIdleLaneTakeTheUpperHalf) {
  add(9000);
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  const auto first = expect_task<Stride>(schedule, 0, 0);
  std::optional<Task> cut;
  std::jthread idle([&] { cut = schedule.take(1, {}); });
  copy(schedule, first, tables::Key{"10"});
  idle.join();
  ASSERT_TRUE(cut && std::holds_alternative<Cut>(*cut));
  EXPECT_EQ(std::get<Cut>(*cut).rest.after, tables::Key{"10"});
  EXPECT_EQ(std::get<Cut>(*cut).rows, 80U);
  schedule.note_cut(std::get<Cut>(*cut), {"50"}, 1);
  EXPECT_EQ(expect_task<Stride>(schedule, 1, 0).rest.after, tables::Key{"50"});
  const auto lower = expect_task<Stride>(schedule, 0, 0);
  EXPECT_EQ(lower.rest.after, tables::Key{"10"});
  EXPECT_EQ(lower.rest.until, tables::Key{"50"});
}

TEST_F(ScheduleTest, CutsNothingWhereThereIsNoMiddle) {
  add(9000);
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  copy(schedule, expect_task<Stride>(schedule, 0, 0), tables::Key{"10"});
  const auto cut = expect_task<Cut>(schedule, 1, 0);
  schedule.note_no_middle(cut);
  const auto rest = expect_task<Stride>(schedule, 0, 0);
  EXPECT_NE(rest.rows_max, 0U);  // its chunks stay as small as others
  copy(schedule, rest, std::nullopt);
  EXPECT_FALSE(schedule.take(1, {}).has_value());
}

TEST_F(ScheduleTest, BuildsIndexesOnceAllChunksAreCommitted) {
  add(10, true);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  const auto stride = expect_task<Stride>(schedule, 0, 0);
  const auto line = read(schedule, stride, std::nullopt);
  schedule.note_committed(stride.work, line);
  const auto build = expect_task<Build>(schedule, 0, 0);
  schedule.note_built(build.work);
  EXPECT_FALSE(schedule.take(0, {}).has_value());
}

TEST_F(ScheduleTest, CallsATableBuildingOnlyWhileALaneBuilds) {
  add(10, true);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  copy(schedule, expect_task<Stride>(schedule, 0, 0), std::nullopt);
  EXPECT_EQ(phase(0), tables::Phase::rows_copied);
  const auto build = expect_task<Build>(schedule, 0, 0);
  EXPECT_EQ(phase(0), tables::Phase::building_indexes);
  schedule.give_back(build);
  EXPECT_EQ(phase(0), tables::Phase::rows_copied);
  schedule.note_built(expect_task<Build>(schedule, 0, 0).work);
  EXPECT_EQ(phase(0), std::nullopt);
}

TEST_F(ScheduleTest, LetsHalfOfTheLanesBuildWhileThereAreRows) {
  for (int table = 0; table < 2; ++table) add(10, true).ranges.clear();
  add(10, false);
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  expect_task<Build>(schedule, 0, 0);
  const auto stride = expect_task<Stride>(schedule, 1, 2);
  copy(schedule, stride, std::nullopt);
  expect_task<Build>(schedule, 1, 1);
}

TEST_F(ScheduleTest, BuildsTheLargestIndexesFirst) {
  for (const std::uint64_t index_bytes : {20U, 40U, 30U}) add(10, true, index_bytes).ranges.clear();
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  expect_task<Build>(schedule, 0, 1);
  expect_task<Build>(schedule, 1, 2);
}

// Else the rest of it, and its indexes, would wait for a build that may take hours.
TEST_F(ScheduleTest, TellsALaneThatWaitsForALongBuildWhichTablesAreWhole) {
  add(2000, true, chunk_bytes);
  add(1000);
  Schedule schedule(ids(), 2, chunk_bytes, true);
  open(schedule);
  const auto larger = expect_task<Stride>(schedule, 0, 0);
  copy(schedule, expect_task<Stride>(schedule, 1, 1), std::nullopt);
  copy(schedule, larger, std::nullopt);
  const auto build = expect_task<Build>(schedule, 0, 0);
  const auto meanwhile = schedule.take(1, {});
  ASSERT_TRUE(meanwhile && std::holds_alternative<Meanwhile>(*meanwhile));
  EXPECT_EQ(std::get<Meanwhile>(*meanwhile).table_ids, std::vector<unsigned>{2});
  schedule.note_meanwhile(true);
  const auto more = schedule.take(1, {});
  ASSERT_TRUE(more && std::holds_alternative<Meanwhile>(*more));
  EXPECT_TRUE(std::get<Meanwhile>(*more).table_ids.empty());
  schedule.note_meanwhile(false);
  std::jthread built([&] { schedule.note_built(build.work); });
  EXPECT_FALSE(schedule.take(1, {}));  // waits until all is done
}

TEST_F(ScheduleTest, LetsALaneWaitForAShortBuild) {
  add(2000, true, chunk_bytes / 10);
  add(1000);
  Schedule schedule(ids(), 2, chunk_bytes, true);
  open(schedule);
  const auto larger = expect_task<Stride>(schedule, 0, 0);
  copy(schedule, expect_task<Stride>(schedule, 1, 1), std::nullopt);
  copy(schedule, larger, std::nullopt);
  const auto build = expect_task<Build>(schedule, 0, 0);
  std::jthread built([&] { schedule.note_built(build.work); });
  EXPECT_FALSE(schedule.take(1, {}));
}

TEST_F(ScheduleTest, GivesOthersTheRangeOfALaneThatBuilds) {
  add(3000);
  add(2900, true);
  add(2500);
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  copy(schedule, expect_task<Stride>(schedule, 0, 0), tables::Key{"10"});
  copy(schedule, expect_task<Stride>(schedule, 1, 1), std::nullopt);
  expect_task<Build>(schedule, 0, 1);
  schedule.note_building(0);
  // What is begun comes before what is larger.
  const auto rest = expect_task<Stride>(schedule, 1, 0);
  EXPECT_EQ(rest.rest.after, tables::Key{"10"});
  EXPECT_EQ(rest.rest.sequence, 1U);
}

TEST_F(ScheduleTest, GoesOnWhereTheLedgerEnds) {
  Schedule::Todo& todo = add(10);
  tables::LedgerLine line;
  line.chunk.sequence = 6;
  line.chunk.until = {"70"};
  todo.ranges.front().last_line = line;
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  const auto stride = expect_task<Stride>(schedule, 0, 0);
  EXPECT_EQ(stride.rest.after, tables::Key{"70"});
  EXPECT_EQ(stride.rest.sequence, 7U);
}

TEST_F(ScheduleTest, BelievesTheLedgerAfterALostLink) {
  add(9000);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  const auto first = expect_task<Stride>(schedule, 0, 0);
  const auto line = read(schedule, first, tables::Key{"10"});
  read(schedule, expect_task<Stride>(schedule, 0, 0), std::nullopt);
  ASSERT_EQ(schedule.unsettled(0).size(), 1U);
  schedule.settle(first.work, line);
  const auto again = expect_task<Stride>(schedule, 0, 0);
  EXPECT_EQ(again.rest.after, tables::Key{"10"});
  schedule.settle(first.work, std::nullopt);
  EXPECT_EQ(expect_task<Stride>(schedule, 0, 0).rest.after, std::nullopt);
}

TEST_F(ScheduleTest, GivesAgainWhatCameBack) {
  add(10, true).ranges.clear();
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  schedule.give_back(expect_task<Build>(schedule, 0, 0));
  expect_task<Build>(schedule, 0, 0);
}

TEST_F(ScheduleTest, ThrowsWhatItWasAbortedWith) {
  add(10);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  schedule.abort(std::make_exception_ptr(base::Error(base::Kind::mismatch, "x")));
  EXPECT_THROW(schedule.take(0, {}), base::Error);
}

TEST_F(ScheduleTest, GivesALaneAboveTheLimitNothingMore) {
  add(9000);
  add(9000);
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  const auto first = expect_task<Stride>(schedule, 0, 0);
  const auto second = expect_task<Stride>(schedule, 1, 1);
  schedule.set_lanes(1);
  copy(schedule, second, tables::Key{"10"});
  EXPECT_FALSE(schedule.take(1, {}).has_value());
  copy(schedule, first, std::nullopt);
}

TEST_F(ScheduleTest, GivesOthersTheRangeOfALaneThatWaitsForItsTurn) {
  add(9000);
  add(1500);  // too little to be cut
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  const auto first = expect_task<Stride>(schedule, 0, 0);
  copy(schedule, expect_task<Stride>(schedule, 1, 1), tables::Key{"10"});
  schedule.set_lanes(1);
  ASSERT_FALSE(schedule.take(1, {}).has_value());
  // Until all is done.
  std::jthread waiting([&](std::stop_token stop) { EXPECT_FALSE(schedule.wait_for_turn(1, stop)); });
  copy(schedule, first, std::nullopt);
  const auto rest = expect_task<Stride>(schedule, 0, 1);  // waits for the other thread
  EXPECT_EQ(rest.rest.after, tables::Key{"10"});
  EXPECT_EQ(rest.rest.sequence, 1U);
  copy(schedule, rest, std::nullopt);
}

TEST_F(ScheduleTest, LetsALaneWorkAgainWhenItsTurnComes) {
  add(1000);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  std::optional<bool> turn;
  std::jthread waiting([&] { turn = schedule.wait_for_turn(1, {}); });
  schedule.set_lanes(2);
  waiting.join();
  EXPECT_EQ(turn, true);
  expect_task<Stride>(schedule, 1, 0);
}

TEST_F(ScheduleTest, TellsWhatIsCommittedAndHowManyIndexesAreBuilt) {
  add(10, true).ranges.clear();
  add(9000);
  Schedule schedule(ids(), 2, chunk_bytes);
  open(schedule);
  expect_task<Build>(schedule, 0, 0);
  copy(schedule, expect_task<Stride>(schedule, 1, 1), tables::Key{"10"});
  const Pulse pulse = schedule.pulse();
  EXPECT_EQ(pulse.bytes, 1000U);
  EXPECT_EQ(pulse.chunks, 1U);
  EXPECT_EQ(pulse.builds, 1U);
}

TEST_F(ScheduleTest, IsBusyUntilAllIsDone) {
  add(10);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  EXPECT_TRUE(schedule.wait_while_busy(std::chrono::milliseconds(1), {}));
  copy(schedule, expect_task<Stride>(schedule, 0, 0), std::nullopt);
  EXPECT_FALSE(schedule.wait_while_busy(std::chrono::hours(1), {}));
}

TEST_F(ScheduleTest, OpensTablesBeforeItRunsOutOfThem) {
  for (int table = 0; table < 130; ++table) add(10);
  Schedule schedule(ids(), 2, chunk_bytes);
  auto first = std::get<Open>(*schedule.take(0, {}));
  EXPECT_EQ(first.table_ids.size(), 64U);
  EXPECT_EQ(first.table_ids.front(), 1U);
  schedule.give_back(first);
  EXPECT_EQ(std::get<Open>(*schedule.take(1, {})).table_ids, first.table_ids);
  schedule.note_opened(take_todo(0, 64));
  for (int table = 0; table < 62; ++table) copy(schedule, std::get<Stride>(*schedule.take(0, {})), std::nullopt);
  copy(schedule, std::get<Stride>(*schedule.take(0, {})), std::nullopt);
  const auto second = std::get<Open>(*schedule.take(0, {}));  // one is left, for the other lane
  EXPECT_EQ(second.table_ids.front(), 65U);
  copy(schedule, std::get<Stride>(*schedule.take(1, {})), std::nullopt);
  schedule.note_opened(take_todo(64, 64));
  EXPECT_FALSE(phase(0).has_value());
  EXPECT_EQ(phase(64), tables::Phase::waiting);
}

TEST_F(ScheduleTest, OpensNoTablesWhileManyWaitForTheirIndexes) {
  for (int table = 0; table < 129; ++table) add(10, true).ranges.clear();
  Schedule schedule(ids(), 2, chunk_bytes);
  ASSERT_TRUE(std::holds_alternative<Open>(*schedule.take(0, {})));
  schedule.note_opened(take_todo(0, 64));
  EXPECT_TRUE(std::holds_alternative<Build>(*schedule.take(0, {})));
  ASSERT_TRUE(std::holds_alternative<Open>(*schedule.take(1, {})));
  schedule.note_opened(take_todo(64, 64));
  EXPECT_TRUE(std::holds_alternative<Build>(*schedule.take(1, {})));
}

// A regression: a range could be another table's before its reader had noted what it read.
TEST_F(ScheduleTest, KeepsARangeUntilItsReaderHasNotedIt) {
  add(10);
  add(10);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  const auto first = std::get<Stride>(*schedule.take(0, {}));
  const tables::LedgerLine line = line_of(first, std::nullopt);
  schedule.note_committed(first.work, line);
  EXPECT_EQ(schedule.table(first.work).planned().id, 1U);
  schedule.note_read(first.work, line.chunk, line.source);
  copy(schedule, std::get<Stride>(*schedule.take(0, {})), std::nullopt);
  EXPECT_FALSE(schedule.take(0, {}).has_value());
}

// A regression: the waiting reader of a lane whose writer had failed was never woken.
TEST_F(ScheduleTest, StopsWaitingWhenAsked) {
  add(10);
  Schedule schedule(ids(), 1, chunk_bytes);
  open(schedule);
  read(schedule, expect_task<Stride>(schedule, 0, 0), std::nullopt);
  std::stop_source stop;
  std::jthread waiting([&] { EXPECT_FALSE(schedule.take(0, stop.get_token()).has_value()); });
  stop.request_stop();
}

}  // namespace
}  // namespace darbe::copy
