#include "base/queue.h"

#include <atomic>
#include <future>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.h"

namespace darbe::base {
namespace {

constexpr QueueLimits roomy{100, 1'000};

// Starts `work` on a thread; whether it has ended can be asked.
template <typename Work>
auto beside(Work work) {
  return std::async(std::launch::async, work);
}
template <typename Result>
bool still_waits(const std::future<Result>& future) {
  return future.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout;
}

TEST(Queue, ServesInOrder) {
  Queue<int> queue(roomy);
  EXPECT_TRUE(queue.push(1));
  EXPECT_TRUE(queue.push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
}

TEST(Queue, TakesItemsThatCanOnlyBeMoved) {
  Queue<std::unique_ptr<int>> queue(roomy);
  queue.push(std::make_unique<int>(7));
  EXPECT_EQ(**queue.pop(), 7);
}

TEST(Queue, MakesProducersWaitWhenItHasTooManyItems) {
  Queue<int> queue({1, 1'000});
  queue.push(1);
  auto second = beside([&] { return queue.push(2); });
  EXPECT_TRUE(still_waits(second));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(second.get());
  EXPECT_EQ(queue.pop(), 2);
}

TEST(Queue, MakesProducersWaitWhenItHasTooManyBytes) {
  Queue<int> queue({100, 10});
  queue.push(1, 6);
  auto second = beside([&] { return queue.push(2, 6); });
  EXPECT_TRUE(still_waits(second));
  queue.pop();
  EXPECT_TRUE(second.get());
}

TEST(Queue, LetsInOneItemLargerThanTheLimit) {
  Queue<int> queue({100, 10});
  EXPECT_TRUE(queue.push(1, 1'000));
  auto second = beside([&] { return queue.push(2, 1); });
  EXPECT_TRUE(still_waits(second));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(second.get());
}

TEST(Queue, StillServesWhatIsInsideAfterItIsClosed) {
  Queue<int> queue(roomy);
  queue.push(1);
  queue.close();
  EXPECT_FALSE(queue.push(2));
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(Queue, WakesBothSidesWhenItIsClosed) {
  Queue<int> empty(roomy);
  Queue<int> full({1, 10});
  full.push(1);
  auto consumer = beside([&] { return empty.pop(); });
  auto producer = beside([&] { return full.push(2); });
  EXPECT_TRUE(still_waits(consumer));
  EXPECT_TRUE(still_waits(producer));
  empty.close();
  full.close();
  EXPECT_EQ(consumer.get(), std::nullopt);
  EXPECT_FALSE(producer.get());
}

TEST(Queue, ThrowsItsFirstErrorOnBothSidesAndDropsWhatIsInside) {
  Queue<int> empty(roomy);
  Queue<int> full({1, 10});
  full.push(1);
  auto consumer = beside([&] { return empty.pop(); });
  auto producer = beside([&] { return full.push(2); });
  for (Queue<int>* queue : {&empty, &full}) {
    queue->abort(std::make_exception_ptr(Error(Kind::mismatch, "first")));
    queue->abort(std::make_exception_ptr(Error(Kind::failed, "second")));
  }
  EXPECT_THROW(consumer.get(), Error);
  EXPECT_THROW(producer.get(), Error);
  try {
    full.pop();
    FAIL() << "the item is still there";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "first");
  }
}

TEST(Queue, LosesAndDoublesNothingBetweenManyThreads) {
  constexpr int producers = 4;
  constexpr int items_each = 2'000;
  Queue<int> queue({8, 1'000});
  std::atomic<long> sum = 0;
  std::atomic<int> count = 0;
  {
    std::vector<std::jthread> consumers;
    for (int i = 0; i < 3; ++i) {
      consumers.emplace_back([&] {
        while (const auto item = queue.pop()) {
          sum += *item;
          ++count;
        }
      });
    }
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < producers; ++i) {
        threads.emplace_back([&queue, i] {
          for (int n = 0; n < items_each; ++n) queue.push(i * items_each + n, 1);
        });
      }
    }
    queue.close();
  }
  constexpr long total = producers * items_each;
  EXPECT_EQ(count, total);
  EXPECT_EQ(sum, total * (total - 1) / 2);
}

}  // namespace
}  // namespace darbe::base
