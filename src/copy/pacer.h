// Decides how many lanes of a copy work: what the climb found best, fewer where a server is too full, and no more than
// both servers have sessions for.
#pragma once

#include <optional>
#include <string>

#include "copy/brake.h"
#include "copy/climb.h"
#include "copy/copy.h"
#include "copy/pacing.h"
#include "mysql/connection.h"

namespace darbe::copy {

// Needs no lock: one thread uses it.
class Pacer {
 public:
  explicit Pacer(const Options& options);
  Pacer(const Pacer&) = delete;  // its gauges know where it is
  Pacer& operator=(const Pacer&) = delete;

  // Throws: Error{interrupted}. A server that can't be looked at is no reason to end a copy: after a lost link it is
  // looked at again, and otherwise the copy goes on without that brake.
  unsigned decide(const Pulse& pulse, std::stop_token stop);

 private:
  // Something that fills, and the brake on it.
  struct Gauge {
    std::string name;    // "the target's redo log"
    std::string advice;  // for the operator, when lanes are held back; empty: it passes by itself
    base::Clock::duration every;
    BrakeLevels levels;
    std::function<std::optional<double>(const std::stop_token&)> read;  // nothing: it can't be told
    Brake brake{levels};
    std::optional<base::Clock::time_point> looked_at{};
    bool is_blind = false;
  };

  void look(Gauge& gauge, unsigned wanted, const base::Clock::time_point& now, const std::stop_token& stop);
  std::optional<double> read(Gauge& gauge, const std::stop_token& stop);
  void say_if_it_begins_to_hold(const Gauge& gauge, bool held, double full) const;
  void make_room(const std::stop_token& stop);
  mysql::Connection& target(const std::stop_token& stop);
  mysql::Connection& frozen(const std::stop_token& stop);

  const Options options_;
  Climb climb_;
  std::vector<Gauge> gauges_;
  std::optional<mysql::Connection> target_session_, frozen_session_;
  std::optional<unsigned> room_;  // lanes that the servers have sessions for
  unsigned lanes_ = 0;            // said last
};

// For a copy that begins with `options.jobs` lanes.
Pacing pacing_for(const Options& options);

}  // namespace darbe::copy
