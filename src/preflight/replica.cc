// The replica that is read must hold what the source holds; its parameter group tells whether it leaves something out
// or takes writes of its own; so do events that read_only does not stop, and with read_only off all of them. Verify
// could not see it: what is missing there is missing on both sides.
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

// The run's own replica where the source's group lets it take writes. Nobody knows it: only events could write there.
Finding finding_for_writable(const Subject& subject, const std::string& group, const std::string& value) {
  const std::string advice =
      fmt::format("Set read_only to {} in parameter group {} (it takes effect at once, and the source stays writable)",
                  aws::true_if_replica, group);
  std::vector<std::string> events;
  if (objects::runs_events(subject.server)) events = objects::writing_events(subject.server, objects::ReadOnly::off);
  if (events.empty())
    return {.weight = Weight::warning,
            .text = fmt::format("parameter group {} sets read_only to {}: an event that runs on the replica that is "
                                "read would write there, too, and setup stops at one",
                                group, value),
            .advice = advice + "."};
  return {.text = fmt::format("parameter group {} sets read_only to {}: these events would write on the replica that "
                              "is read, and their rows be taken for the source's: {}",
                              group, value, first_of(events)),
          .advice = advice +
                    ", disable them until the replica is frozen, or name a replica that always had read_only 1 "
                    "(--replica-instance-id)."};
}

// A replica that is made of a snapshot has the source's events, enabled as they are, and the source's group. What the
// operator's replica has of them only it can tell, and Freeze asks it.
std::optional<Finding> finding_for_events(const Subject& subject, const std::vector<aws::Parameter>& set, bool is_own) {
  const auto scheduler = std::ranges::find(set, "event_scheduler", &aws::Parameter::name);
  const bool may_run =
      is_own ? scheduler == set.end() || !is_off(scheduler->value.value_or("")) : objects::runs_events(subject.server);
  if (!may_run) return std::nullopt;
  const std::vector<std::string> events = objects::writing_events(subject.server, objects::ReadOnly::on);
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
  const auto read_only = std::ranges::find(set, "read_only", &aws::Parameter::name);
  if (!own && read_only != set.end() && is_off(read_only->value.value_or("")))
    findings.push_back(finding_for_writable(subject, group, read_only->value.value_or("")));
  else if (auto finding = finding_for_events(subject, set, own.has_value()))
    findings.push_back(std::move(*finding));
  return findings;
}

}  // namespace darbe::preflight
