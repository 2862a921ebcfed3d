#include "cli/preparation.h"

#include <fmt/format.h>

#include "aws/waiter.h"
#include "base/error.h"
#include "mysql/error.h"
#include "plan/target.h"
#include "preflight/checks.h"
#include "steps/copy_options.h"

namespace darbe::cli {

namespace {

using base::Error;
using base::Kind;

constexpr unsigned retention_hours_default = 24;  // the original's; RDS's limit is 168

// A server that says why it lets nobody in is not silent.
bool is_silent(const mysql::ServerError& error) {
  const mysql::Meaning meaning = mysql::meaning_of(error);
  return meaning != mysql::Meaning::access_denied && meaning != mysql::Meaning::sessions_taken &&
         error.advice().empty();
}

// Of an instance that AWS calls away, its word says more than the server's silence.
void refuse_where_away(const aws::Instance& source, const mysql::ServerError& error) {
  const aws::Waiting state = aws::classify_status(source.status);
  if (state == aws::Waiting::ready || state == aws::Waiting::usable || !is_silent(error)) return;
  throw Error(
      Kind::refused,
      fmt::format("{} is {}, and doesn't answer: {}", source.identifier, source.status, base::text_of(error)),
      state == aws::Waiting::hopeless ? aws::advice_for(source.status) : "Run the command again when it is available.");
}

// The first connection tells wrong passwords and closed networks apart from all that may go wrong later.
mysql::Connection connect_to_source(const Run& run, const aws::Instance& source, const std::stop_token& stop) {
  try {
    return {run.connect_options(source), stop};
  } catch (const mysql::ServerError& error) {
    refuse_where_away(source, error);
    const bool denied = mysql::meaning_of(error) == mysql::Meaning::access_denied;
    const std::string advice = denied ? "Correct --master-user-name or the password."
                               : !error.advice().empty()
                                   ? error.advice()
                                   : "darbe must run where it reaches the instances: in their VPC, in a group that may "
                                     "connect to them.";
    throw Error(Kind::refused,  // as one: of nested ones, the innermost one's kind counts
                fmt::format("can't connect to {} as {}: {}", source.identifier, run.plan.request.master_user_name,
                            base::text_of(error)),
                advice);
  }
}

std::vector<std::string> databases_of(const Run& run, mysql::Connection& server) {
  try {
    return run.databases(server);
  } catch (const Error& error) {
    if (error.kind() != Kind::refused) throw;
    return {};  // the check `databases` names what is missing
  }
}

Preflight nothing_found_yet(const Run& run, const aws::Instance& source, const std::stop_token& stop) {
  Preflight found{.server = connect_to_source(run, source, stop), .databases = {}, .findings = {}};
  found.databases = databases_of(run, found.server);
  return found;
}

void report(Run& run, const preflight::Finding& warning) {
  run.report.warning(warning.text + (warning.text.ends_with('.') ? " " : ". ") + warning.advice);
}

}  // namespace

plan::Plan plan_for(plan::Request request, const std::string& account, const aws::Instance& source) {
  plan::Plan plan;
  plan.account = account;
  plan.names = plan::names_for(account, request);
  plan.engine = source.engine;
  plan.source_engine_version = source.engine_version;
  plan.target_engine_version = request.engine_version.value_or(source.engine_version);
  plan.source_resource_id = source.resource_id;
  plan.binlog_retention_hours = request.binlog_retention_hours.value_or(retention_hours_default);
  plan.request = std::move(request);
  return plan;
}

aws::Instance get_source(const aws::Account& account, const std::string& id, const std::stop_token& stop) {
  if (auto source = account.instances.find(id, stop)) return *source;
  throw Error(Kind::refused, fmt::format("there is no instance {} in {}", id, account.client.region()),
              "Correct --source-instance-id or --region.");
}

preflight::Subject Preflight::subject(const Run& run, const aws::Instance& source) {
  const std::string instance_class = plan::target_of(run.plan, source).wanted.instance_class;
  return {.plan = run.plan,
          .account = run.account,
          .source = source,
          .server = server,
          .databases = databases,
          .master_password = run.settings.master_password,
          .lanes = steps::lanes_to_begin_with(run.settings.jobs, instance_class, false)};
}

Preflight look_before(const Run& run, const aws::Instance& source, const std::vector<std::string>& allow,
                      const std::stop_token& stop) {
  Preflight found = nothing_found_yet(run, source, stop);
  found.findings = preflight::look(found.subject(run, source), allow, stop);
  return found;
}

void warn_of_windows(Run& run, const aws::Instance& source, const std::stop_token& stop) {
  Preflight found = nothing_found_yet(run, source, stop);
  for (const preflight::Finding& finding : preflight::check_maintenance(found.subject(run, source), stop))
    report(run, finding);
}

void run_preflight(Run& run, const aws::Instance& source, const std::vector<std::string>& allow,
                   const std::stop_token& stop) {
  std::string refusals, advice;
  for (const preflight::Finding& finding : look_before(run, source, allow, stop).findings) {
    if (finding.weight == preflight::Weight::warning) {
      report(run, finding);
      continue;
    }
    refusals += fmt::format("{}{} ({})", refusals.empty() ? "" : "; ", finding.text, finding.check);
    advice += (advice.empty() ? "" : " ") + finding.advice;
  }
  if (!refusals.empty()) throw Error(Kind::refused, refusals, advice);
}

}  // namespace darbe::cli
