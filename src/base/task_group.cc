#include "base/task_group.h"

namespace darbe::base {

TaskGroup::TaskGroup(std::stop_token parent) : link_(std::move(parent), [this] { stop_.request_stop(); }) {}

TaskGroup::~TaskGroup() {
  stop_.request_stop();
  threads_.clear();
}

void TaskGroup::start(std::function<void(std::stop_token)> task) {
  threads_.emplace_back([this, task = std::move(task)] {
    try {
      task(stop_.get_token());
    } catch (...) {
      fail(std::current_exception());
    }
  });
}

void TaskGroup::fail(std::exception_ptr error) {
  {
    MutexLock lock(mutex_);
    if (error_) return;
    error_ = error;
  }
  if (handler_) handler_(error);
  stop_.request_stop();
}

void TaskGroup::wait() {
  threads_.clear();
  MutexLock lock(mutex_);
  if (error_) std::rethrow_exception(error_);
}

}  // namespace darbe::base
