#include "base/clock.h"

#include <condition_variable>
#include <ctime>
#include <mutex>

#include "base/error.h"

namespace darbe::base {

namespace {

// Nobody sets a locale, so the names of days and months are English.
std::string in_utc(std::chrono::system_clock::time_point time, const char* format) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  std::strftime(text, sizeof text, format, &utc);
  return text;
}

}  // namespace

void sleep_for(Clock::duration time, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  condition.wait_for(lock, stop, time, [] { return false; });
}

void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(Kind::interrupted, "stopped as asked", "Run the same command again to go on.");
}

bool poll_until(const Poll& poll, std::stop_token stop, const std::function<bool()>& ready) {
  const auto end = Clock::now() + poll.at_most;
  while (true) {
    throw_if_stopped(stop);
    if (ready()) return true;
    if (Clock::now() >= end) return false;
    sleep_for(poll.every, stop);
  }
}

std::string iso_time(std::chrono::system_clock::time_point time) { return in_utc(time, "%Y-%m-%dT%H:%M:%SZ"); }

std::string http_date(std::chrono::system_clock::time_point time) { return in_utc(time, "%a, %d %b %Y %H:%M:%S GMT"); }

}  // namespace darbe::base
