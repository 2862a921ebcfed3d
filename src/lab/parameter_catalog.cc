#include "lab/parameter_catalog.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "base/error.h"
#include "base/letters.h"
#include "lab/parameters.h"

namespace darbe::lab {

namespace {

// "0-100" or "-1-100": the dash between two numbers, which is not the first character.
std::optional<std::pair<double, double>> range_of(std::string_view allowed) {
  const std::size_t dash = allowed.find('-', 1);
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view text) -> std::optional<double> {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
  };
  const auto low = number(allowed.substr(0, dash));
  const auto high = number(allowed.substr(dash + 1));
  if (!low || !high) return std::nullopt;
  return std::pair{*low, *high};
}

bool is_listed(std::string_view allowed, std::string_view value) {
  while (!allowed.empty()) {
    const std::size_t comma = std::min(allowed.find(','), allowed.size());
    const std::string_view item = allowed.substr(0, comma);
    if (base::equal_in_any_case(item, value)) return true;
    allowed.remove_prefix(std::min(comma + 1, allowed.size()));
  }
  return false;
}

bool is_allowed(const Parameter& parameter, const std::string& value) {
  if (parameter.allowed_values.empty()) return true;
  if (is_listed(parameter.allowed_values, value)) return true;
  if (parameter.data_type == "boolean") return is_listed("ON,OFF,TRUE,FALSE", value);
  const auto range = range_of(parameter.allowed_values);
  if (!range) return false;
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size() && number >= range->first &&
         number <= range->second;
}

}  // namespace

ParameterCatalog::ParameterCatalog(std::string family, std::vector<Parameter> parameters)
    : family_(std::move(family)), parameters_(std::move(parameters)) {
  std::sort(parameters_.begin(), parameters_.end(),
            [](const Parameter& one, const Parameter& other) { return one.name < other.name; });
}

const Parameter* ParameterCatalog::find(std::string_view name) const {
  const auto found = std::lower_bound(parameters_.begin(), parameters_.end(), name,
                                      [](const Parameter& one, std::string_view wanted) { return one.name < wanted; });
  return found == parameters_.end() || found->name != name ? nullptr : &*found;
}

std::optional<std::string> ParameterCatalog::refusal(std::string_view name, std::string_view value) const {
  const Parameter* parameter = find(name);
  if (parameter == nullptr) return fmt::format("Could not find parameter with name: {}", name);
  if (!parameter->is_modifiable) return fmt::format("The parameter {} cannot be modified.", name);
  std::string plain;
  try {
    plain = resolved(value, {});
  } catch (const base::Error& error) {
    return error.what();
  }
  if (is_allowed(*parameter, plain)) return std::nullopt;
  return fmt::format("Invalid parameter value: {} for: {} allowed values are: {}", value, name,
                     parameter->allowed_values);
}

}  // namespace darbe::lab
