#include "steps/settle.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/letters.h"
#include "copy/creation.h"
#include "plan/target_settings.h"
#include "replication/rds_configuration.h"
#include "replication/status.h"
#include "steps/following.h"
#include "steps/parameters.h"
#include "steps/run.h"
#include "steps/source_marks.h"
#include "tables/ledger.h"
#include "tables/table.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;
using engine::Standing;

// What the target got without at first, but for backups.
aws::ModifyInstance still_to_change(const plan::LeftForTheEnd& wanted, const aws::Instance& target) {
  aws::ModifyInstance change;
  if (wanted.multi_az != target.multi_az) change.multi_az = wanted.multi_az;
  if (wanted.deletion_protection != target.deletion_protection) change.deletion_protection = wanted.deletion_protection;
  // AWS takes "Mon:04:00-Mon:04:30" and says "mon:04:00-mon:04:30".
  if (!wanted.maintenance_window.empty() &&
      !base::equal_in_any_case(wanted.maintenance_window, target.maintenance_window))
    change.maintenance_window = wanted.maintenance_window;
  if (wanted.managed_password && target.master_user_secret_arn.empty()) {
    change.manage_master_user_password = true;
    change.master_user_secret_kms_key_id = wanted.managed_password_key;
  }
  return change;
}

bool anything(const aws::ModifyInstance& change) {
  return change.multi_az || change.deletion_protection || change.maintenance_window ||
         change.manage_master_user_password;
}

// For people.
std::string members_of(const aws::ModifyInstance& change) {
  std::string names;
  const auto add = [&names](bool is_changed, const char* name) {
    if (is_changed) names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add(change.multi_az.has_value(), "Multi-AZ");
  add(change.deletion_protection.has_value(), "deletion protection");
  add(change.maintenance_window.has_value(), "its maintenance window");
  add(change.manage_master_user_password.has_value(), "a managed password");
  return names + " as it shall end";
}

// RDS sets the password after it has answered; until then nobody knows which one counts.
void wait_for_managed_password(Run& run, const std::stop_token& stop) {
  run.waiter.until(
      run.target_id(), "until RDS has set its master password",
      [](const aws::Instance& now) { return now.master_user_secret_status == "active"; }, stop);
}

bool backups_are_on(const plan::LeftForTheEnd& wanted, const aws::Instance& target) {
  return target.backup_retention_period == wanted.backup_retention_period &&
         !target.pending.contains("BackupRetentionPeriod");
}

// AWS's word may come before the restart that turns it on.
bool writes_binlog(const plan::LeftForTheEnd& wanted, mysql::Connection& target) {
  return wanted.backup_retention_period == 0 || target.number("SELECT @@GLOBAL.log_bin AS n") == 1;
}

// Before MySQL 8.0 and MariaDB 10.2.4 servers hold counters in memory: the replica, made of a snapshot, and a target
// that was restarted have forgotten what is above their rows. The source goes on by it, and gives no number twice.
using Counters = std::vector<copy::Counters>;
Counters counters_of_source(Run& run, const std::stop_token& stop) {
  mysql::Connection source = run.source(stop), target = run.target(stop);
  Counters all;
  tables::ledger::for_each_window(target, [&](const std::vector<tables::PlannedTable>& tables) {
    all.push_back(tables::read_counters(source, tables::names_of(tables)));
  });
  return all;
}

// Requires: the target has what the source held when it was asked. So a table that is not there was dropped.
void raise_counters(Run& run, Counters counters, const std::stop_token& stop) {
  mysql::Connection target = run.target(stop);
  tables::ledger::leave_out_of_binlog(target);
  for (copy::Counters& window : counters) {
    std::vector<tables::TableName> names;
    for (const auto& [table, next] : window) names.push_back(table);
    const auto there = tables::find_tables(target, names);
    std::erase_if(window, [&there](const auto& counter) { return !there.contains(counter.first); });
    copy::raise_counters(target, window);
  }
}

std::vector<aws::AssociatedRole> missing_roles(const plan::LeftForTheEnd& wanted, const aws::Instance& target) {
  std::vector<aws::AssociatedRole> missing;
  for (const aws::AssociatedRole& role : wanted.roles)
    if (std::ranges::find(target.associated_roles, role) == target.associated_roles.end()) missing.push_back(role);
  return missing;
}

void add_roles(Run& run, const plan::LeftForTheEnd& wanted, const std::stop_token& stop) {
  for (const aws::AssociatedRole& role : missing_roles(wanted, run.account.instances.get(run.target_id(), stop)))
    run.waiter.when_allowed(
        run.target_id(), fmt::format("until it can be given {}", role.arn),
        [&] { run.account.instances.add_role(run.target_id(), role, stop); }, stop);
}

void turn_backups_on(Run& run, const plan::LeftForTheEnd& wanted, const std::stop_token& stop) {
  const aws::Instance target = run.account.instances.get(run.target_id(), stop);
  if (!backups_are_on(wanted, target)) {
    aws::ModifyInstance change;
    change.backup_retention_period = wanted.backup_retention_period;
    run.waiter.when_allowed(
        run.target_id(), "until its backups can be turned on",
        [&] { run.account.instances.modify(run.target_id(), change, stop); }, stop);
  }
  run.waiter.until(
      run.target_id(), "until its backups are on",
      [&](const aws::Instance& now) { return aws::serves(now) && backups_are_on(wanted, now); }, stop);
}

// RDS tells the server of a changed group some time after it has answered, so the server itself is asked. A static
// parameter that the restart for the backups did not bring into force needs one of its own.
void require_parameters(Run& run, const aws::Instance& source, const plan::LeftForTheEnd& wanted,
                        const std::stop_token& stop) {
  wait_until_applied(run, stop);
  std::string wrong;
  const auto all_right = [&] {
    mysql::Connection target = run.target(stop);
    std::vector<std::string> unsettled = unsettled_parameters(run, source, target, stop);
    if (!writes_binlog(wanted, target)) unsettled.emplace_back("log_bin is 0 and must be 1");
    wrong = fmt::format("{}", fmt::join(unsettled, ", "));
    if (!wrong.empty()) run.report.note(fmt::format("{} waits for its final parameters: {}", run.target_id(), wrong));
    return wrong.empty();
  };
  const auto in_time = base::Poll{.every = run.settings.poll, .at_most = run.settings.patience};
  if (base::poll_until(in_time, stop, all_right)) return;
  throw Error(Kind::failed, fmt::format("{} doesn't run with its final parameters: {}", run.target_id(), wrong),
              fmt::format("Reboot {}, then run the same command again.", run.target_id()));
}

void set_configuration(Run& run, const std::stop_token& stop) {
  mysql::Connection source = run.source(stop), target = run.target(stop);
  for (const auto& [name, value] :
       replication::configuration_to_set(original_configuration(source), replication::rds_configuration(target)))
    replication::set_rds_configuration(target, name, value);
}

}  // namespace

Standing Settle::check(Run& run, std::stop_token stop) {
  const aws::Instance source = run.account.instances.get(run.source_id(), stop);
  const aws::Instance target = run.account.instances.get(run.target_id(), stop);
  mysql::Connection on_source(run.connect_options(source), stop), on_target(run.connect_options(target), stop);
  const auto unsettled = unsettled_parameters(run, source, on_target, stop);
  if (!unsettled.empty()) {
    run.saw(fmt::format("not in force yet: {}", fmt::join(unsettled, ", ")));
    return Standing::absent;
  }
  const plan::LeftForTheEnd wanted = plan::left_for_the_end(source, run.plan.request);
  bool done = true;
  const auto require = [&](bool holds, const char* otherwise) {
    if (!holds) run.saw(otherwise);
    done = done && holds;
  };
  require(backups_are_on(wanted, target) && writes_binlog(wanted, on_target), "backups are not on yet");
  require(!anything(still_to_change(wanted, target)), "the instance is not as it shall end yet");
  require(run.journal.done(name) || !wanted.managed_password || target.master_user_secret_status == "active",
          "RDS has not set its master password yet");
  require(missing_roles(wanted, target).empty(), "roles are missing");
  require(
      replication::configuration_to_set(original_configuration(on_source), replication::rds_configuration(on_target))
          .empty(),
      "RDS's own settings (binlog retention and kin) differ from the source's");
  require(replication::status(on_target).state == replication::State::on, "replication is not on");
  if (done) run.saw("parameters, backups, protection and RDS's own settings are as they shall end, and it replicates");
  return done ? Standing::done : Standing::partial;
}

void Settle::apply(Run& run, std::stop_token stop) {
  const aws::Instance source = run.account.instances.get(run.source_id(), stop);
  settle_parameters(run, source, stop);
  fault::point<"settle.parameters_back">();
  const plan::LeftForTheEnd wanted = plan::left_for_the_end(source, run.plan.request);
  expect_restart(run, stop);
  turn_backups_on(run, wanted, stop);
  fault::point<"settle.backups_on">();
  require_parameters(run, source, wanted, stop);
  watch_for_restarts(run, stop);
  Counters counters = counters_of_source(run, stop);
  run.facts.caught_up_at = follow_to_now(run, stop);
  raise_counters(run, std::move(counters), stop);
  set_configuration(run, stop);
  fault::point<"settle.retention_set">();
  add_roles(run, wanted, stop);
  const auto change = still_to_change(wanted, run.account.instances.get(run.target_id(), stop));
  if (anything(change)) {
    run.waiter.when_allowed(
        run.target_id(), "until it can be changed",
        [&] { run.account.instances.modify(run.target_id(), change, stop); }, stop);
    run.waiter.until_settled(
        run.target_id(), members_of(change),
        [&](const aws::Instance& now) { return !anything(still_to_change(wanted, now)); }, stop);
  }
  run.waiter.until(
      run.target_id(), "until its first backup is made",
      [](const aws::Instance& now) { return now.status != "backing-up"; }, stop);
  if (wanted.managed_password) wait_for_managed_password(run, stop);
  run.facts.caught_up_at = follow_to_now(run, stop);
  run.remember();
}

void Settle::undo(Run&, std::stop_token) {}  // it goes with the target

}  // namespace darbe::steps
