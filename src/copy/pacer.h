// Decides how many lanes of a copy work: what the climb found best, less where the target's redo log needs it.
#pragma once

#include <optional>

#include "copy/brake.h"
#include "copy/climb.h"
#include "copy/pacing.h"
#include "mysql/connection.h"

namespace darbe::copy {

// Needs no lock: one thread uses it.
class Pacer {
 public:
  Pacer(mysql::ConnectOptions target, unsigned lanes) : target_(std::move(target)), climb_(lanes) {}

  // Throws: what the session throws; a lost link is no error, for the next look opens another.
  unsigned decide(const Pulse& pulse, std::stop_token stop);

 private:
  bool is_time_to_look(const Pulse& pulse) const;
  std::optional<CheckpointAge> look(const std::stop_token& stop);

  const mysql::ConnectOptions target_;
  Climb climb_;
  Brake brake_;
  std::optional<mysql::Connection> session_;
  std::optional<base::Clock::time_point> looked_at_;
  unsigned lanes_ = 0;  // said last
};

// A pacing that begins with `lanes`, for a copy to this target.
Pacing pacing_for(const mysql::ConnectOptions& target, unsigned lanes);

}  // namespace darbe::copy
