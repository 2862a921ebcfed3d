// darbe plan: what setup would do with the same flags. Makes nothing and changes nothing.
#include "cli/plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "aws/error.h"
#include "base/error.h"
#include "base/log.h"
#include "cli/options.h"
#include "cli/plan_report.h"
#include "cli/preparation.h"
#include "cli/reporters.h"
#include "cli/request_flags.h"
#include "cli/session.h"
#include "plan/target.h"
#include "plan/target_vpc.h"
#include "preflight/checks.h"
#include "preflight/work.h"
#include "replication/rds_configuration.h"
#include "steps/parameters.h"
#include "steps/tablespaces.h"
#include "tables/table.h"
#include "watch/windows.h"

namespace darbe::cli {

namespace {

constexpr const char* help_of_plan =
    "Example; the flags are setup's:\n"
    "  darbe plan --region eu-west-1 --source-instance-id putio16 --new-instance-id putio17 \\\n"
    "    --master-user-name root --master-user-password-file password --databases putio,mogilefs\n"
    "\n"
    "Makes all checks and changes nothing. Prints what setup would make and change, how long the steps should take "
    "and\n"
    "what that rests on, how small the new instance can be, and each value that it has otherwise than the source, "
    "with\n"
    "the reason. Exit code 0 if setup would begin, 3 if a check refuses. The checks: docs/preflight.md.\n"
    "\n";

std::vector<std::string> made_by(const Run& run, const aws::Instance& source, const aws::CreateInstance& wanted,
                                 const std::string& vpc) {
  std::vector<std::string> made = {fmt::format("instance {}: {}, {} {}, {} GiB of {}", run.target_id(),
                                               wanted.instance_class, run.plan.engine, run.plan.target_engine_version,
                                               wanted.allocated_storage.value_or(0), wanted.storage_type.value_or(""))};
  if (run.replica_is_ours())
    made.push_back(fmt::format("read replica {} of {}, which is deleted when {} has caught up", run.replica_id(),
                               run.source_id(), run.target_id()));
  made.push_back(fmt::format("parameter group {} for {}, with the values of {}", run.plan.names.parameter_group,
                             run.target_id(), steps::base_group(run, source)));
  made.push_back(
      fmt::format("security group {} in {}, for {} alone", run.plan.names.security_group, vpc, run.target_id()));
  made.push_back(fmt::format("schema darbe_journal on {}, with the run's journal", run.target_id()));
  return made;
}

// Nothing if it is kept for long enough. Who may not ask is told so by a check, and sees the rest of the plan.
std::optional<std::string> change_of_retention(const Run& run, mysql::Connection& server) {
  std::string now;
  try {
    const auto retention = replication::retention_hours(server);
    if (retention && *retention >= run.plan.binlog_retention_hours) return std::nullopt;
    now = retention ? std::to_string(*retention) : "none";
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    now = "not known";
  }
  return fmt::format("binlog retention: {} hours, now {}", run.plan.binlog_retention_hours, now);
}

std::vector<std::string> changed_by(const Run& run, const aws::Instance& source, mysql::Connection& server) {
  std::vector<std::string> changed = {
      fmt::format("a rule on its security group: TCP port {} for members of {}, if no rule lets them in already",
                  source.port.value_or(3306), run.plan.names.security_group),
      "schema darbe, with the run's record",
      fmt::format("user {}, who can do nothing but replicate", run.plan.names.replication_user)};
  if (auto change = change_of_retention(run, server)) changed.push_back(std::move(*change));
  if (!run.replica_is_ours())
    changed.push_back(fmt::format("not the source, but your replica {}: it stands still until {} has caught up",
                                  *run.plan.request.replica_instance_id, run.target_id()));
  return changed;
}

std::vector<std::string> windows_of(const Run& run, const aws::Instance& source) {
  const auto now = std::chrono::system_clock::now();
  return {fmt::format("maintenance of {}: {}", run.source_id(), watch::in_words(source.maintenance_window, now)),
          fmt::format("backups of {}: {}", run.source_id(), watch::in_words(source.backup_window, now)),
          fmt::format("maintenance of {}{}: kept a week away until Settle", run.target_id(),
                      run.replica_is_ours() ? " and of the run's replica" : "")};
}

void measure(PlanReport& report, Preflight& found, const preflight::Subject& subject, const std::string& storage_type) {
  preflight::StorageNeed need;
  preflight::list_copied_tables(subject, [&](const tables::Table& table) {
    ++report.tables;
    report.rows += table.rows_estimated;
    report.tablespace_at_most += table.data_bytes + table.index_bytes;
    need.add(table);
  });
  if (report.tables == 0) return;
  report.databases = found.databases;
  report.tablespace_now = steps::tablespace_bytes(found.server, found.databases);
  const double gib = std::ceil(need.bytes(subject.lanes) / 1024 / 1024 / 1024);
  report.allocated_least_gib =
      std::max(static_cast<unsigned>(aws::storage_gib_min(storage_type)), static_cast<unsigned>(gib));
}

// Who may not look at it is told so by check `network`.
std::string vpc_in_words(const Run& run, const aws::Instance& source, const std::stop_token& stop) {
  try {
    const auto vpc = plan::vpc_of_target(run.account.client, source, run.plan.request, stop);
    if (vpc) return *vpc;
  } catch (const aws::ApiError& error) {
    if (error.meaning() != aws::Meaning::access_denied) throw;
  }
  return "its VPC";
}

PlanReport report_of(const Run& run, const aws::Instance& source, Preflight found, const std::stop_token& stop) {
  const plan::Target target = plan::target_of(run.plan, source);
  PlanReport report;
  report.new_instance_id = run.target_id();
  report.source_instance_id = run.source_id();
  report.run_id = run.plan.names.run_id;
  report.made = made_by(run, source, target.wanted, vpc_in_words(run, source, stop));
  report.changed = changed_by(run, source, found.server);
  report.windows = windows_of(run, source);
  report.differences = plan::differences(run.plan, source, target);
  for (auto& some : {steps::differing_parameters(run, source, stop), steps::changed_defaults(run, source, stop),
                     steps::held_parameters(run, found.server)})
    report.differences.insert(report.differences.end(), some.begin(), some.end());
  if (source.allocated_storage) report.allocated_now_gib = static_cast<unsigned>(*source.allocated_storage);
  const preflight::Subject subject = found.subject(run, source);
  measure(report, found, subject, target.wanted.storage_type.value_or(""));
  report.times = step_times(preflight::work_of(subject, {.tables = report.tables, .bytes = report.tablespace_at_most}));
  report.findings = std::move(found.findings);
  return report;
}

int run_plan(const RequestOptions& options, const std::stop_token& stop) {
  const auto account = open_account(options.common);
  const std::string number = account_number(*account, stop);
  const aws::Instance source = get_source(*account, options.request.source_instance_id, stop);
  const Settings settings = settings_for(options.common, *account, source, stop);
  const auto reporter = make_reporter(options.common.output_kind());
  plan::JournalTable journal(stop);
  const Run run(plan_for(request_of(options, *account, source), number, source), settings, *account, journal,
                *reporter);
  const PlanReport report = report_of(run, source, look_before(run, source, options.allow, stop), stop);
  fmt::print("{}", options.common.output_kind() == Output::json ? to_json(report) + "\n" : to_text(report));
  return report.refused() ? base::exit_status(base::Kind::refused) : 0;
}

}  // namespace

void add_plan(CLI::App& app, std::function<int(std::stop_token)>& chosen) {
  auto options = std::make_shared<RequestOptions>();  // shared by the parser's callbacks and the command to run
  CLI::App& command = *app.add_subcommand("plan", "Make all checks and say what setup would do; change nothing");
  command.footer(std::string(help_of_plan) + exit_codes);
  add_request_flags(command, *options);
  command.callback([options, &chosen] {
    if (options->common.debug) log::set_level(log::Level::debug);
    chosen = [options](std::stop_token stop) { return run_plan(*options, stop); };
  });
}

}  // namespace darbe::cli
