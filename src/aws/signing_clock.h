// The time that requests are signed with: this machine's, corrected by the Date of AWS's answers where the two are too
// far apart for AWS to take a signature (SDKs and Tools Reference Guide, "Clock skew correction" of the SDKs).
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

namespace darbe::aws {

using TimePoint = std::chrono::system_clock::time_point;

// Threads may share it.
class SigningClock {
 public:
  using Now = std::function<TimePoint()>;
  explicit SigningClock(Now own = std::chrono::system_clock::now) : own_(std::move(own)) {}

  TimePoint now() const { return own_() + std::chrono::seconds(offset_seconds_); }

  // Takes over the time of an answer's Date header. False if that is no time or agrees with the clock already.
  bool correct(std::string_view date);

 private:
  const Now own_;
  std::atomic<std::chrono::seconds::rep> offset_seconds_ = 0;
};

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::optional<TimePoint> read_http_date(std::string_view text);
// "2026-11-22T18:41:31Z", with fractions or an offset in place of the Z too (RFC 3339).
std::optional<TimePoint> read_iso_time(std::string_view text);

}  // namespace darbe::aws
