// The loss of a run's lock, noticed on the lock's own thread: it stops the command, which then says so as its error.
#pragma once

#include <optional>
#include <string>

#include "base/mutex.h"

namespace darbe::steps {

// Threads may share it.
class LockLoss {
 public:
  // The first reason counts.
  void note(const std::string& reason) EXCLUDES(mutex_);

  // Throws: Error{failed} if the lock was lost.
  void throw_if_lost() EXCLUDES(mutex_);

  // Does `work`. Throws: where the lock was lost, that, in place of how the stop ended `work`.
  template <typename Work>
  auto tell_of_it(Work&& work) {
    try {
      return work();
    } catch (...) {
      throw_if_lost();
      throw;
    }
  }

 private:
  base::Mutex mutex_;
  std::optional<std::string> reason_ GUARDED_BY(mutex_);
};

}  // namespace darbe::steps
