// The replica that is read must hold what the source holds; its parameter group tells whether it leaves something out
// or takes writes of its own. Verify could not see it: what is missing there is missing on both sides.
#include <algorithm>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "preflight/checks.h"
#include "replication/filters.h"

namespace darbe::preflight {

namespace {

bool is_off(std::string value) {
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return value.empty() || value == "OFF" || value == "0" || value == "FALSE" || value == "STRICT" ||  // of …exec_mode
         value == "REPLICATE";  // of MariaDB's replicate_events_marked_for_skip
}

// `is_own`: the operator's, which may have lived with it for long.
std::optional<Finding> finding_for(const aws::Parameter& set, const std::string& group, bool is_own) {
  const std::string value = set.value.value_or("");
  const std::string another =
      is_own ? "Leave out --replica-instance-id, or name a replica that never had it." : std::string();
  if (replication::is_leaving_out(set.name) && !is_off(value))
    return Finding{.text = fmt::format("parameter group {} sets {} to {}: the replica that is read would lack what it "
                                       "leaves out, and nothing could tell",
                                       group, set.name, value),
                   .advice = is_own ? another : "Take it out of the group; on the source itself it does nothing."};
  if (is_own && set.name == "read_only" && is_off(value))
    return Finding{.text = fmt::format("parameter group {} sets read_only to {}: rows that were written on the replica "
                                       "itself would be taken for the source's",
                                       group, value),
                   .advice = another};
  return std::nullopt;
}

}  // namespace

std::vector<Finding> check_replica(const Subject& subject, std::stop_token stop) {
  const auto& own_id = subject.plan.request.replica_instance_id;
  const auto own = own_id ? subject.account.instances.find(*own_id, stop) : std::nullopt;
  if (own_id && !own) return {};  // check_names() refuses that
  const std::string group = own ? own->parameter_group() : subject.source.parameter_group();
  std::vector<Finding> findings;
  for (const aws::Parameter& set :
       subject.account.parameter_groups.parameters(group, aws::ParameterGroups::Which::set_by_user, stop))
    if (auto finding = finding_for(set, group, own.has_value())) findings.push_back(std::move(*finding));
  return findings;
}

}  // namespace darbe::preflight
