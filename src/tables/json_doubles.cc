#include "tables/json_doubles.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

namespace darbe::tables {

namespace {

constexpr std::size_t exact_digits_max = 15;  // below 2^53
constexpr int exact_power_max = 22;           // 5^22 < 2^53

// MySQL 8.4 makes 9088544342.69 of it.
constexpr std::string_view probe = "[9088544342.689999]";

}  // namespace

bool reads_json_doubles(mysql::Connection& server) {
  if (!server.flavor().json_is_a_type()) return true;
  return server.value(fmt::format("SELECT CAST(CAST('{}' AS JSON) AS CHAR)", probe),
                      "asking how doubles of JSON are read") == probe;
}

bool is_read_by_all(std::string_view number) {
  const std::size_t e = std::min(number.find_first_of("eE"), number.size());
  const std::string_view mantissa = number.substr(0, e);
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return true;  // a zero
  const auto digits = std::ranges::count_if(mantissa.substr(first), [](char letter) { return letter != '.'; });
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const int decimals = point == mantissa.size() ? 0 : static_cast<int>(mantissa.size() - point - 1);
  const int exponent = e == number.size() ? 0 : std::stoi(std::string(number.substr(e + 1)));
  return static_cast<std::size_t>(digits) <= exact_digits_max && std::abs(exponent - decimals) <= exact_power_max;
}

JsonDoubles json_doubles_of(const Table& table) {
  const auto stored = table.stored_columns();
  const auto is_json = [](const Column* column) { return column->data_type == "json"; };
  const auto has_size = [](const Column* column) { return column->has_json_size; };
  if (std::ranges::none_of(stored, is_json)) return JsonDoubles::none;
  const bool can_be_found = !table.key_columns.empty() && std::ranges::any_of(stored, has_size);
  return can_be_found ? JsonDoubles::made_again : JsonDoubles::lost;
}

}  // namespace darbe::tables
