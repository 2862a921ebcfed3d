#include "base/retry.h"

#include <algorithm>

#include "base/random.h"

namespace darbe::base {

Clock::duration pause_before(const RetryPolicy& policy, int next, double random) {
  const int doublings = std::clamp(next - 2, 0, 30);
  const auto full = std::min<std::chrono::duration<double>>(
      policy.at_most, std::chrono::duration<double>(policy.base) * static_cast<double>(1LL << doublings));
  return std::chrono::duration_cast<Clock::duration>(full * random);
}

Clock::duration random_pause_before(const RetryPolicy& policy, int next) {
  return pause_before(policy, next, random_fraction());
}

void pause(const RetryPolicy& policy, int next, std::stop_token stop) {
  sleep_for(random_pause_before(policy, next), stop);
  throw_if_stopped(stop);
}

}  // namespace darbe::base
