#include "steps/parameters.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "aws/engine_versions.h"
#include "base/error.h"
#include "base/fault.h"
#include "mysql/quote.h"
#include "replication/filters.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;

// What speeds the load up or lets every row through, and what each must end as where neither the group nor the engine's
// defaults say (facts/rds-mysql.md 3.2). flush_log is 2, never 0: with 0 a killed server lost acknowledged commits.
struct Tuned {
  const char* name;
  const char* for_the_load;
  const char* must_end_as;  // nullptr: the engine's default, which may be a formula
};
constexpr Tuned tuned[] = {
    {"innodb_flush_log_at_trx_commit", "2", "1"},
    {"sync_binlog", "0", "1"},
    {"local_infile", "1", nullptr},
    {"max_allowed_packet", "1073741824", nullptr},
    {"innodb_strict_mode", "0", nullptr},  // row formats that an old server let pass
    // The master user need not be allowed to set these for a session; tables come as the source has them.
    {"sql_require_primary_key", "0", nullptr},
    {"sql_generate_invisible_primary_key", "0", nullptr},
    {"innodb_force_primary_key", "0", nullptr},    // MariaDB's
    {"replica_checkpoint_period", "10", nullptr},  // a position wait answers in 11 ms instead of 300 (PROTOCOL.md 2)
    {"slave_checkpoint_period", "10", nullptr},
};

// In force from the creation to the switch.
constexpr std::pair<const char*, const char*> held[] = {{"read_only", "0"}, {"event_scheduler", "OFF"}};

using ByName = std::map<std::string, aws::Parameter, std::less<>>;

ByName by_name(std::vector<aws::Parameter> parameters) {
  ByName map;
  for (aws::Parameter& parameter : parameters) map.emplace(parameter.name, std::move(parameter));
  return map;
}

std::string family_of_target(const Run& run, const std::stop_token& stop) {
  const auto version =
      aws::find_engine_version(run.account.client, run.plan.engine, run.plan.target_engine_version, stop);
  if (!version)
    throw Error(Kind::refused, fmt::format("RDS doesn't offer {} {}", run.plan.engine, run.plan.target_engine_version),
                "Choose one of `aws rds describe-db-engine-versions` with --engine-version.");
  return version->parameter_group_family;
}

// What somebody set in the group that the target's stands for.
ByName base_values(const Run& run, const aws::Instance& source, const std::stop_token& stop) {
  return by_name(
      run.account.parameter_groups.parameters(base_group(run, source), aws::ParameterGroups::Which::set_by_user, stop));
}

aws::ApplyMethod method_for(const aws::Parameter& parameter) {
  return parameter.apply_type == "static" ? aws::ApplyMethod::pending_reboot : aws::ApplyMethod::immediate;
}

// A change, if the family has the parameter and lets us set it.
std::optional<aws::ParameterChange> change_of(const ByName& catalog, const std::string& name,
                                              const std::string& value) {
  const auto found = catalog.find(name);
  if (found == catalog.end() || !found->second.is_modifiable) return std::nullopt;
  return aws::ParameterChange{.name = name, .value = value, .apply = method_for(found->second)};
}

std::vector<aws::ParameterChange> changes_for_the_load(const ByName& catalog, const ByName& base) {
  std::map<std::string, std::string> values;
  for (const auto& [name, parameter] : base)
    if (parameter.value) values[name] = *parameter.value;
  for (const Tuned& row : tuned) values[row.name] = row.for_the_load;
  for (const auto& [name, value] : held) values[name] = value;
  std::vector<aws::ParameterChange> changes;
  for (const auto& [name, value] : values)
    if (auto change = change_of(catalog, name, value)) changes.push_back(std::move(*change));
  return changes;
}

// Servers and API say ON and 1, OFF and 0.
std::string normalized(std::string value) {
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (value == "ON" || value == "TRUE") return "1";
  if (value == "OFF" || value == "FALSE") return "0";
  return value;
}

// What the server must run with in the end; nothing where the engine computes it.
std::optional<std::string> final_value(const Tuned& row, const ByName& catalog, const ByName& base) {
  if (const auto set = base.find(row.name); set != base.end() && set->second.value) return set->second.value;
  if (row.must_end_as != nullptr) return row.must_end_as;
  const auto found = catalog.find(row.name);
  if (found == catalog.end() || !found->second.value || found->second.value->starts_with("{")) return std::nullopt;
  return found->second.value;
}

constexpr const char* engines_default = "the engine's default";

std::optional<std::string> value_in(const ByName& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : found->second.value;
}

std::optional<std::string> server_variable(mysql::Connection& server, const std::string& name) {
  const auto rows =
      server.query(fmt::format("SHOW GLOBAL VARIABLES WHERE Variable_name = {}", mysql::quote_text(name)));
  if (rows.empty()) return std::nullopt;
  return rows.rows[0].at(1);
}

// Nothing for a copy of all, nor where no filter can hold their names: check_filters() refuses that.
std::optional<std::string> filter(const Run& run) {
  if (!run.plan.request.databases) return std::nullopt;
  try {
    return replication::wild_do_table(*run.plan.request.databases);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// Nobody knows what the engine makes of its default; but the source, where it has the same group, runs with that.
bool has_value_of_the_load(const Run& run, const aws::Instance& source, const Tuned& row, const std::string& found,
                           const std::optional<std::string>& on_source) {
  return base_group(run, source) == source.parameter_group() && on_source &&
         normalized(found) == normalized(row.for_the_load) && normalized(*on_source) != normalized(found);
}

bool in_force(const aws::Instance& target) {
  return std::ranges::all_of(target.parameter_groups, [](const auto& group) { return group.status == "in-sync"; });
}

}  // namespace

std::string base_group(const Run& run, const aws::Instance& source) {
  return run.plan.request.parameter_group.value_or(source.parameter_group());
}

std::optional<std::string> in_base_group(const Run& run, const aws::Instance& source, const std::string& name,
                                         std::stop_token stop) {
  return value_in(
      by_name(run.account.parameter_groups.parameters(base_group(run, source), aws::ParameterGroups::Which::all, stop)),
      name);
}

void make_parameter_group(Run& run, const aws::Instance& source, std::stop_token stop) {
  const std::string family = family_of_target(run, stop);
  run.account.parameter_groups.create(
      {.name = run.plan.names.parameter_group,
       .family = family,
       .description = fmt::format("darbe: {} in place of {}", run.target_id(), run.source_id()),
       .tags = run.tags()},
      stop);
  fault::point<"provision.parameter_group_made">();
  const ByName catalog = by_name(run.account.parameter_groups.engine_defaults(family, stop));
  run.account.parameter_groups.modify(run.plan.names.parameter_group,
                                      changes_for_the_load(catalog, base_values(run, source, stop)), stop);
}

void settle_parameters(Run& run, const aws::Instance& source, std::stop_token stop) {
  const ByName catalog = by_name(run.account.parameter_groups.engine_defaults(family_of_target(run, stop), stop));
  const ByName base = base_values(run, source, stop);
  std::vector<aws::ParameterChange> set, reset;
  for (const Tuned& row : tuned) {
    const auto value = base.find(row.name);
    const bool by_user = value != base.end() && value->second.value;
    const std::string end = by_user ? *value->second.value : row.must_end_as != nullptr ? row.must_end_as : "";
    auto change = change_of(catalog, row.name, end);
    if (change) (end.empty() ? reset : set).push_back(std::move(*change));
  }
  run.account.parameter_groups.modify(run.plan.names.parameter_group, set, stop);
  fault::point<"settle.parameters_set">();
  run.account.parameter_groups.reset(run.plan.names.parameter_group, reset, stop);
}

std::vector<std::string> unsettled_parameters(Run& run, const aws::Instance& source, mysql::Connection& target,
                                              std::stop_token stop) {
  const ByName catalog = by_name(run.account.parameter_groups.engine_defaults(family_of_target(run, stop), stop));
  const ByName base = base_values(run, source, stop);
  mysql::Connection on_source(run.connect_options(source), stop);
  std::vector<std::string> sentences;
  for (const Tuned& row : tuned) {
    const auto wanted = final_value(row, catalog, base);
    const auto found = server_variable(target, row.name);
    if (!found) continue;
    if (wanted && normalized(*wanted) != normalized(*found))
      sentences.push_back(fmt::format("{} is {} and must be {}", row.name, *found, *wanted));
    if (!wanted && has_value_of_the_load(run, source, row, *found, server_variable(on_source, row.name)))
      sentences.push_back(fmt::format("{} is {}, as for the load", row.name, *found));
  }
  return sentences;
}

std::vector<plan::Difference> differing_parameters(const Run& run, const aws::Instance& source, std::stop_token stop) {
  const auto& groups = run.account.parameter_groups;
  const std::string group = base_group(run, source);
  const auto version =
      aws::find_engine_version(run.account.client, run.plan.engine, run.plan.target_engine_version, stop);
  if (!version || !groups.find(group, stop)) return {};
  const ByName catalog = by_name(groups.engine_defaults(version->parameter_group_family, stop));
  const ByName here =
      by_name(groups.parameters(source.parameter_group(), aws::ParameterGroups::Which::set_by_user, stop));
  const ByName base = base_values(run, source, stop);
  std::set<std::string> names;
  for (const ByName* values : {&here, &base})
    for (const auto& [name, parameter] : *values) names.insert(name);
  std::vector<plan::Difference> found;
  for (const std::string& name : names) {
    const auto now = value_in(here, name), then = value_in(base, name);
    const bool is_taken = then && change_of(catalog, name, *then);
    if (is_taken ? now && normalized(*now) == normalized(*then) : !now) continue;
    found.push_back({.what = name,
                     .source = now.value_or(engines_default),
                     .target = is_taken ? *then : engines_default,
                     .reason = then && !is_taken ? fmt::format("{} doesn't have it, or doesn't let it be set",
                                                               version->parameter_group_family)
                                                 : fmt::format("as in {}, asked for with --parameter-group", group)});
  }
  return found;
}

std::vector<plan::Difference> held_parameters(const Run& run, mysql::Connection& source) {
  std::vector<plan::Difference> found;
  if (const auto value = filter(run))
    found.push_back({.what = "replicate-wild-do-table",
                     .source = "none",
                     .target = *value,
                     .reason = "only the databases of --databases are replicated"});
  for (const auto& [name, value] : held) {
    const auto now = server_variable(source, name);
    if (now && normalized(*now) != normalized(value))
      found.push_back({.what = name, .source = *now, .target = value, .reason = "held until the switch"});
  }
  return found;
}

void set_parameter(Run& run, const std::string& name, const std::string& value, std::stop_token stop) {
  const ByName catalog = by_name(
      run.account.parameter_groups.parameters(run.plan.names.parameter_group, aws::ParameterGroups::Which::all, stop));
  const auto found = catalog.find(name);
  if (found == catalog.end() || !found->second.is_modifiable)
    throw Error(Kind::refused, fmt::format("RDS doesn't let {} be set for this engine", name));
  const aws::ApplyMethod method = method_for(found->second);
  if (found->second.value != value)
    run.account.parameter_groups.modify(run.plan.names.parameter_group, {{name, value, method}}, stop);
  if (method == aws::ApplyMethod::pending_reboot) {
    const auto target = run.account.instances.get(run.target_id(), stop);
    if (in_force(target) && found->second.value == value) return;
std::vector<plan::Difference> changed_defaults(const Run& run, const aws::Instance& source, std::stop_token stop) {
  const auto& groups = run.account.parameter_groups;
  const auto version =
      aws::find_engine_version(run.account.client, run.plan.engine, run.plan.target_engine_version, stop);
  const auto group = groups.find(source.parameter_group(), stop);
  if (!version || !group || !groups.find(base_group(run, source), stop)) return {};
  const std::string &before = group->family, &after = version->parameter_group_family;
  if (before == after) return {};
  const ByName here = by_name(groups.parameters(group->name, aws::ParameterGroups::Which::set_by_user, stop));
  const ByName base = base_values(run, source, stop);
  const ByName now = by_name(groups.engine_defaults(before, stop));
  const ByName then = by_name(groups.engine_defaults(after, stop));
  std::vector<plan::Difference> found;
  for (const auto& [name, parameter] : now) {
    const auto other = then.find(name);
    if (other == then.end() || value_in(here, name) || value_in(base, name)) continue;
    if (parameter.value.has_value() == other->second.value.has_value() &&
        normalized(parameter.value.value_or("")) == normalized(other->second.value.value_or("")))
      continue;
    found.push_back({.what = name,
                     .source = parameter.value.value_or(engines_default),
                     .target = other->second.value.value_or(engines_default),
                     .reason = fmt::format("the default of {}, which nobody set otherwise", after)});
  }
  found.push_back({.what = "the engine's own defaults",
                   .source = fmt::format("those of {} {}", run.plan.engine, run.plan.source_engine_version),
                   .target = fmt::format("those of {} {}", run.plan.engine, run.plan.target_engine_version),
                   .reason = "AWS tells those that RDS sets; see the release notes for what else changed"});
  return found;
}

    run.waiter.when_allowed(
        run.target_id(), "until it can restart", [&] { run.account.instances.reboot(run.target_id(), stop); }, stop);
  }
  run.waiter.until(
      run.target_id(), fmt::format("until {} is in force", name),
      [](const aws::Instance& target) { return target.status == "available" && in_force(target); }, stop);
}

}  // namespace darbe::steps
