// darbe undo: removes everything that the run made and leaves the source as it was.
#include "cli/undo.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/log.h"
#include "cli/options.h"
#include "cli/report.h"
#include "cli/session.h"
#include "engine/runner.h"
#include "plan/run_record.h"
#include "steps/lock_loss.h"
#include "steps/provision.h"
#include "steps/replica.h"
#include "steps/run_lock.h"
#include "steps/traces.h"
#include "story.h"

namespace darbe::cli {

namespace {

struct UndoOptions {
  CommonOptions common;
  std::string source_instance_id;
  bool allow_in_use = false;
};

// EC2 shows what was just made after some seconds (Amazon EC2 API Reference, "Eventual consistency").
bool appears(const std::function<bool()>& look, const std::stop_token& stop) {
  const base::Clock::duration patience = std::max<base::Clock::duration>(aws::poll_interval(), std::chrono::seconds(1));
  return base::poll_until({.every = patience / 10, .at_most = patience}, stop, look);
}

// Where there is no target, what else the run made tells: its id follows from the source that its tags name.
std::string source_by_tags(const aws::Account& account, const CommonOptions& options, const std::stop_token& stop) {
  std::vector<aws::Tags> all;
  for (const aws::Instance& instance : account.instances.list(stop)) all.push_back(instance.tags);
  for (const aws::SecurityGroup& group : account.security_groups.list({}, stop)) all.push_back(group.tags);
  const std::string number = account_number(account, stop);
  for (const aws::Tags& tags : all) {
    const auto source = tags.find(plan::tag_source);
    if (source == tags.end()) continue;
    plan::Request request;
    request.region = account.client.region();
    request.source_instance_id = source->second;
    request.new_instance_id = options.new_instance_id;
    if (aws::has_all(tags, {{plan::tag_run, plan::names_for(number, request).run_id}})) return source->second;
  }
  return {};
}

std::string find_source(const aws::Account& account, const UndoOptions& options, const Found& found,
                        const std::stop_token& stop) {
  const std::string& named = options.source_instance_id;
  if (!named.empty() && !found.source_id.empty() && named != found.source_id)
    throw base::Error(
        base::Kind::refused,
        fmt::format("{} is built in place of {}, not of {}", options.common.new_instance_id, found.source_id, named),
        "Correct --source-instance-id, or leave it out.");
  if (!named.empty()) return named;
  std::string source_id = found.source_id;
  if (source_id.empty())
    appears([&] { return !(source_id = source_by_tags(account, options.common, stop)).empty(); }, stop);
  return source_id;
}

// The last word: `event` for programs, `text` for people, and what was changed for both.
void say(const UndoOptions& options, const char* event, const std::string& text,
         const std::vector<plan::AuditLine>& audit) {
  if (options.common.output_kind() == Output::json)
    fmt::print("{}\n",
               boost::json::serialize(boost::json::object{{"event", event},
                                                          {"new_instance_id", options.common.new_instance_id},
                                                          {"audit", audit_array(audit)},
                                                          {"at", base::iso_time(std::chrono::system_clock::now())}}));
  else
    fmt::print("{}\n{}", text, audit_lines(audit));
}

// Where the source bears no record of the run, as after an undo that was cut short. A target in a state that nothing
// leads out of may never answer again, nor one that the operator wants deleted unanswered: then there is no more to be
// known.
void open_journal(Run& run, const std::stop_token& stop) {
  const auto target = target_at_rest(run, stop);
  if (!target) return;
  try {
    base::in_context(fmt::format("the journal on {} can't be read", run.target_id()),
                     [&] { run.journal.open(run.connect_options(*target)); });
  } catch (const std::exception& error) {
    if (stop.stop_requested()) throw;
    const bool goes_without =
        run.settings.deletes_what_is_in_use || aws::classify_status(target->status) == aws::Waiting::hopeless;
    if (!goes_without)
      throw base::Error(base::Kind::failed, base::text_of(error),
                        fmt::format("Run the same command again when {} answers. If it is not needed, `darbe undo "
                                    "--allow in-use` goes without its journal.",
                                    run.target_id()));
    run.report.warning(
        fmt::format("{} is {} and doesn't answer: it is undone without its journal", run.target_id(), target->status));
  }
}

// The run's own record on the source. One that came there with another instance's data is not.
std::optional<plan::RunRecord> record_of(const Run& run, const aws::Instance& source, const std::stop_token& stop) {
  mysql::Connection connection(run.connect_options(source), stop);
  auto record = plan::read_run_record(connection);
  if (record && !plan::is_of(*record, run.plan)) record.reset();
  return record;
}

// The least plan, with the one thing besides names that undo must know: whose replica stands still for it.
plan::Plan completed(plan::Plan least, const plan::RunRecord& record) {
  least.request.replica_instance_id = record.held_replica_id;
  least.names = plan::names_for(least.account, least.request);
  return least;
}

[[noreturn]] void refuse_renamed(const aws::Instance& instance, const std::string& was) {
  throw base::Error(base::Kind::refused, fmt::format("{} is called {} by now", was, instance.identifier),
                    fmt::format("Nothing was changed. A run knows its instances by their names: if it shall be undone, "
                                "give {0} its name {1} back first. If the application writes to the new instance by "
                                "now, the run is over: keep it, with its tag {2} = {3}.",
                                instance.identifier, was, plan::tag_phase, plan::phase_serving));
}

// As when somebody swapped the names, which is how people switch over by hand: then what has the source's name is
// production, and what undo takes away from it would be missed.
void refuse_where_renamed(const Run& run, const std::stop_token& stop) {
  const auto instances = run.account.instances.list(stop);
  const bool has_target = std::any_of(instances.begin(), instances.end(), [&run](const aws::Instance& instance) {
    return instance.identifier == run.target_id() && run.is_ours(instance.tags);
  });
  for (const aws::Instance& instance : instances) {
    const bool is_target = run.facts.target_resource_id
                               ? instance.resource_id == *run.facts.target_resource_id
                               : !has_target && run.is_ours(instance.tags) && instance.tags.contains(plan::tag_phase);
    if (is_target && instance.identifier != run.target_id()) refuse_renamed(instance, run.target_id());
    if (instance.resource_id == run.plan.source_resource_id && instance.identifier != run.source_id())
      refuse_renamed(instance, run.source_id());
  }
}

// What is not found could be in another account by now: where somebody else's keys are in the profile.
void require_same_account(const Run& run, const std::stop_token& stop) {
  const std::string now = account_number(run.account, stop);
  if (now == run.plan.account) return;
  throw base::Error(base::Kind::failed,
                    fmt::format("the credentials are of account {} by now, and were of {}", now, run.plan.account),
                    "Run the same command again with those of the first.");
}

// What is true when all is undone.
std::string last_words(const Run& run, const std::optional<aws::Instance>& source) {
  if (source) return fmt::format("{} is gone, and {} is as it was before the run", run.target_id(), run.source_id());
  return fmt::format("{} is gone, and so was {} before: nothing was looked at there", run.target_id(), run.source_id());
}

void refuse_unless_undoable(const Run& run, const std::optional<aws::Instance>& target) {
  if (target && run.is_ours(target->tags)) steps::require_undoable(run, *target);
}

int say_nothing_is_left(const UndoOptions& options) {
  say(options, "nothing_left",
      fmt::format("nothing is left to undo of a run that builds {}", options.common.new_instance_id), {});
  return 0;
}

// Of the source nothing is known then.
int say_nothing_is_tagged(const UndoOptions& options) {
  say(options, "nothing_left",
      fmt::format(
          "nothing is left to undo in AWS of a run that builds {}. Whether its source has still something of it was "
          "not looked at: --source-instance-id says which one that is",
          options.common.new_instance_id),
      {});
  return 0;
}

// The run as undo knows it: by the record on the source, which is there from before the journal until undo takes it
// away, and else by the journal. So a target that never came up, or can't be reached, is in nobody's way.
void complete(std::optional<Run>& run, plan::JournalTable& journal, const std::optional<aws::Instance>& source,
              const std::stop_token& stop) {
  const auto record = source ? record_of(*run, *source, stop) : std::nullopt;
  if (!record) open_journal(*run, stop);
  if (!record && !journal.is_open()) return;
  plan::Plan plan = record ? completed(run->plan, *record) : journal.plan();
  const Settings settings = run->settings;
  const aws::Account& account = run->account;
  steps::Reporter& reporter = run->report;
  run.emplace(std::move(plan), settings, account, journal, reporter);
  if (record) run->facts.target_resource_id = record->target_resource_id;
}

// Where both instances are gone: what AWS alone can tell, and nothing that wants a password.
bool is_left_in_aws(const aws::Account& account, const UndoOptions& options, const std::string& source_id,
                    steps::Reporter& reporter, const std::stop_token& stop) {
  plan::JournalTable journal(stop);
  const Run run(least_plan(account, options.common, source_id, stop), {}, account, journal, reporter);
  return appears([&] { return !steps::traces(run, std::nullopt, stop).empty(); }, stop);
}

// A refusal says that nothing was changed: once something was, it is a failure.
void walk_back(Run& run, const std::stop_token& stop) {
  try {
    engine::undo(make_story(), run, stop,
                 [&run](std::string_view step) { run.report.note(fmt::format("undoing {}", step)); });
  } catch (const std::exception& error) {
    if (base::kind_of(error) != base::Kind::refused || run.journal.audit_of_this_command().empty()) throw;
    throw base::Error(base::Kind::failed, base::text_of(error), base::advice_of(error));
  }
}

int run_undo(const UndoOptions& options, const std::stop_token& parent) {
  // A lost lock stops undo, too: another darbe may be at work.
  std::stop_source stop_here, stop_writing;
  const std::stop_callback link(parent, [&stop_here] { stop_here.request_stop(); });
  const std::stop_token stop = stop_here.get_token();
  plan::JournalTable journal(stop, stop_writing.get_token());
  const auto account = open_account(options.common, recorded_in(journal));
  const Found found = find_run(*account, options.common.new_instance_id, stop);
  const std::string source_id = find_source(*account, options, found, stop);
  if (source_id.empty()) return say_nothing_is_tagged(options);
  const auto source = account->instances.find(source_id, stop);
  const auto reporter = make_reporter(options.common.output_kind());
  const auto& either = source ? source : found.target;
  if (!either && !is_left_in_aws(*account, options, source_id, *reporter, stop))
    throw base::Error(base::Kind::refused,
                      fmt::format("there is no instance {} in {}", source_id, account->client.region()),
                      "Correct --source-instance-id or --region.");
  if (!confirmed(options.common,
                 fmt::format("Delete {} with all its data and take the run's traces off {}?",
                             options.common.new_instance_id, source_id),
                 stop))
    throw base::Error(base::Kind::interrupted, "nothing was changed");

  const std::stop_callback answer(
      parent, [&reporter] { reporter->warning("stopping at the next safe place; once more to leave at once"); });
  Settings settings;
  if (either) settings = settings_for(options.common, *account, *either, stop);
  settings.poll = aws::poll_interval();
  settings.patience = aws::patience();
  settings.deletes_what_is_in_use = options.allow_in_use;
  std::optional<Run> run;
  run.emplace(least_plan(*account, options.common, source_id, stop), settings, *account, journal, *reporter);
  refuse_unless_undoable(*run, found.target);  // before the journal is asked: its phase is in its tags
  complete(run, journal, source, stop);
  refuse_unless_undoable(*run, found.target);
  refuse_where_renamed(*run, stop);
  const auto still_source = run->find_source(stop);
  if (!appears([&] { return !steps::traces(*run, still_source, stop).empty(); }, stop))
    return say_nothing_is_left(options);

  steps::require_expendable(*run, stop);
  if (!options.allow_in_use && found.target && run->is_ours(found.target->tags))
    refuse_where_in_use(*run, *found.target, "end that use, or say --allow in-use to delete it all the same.", stop);

  steps::LockLoss loss;
  std::optional<steps::RunLock> lock;
  const auto lost = [&](const std::string& reason) {
    loss.note(reason);
    stop_writing.request_stop();
    stop_here.request_stop();
  };
  if (still_source) lock.emplace(run->connect_options(*still_source), run->plan.names.lock, lost, stop);
  // A setup that lost sight of the source, as by a failover, holds this one still.
  if (found.target && run->is_ours(found.target->tags) && !found.target->address.empty())
    steps::require_free_lock(run->connect_options(*found.target), run->plan.names.lock, stop);
  loss.tell_of_it([&] {
    refuse_unless_undoable(*run, account->instances.find(run->target_id(), stop));  // hours may have passed since
    walk_back(*run, stop);
    require_same_account(*run, stop);
  });
  say(options, "undone", last_words(*run, still_source), journal.audit_of_this_command());
  return 0;
}

}  // namespace

void add_undo(CLI::App& app, std::function<int(std::stop_token)>& chosen) {
  auto options = std::make_shared<UndoOptions>();  // shared by the parser's callbacks and the command to run
  CLI::App& command = *app.add_subcommand("undo", "Remove everything the run made; leave the source as it was");
  command.footer(
      std::string(
          "Example:\n"
          "  darbe undo --region eu-west-1 --new-instance-id putio17 --master-user-name root\n"
          "\n"
          "Deletes the new instance with all its data, the read replica and the groups that the run "
          "made, and takes the\n"
          "run's rule, user, schema and binlog retention off the source. A replica of your own replicates "
          "again. It asks first;\n"
          "without a terminal it wants --yes.\n"
          "What bears the tag darbe:phase=serving, or is used by others, or has outlived its source, is not deleted.\n"
          "Only what bears this run's tag is touched. It may be interrupted and repeated, and says "
          "so when nothing is left.\n"
          "\n") +
      exit_codes);
  add_common_flags(command, options->common);
  command
      .add_option("--source-instance-id", options->source_instance_id,
                  "The run's source. Only needed where its tags can't tell it")
      ->option_text("ID")
      ->transform(base::lower)
      ->group(which_run);
  command
      .add_option_function<std::string>(
          "--allow", [&options = *options](const std::string&) { options.allow_in_use = true; },
          "in-use: delete the new instance although somebody has sessions\nthere, or has ended its replication, or "
          "made read replicas of\nit, or it doesn't answer, or its source is gone; and the run's\nreplica although it "
          "was promoted")
      ->option_text("in-use")
      ->check(CLI::IsMember({"in-use"}))
      ->group(which_run);
  command.callback([options, &chosen] {
    if (options->common.debug) log::set_level(log::Level::debug);
    chosen = [options](std::stop_token stop) { return run_undo(*options, stop); };
  });
}

}  // namespace darbe::cli
