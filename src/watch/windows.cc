#include "watch/windows.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/clock.h"

namespace darbe::watch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr minutes day = hours(24);
constexpr minutes week = 7 * day;
constexpr minutes half_an_hour{30};
constexpr auto names = std::to_array<std::string_view>({"mon", "tue", "wed", "thu", "fri", "sat", "sun"});

minutes period(const Window& window) { return window.weekly ? week : day; }

// The epoch began on a Thursday.
constexpr minutes monday_before_epoch = -3 * day;

// The beginning of the period that holds this moment.
Moment period_begin(const Window& window, Moment at) {
  const Moment origin{window.weekly ? monday_before_epoch : minutes(0)};
  const auto since = at - origin;
  return origin + (since - since % period(window));
}

std::optional<minutes> clock_time(std::string_view text) {
  unsigned hour = 0, minute = 0;
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto number = [](std::string_view digits, unsigned& value) {
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return wrong == std::errc() && end == digits.data() + digits.size();
  };
  if (!number(text.substr(0, 2), hour) || !number(text.substr(3), minute) || hour > 23 || minute > 59)
    return std::nullopt;
  return hours(hour) + minutes(minute);
}

std::optional<minutes> week_time(std::string_view text) {
  if (text.size() != 9 || text[3] != ':') return std::nullopt;
  const auto name = std::ranges::find(names, text.substr(0, 3));
  const auto time = clock_time(text.substr(4));
  if (name == names.end() || !time) return std::nullopt;
  return static_cast<int>(name - names.begin()) * day + *time;
}

std::string clock_text(minutes time) {
  return fmt::format("{:02}:{:02}", time % day / minutes(60), time % minutes(60) / minutes(1));
}

std::string time_text(bool weekly, minutes time) {
  if (!weekly) return clock_text(time % day);
  time %= week;
  return fmt::format("{}:{}", names[static_cast<std::size_t>(time / day)], clock_text(time));
}

}  // namespace

std::optional<Window> parse_window(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  Window window{.weekly = dash == 9, .begin = {}, .length = {}};
  const auto time = [&](std::string_view part) { return window.weekly ? week_time(part) : clock_time(part); };
  const auto begin = time(text.substr(0, dash)), end = time(text.substr(dash + 1));
  if (!begin || !end || *begin == *end) return std::nullopt;
  window.begin = *begin;
  window.length = (*end - *begin + period(window)) % period(window);
  return window;
}

std::string text_of(const Window& window) {
  return fmt::format("{}-{}", time_text(window.weekly, window.begin),
                     time_text(window.weekly, window.begin + window.length));
}

Opening next_opening(const Window& window, Moment from) {
  // The one of the period before may still be open.
  Moment begin = period_begin(window, from) - period(window) + window.begin;
  while (begin + window.length <= from) begin += period(window);
  return {begin, begin + window.length};
}

bool is_open(const Window& window, Moment at) { return next_opening(window, at).begin <= at; }

bool crosses(const Window& window, Moment from, Moment to) { return next_opening(window, from).begin < to; }

std::string in_words(const std::string& window, Moment now) {
  const auto parsed = parse_window(window);
  if (!parsed) return window.empty() ? "none" : window;
  const Opening next = next_opening(*parsed, now);
  return next.begin <= now ? fmt::format("{}, open until {}", window, base::iso_time(next.end))
                           : fmt::format("{}, next at {}", window, base::iso_time(next.begin));
}

bool overlap(const Window& weekly, const Window& daily) {
  const Moment begin = Moment{monday_before_epoch} + weekly.begin;
  return crosses(daily, begin, begin + weekly.length);
}

Window farthest_from(Moment now, const std::optional<Window>& backups) {
  const auto in_week =
      std::chrono::floor<minutes>(now - period_begin({.weekly = true, .begin = {}, .length = {}}, now));
  Window window{.weekly = true, .begin = in_week - in_week % half_an_hour, .length = half_an_hour};
  // Backups that filled the day would leave no place.
  for (minutes back = 2 * half_an_hour; back < week; back += half_an_hour) {
    const Window beside{.weekly = true, .begin = (window.begin - back + week) % week, .length = half_an_hour};
    if (!backups || !overlap(beside, *backups)) return beside;
  }
  return window;
}

}  // namespace darbe::watch
