// Threads that live and die together: the first error wins, the siblings get the stop, all are joined, and the error is
// thrown again in the owner.
#pragma once

#include <exception>
#include <functional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace darbe::base {

class TaskGroup {
 public:
  // A stop of `parent` is handed to every task.
  explicit TaskGroup(std::stop_token parent);
  // Stops and joins what still runs; an error is then lost, so call wait().
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts a thread. `task` gets the group's stop token. Requires: wait() has not been called.
  void start(std::function<void(std::stop_token)> task);

  // Runs once, in the failing thread, with the first error: the place to abort queues that siblings wait on.
  // Requires: called before the first start().
  void on_error(std::function<void(std::exception_ptr)> handler) { handler_ = std::move(handler); }

  // Joins all. Throws: the first error.
  void wait();

 private:
  void fail(std::exception_ptr error);

  std::stop_source stop_;
  std::stop_callback<std::function<void()>> link_;
  std::function<void(std::exception_ptr)> handler_;
  std::vector<std::jthread> threads_;
  Mutex mutex_;
  std::exception_ptr error_ GUARDED_BY(mutex_);
};

}  // namespace darbe::base
