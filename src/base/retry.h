// The only place where something is tried again. Bounded, with exponential back-off and full jitter
// (AWS Architecture Blog, "Exponential Backoff And Jitter"); only errors of kind `transient` are repeated.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <stop_token>

#include "base/clock.h"
#include "base/error.h"

namespace darbe::base {

struct RetryPolicy {
  int tries = 5;  // the first one included
  Clock::duration base = std::chrono::milliseconds(200);
  Clock::duration at_most = std::chrono::seconds(20);
};

// The pause before try number `next` (2, 3, …): random(0, 1) × min(at_most, base × 2^(next - 2)).
Clock::duration pause_before(const RetryPolicy& policy, int next, double random);

// Sleeps for it. Throws: Error{interrupted}.
void pause(const RetryPolicy& policy, int next, std::stop_token stop);

// Calls `work` until it returns. `before_retry`, if any, sees each error that is about to be repeated.
// Throws: what `work` throws when it is not transient or the tries are used up; Error{interrupted}.
template <typename Work>
auto retry(const RetryPolicy& policy, std::stop_token stop, Work&& work,
           const std::function<void(const std::exception&, int)>& before_retry = {}) {
  for (int attempt = 1;; ++attempt) {
    try {
      throw_if_stopped(stop);
      return work();
    } catch (const std::exception& error) {
      if (kind_of(error) != Kind::transient || attempt >= policy.tries) throw;
      if (before_retry) before_retry(error, attempt);
    }
    pause(policy, attempt + 1, stop);
  }
}

}  // namespace darbe::base
