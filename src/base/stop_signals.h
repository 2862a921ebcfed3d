// SIGINT and SIGTERM as a stop.
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace darbe::base {

// Made before any other thread, so that all inherit the blocked signals: the first of them requests the stop, further
// ones have no effect.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t signals_;
  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace darbe::base
