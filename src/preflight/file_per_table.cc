#include <algorithm>

#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/target_group.h"

namespace darbe::preflight {

namespace {

constexpr const char* parameter = "innodb_file_per_table";

bool is_off(const aws::Parameter& set) {
  return set.name == parameter && (set.value == "0" || set.value == "OFF" || set.value == "off");
}

}  // namespace

std::vector<Finding> check_file_per_table(const Subject& subject, std::stop_token stop) {
  const std::string group = group_of_target(subject);
  const auto set = parameters_of_target(subject, aws::ParameterGroups::Which::set_by_user, stop);
  if (std::ranges::none_of(set, is_off)) return {};
  return {
      {.weight = Weight::warning,
       .text = fmt::format("parameter group {} sets {} to 0, and {} gets its values: its tables fill ibdata1, which "
                           "can grow again and never shrinks",
                           group, parameter, subject.plan.request.new_instance_id),
       .advice = fmt::format("If that is what you want to be rid of, set {} to 1 in {} (tables that are there stay "
                             "where they are), or in a copy of it that --parameter-group names.",
                             parameter, group)}};
}

}  // namespace darbe::preflight
