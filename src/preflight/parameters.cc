// The target's group gets the values that somebody set in the group it stands for; this tells of those that it can't
// get.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "aws/engine_versions.h"
#include "preflight/checks.h"
#include "preflight/parameter_values.h"
#include "preflight/target_group.h"

namespace darbe::preflight {

namespace {

Finding left_out(const std::string& group, const aws::Parameter& set, const std::string& reason) {
  return {.weight = Weight::warning,
          .text = fmt::format("parameter group {} sets {} to {}, which the new instance doesn't get: {}", group,
                              set.name, *set.value, reason),
          .advice = "If something relies on it, see what that family has in its place; Darbe sets nothing for it."};
}

std::optional<Finding> finding_for(const std::string& group, const aws::Parameter& set, const std::string& family,
                                   const std::vector<aws::Parameter>& catalog) {
  if (!set.value) return std::nullopt;
  const auto known = std::ranges::find(catalog, set.name, &aws::Parameter::name);
  if (known == catalog.end()) return left_out(group, set, fmt::format("family {} has no such parameter", family));
  if (!known->is_modifiable) return left_out(group, set, fmt::format("family {} doesn't let it be set", family));
  if (may_be_allowed(*set.value, known->allowed_values)) return std::nullopt;
  return Finding{.text = fmt::format("parameter group {} sets {} to {}, and family {} allows {} only", group, set.name,
                                     *set.value, family, known->allowed_values),
                 .advice = "Name a copy of the group, with a value that is allowed, with --parameter-group."};
}

}  // namespace

std::vector<Finding> check_parameters(const Subject& subject, std::stop_token stop) {
  const std::string group = group_of_target(subject);
  if (!subject.account.parameter_groups.find(group, stop))
    return {{.text = fmt::format("there is no parameter group {}", group), .advice = "Correct --parameter-group."}};
  const plan::Plan& plan = subject.plan;
  const auto version = aws::find_engine_version(subject.account.client, plan.engine, plan.target_engine_version, stop);
  if (!version) return {};  // check_versions() refuses it
  const auto catalog = subject.account.parameter_groups.engine_defaults(version->parameter_group_family, stop);
  std::vector<Finding> findings;
  for (const aws::Parameter& set : parameters_of_target(subject, aws::ParameterGroups::Which::set_by_user, stop))
    if (auto finding = finding_for(group, set, version->parameter_group_family, catalog))
      findings.push_back(std::move(*finding));
  return findings;
}

}  // namespace darbe::preflight
