#include "preflight/parameter_values.h"

#include <optional>
#include <regex>
#include <sstream>
#include <utility>

#include "base/letters.h"

namespace darbe::preflight {

namespace {

bool is_number(const std::string& text) {
  static const std::regex number(R"(-?\d{1,18})");
  return std::regex_match(text, number);
}

// Whether one of the comma's parts takes the value; nothing where the part isn't understood.
std::optional<bool> takes(const std::string& part, const std::string& value) {
  static const std::regex range(R"((-?\d+(?:\.\d+)?)-(-?\d+(?:\.\d+)?))");
  static const std::regex word(R"([A-Za-z0-9_]+)");
  std::smatch bounds;
  if (std::regex_match(part, bounds, range)) {
    if (!is_number(value)) return std::nullopt;
    const double number = std::stod(value);
    return number >= std::stod(bounds[1]) && number <= std::stod(bounds[2]);
  }
  if (std::regex_match(part, word)) return base::equal_in_any_case(part, value);
  return std::nullopt;
}

}  // namespace

bool may_be_allowed(const std::string& value, const std::string& allowed_values) {
  static const std::regex plain(R"([A-Za-z0-9_-]+)");
  if (!std::regex_match(value, plain)) return true;  // a formula, a list, a text
  std::istringstream parts(allowed_values);
  bool any = false;
  for (std::string part; std::getline(parts, part, ',');) {
    const auto taken = takes(part, value);
    if (!taken || *taken) return true;
    any = true;
  }
  return !any;
}

std::string in_allowed_words(const std::string& value, const std::string& allowed_values) {
  if (may_be_allowed(value, allowed_values)) return value;
  for (const auto& [number, word] : {std::pair("0", "OFF"), std::pair("1", "ON")}) {
    if (value == number && may_be_allowed(word, allowed_values)) return word;
    if (value == word && may_be_allowed(number, allowed_values)) return number;
  }
  return value;
}

}  // namespace darbe::preflight
