// How far a replica is behind, by positions alone: seconds-behind is not believed (PROTOCOL.md 2, CatchUp). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"
#include "replication/coordinates.h"

namespace darbe::watch {

struct Lag {
  // How long ago, at least, the source stood where the replica is not yet; 0 if it has applied all that was seen.
  base::Seconds at_least{0};
  // How long ago, at most, the source stood where the replica is; nothing before the replica reached what was seen.
  std::optional<base::Seconds> at_most;
  std::optional<std::uint64_t> bytes;         // of binlog; nothing where the source doesn't tell
  bool nearer = false;                        // fewer bytes than at the first look of the last minute
  std::optional<base::Seconds> seconds_left;  // until it has caught up, at that pace
};

// Remembers where the source stood at each look. One thread uses it.
class LagTrack {
 public:
  struct Look {
    base::Clock::time_point at;
    replication::Coordinates source;
    replication::Coordinates applied;
    std::optional<std::uint64_t> bytes_behind;
  };
  // Requires: looks come in the order of their times.
  Lag see(const Look& look);

 private:
  struct Stood {
    base::Clock::time_point at;
    replication::Coordinates source;
  };
  struct Behind {
    base::Clock::time_point at;
    std::uint64_t bytes;
  };
  std::deque<Stood> not_applied_;
  std::optional<base::Clock::time_point> applied_;  // when the source stood at the last that was applied
  std::deque<Behind> last_minute_;
};

}  // namespace darbe::watch
