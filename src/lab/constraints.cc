#include "lab/constraints.h"

#include <algorithm>
#include <regex>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace darbe::lab {
namespace {

// Patterns with Unicode classes are beyond std::regex; those few only restrict what no caller here sends.
bool matches(const std::string& pattern, std::string_view text) {
  if (pattern.empty() || pattern.find("\\u") != std::string::npos || pattern.find("\\p") != std::string::npos)
    return true;
  try {
    return std::regex_match(text.begin(), text.end(), std::regex(pattern));
  } catch (const std::regex_error&) {
    return true;
  }
}

}  // namespace

std::optional<std::string> broken_by_text(const Shape& shape, std::string_view text) {
  if (!shape.allowed.empty() && std::find(shape.allowed.begin(), shape.allowed.end(), text) == shape.allowed.end())
    return fmt::format("Member must satisfy enum value set: [{}]", fmt::join(shape.allowed, ", "));
  if (auto broken = broken_by_size(shape, static_cast<double>(text.size()))) return broken;
  if (!matches(shape.pattern, text)) return "Member must satisfy regular expression pattern: " + shape.pattern;
  return std::nullopt;
}

std::optional<std::string> broken_by_size(const Shape& shape, double size) {
  const std::string_view what = shape.type == Shape::Type::integer ? "value" : "length";
  if (shape.at_least && size < *shape.at_least)
    return fmt::format("Member must have {} greater than or equal to {}", what, *shape.at_least);
  if (shape.at_most && size > *shape.at_most)
    return fmt::format("Member must have {} less than or equal to {}", what, *shape.at_most);
  return std::nullopt;
}

}  // namespace darbe::lab
