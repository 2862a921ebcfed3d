// Decides how many lanes of a copy work: what the climb found best, fewer where the target's redo log needs it, and no
// more than both servers have sessions for.
#pragma once

#include <optional>

#include "copy/brake.h"
#include "copy/climb.h"
#include "copy/copy.h"
#include "copy/pacing.h"
#include "mysql/connection.h"

namespace darbe::copy {

// Needs no lock: one thread uses it.
class Pacer {
 public:
  explicit Pacer(const Options& options) : frozen_(options.frozen), target_(options.target), climb_(options.jobs) {}

  // Throws: Error{interrupted}. A target that can't be looked at is no reason to end a copy: after a lost link it looks
  // again, and otherwise goes on without the brake.
  unsigned decide(const Pulse& pulse, std::stop_token stop);

 private:
  bool is_time_to_look(const Pulse& pulse) const;
  std::optional<CheckpointAge> look(const std::stop_token& stop);
  void open(const std::stop_token& stop);

  const mysql::ConnectOptions frozen_, target_;
  Climb climb_;
  Brake brake_;
  std::optional<mysql::Connection> session_;
  std::optional<base::Clock::time_point> looked_at_;
  bool is_blind_ = false;
  unsigned room_ = lanes_max;  // lanes that the servers have sessions for
  unsigned lanes_ = 0;         // said last
};

// For a copy that begins with `options.jobs` lanes.
Pacing pacing_for(const Options& options);

}  // namespace darbe::copy
