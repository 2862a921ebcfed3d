#include "base/task_group.h"

#include <atomic>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/queue.h"

namespace darbe::base {
namespace {

using namespace std::chrono_literals;

TEST(TaskGroup, JoinsAllItsTasks) {
  std::atomic<int> done = 0;
  TaskGroup group({});
  for (int i = 0; i < 5; ++i) group.start([&done](std::stop_token) { ++done; });
  group.wait();
  EXPECT_EQ(done, 5);
}

TEST(TaskGroup, ThrowsTheFirstErrorAndStopsTheSiblings) {
  TaskGroup group({});
  group.start([](std::stop_token stop) {
    sleep_for(1h, stop);
    throw Error(Kind::failed, "second");
  });
  group.start([](std::stop_token) { throw Error(Kind::mismatch, "first"); });
  try {
    group.wait();
    FAIL() << "a task failed";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "first");
    EXPECT_EQ(error.kind(), Kind::mismatch);
  }
}

TEST(TaskGroup, TellsItsHandlerOnceSoThatQueuesCanBeAborted) {
  Queue<int> queue({1, 1});
  std::atomic<int> told = 0;
  TaskGroup group({});
  group.on_error([&](std::exception_ptr error) {
    ++told;
    queue.abort(error);
  });
  group.start([&queue](std::stop_token) { queue.pop(); });
  group.start([](std::stop_token) { throw Error(Kind::failed, "no"); });
  EXPECT_THROW(group.wait(), Error);
  EXPECT_EQ(told, 1);
}

TEST(TaskGroup, HandsTheParentsStopToItsTasks) {
  std::stop_source parent;
  TaskGroup group(parent.get_token());
  group.start([](std::stop_token stop) {
    sleep_for(1h, stop);
    throw_if_stopped(stop);
  });
  parent.request_stop();
  try {
    group.wait();
    FAIL() << "the task slept through";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), Kind::interrupted);
  }
}

TEST(TaskGroup, StopsAndJoinsWhenItsOwnerLeaves) {
  std::atomic<bool> ended = false;
  {
    TaskGroup group({});
    group.start([&ended](std::stop_token stop) {
      sleep_for(1h, stop);
      ended = true;
    });
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace darbe::base
