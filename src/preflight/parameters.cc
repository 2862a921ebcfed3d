// The target's group gets the values that somebody set in the group it stands for; this tells of those that it can't
// get, and of one that clients may run into.
#include <algorithm>
#include <charconv>
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
  if (may_be_allowed(in_allowed_words(*set.value, known->allowed_values), known->allowed_values)) return std::nullopt;
  return Finding{.text = fmt::format("parameter group {} sets {} to {}, and family {} allows {} only", group, set.name,
                                     *set.value, family, known->allowed_values),
                 .advice = "Name a copy of the group, with a value that is allowed, with --parameter-group."};
}

constexpr const char* packet = "max_allowed_packet";

std::optional<std::string> packet_in(const std::vector<aws::Parameter>& parameters) {
  const auto found = std::ranges::find(parameters, packet, &aws::Parameter::name);
  return found == parameters.end() ? std::nullopt : found->value;
}

// As the server will have it: it rounds down to KiB. Nothing for a formula, which is RDS's to work out.
std::optional<std::uint64_t> bytes_of(const std::string& value) {
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), bytes);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return bytes / 1024 * 1024;
}

// Replication has a limit of its own (replica_max_allowed_packet, 1 GiB unless somebody set it).
Finding too_small(const std::string& what, std::uint64_t needed) {
  return {.weight = Weight::warning,
          .text = fmt::format("{}, and the source has {}: what clients send to the source may be too large for the new "
                              "instance",
                              what, needed),
          .advice =
              fmt::format("Set {} to {} or more there, or name another group with --parameter-group.", packet, needed)};
}

bool is_set_on_source(const Subject& subject, const std::stop_token& stop) {
  const auto which = aws::ParameterGroups::Which::set_by_user;
  return packet_in(subject.account.parameter_groups.parameters(subject.source.parameter_group(), which, stop))
      .has_value();
}

// RDS doesn't tell every default. The source runs with it too where nobody set another; no later series has a smaller
// one.
std::optional<Finding> finding_for_packets(const Subject& subject, const std::string& group,
                                           const std::vector<aws::Parameter>& set,
                                           const std::vector<aws::Parameter>& catalog, const std::stop_token& stop) {
  const std::uint64_t needed = subject.server.number(fmt::format("SELECT @@global.{}", packet));
  const auto own = packet_in(set);
  if (const auto known = own ? own : packet_in(catalog)) {
    const auto bytes = bytes_of(*known);
    if (!bytes || *bytes >= needed) return std::nullopt;
    return too_small(own ? fmt::format("parameter group {} sets {} to {}", group, packet, *known)
                         : fmt::format("parameter group {} leaves {} at the default of {}", group, packet, *known),
                     needed);
  }
  if (!is_set_on_source(subject, stop)) return std::nullopt;
  return too_small(fmt::format("parameter group {} leaves {} at the engine's default", group, packet), needed);
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
  const auto set = parameters_of_target(subject, aws::ParameterGroups::Which::set_by_user, stop);
  std::vector<Finding> findings;
  for (const aws::Parameter& each : set)
    if (auto finding = finding_for(group, each, version->parameter_group_family, catalog))
      findings.push_back(std::move(*finding));
  if (auto finding = finding_for_packets(subject, group, set, catalog, stop)) findings.push_back(std::move(*finding));
  return findings;
}

}  // namespace darbe::preflight
