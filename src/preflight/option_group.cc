#include <fmt/format.h>

#include "mysql/flavor.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

std::string series_of(const std::string& version) {
  const mysql::Version parsed = mysql::parse_version(version);
  return fmt::format("{}.{}", parsed.major, parsed.minor);
}

}  // namespace

std::vector<Finding> check_option_group(const Subject& subject, std::stop_token) {
  const plan::Plan& plan = subject.plan;
  const std::string series = series_of(plan.target_engine_version);
  if (plan.request.option_group || subject.source.option_group().empty() ||
      series == series_of(plan.source_engine_version))
    return {};
  return {{.text = fmt::format("the source's option group {} is of series {}, and AWS takes none but one of {} for {}",
                               subject.source.option_group(), series_of(plan.source_engine_version), series,
                               plan.request.new_instance_id),
           .advice = fmt::format("Name one of {} {} with --option-group.", plan.engine, series)}};
}

}  // namespace darbe::preflight
