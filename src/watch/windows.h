// RDS's windows: when it may restart an instance for maintenance (weekly) and when it takes backups (daily), in UTC.
// Amazon RDS User Guide, "The Amazon RDS maintenance window"; API Reference, CreateDBInstance. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace darbe::watch {

struct Window {
  bool weekly = false;
  std::chrono::minutes begin{0};   // since Monday 00:00, or since midnight
  std::chrono::minutes length{0};  // it may go on beyond the week's or the day's end
  bool operator==(const Window&) const = default;
};

// "sun:23:45-mon:00:15" or "04:00-04:30". Nothing for what is neither.
std::optional<Window> parse_window(std::string_view text);
std::string text_of(const Window& window);

using Moment = std::chrono::system_clock::time_point;
struct Opening {
  Moment begin;
  Moment end;
};
// The one that is open at that moment, else the next.
Opening next_opening(const Window& window, Moment from);
bool is_open(const Window& window, Moment at);
// Whether it is open at any moment from `from` up to `to`.
bool crosses(const Window& window, Moment from, Moment to);

// "sun:05:00-sun:05:30, next at 2026-12-06T05:00:00Z", for the words that AWS has for a window.
std::string in_words(const std::string& window, Moment now);

bool overlap(const Window& weekly, const Window& daily);

// The half hour of the week that was over a moment ago, so that a week passes until it comes again; one beside the
// backups, with which AWS lets no maintenance window overlap.
Window farthest_from(Moment now, const std::optional<Window>& backups);

}  // namespace darbe::watch
