#include "copy/schedule.h"

#include <thread>

#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::copy {
namespace {

class ScheduleTest : public testing::Test {
 protected:
  // A table of so many chunks; with `indexes` they are built after its rows.
  void add(std::uint64_t bytes, std::size_t chunks, bool indexes = false) {
    tables::Table shape;
    shape.name = {"shop", std::to_string(todo_.size())};
    tables::PlannedTable planned;
    planned.bytes_estimated = bytes;
    Schedule::Todo todo;
    for (std::size_t i = 0; i < chunks; ++i) {
      planned.chunks.push_back({static_cast<unsigned>(i), {}, {}});
      todo.chunks.push_back(i);
    }
    todo.table = std::make_unique<TableWork>(shape, planned, progress_.emplace_back());
    todo.indexes = indexes;
    todo_.push_back(std::move(todo));
  }
  Schedule make(unsigned lanes) { return Schedule(std::move(todo_), lanes); }

 private:
  std::deque<tables::TableProgress> progress_;
  std::vector<Schedule::Todo> todo_;
};

void expect_work(const std::optional<Work>& work, std::size_t table, std::optional<std::size_t> chunk) {
  ASSERT_TRUE(work.has_value());
  EXPECT_EQ(work->table, table);
  EXPECT_EQ(work->chunk, chunk);
}

TEST_F(ScheduleTest, GivesEachLaneATableOfItsOwnTheLargestFirst) {
  add(10, 2);
  add(30, 2);
  add(20, 2);
  Schedule schedule = make(2);
  expect_work(schedule.take(0, {}), 1, 0);
  expect_work(schedule.take(1, {}), 2, 0);
  expect_work(schedule.take(0, {}), 1, 1);
  expect_work(schedule.take(0, {}), 0, 0);
}

TEST_F(ScheduleTest, LetsAnIdleLaneTakeTheUpperHalf) {
  add(10, 9);
  Schedule schedule = make(2);
  expect_work(schedule.take(0, {}), 0, 0);
  expect_work(schedule.take(1, {}), 0, 5);
  expect_work(schedule.take(0, {}), 0, 1);
  expect_work(schedule.take(1, {}), 0, 6);
}

TEST_F(ScheduleTest, BuildsIndexesOnceAllChunksAreCommitted) {
  add(10, 2, true);
  Schedule schedule = make(1);
  const auto first = schedule.take(0, {});
  const auto second = schedule.take(0, {});
  schedule.done(*second);
  schedule.done(*first);
  const auto build = schedule.take(0, {});
  expect_work(build, 0, std::nullopt);
  schedule.done(*build);
  EXPECT_FALSE(schedule.take(0, {}).has_value());
}

TEST_F(ScheduleTest, BuildsIndexesOfATableWhoseRowsAreThere) {
  add(10, 0, true);
  Schedule schedule = make(1);
  expect_work(schedule.take(0, {}), 0, std::nullopt);
}

TEST_F(ScheduleTest, GivesAgainWhatCameBack) {
  add(10, 1);
  Schedule schedule = make(1);
  const auto work = schedule.take(0, {});
  schedule.give_back(*work);
  expect_work(schedule.take(0, {}), 0, 0);
}

TEST_F(ScheduleTest, ThrowsWhatItWasAbortedWith) {
  add(10, 1);
  Schedule schedule = make(1);
  schedule.abort(std::make_exception_ptr(base::Error(base::Kind::mismatch, "x")));
  EXPECT_THROW(schedule.take(0, {}), base::Error);
}

// A regression: the waiting reader of a lane whose writer had failed was never woken.
TEST_F(ScheduleTest, StopsWaitingWhenAsked) {
  add(10, 1);
  Schedule schedule = make(1);
  schedule.take(0, {});
  std::stop_source stop;
  std::jthread waiting([&] { EXPECT_FALSE(schedule.take(0, stop.get_token()).has_value()); });
  stop.request_stop();
}

}  // namespace
}  // namespace darbe::copy
