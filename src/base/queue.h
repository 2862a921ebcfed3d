// A queue between threads, bounded in items and in bytes. It ends in two ways: close() (what is inside is still served)
// and abort(error) (waiters on both sides wake and throw it). Any number of producers and consumers.
#pragma once

#include <cstddef>
#include <deque>
#include <exception>
#include <optional>
#include <utility>

#include "base/mutex.h"

namespace darbe::base {

struct QueueLimits {
  std::size_t items;
  std::size_t bytes;
};

template <typename Item>
class Queue {
 public:
  explicit Queue(QueueLimits limits) : limits_(limits) {}

  // Waits for room. One item larger than the byte limit is let in when the queue is empty, so it can't wait for ever.
  // Returns false, and drops the item, if the queue was closed. Throws: the error that abort() was given.
  bool push(Item item, std::size_t bytes = 0) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (!error_ && !closed_ && !has_room(bytes)) room_.wait(mutex_);
    if (error_) std::rethrow_exception(error_);
    if (closed_) return false;
    items_.emplace_back(std::move(item), bytes);
    bytes_ += bytes;
    filled_.notify_one();
    return true;
  }

  // Waits for an item; nothing once the queue is closed and empty. Throws: the error that abort() was given.
  std::optional<Item> pop() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (!error_ && !closed_ && items_.empty()) filled_.wait(mutex_);
    if (error_) std::rethrow_exception(error_);
    if (items_.empty()) return std::nullopt;
    auto [item, bytes] = std::move(items_.front());
    items_.pop_front();
    bytes_ -= bytes;
    room_.notify_all();
    return std::move(item);
  }

  void close() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    closed_ = true;
    wake_all();
  }

  // The first error stays; items inside are dropped.
  void abort(std::exception_ptr error) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    if (!error_) error_ = std::move(error);
    items_.clear();
    bytes_ = 0;
    wake_all();
  }

 private:
  bool has_room(std::size_t bytes) const REQUIRES(mutex_) {
    if (items_.empty()) return true;
    return items_.size() < limits_.items && bytes_ + bytes <= limits_.bytes;
  }
  void wake_all() REQUIRES(mutex_) {
    room_.notify_all();
    filled_.notify_all();
  }

  const QueueLimits limits_;
  Mutex mutex_;
  Condition room_;
  Condition filled_;
  std::deque<std::pair<Item, std::size_t>> items_ GUARDED_BY(mutex_);
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
  bool closed_ GUARDED_BY(mutex_) = false;
  std::exception_ptr error_ GUARDED_BY(mutex_);
};

}  // namespace darbe::base
