// The only place where something is tried again. Bounded, with exponential back-off and full jitter
// (AWS Architecture Blog, "Exponential Backoff And Jitter"); only errors of kind `transient` are repeated.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
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

Clock::duration random_pause_before(const RetryPolicy& policy, int next);
// Sleeps for it. Throws: Error{interrupted}.
void pause(const RetryPolicy& policy, int next, std::stop_token stop);

// Calls `work` until it returns. `next_pause` sees each transient error and the number of tries so far: the pause
// before the next one, or nothing to give up. Throws: what `work` throws otherwise; Error{interrupted}.
template <typename Work, typename NextPause>
auto retry_as(std::stop_token stop, Work&& work, NextPause&& next_pause) {
  for (int attempt = 1;; ++attempt) {
    std::optional<Clock::duration> time;
    try {
      throw_if_stopped(stop);
      return work();
    } catch (const std::exception& error) {
      if (kind_of(error) != Kind::transient || !(time = next_pause(error, attempt))) throw;
    }
    sleep_for(*time, stop);
    throw_if_stopped(stop);
  }
}

// The same by a policy. `before_retry`, if any, sees each error that is about to be repeated.
template <typename Work>
auto retry(const RetryPolicy& policy, std::stop_token stop, Work&& work,
           const std::function<void(const std::exception&, int)>& before_retry = {}) {
  return retry_as(stop, work, [&](const std::exception& error, int attempt) -> std::optional<Clock::duration> {
    if (attempt >= policy.tries) return std::nullopt;
    if (before_retry) before_retry(error, attempt);
    return random_pause_before(policy, attempt + 1);
  });
}

}  // namespace darbe::base
