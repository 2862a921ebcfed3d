#include <fmt/format.h>

#include "aws/option_groups.h"
#include "mysql/flavor.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

std::string series_of(const std::string& version) {
  const mysql::Version parsed = mysql::parse_version(version);
  return fmt::format("{}.{}", parsed.major, parsed.minor);
}

std::vector<Finding> look_at_named(const Subject& subject, const std::string& name, const std::string& series,
                                   const std::stop_token& stop) {
  const plan::Plan& plan = subject.plan;
  const auto group = aws::find_option_group(subject.account.client, name, stop);
  if (!group) return {{.text = fmt::format("there is no option group {}", name), .advice = "Correct --option-group."}};
  if (group->engine == plan.engine && group->major_version == series) return {};
  return {{.text = fmt::format("option group {} is of {} {}, and {} will be {} {}", name, group->engine,
                               group->major_version, plan.request.new_instance_id, plan.engine, series),
           .advice = fmt::format("Name one of {} {} with --option-group.", plan.engine, series)}};
}

}  // namespace

std::vector<Finding> check_option_group(const Subject& subject, std::stop_token stop) {
  const plan::Plan& plan = subject.plan;
  const std::string series = series_of(plan.target_engine_version);
  if (plan.request.option_group) return look_at_named(subject, *plan.request.option_group, series, stop);
  if (subject.source.option_group().empty() || series == series_of(plan.source_engine_version)) return {};
  return {{.text = fmt::format("the source's option group {} is of series {}, and AWS takes none but one of {} for {}",
                               subject.source.option_group(), series_of(plan.source_engine_version), series,
                               plan.request.new_instance_id),
           .advice = fmt::format("Name one of {} {} with --option-group.", plan.engine, series)}};
}

}  // namespace darbe::preflight
