// Time that a stop can cut short.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace darbe::base {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Returns early when a stop is asked for. Throws: nothing; ask the token.
void sleep_for(Clock::duration time, std::stop_token stop);

// Throws: Error{interrupted} if a stop was asked for.
void throw_if_stopped(const std::stop_token& stop);

struct Poll {
  Clock::duration every;
  Clock::duration at_most;
};

// Asks `ready` until it says yes. Returns false when the time is over. Throws: what `ready` throws, Error{interrupted}.
bool poll_until(const Poll& poll, std::stop_token stop, const std::function<bool()>& ready);

// Seconds since the epoch as "2026-11-22T18:41:31Z" (ISO 8601, UTC).
std::string iso_time(std::chrono::system_clock::time_point time);

// The same as "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace darbe::base
