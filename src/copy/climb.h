// How many lanes are best is found by trying: a hill climb on the bytes that are committed per second. A change is
// kept while it pays, and taken back when it does not.
//
// Pure: time comes with what it is shown.
#pragma once

#include <optional>

#include "copy/pacing.h"

namespace darbe::copy {

constexpr unsigned lanes_max = 64;

// What a copy begins with: two lanes for each of the target's CPUs, for one of them waits for the disk or the network
// now and then.
unsigned first_lanes(unsigned target_cpus);

// Needs no lock: one thread uses it.
class Climb {
 public:
  explicit Climb(unsigned lanes) : lanes_(lanes) {}

  // Returns how many lanes are to work from now on. Rates are measured in windows of at least 20 s and 8 chunks a lane,
  // so the lanes of a short copy never change; the first seconds after a change are left out, and a window in which an
  // index build began or ended is begun anew, for builds slow the rows down.
  unsigned see(const Pulse& pulse);

  // Something else holds the lanes back: what is being measured is worth nothing.
  void forget_window() { window_.reset(); }

 private:
  enum class Direction { up, down };
  struct Rate {
    unsigned lanes = 0;
    double bytes_per_second = 0;
    std::size_t builds = 0;
  };

  void judge(const Rate& rate);
  void go_back();
  void go_on(const Rate& rate);
  bool is_worth(const Rate& rate) const;
  unsigned next() const;

  unsigned lanes_;
  std::optional<Pulse> window_;  // its beginning
  base::Clock::time_point settled_at_ = base::Clock::time_point::min();
  std::optional<Rate> before_;  // before the change that is being tried
  Direction direction_ = Direction::up;
  bool has_moved_ = false;  // in this direction, since the last rest
  unsigned rest_ = 0;       // windows without a try
};

}  // namespace darbe::copy
