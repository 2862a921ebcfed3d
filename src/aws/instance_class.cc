#include "aws/instance_class.h"

#include <charconv>

namespace darbe::aws {

namespace {

constexpr unsigned vcpus_unknown = 2;
constexpr unsigned times_most = 1000;  // a larger number is no size

bool is_burstable_of_today(std::string_view family) { return family.starts_with("t3") || family.starts_with("t4"); }

// micro, small, medium: two in all families that burst but the first ones, where only medium has two.
unsigned vcpus_of_small(std::string_view family, std::string_view size) {
  if (is_burstable_of_today(family)) return 2;
  return family == "t2" && size == "medium" ? 2 : 1;
}

}  // namespace

unsigned vcpus_of(std::string_view instance_class) {
  constexpr std::string_view prefix = "db.";
  if (!instance_class.starts_with(prefix)) return vcpus_unknown;
  instance_class.remove_prefix(prefix.size());
  const auto dot = instance_class.find('.');
  if (dot == std::string_view::npos) return vcpus_unknown;
  const std::string_view family = instance_class.substr(0, dot), size = instance_class.substr(dot + 1);
  if (size == "micro" || size == "small" || size == "medium") return vcpus_of_small(family, size);
  if (size == "large") return 2;
  if (size == "xlarge") return 4;
  unsigned times = 0;
  const auto [rest, error] = std::from_chars(size.data(), size.data() + size.size(), times);
  if (error != std::errc() || times == 0 || times > times_most) return vcpus_unknown;
  return std::string_view(rest, size.data() + size.size()) == "xlarge" ? 4 * times : vcpus_unknown;
}

}  // namespace darbe::aws
