#include "aws/signing_clock.h"

#include <cstdio>
#include <ctime>
#include <string>

namespace darbe::aws {

namespace {

// Answers travel, and their Date has whole seconds; AWS takes signatures that are 5 (S3: 15) minutes old and younger.
constexpr std::chrono::minutes agreement{4};

struct Parsed {
  TimePoint time;
  std::string rest;
};

std::optional<Parsed> parse_time(const std::string& text, const char* format) {
  std::tm utc{};
  const char* end = strptime(text.c_str(), format, &utc);
  if (end == nullptr) return std::nullopt;
  return Parsed{std::chrono::system_clock::from_time_t(timegm(&utc)), end};
}

std::optional<std::chrono::minutes> read_offset(const std::string& text) {
  if (text == "Z") return std::chrono::minutes(0);
  int hours = 0;
  int minutes = 0;
  char sign = 0;
  int size = 0;
  if (std::sscanf(text.c_str(), "%c%2d:%2d%n", &sign, &hours, &minutes, &size) != 3) return std::nullopt;
  if ((sign != '+' && sign != '-') || static_cast<std::size_t>(size) != text.size()) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return sign == '+' ? offset : -offset;
}

}  // namespace

bool SigningClock::correct(std::string_view date) {
  const auto theirs = read_http_date(date);
  if (!theirs || std::chrono::abs(*theirs - now()) <= agreement) return false;
  offset_seconds_ = std::chrono::round<std::chrono::seconds>(*theirs - own_()).count();
  return true;
}

std::optional<TimePoint> read_http_date(std::string_view text) {
  const auto parsed = parse_time(std::string(text), "%a, %d %b %Y %H:%M:%S GMT");
  if (!parsed || !parsed->rest.empty()) return std::nullopt;
  return parsed->time;
}

std::optional<TimePoint> read_iso_time(std::string_view text) {
  auto parsed = parse_time(std::string(text), "%Y-%m-%dT%H:%M:%S");
  if (!parsed) return std::nullopt;
  std::string& zone = parsed->rest;
  if (zone.starts_with('.')) zone.erase(0, zone.find_first_not_of("0123456789", 1));
  const auto offset = read_offset(zone);
  if (!offset) return std::nullopt;
  return parsed->time - *offset;
}

}  // namespace darbe::aws
