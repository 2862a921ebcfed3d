#include "preflight/target_group.h"

namespace darbe::preflight {

std::string group_of_target(const Subject& subject) {
  return subject.plan.request.parameter_group.value_or(subject.source.parameter_group());
}

std::vector<aws::Parameter> parameters_of_target(const Subject& subject, aws::ParameterGroups::Which which,
                                                 std::stop_token stop) {
  const auto& groups = subject.account.parameter_groups;
  const std::string group = group_of_target(subject);
  if (!groups.find(group, stop)) return {};
  return groups.parameters(group, which, stop);
}

}  // namespace darbe::preflight
