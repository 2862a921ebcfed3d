// How many lanes of a copy work, while it runs: what somebody who decides that is told, and how he answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>

#include "base/clock.h"

namespace darbe::copy {

// A copy at one moment.
struct Pulse {
  base::Clock::time_point at;
  std::uint64_t bytes = 0;   // of rows committed on the target since the copy began here
  std::uint64_t chunks = 0;  // that they came in
  std::size_t builds = 0;    // of indexes, going on
};

struct Pacing {
  // Asked again and again, from one thread, for how many lanes are to work from now on: 1 to `most`. What it throws
  // ends the copy. Empty: the lanes that the copy begins with work to its end.
  std::function<unsigned(const Pulse&, std::stop_token)> decide{};
  unsigned most = 64;
  base::Clock::duration every = std::chrono::seconds(1);
};

}  // namespace darbe::copy
