#include "lab/paging.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace darbe::lab {
namespace {

constexpr std::string_view marker_start = "lab-page-";

std::optional<std::size_t> position_of(std::string_view marker) {
  if (!marker.starts_with(marker_start)) return std::nullopt;
  marker.remove_prefix(marker_start.size());
  std::size_t position = 0;
  const auto [end, problem] = std::from_chars(marker.data(), marker.data() + marker.size(), position);
  if (problem != std::errc() || end != marker.data() + marker.size()) return std::nullopt;
  return position;
}

}  // namespace

std::string marker_at(std::size_t position) { return fmt::format("{}{}", marker_start, position); }

bool is_marker(std::string_view marker) { return position_of(marker).has_value(); }

Value::List page_of(Value::List all, const Value& request, const PageRequest& page, Value& answer) {
  const auto size =
      static_cast<std::size_t>(request.at(page.size_name).number(static_cast<std::int64_t>(page.size_otherwise)));
  const std::size_t first = std::min(position_of(request.at(page.marker_name).text()).value_or(0), all.size());
  const std::size_t last = std::min(first + size, all.size());
  if (last < all.size()) answer[page.marker_name] = marker_at(last);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, all.begin() + static_cast<std::ptrdiff_t>(last)};
}

}  // namespace darbe::lab
