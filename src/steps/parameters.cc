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
#include "preflight/parameter_values.h"
#include "replication/filters.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;

// What speeds the load up or lets every row through (facts/rds-mysql.md 3.2). flush_log is 2, never 0: with 0 a killed
// server lost acknowledged commits.
//
// Each must end as what somebody set in the group that the target's stands for. Where nobody did:
enum class Ends {
  as_written,  // `must_end_as`, which Settle writes into the group
  as_default,  // the engine's default: Settle resets the group. `must_end_as`, if any, is what it is in every version
  untouched,   // as it is: the run leaves it alone
};
struct Tuned {
  const char* name;
  const char* for_the_load;
  Ends ends;
  const char* must_end_as = nullptr;
};
constexpr Tuned tuned[] = {
    {"innodb_flush_log_at_trx_commit", "2", Ends::as_written, "1"},
    {"sync_binlog", "0", Ends::as_written, "1"},
    {"local_infile", "1", Ends::as_default},
    {"max_allowed_packet", "1073741824", Ends::as_default},
    {"innodb_strict_mode", "0", Ends::as_default},  // row formats that an old server let pass
    // The master user need not be allowed to set these for a session; tables come as the source has them.
    {"sql_require_primary_key", "0", Ends::as_default, "0"},
    {"sql_generate_invisible_primary_key", "0", Ends::as_default, "0"},
    {"innodb_force_primary_key", "0", Ends::as_default, "0"},  // MariaDB's
    // A position wait answers in 11 ms instead of 300 (PROTOCOL.md 2). One variable: MySQL 8.0 goes by both names, and
    // a group may set either.
    {"replica_checkpoint_period", "10", Ends::as_default},
    {"slave_checkpoint_period", "10", Ends::as_default},
    // Logs of statements slow the load down, and would hold the CALL with the replication user's password, in
    // CloudWatch too where they are exported. The last is MariaDB's other name for slow_query_log, from 10.11 on.
    {"general_log", "0", Ends::untouched},
    {"slow_query_log", "0", Ends::untouched},
    {"log_slow_query", "0", Ends::untouched},
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
  return aws::ParameterChange{.name = name,
                              .value = preflight::in_allowed_words(value, found->second.allowed_values),
                              .apply = method_for(found->second)};
}

bool is_touched(const Tuned& row, const ByName& base) { return row.ends != Ends::untouched || base.contains(row.name); }

std::vector<aws::ParameterChange> changes_for_the_load(const ByName& catalog, const ByName& base) {
  std::map<std::string, std::string> values;
  for (const auto& [name, parameter] : base)
    if (parameter.value && !replication::is_leaving_out(name)) values[name] = *parameter.value;
  for (const Tuned& row : tuned)
    if (is_touched(row, base)) values[row.name] = row.for_the_load;
  for (const auto& [name, value] : held) values[name] = value;
  std::vector<aws::ParameterChange> changes;
  for (const auto& [name, value] : values)
    if (auto change = change_of(catalog, name, value)) changes.push_back(std::move(*change));
  return changes;
}

// What an earlier command, with other options or another base, set in the run's group, and this one doesn't.
std::vector<aws::ParameterChange> left_over(const Run& run, const ByName& catalog,
                                            const std::vector<aws::ParameterChange>& wanted,
                                            const std::stop_token& stop) {
  const ByName there = by_name(run.account.parameter_groups.parameters(run.plan.names.parameter_group,
                                                                       aws::ParameterGroups::Which::set_by_user, stop));
  std::vector<aws::ParameterChange> changes;
  for (const auto& [name, parameter] : there) {
    if (std::ranges::find(wanted, name, &aws::ParameterChange::name) != wanted.end()) continue;
    if (auto change = change_of(catalog, name, "")) changes.push_back(std::move(*change));
  }
  return changes;
}

// Servers and API say ON and 1, OFF and 0.
std::string normalized(std::string value) {
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (value == "ON" || value == "TRUE") return "1";
  if (value == "OFF" || value == "FALSE") return "0";
  return value;
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

bool in_force(const aws::Instance& instance) {
  return std::ranges::all_of(instance.parameter_groups, [](const auto& group) { return group.status == "in-sync"; });
}

bool has_group_that_is(const aws::Instance& instance, std::string_view status) {
  return std::ranges::find(instance.parameter_groups, status, &aws::GroupMembership::status) !=
         instance.parameter_groups.end();
}

bool is_applying(const aws::Instance& instance) { return has_group_that_is(instance, "applying"); }

using GroupAction = decltype(&aws::ParameterGroups::modify);

// A request at a time, each as soon as AWS lets it: it may still be at work on the one before.
void change_group(const Run& run, GroupAction action, const std::vector<aws::ParameterChange>& changes,
                  const std::stop_token& stop) {
  const std::string& group = run.plan.names.parameter_group;
  for (const std::vector<aws::ParameterChange>& request : aws::in_requests(changes))
    run.waiter.when_allowed(
        "", fmt::format("until parameter group {} can be changed", group),
        [&] { (run.account.parameter_groups.*action)(group, request, stop); }, stop);
}

void restart_target(const Run& run, const std::stop_token& stop) {
  run.waiter.when_allowed(
      run.target_id(), "until it can restart", [&] { run.account.instances.reboot(run.target_id(), stop); }, stop);
}

// What a parameter ends as follows from these.
struct Ground {
  ByName catalog;  // the defaults of the target's family, as RDS tells them
  ByName base;     // what is set in the group that the target's stands for
  // What is set in the source's group; nothing where its server needn't run with that, or its family is another one.
  std::optional<ByName> on_source;
};

Ground ground_of(const Run& run, const aws::Instance& source, const std::stop_token& stop) {
  const auto& groups = run.account.parameter_groups;
  const std::string family = family_of_target(run, stop);
  Ground ground{.catalog = by_name(groups.engine_defaults(family, stop)),
                .base = base_values(run, source, stop),
                .on_source = std::nullopt};
  const auto group = groups.find(source.parameter_group(), stop);
  if (group && group->family == family && in_force(source))
    ground.on_source = by_name(groups.parameters(group->name, aws::ParameterGroups::Which::set_by_user, stop));
  return ground;
}

// As the server will have it: it rounds max_allowed_packet down to KiB (MySQL, "Server System Variables"). Formulas are
// RDS's to work out.
std::optional<std::string> as_server_has(const std::string& name, const std::string& value) {
  if (value.find('{') != std::string::npos) return std::nullopt;
  if (name != "max_allowed_packet") return value;
  return std::to_string(std::stoull(value) / 1024 * 1024);
}

// What the server must run with in the end. RDS doesn't tell every default: a source of the same family runs with it
// where nobody set the parameter there. Nothing where nobody can know.
std::optional<std::string> final_value(const Tuned& row, const Ground& ground, mysql::Connection& source) {
  if (const auto set = value_in(ground.base, row.name)) return as_server_has(row.name, *set);
  if (row.ends == Ends::as_written) return row.must_end_as;
  if (const auto told = value_in(ground.catalog, row.name)) return as_server_has(row.name, *told);
  if (ground.on_source && !value_in(*ground.on_source, row.name))
    if (auto there = server_variable(source, row.name)) return there;
  if (row.must_end_as != nullptr) return row.must_end_as;
  return std::nullopt;
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

void require_own_use(const Run& run, std::stop_token stop) {
  const std::string& group = run.plan.names.parameter_group;
  for (const aws::Instance& instance : run.account.instances.list(stop))
    if (!(instance.identifier == run.target_id() && run.is_ours(instance.tags)) &&
        instance.replica_source != run.target_id() &&
        std::ranges::find(instance.parameter_groups, group, &aws::GroupMembership::name) !=
            instance.parameter_groups.end())
      throw Error(Kind::failed,
                  fmt::format("{} uses parameter group {}, which is the run's own", instance.identifier, group),
                  fmt::format("Give {} another group (aws rds modify-db-instance --db-parameter-group-name; static "
                              "values take a restart), then run the same command again.",
                              instance.identifier));
}

void make_parameter_group(Run& run, const aws::Instance& source, std::stop_token stop) {
  const std::string family = family_of_target(run, stop);
  const aws::ParameterGroup group = run.account.parameter_groups.create(
      {.name = run.plan.names.parameter_group,
       .family = family,
       .description = fmt::format("darbe: {} in place of {}", run.target_id(), run.source_id()),
       .tags = run.tags()},
      stop);
  fault::point<"provision.parameter_group_made">();
  require_own_use(run, stop);  // it may be an earlier command's of the same names
  if (group.family != family)
    throw Error(Kind::refused,
                fmt::format("parameter group {}, which an earlier command made, is of the family {}, and {} needs {}",
                            group.name, group.family, run.target_id(), family),
                fmt::format("`darbe undo --source-instance-id {}` takes it back; then begin again.", run.source_id()));
  const ByName catalog = by_name(run.account.parameter_groups.engine_defaults(family, stop));
  const auto changes = changes_for_the_load(catalog, base_values(run, source, stop));
  change_group(run, &aws::ParameterGroups::reset, left_over(run, catalog, changes, stop), stop);
  change_group(run, &aws::ParameterGroups::modify, changes, stop);
}

void settle_parameters(Run& run, const aws::Instance& source, std::stop_token stop) {
  require_own_use(run, stop);
  const ByName catalog = by_name(run.account.parameter_groups.engine_defaults(family_of_target(run, stop), stop));
  const ByName base = base_values(run, source, stop);
  std::vector<aws::ParameterChange> set, reset;
  for (const Tuned& row : tuned) {
    if (!is_touched(row, base)) continue;
    auto end = value_in(base, row.name);
    if (!end && row.ends == Ends::as_written) end = row.must_end_as;
    auto change = change_of(catalog, row.name, end.value_or(""));
    if (change) (end ? set : reset).push_back(std::move(*change));
  }
  change_group(run, &aws::ParameterGroups::modify, set, stop);
  fault::point<"settle.parameters_set">();
  change_group(run, &aws::ParameterGroups::reset, reset, stop);
}

std::vector<std::string> unsettled_parameters(Run& run, const aws::Instance& source, mysql::Connection& target,
                                              std::stop_token stop) {
  const Ground ground = ground_of(run, source, stop);
  mysql::Connection on_source(run.connect_options(source), stop);
  std::vector<std::string> sentences;
  for (const Tuned& row : tuned) {
    if (!is_touched(row, ground.base)) continue;
    const auto found = server_variable(target, row.name);
    const bool was_tuned = change_of(ground.catalog, row.name, row.for_the_load).has_value();
    if (!found || !was_tuned) continue;
    const auto wanted = final_value(row, ground, on_source);
    if (wanted && normalized(*wanted) != normalized(*found))
      sentences.push_back(fmt::format("{} is {} and must be {}", row.name, *found, *wanted));
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
    const bool leaves_out = replication::is_leaving_out(name);
    const bool is_taken = then && !leaves_out && change_of(catalog, name, *then);
    if (is_taken ? now && normalized(*now) == normalized(*then) : !now) continue;
    found.push_back({.what = name,
                     .source = now.value_or(engines_default),
                     .target = is_taken ? *then : engines_default,
                     .reason = leaves_out          ? "it would leave out changes of the source"
                               : then && !is_taken ? fmt::format("{} doesn't have it, or doesn't let it be set",
                                                                 version->parameter_group_family)
                                                   : fmt::format("as in {}, asked for with --parameter-group", group)});
  }
  return found;
}

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

aws::Instance wait_until_applied(const Run& run, std::stop_token stop) {
  return run.waiter.until(
      run.target_id(), "until its parameters are applied",
      [](const aws::Instance& target) { return !is_applying(target); }, stop);
}

aws::Instance bring_group_into_force(Run& run, aws::Instance target, std::stop_token stop) {
  if (is_applying(target)) target = wait_until_applied(run, stop);
  if (!has_group_that_is(target, "pending-reboot")) return target;
  run.report.note(fmt::format("restarting {}: it was made without the static values of {}", run.target_id(),
                              run.plan.names.parameter_group));
  restart_target(run, stop);
  // AWS may go on saying so for a moment after it has taken the restart on.
  target = run.waiter.until(
      run.target_id(), "until its parameters are in force",
      [](const aws::Instance& now) {
        return aws::serves(now) && !is_applying(now) && !has_group_that_is(now, "pending-reboot");
      },
      stop);
  if (in_force(target)) return target;
  throw Error(Kind::failed,
              fmt::format("{} was restarted, and RDS calls its parameter group {}", run.target_id(),
                          target.parameter_groups.at(0).status),
              fmt::format("See in RDS's events what it says of {}; run the same command again.",
                          run.plan.names.parameter_group));
}

void set_parameter(Run& run, const std::string& name, const std::string& value, std::stop_token stop) {
  require_own_use(run, stop);
  const ByName catalog = by_name(
      run.account.parameter_groups.parameters(run.plan.names.parameter_group, aws::ParameterGroups::Which::all, stop));
  const auto found = catalog.find(name);
  if (found == catalog.end() || !found->second.is_modifiable)
    throw Error(Kind::refused, fmt::format("RDS doesn't let {} be set for this engine", name));
  const aws::ApplyMethod method = method_for(found->second);
  if (found->second.value != value) change_group(run, &aws::ParameterGroups::modify, {{name, value, method}}, stop);
  if (method == aws::ApplyMethod::pending_reboot) {
    const auto target = run.account.instances.get(run.target_id(), stop);
    if (in_force(target) && found->second.value == value) return;
    restart_target(run, stop);
  }
  // Another value of the group may wait for a restart that nothing here needs.
  const bool restarts = method == aws::ApplyMethod::pending_reboot;
  run.waiter.until(
      run.target_id(), fmt::format("until {} is in force", name),
      [restarts](const aws::Instance& target) {
        return aws::serves(target) && (restarts ? in_force(target) : !is_applying(target));
      },
      stop);
}

}  // namespace darbe::steps
