#include "cli/session.h"

#include <utility>

#include <fmt/format.h>

#include "aws/identity.h"
#include "aws/secrets.h"
#include "base/error.h"
#include "steps/in_use.h"

namespace darbe::cli {

namespace {

// Another account's password would only be refused by the servers, in words that lead astray.
base::Secret password_in_secret(const CommonOptions& options, const aws::Account& account,
                                const aws::Instance& instance, const std::stop_token& stop) {
  aws::DatabaseSecret secret = aws::database_secret(account.client, options.master_user_secret, stop);
  const std::string& user = options.master_user_name.empty() ? instance.master_username : options.master_user_name;
  if (!secret.username.empty() && secret.username != user)
    throw base::Error(
        base::Kind::refused,
        fmt::format("the secret {} is of {}, not of {}", options.master_user_secret, secret.username, user),
        "Name the master user's secret with --master-user-secret, or correct --master-user-name.");
  return std::move(secret.password);
}

}  // namespace

std::unique_ptr<aws::Account> open_account(const CommonOptions& options, aws::OnChange on_change) {
  aws::Configuration configuration =
      aws::configure({.region = options.region, .profile = options.profile, .endpoint_url = options.endpoint_url});
  configuration.on_change = std::move(on_change);
  return std::make_unique<aws::Account>(std::move(configuration));
}

aws::OnChange recorded_in(plan::JournalTable& journal) {
  return [&journal](const aws::Change& change) {
    journal.record_audit({.at = change.at,
                          .where = "aws",
                          .what = change.action,
                          .subject = change.subject,
                          .request_id = change.request_id,
                          .outcome = change.outcome});
  };
}

std::string account_number(const aws::Account& account, std::stop_token stop) {
  return base::in_context("AWS doesn't take these credentials",
                          [&] { return aws::caller_identity(account.client, stop).account; });
}

Found find_run(const aws::Account& account, const std::string& new_instance_id, std::stop_token stop) {
  Found found;
  for (aws::Instance& instance : account.instances.list(stop)) {
    const auto source = instance.tags.find(plan::tag_source);
    if (source == instance.tags.end() || !instance.tags.contains(plan::tag_run)) continue;
    if (instance.identifier != new_instance_id) continue;
    found.source_id = source->second;
    found.target = std::move(instance);
    break;
  }
  return found;
}

std::optional<aws::Instance> target_at_rest(const Run& run, const std::stop_token& stop) {
  auto target = run.account.instances.find(run.target_id(), stop);
  if (!target || !run.is_ours(target->tags) || target->address.empty() || target->status == "creating")
    return std::nullopt;
  if (aws::classify_status(target->status) == aws::Waiting::ready) return target;
  return run.waiter.until(
      run.target_id(), "to stand still, for its journal",
      [](const aws::Instance& now) { return aws::classify_status(now.status) != aws::Waiting::on_the_way; }, stop);
}

plan::Plan least_plan(const aws::Account& account, const CommonOptions& options, const std::string& source_id,
                      std::stop_token stop) {
  plan::Plan plan;
  plan.request.region = account.client.region();
  plan.request.source_instance_id = source_id;
  plan.request.new_instance_id = options.new_instance_id;
  plan.request.master_user_name = options.master_user_name;
  plan.account = account_number(account, stop);
  if (const auto source = account.instances.find(source_id, stop)) {
    if (plan.request.master_user_name.empty()) plan.request.master_user_name = source->master_username;
    plan.engine = source->engine;
    plan.source_engine_version = plan.target_engine_version = source->engine_version;
    plan.source_resource_id = source->resource_id;
  }
  plan.names = plan::names_for(plan.account, plan.request);
  return plan;
}

std::string mark_as_serving(const aws::Instance& target) {
  constexpr std::size_t region = 3;  // arn:aws:rds:eu-west-1:…
  std::string_view rest = target.arn;
  for (std::size_t field = 0; field < region; ++field) rest.remove_prefix(rest.find(':') + 1);
  return fmt::format("aws rds add-tags-to-resource --region {} --resource-name {} --tags Key={},Value={}",
                     rest.substr(0, rest.find(':')), target.arn, plan::tag_phase, plan::phase_serving);
}

void refuse_where_in_use(const Run& run, const aws::Instance& target, const char* otherwise, std::stop_token stop) {
  std::string signs;
  for (const std::string& sign : steps::signs_of_use(run, target, stop)) signs += (signs.empty() ? "" : "; ") + sign;
  if (signs.empty()) return;
  throw base::Error(base::Kind::refused, fmt::format("{} seems to be in use: {}", run.target_id(), signs),
                    fmt::format("Nothing was changed. If the application writes there, keep it: {}. If not, {}",
                                mark_as_serving(target), otherwise));
}

Settings settings_for(const CommonOptions& options, const aws::Account& account, const aws::Instance& instance,
                      const std::stop_token& stop) {
  Settings settings;
  settings.master_password = options.master_user_secret.empty() ? master_user_password(options, stop)
                                                                : password_in_secret(options, account, instance, stop);
  settings.master_user_secret = options.master_user_secret;
  if (mysql::Flavor::from_api(instance.engine, instance.engine_version).has_tls()) {
    settings.tls = tls_mode(options);
    if (settings.tls != mysql::Tls::required) settings.tls_ca = tls_ca_file(options);
  }
  settings.poll = aws::poll_interval();
  settings.patience = aws::patience();
  return settings;
}

}  // namespace darbe::cli
