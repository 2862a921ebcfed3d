#include <fmt/format.h>

#include "aws/engine_versions.h"
#include "mysql/flavor.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_versions(const Subject& subject, std::stop_token stop) {
  const plan::Plan& plan = subject.plan;
  const auto source = mysql::Flavor::from_api(plan.engine, plan.source_engine_version);
  const auto target = mysql::Flavor::from_api(plan.engine, plan.target_engine_version);
  if (!mysql::can_follow(source, target))
    return {{.text = fmt::format("{} {} can't replicate from {}", plan.engine, plan.target_engine_version,
                                 plan.source_engine_version),
             .advice = "MySQL replicates to the same or the next release series only: go there in several runs."}};
  if (!aws::find_engine_version(subject.account.client, plan.engine, plan.target_engine_version, stop))
    return {{.text = fmt::format("RDS doesn't offer {} {}", plan.engine, plan.target_engine_version),
             .advice = "Choose one of `aws rds describe-db-engine-versions` with --engine-version."}};
  return {};
}

}  // namespace darbe::preflight
