// The replica that is read must hold what the source holds; its parameter group tells whether it leaves something out
// or takes writes of its own; so do events that read_only does not stop. Verify could not see it: what is missing there
// is missing on both sides.
#include <algorithm>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "objects/writing_events.h"
#include "preflight/checks.h"
#include "preflight/listed.h"
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

// A replica that is made of a snapshot has the source's events, enabled as they are, and the source's group. What the
// operator's replica has of them only it can tell, and Freeze asks it.
std::optional<Finding> finding_for_events(const Subject& subject, const std::vector<aws::Parameter>& set, bool is_own) {
  const auto scheduler = std::ranges::find(set, "event_scheduler", &aws::Parameter::name);
  const bool may_run =
      is_own ? scheduler == set.end() || !is_off(scheduler->value.value_or("")) : objects::runs_events(subject.server);
  if (!may_run) return std::nullopt;
  const std::vector<std::string> events = objects::writing_events(subject.server);
  if (events.empty()) return std::nullopt;
  return Finding{
      .weight = is_own ? Weight::warning : Weight::refusal,
      .text = fmt::format("read_only does not stop these events, whose rows on the replica that is read would be taken "
                          "for the source's: {}",
                          first_of(events)),
      .advice = is_own ? "Name a replica that always had event_scheduler OFF in its parameter group: setup stops at "
                         "one that runs them."
                       : "Disable them until the replica is frozen, take SUPER, CONNECTION_ADMIN and READ_ONLY ADMIN "
                         "from their definers, or name a replica that always had event_scheduler OFF in its parameter "
                         "group (--replica-instance-id)."};
}

}  // namespace

std::vector<Finding> check_replica(const Subject& subject, std::stop_token stop) {
  const auto& own_id = subject.plan.request.replica_instance_id;
  const auto own = own_id ? subject.account.instances.find(*own_id, stop) : std::nullopt;
  if (own_id && !own) return {};  // check_names() refuses that
  const std::string group = own ? own->parameter_group() : subject.source.parameter_group();
  std::vector<Finding> findings;
  const std::vector<aws::Parameter> set =
      subject.account.parameter_groups.parameters(group, aws::ParameterGroups::Which::set_by_user, stop);
  for (const aws::Parameter& parameter : set)
    if (auto finding = finding_for(parameter, group, own.has_value())) findings.push_back(std::move(*finding));
  if (auto finding = finding_for_events(subject, set, own.has_value())) findings.push_back(std::move(*finding));
  return findings;
}

}  // namespace darbe::preflight
