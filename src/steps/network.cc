#include "steps/network.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/error.h"
#include "aws/network.h"
#include "base/error.h"
#include "plan/target_settings.h"
#include "plan/target_vpc.h"

namespace darbe::steps {

namespace {

std::string told(const aws::NetworkInterface& interface) {
  const std::string of = interface.instance_id.empty() ? interface.description : interface.instance_id;
  return of.empty() ? interface.id : fmt::format("{} ({})", interface.id, of);
}

std::string who_may_connect(const std::string& who, const std::string& own_group, const Run& run) {
  return fmt::format("{} is in the run's security group {}, which may connect to {}", who, own_group, run.source_id());
}

// What is in the group and no instance of RDS's. Sentences.
std::vector<std::string> strange_interfaces(const Run& run, const std::string& own_group, const std::stop_token& stop) {
  std::vector<std::string> sentences;
  for (const aws::NetworkInterface& interface : aws::interfaces_in(run.account.client, own_group, stop))
    if (!interface.is_of_rds())
      sentences.push_back(who_may_connect("network interface " + told(interface), own_group, run));
  return sentences;
}

int port_of(const aws::Instance& source) { return source.port.value_or(3306); }

bool lets_out_to(const aws::Instance& source, const aws::SecurityGroupRule& rule) {
  const auto& groups = source.security_group_ids;
  return rule.is_egress && rule.protocol == "tcp" && rule.from_port == port_of(source) &&
         rule.to_port == port_of(source) && std::ranges::find(groups, rule.other_group_id) != groups.end();
}

void refuse_any(const std::vector<std::string>& strangers) {
  if (!strangers.empty())
    throw base::Error(base::Kind::refused, fmt::format("{}", fmt::join(strangers, "; ")), advice_on_strangers);
}

}  // namespace

std::vector<std::string> strangers_in(const Run& run, const std::string& own_group, std::stop_token stop) {
  std::vector<std::string> sentences = strange_interfaces(run, own_group, stop);
  for (const aws::Instance& instance : run.account.instances.list(stop)) {
    const auto& groups = instance.security_group_ids;
    const bool is_target = instance.identifier == run.target_id() && run.is_ours(instance.tags);
    if (!is_target && std::ranges::find(groups, own_group) != groups.end())
      sentences.push_back(who_may_connect(instance.identifier, own_group, run));
  }
  return sentences;
}

void require_no_strangers(const Run& run, const std::string& own_group, std::stop_token stop) {
  refuse_any(strangers_in(run, own_group, std::move(stop)));
}

bool lets_in(const aws::SecurityGroupRule& rule, const Door& door) {
  if (rule.is_egress || (rule.protocol != "tcp" && rule.protocol != "-1")) return false;
  if (rule.protocol == "tcp" && (door.port < rule.from_port || door.port > rule.to_port)) return false;
  if (rule.cidr == "0.0.0.0/0") return door.ipv4_only;
  return !rule.other_group_id.empty() && std::ranges::find(door.groups, rule.other_group_id) != door.groups.end();
}

std::optional<aws::SecurityGroup> find_own_group(const Run& run, std::stop_token stop) {
  const auto groups =
      run.account.security_groups.list({.name = run.plan.names.security_group, .vpc_id = {}, .tags = run.tags()}, stop);
  if (groups.empty()) return std::nullopt;
  return groups.front();
}

std::string make_own_group(Run& run, const aws::Instance& source, std::stop_token stop) {
  const auto vpc = plan::vpc_of_target(run.account.client, source, run.plan.request, stop);
  if (!vpc)
    throw base::Error(base::Kind::refused,
                      fmt::format("there is no DB subnet group {}", *run.plan.request.db_subnet_group_name),
                      "Make it again, then run the same command again.");
  if (const auto there = find_own_group(run, stop); there && there->vpc_id != *vpc)
    throw base::Error(base::Kind::failed,
                      fmt::format("the run's security group {} is in {}, and the new instance would be in {}",
                                  there->id, there->vpc_id, *vpc),
                      "Repeat the first command to go on, or give the run up with `darbe undo`.");
  const std::string id =
      run.account.security_groups
          .create({.name = run.plan.names.security_group,
                   .description = fmt::format("darbe: lets {} replicate from {}", run.target_id(), run.source_id()),
                   .vpc_id = *vpc,
                   .tags = run.tags()},
                  stop)
          .id;
  require_no_strangers(run, id, stop);
  run.account.security_groups.let_nothing_out(id, stop);
  return id;
}

bool leads_to_source_alone(const Run& run, const aws::Instance& source, const std::string& group_id,
                           std::stop_token stop) {
  const auto rules = run.account.security_groups.rules(group_id, std::move(stop));
  return std::ranges::any_of(rules, [&](const auto& rule) { return lets_out_to(source, rule); }) &&
         std::ranges::none_of(rules, [](const auto& rule) { return rule.lets_everything_out(); });
}

bool source_is_open_to(const Run& run, const aws::Instance& source, const std::string& group_id, std::stop_token stop) {
  // The target is in other groups too, most often the source's: a rule that lets their members in is enough.
  Door door{.port = port_of(source),
            .groups = plan::security_groups_of_target(source, run.plan.request),
            .ipv4_only = source.network_type != "DUAL"};
  door.groups.push_back(group_id);
  for (const std::string& group : source.security_group_ids)
    for (const auto& rule : run.account.security_groups.rules(group, stop))
      if (lets_in(rule, door)) return true;
  return false;
}

void open_source_to(Run& run, const aws::Instance& source, const std::string& group_id, std::stop_token stop) {
  require_no_strangers(run, group_id, stop);
  if (source.security_group_ids.empty())
    throw base::Error(base::Kind::refused, fmt::format("{} is in no VPC security group", run.source_id()),
                      "Add one to it, then run the same command again.");
  const std::string& of_source = source.security_group_ids.front();
  aws::CreateRule rule{.group_id = group_id,
                       .is_egress = true,
                       .other_group_id = of_source,
                       .port = port_of(source),
                       .description = fmt::format("darbe: {} replicates", run.target_id()),
                       .tags = run.tags()};
  if (!leads_to_source_alone(run, source, group_id, stop)) {
    run.account.security_groups.authorize(rule, stop);
    run.account.security_groups.let_nothing_out(group_id, stop);  // EC2 may not have shown its rule before
  }
  if (source_is_open_to(run, source, group_id, stop)) return;
  rule.group_id = of_source;
  rule.other_group_id = group_id;
  rule.is_egress = false;
  run.account.security_groups.authorize(rule, stop);
}

std::vector<aws::SecurityGroupRule> own_rules(const Run& run, std::stop_token stop) {
  return run.account.security_groups.rules(run.tags(), stop);
}

void remove_own_group(Run& run, std::stop_token stop) {
  const auto own = find_own_group(run, stop);
  if (!own) return;
  const auto remove = [&] {
    try {
      require_no_strangers(run, own->id, stop);  // they would be waited for for ever
    } catch (const aws::ApiError& error) {
      if (error.meaning() != aws::Meaning::access_denied) throw;  // who may not look has to wait
    }
    close_source(run, stop);
    run.account.security_groups.remove(own->id, stop);
  };
  run.waiter.when_allowed("", fmt::format("until security group {} is free", own->id), remove, stop);
}

void close_source(const Run& run, std::stop_token stop) {
  for (const auto& rule : own_rules(run, stop))
    if (!rule.is_egress) run.account.security_groups.revoke(rule, stop);
}

}  // namespace darbe::steps
