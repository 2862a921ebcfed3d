#include "steps/run.h"

#include <fmt/format.h>

#include "plan/target.h"
#include "tables/table.h"

namespace darbe {

namespace {

void tell(steps::Reporter& report, const aws::WaitState& state) {
  const std::string line =
      fmt::format("waiting {}{}: {}{}{}", state.subject.empty() ? "" : fmt::format("for {} ", state.subject),
                  state.what, state.status, state.percent ? fmt::format(" {} %", *state.percent) : "",
                  state.refusal.empty() ? "" : fmt::format(" ({})", state.refusal));
  report.note(line);
  if (state.is_overdue)
    report.warning(
        fmt::format("still {}. See in AWS's console what is in the way: once that is gone, this goes on by itself. "
                    "Ctrl-C leaves; the same command goes on later",
                    line));
}

}  // namespace

Run::Run(plan::Plan intended, Settings set, const aws::Account& in, plan::JournalTable& to, steps::Reporter& teller)
    : plan(std::move(intended)),
      settings(std::move(set)),
      account(in),
      journal(to),
      report(teller),
      waiter(in.instances, settings.poll, [&teller](const aws::WaitState& state) { tell(teller, state); }),
      facts(to.is_open() ? to.facts() : plan::Facts{}),
      passwords_(std::make_shared<steps::Passwords>(in, settings.master_password, settings.master_user_secret)) {}

// Where its volume is full the server is gone until the operator gives it a larger one, and AWS is done with that.
void Run::hold_target(std::stop_token stop) {
  if (target_lock_) return;
  const auto is_away = [&from = account, id = target_id()](std::stop_token asking) {
    const auto target = from.instances.find(id, std::move(asking));
    return target &&
           (target->status == aws::storage_full || aws::classify_status(target->status) == aws::Waiting::on_the_way);
  };
  target_lock_.emplace(connect_options(target_id(), stop), plan.names.lock, settings.lock_lost, stop,
                       steps::LockPatience{.is_away = is_away});
}

std::string Run::what_was_seen() {
  std::string text;
  for (const std::string& sentence : sightings_) text += (text.empty() ? "" : "; ") + sentence;
  sightings_.clear();
  return text;
}

void Run::changed_source(const std::string& statement) {
  journal.record_audit({.at = std::chrono::system_clock::now(),
                        .where = "source",
                        .what = statement,
                        .subject = source_id(),
                        .request_id = {},
                        .outcome = "done"});
}

std::optional<aws::Instance> Run::find_source(std::stop_token stop) const {
  auto source = account.instances.find(source_id(), std::move(stop));
  if (source && source->resource_id != plan.source_resource_id) source.reset();
  return source;
}

aws::Tags Run::tags() const { return plan::marks(plan); }

bool Run::is_ours(const aws::Tags& tags_of_it) const {
  return aws::has_all(tags_of_it, {{plan::tag_run, plan.names.run_id}});
}

mysql::ConnectOptions Run::connect_options(const std::string& instance_id, std::stop_token stop) const {
  return connect_options(account.instances.get(instance_id, stop));
}

mysql::ConnectOptions Run::connect_options(const aws::Instance& instance) const {
  mysql::ConnectOptions options;
  options.host = instance.address;
  options.port = static_cast<unsigned>(instance.port.value_or(3306));
  options.user = plan.request.master_user_name;
  options.password = passwords_->of(instance.identifier);
  options.other_password = [passwords = passwords_, id = instance.identifier](const base::Secret& refused,
                                                                              std::stop_token stop) {
    return passwords->other(id, refused, std::move(stop));
  };
  options.answer_timeout = settings.answer_timeout;
  options.tls_ca = settings.tls_ca;
  options.tls =
      mysql::Flavor::from_api(instance.engine, instance.engine_version).has_tls() ? settings.tls : mysql::Tls::none;
  return options;
}

std::vector<std::string> Run::databases(mysql::Connection& server) const {
  std::vector<std::string> names;
  for (const auto& database :
       tables::read_databases(server, plan.request.databases.value_or(std::vector<std::string>{})))
    names.push_back(database.name);
  return names;
}

}  // namespace darbe
