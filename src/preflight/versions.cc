#include <fmt/format.h>

#include "aws/engine_versions.h"
#include "mysql/flavor.h"
#include "plan/target.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

constexpr const char* extended_support_disabled = "open-source-rds-extended-support-disabled";

// Amazon RDS User Guide, "Supported MySQL major versions". MariaDB has no Extended Support.
bool is_past_standard_support(const std::string& engine, const std::string& version) {
  return engine == "mysql" && (version.starts_with("5.") || version.starts_with("8.0."));
}

// A source may go on with a version that was withdrawn since.
std::string advice_instead_of(const aws::EngineVersion& withdrawn, const std::vector<aws::EngineVersion>& all) {
  std::string others;
  for (const aws::EngineVersion& other : all)
    if (other.parameter_group_family == withdrawn.parameter_group_family && other.status != withdrawn.status)
      others += (others.empty() ? "" : ", ") + other.version;
  if (others.empty()) return "Choose a version of the next release series with --engine-version.";
  return fmt::format("Choose one of the same series with --engine-version: {}.", others);
}

}  // namespace

std::vector<Finding> check_versions(const Subject& subject, std::stop_token stop) {
  const plan::Plan& plan = subject.plan;
  const auto source = mysql::Flavor::from_api(plan.engine, plan.source_engine_version);
  const auto target = mysql::Flavor::from_api(plan.engine, plan.target_engine_version);
  if (!mysql::can_follow(source, target))
    return {{.text = fmt::format("{} {} can't replicate from {}", plan.engine, plan.target_engine_version,
                                 plan.source_engine_version),
             .advice = "MySQL replicates to the same or the next release series only: go there in several runs."}};
  const auto& client = subject.account.client;
  const auto version = aws::find_engine_version(client, plan.engine, plan.target_engine_version, stop);
  if (!version)
    return {{.text = fmt::format("RDS doesn't offer {} {}", plan.engine, plan.target_engine_version),
             .advice = "Choose one of `aws rds describe-db-engine-versions` with --engine-version."}};
  const auto& support = plan::target_of(plan, subject.source).wanted.engine_lifecycle_support;
  if (support == extended_support_disabled && is_past_standard_support(plan.engine, plan.target_engine_version))
    return {
        {.text = fmt::format("the standard support of {} {} has ended, and {} would have Extended Support disabled: "
                             "RDS makes no such instance any more",
                             plan.engine, plan.target_engine_version, plan.request.new_instance_id),
         .advice = "Name a version of the next release series (--engine-version), or Extended Support, which AWS "
                   "bills (--engine-lifecycle-support open-source-rds-extended-support)."}};
  if (version->status == "deprecated")
    return {
        {.text = fmt::format("RDS makes no new instances of {} {} any more", plan.engine, plan.target_engine_version),
         .advice = advice_instead_of(*version, aws::engine_versions(client, plan.engine, "", stop))}};
  return {};
}

}  // namespace darbe::preflight
