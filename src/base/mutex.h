// std::mutex with the annotations that clang's thread-safety analysis checks in `./dev check`
// (clang.llvm.org/docs/ThreadSafetyAnalysis.html). g++ ignores them.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#if defined(__clang__)
#define DARBE_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define DARBE_THREAD_ANNOTATION(x)
#endif
#define GUARDED_BY(x) DARBE_THREAD_ANNOTATION(guarded_by(x))
#define REQUIRES(...) DARBE_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) DARBE_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define CAPABILITY(x) DARBE_THREAD_ANNOTATION(capability(x))
#define SCOPED_CAPABILITY DARBE_THREAD_ANNOTATION(scoped_lockable)
#define ACQUIRE(...) DARBE_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) DARBE_THREAD_ANNOTATION(release_capability(__VA_ARGS__))

namespace darbe::base {

class CAPABILITY("mutex") Mutex {
 public:
  void lock() ACQUIRE() { mutex_.lock(); }
  void unlock() RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits on a Mutex that the caller holds. Callers loop over their condition, as with any condition variable.
class Condition {
 public:
  void wait(Mutex& mutex) REQUIRES(mutex) { condition_.wait(mutex); }
  template <typename Rep, typename Period>
  std::cv_status wait_for(Mutex& mutex, std::chrono::duration<Rep, Period> time) REQUIRES(mutex) {
    return condition_.wait_for(mutex, time);
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace darbe::base
