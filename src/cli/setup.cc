// darbe setup: builds the new instance, from nothing to following the source at zero lag.
#include "cli/setup.h"

#include <cstdio>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/retry.h"
#include "cli/options.h"
#include "cli/preparation.h"
#include "cli/report.h"
#include "cli/reporters.h"
#include "cli/request_flags.h"
#include "cli/session.h"
#include "cli/summary.h"
#include "engine/runner.h"
#include "steps/full_storage.h"
#include "steps/in_use.h"
#include "steps/lock_loss.h"
#include "steps/provision.h"
#include "steps/run.h"
#include "steps/run_lock.h"
#include "steps/source_guard.h"
#include "steps/traces.h"
#include "steps/verify.h"
#include "story.h"

namespace darbe::cli {

namespace {

using base::Error;
using base::Kind;

constexpr const char* help_of_setup =
    "Example; the original Darbe's command line, so `setup` may be left out:\n"
    "  darbe setup --region eu-west-1 --source-instance-id putio16 --new-instance-id putio17 \\\n"
    "    --master-user-name root --master-user-password-file password \\\n"
    "    --databases putio,mogilefs --users putio,mogile\n"
    "\n"
    "putio17 is made like putio16. Its rows come from a read replica that stands still meanwhile; each chunk is "
    "proven\n"
    "equal on both sides; then putio17 replicates from putio16. The same command goes on after any interruption, on "
    "any\n"
    "machine. Ctrl-C stops at a safe place, a second one at once.\n"
    "\n"
    "Nothing on the source is changed but: schema `darbe` with the run's record, a replication user, binlog retention\n"
    "and one security-group rule, all of which `darbe undo` takes back. What it needs in AWS: docs/rds.md.\n"
    "\n";

void require_same_request(const plan::Plan& then, const plan::Request& now) {
  const auto sentences = plan::differences(then.request, now);
  if (sentences.empty()) return;
  std::string text;
  for (const std::string& sentence : sentences) text += (text.empty() ? "" : "; ") + sentence;
  throw Error(Kind::refused, fmt::format("this is not the command that the run began with: {}", text),
              "Repeat the first command to go on, or give the run up with `darbe undo`.");
}

// The one of the run's instances that an error's text names by its address.
std::string instance_named_in(const Run& run, const std::string& text) {
  for (const std::string& id : {run.target_id(), run.replica_id(), run.source_id()}) {
    const auto instance = run.account.instances.find(id);
    if (instance && !instance->address.empty() &&
        text.find(fmt::format("{}:{}", instance->address, instance->port.value_or(3306))) != std::string::npos)
      return id;
  }
  return run.target_id();
}

// Whether the run has made anything that is still there. What can't be asked may be.
bool is_anything_made(const Run& run, const std::stop_token& stop) {
  if (run.journal.is_open()) return true;
  try {
    return !steps::traces(run, run.account.instances.find(run.source_id(), stop), stop).empty();
  } catch (const std::exception&) {
    return true;
  }
}

[[noreturn]] void throw_full_storage(const Run& run, const std::exception& error) {
  const std::string instance = instance_named_in(run, base::text_of(error));
  std::throw_with_nested(
      Error(Kind::failed, fmt::format("the storage of {} is full", instance),
            fmt::format("Give it more (aws rds modify-db-instance --db-instance-identifier {} --allocated-storage GIB "
                        "--apply-immediately), and run the same command again when it has it.",
                        instance)));
}

// A refusal says that nothing was changed. Of a run that has made something it is one of its failures.
void walk_story(Run& run, plan::JournalTable& journal, steps::Reporter& reporter, const std::stop_token& stop) {
  try {
    engine::walk(make_story(), run, journal, reporter, stop);
  } catch (const std::exception& error) {
    if (steps::is_about_full_storage(error)) throw_full_storage(run, error);
    if (base::kind_of(error) != Kind::refused || !is_anything_made(run, stop)) throw;
    const std::string advice = base::advice_of(error);
    throw Error(Kind::failed, base::text_of(error),  // as one: of nested ones, the innermost one's kind counts
                advice.empty()
                    ? "Mend that, and run the same command again to go on; or give the run up with `darbe undo`."
                    : advice);
  }
}

// The guard's reason, where it was the guard that stopped the run.
Report walk_guarded(Run& run, const CommonOptions& options, steps::SourceGuard& guard, const std::stop_token& stop) {
  try {
    walk_story(run, run.journal, run.report, stop);
    Report report = report_of(run, options, stop);
    guard.throw_if_stopped_run();
    return report;
  } catch (const std::exception&) {
    guard.throw_if_stopped_run();
    throw;
  }
}

// Where there is no journal yet, a tag tells what the target was asked for.
void require_same_request(const aws::Instance& target, const plan::Request& now) {
  const auto then = target.tags.find(plan::tag_request);
  if (then == target.tags.end() || then->second == plan::digest_of(now)) return;
  throw Error(Kind::refused,
              fmt::format("this is not the command that the run began with: {} was asked for with other flags",
                          target.identifier),
              "Repeat the first command to go on, or give the run up with `darbe undo`.");
}

// Of a target that AWS calls broken, its word says more than the server's silence.
void open_journal_on(const aws::Instance& target, Run& run, const std::stop_token& stop) {
  const bool is_broken = aws::classify_status(target.status) == aws::Waiting::hopeless;
  const auto say = [&](const std::exception& error, int) {
    run.report.note(fmt::format("{} doesn't answer yet: {}", run.target_id(), base::text_of(error)));
  };
  try {
    base::in_context(fmt::format("the journal on {} can't be read", run.target_id()), [&] {
      base::retry(
          is_broken ? base::RetryPolicy{.tries = 1} : answer_policy, stop,
          [&] { run.journal.open(run.connect_options(target)); }, say);
    });
  } catch (const std::exception&) {
    if (is_broken) run.waiter.until_usable(run.target_id(), stop);
    throw;
  }
}

// A journal that somebody dropped is not one that was never made: to begin anew would drop what came since.
void require_new(const Run& run, const aws::Instance& target, const std::stop_token& stop) {
  mysql::Connection connection(run.connect_options(target), stop);
  const auto work = steps::work_of_a_run(connection);
  if (!work) return;
  throw Error(
      Kind::refused, fmt::format("{} has no journal of this run any more, and {}", target.identifier, *work),
      fmt::format("Nothing on it was touched. If the application writes there, the run is over: {}. If not, give "
                  "the run up with `darbe undo`.",
                  mark_as_serving(target)));
}

// The journal of an earlier command. Throws: Error{refused} where what that one made serves by now, or was asked for
// otherwise and has no journal yet, or lost it.
void open_journal(Run& run, const std::stop_token& stop) {
  const auto there = run.account.instances.find(run.target_id(), stop);
  if (!there || !run.is_ours(there->tags)) return;
  steps::require_building(run, *there);
  const auto target = target_at_rest(run, stop);
  if (target) open_journal_on(*target, run, stop);
  if (run.journal.is_open()) return;
  require_same_request(*there, run.plan.request);
  if (target) require_new(run, *target, stop);
}

// The source's late writes would come on top of what the application has written since it was moved by hand.
void refuse_to_start_again(const Run& run, const std::stop_token& stop) {
  if (!steps::stands_since_setup(run, stop)) return;
  refuse_where_in_use(run, run.account.instances.get(run.target_id(), stop),
                      "CALL mysql.rds_start_replication there and repeat the command, or repeat it with --allow "
                      "in-use, which starts it.",
                      stop);
}

// One that was restored under the name has other binlogs than those that the target follows, and other rows.
void require_same_source(const plan::Plan& plan, const aws::Instance& source) {
  if (plan.source_resource_id == source.resource_id) return;
  throw Error(
      Kind::refused,
      fmt::format("{} is not the instance that this run copies: its resource id changed", source.identifier),
      "Find out who replaced it. If the run's source was renamed, give it its name back; if it is gone, the new "
      "instance may be all that is left of it.");
}

int run_setup(const RequestOptions& options, const std::stop_token& parent) {
  // A lost lock stops the run before its next write.
  std::stop_source stop_here, stop_writing;
  const std::stop_callback link(parent, [&stop_here] { stop_here.request_stop(); });
  const std::stop_token stop = stop_here.get_token();
  plan::JournalTable journal(stop, stop_writing.get_token());
  const auto account = open_account(options.common, recorded_in(journal));
  const std::string number = account_number(*account, parent);
  const aws::Instance source = get_source(*account, options.request.source_instance_id, parent);
  Settings settings = settings_for(options.common, *account, source, parent);
  if (options.jobs != "auto")
    settings.jobs = static_cast<unsigned>(std::stoul(options.jobs, nullptr, 0));  // as the check reads it
  settings.stop_below_gib = options.stop_below_free_storage;
  const auto reporter = make_reporter(options.common.output_kind());
  const plan::Request request = request_of(options, *account, source);

  const std::stop_callback answer(parent, [&reporter] {
    reporter->warning("stopping when the rows at hand are committed; once more to leave at once");
  });
  steps::LockLoss loss;
  const auto lost = [&](const std::string& reason) {
    loss.note(reason);
    stop_writing.request_stop();
    stop_here.request_stop();
  };

  settings.lock_lost = lost;
  settings.at_once = stop_writing.get_token();

  std::optional<Run> run;
  run.emplace(plan_for(request, number, source), settings, *account, journal, *reporter);
  const auto goes_on = [&] {
    open_journal(*run, stop);
    if (!journal.is_open()) return false;
    require_same_request(journal.plan(), request);
    require_same_source(journal.plan(), source);
    run.emplace(journal.plan(), settings, *account, journal, *reporter);
    return true;
  };
  if (!goes_on()) run_preflight(*run, source, options.allow, stop);
  fault::point<"setup.looked_before">();
  const steps::RunLock lock(run->connect_options(source), run->plan.names.lock, lost, stop);
  return loss.tell_of_it([&] {
    if (goes_on()) {
      run->hold_target(stop);  // as the journal is now: another darbe may have been at work until a moment ago
      if (!options.allow_in_use) refuse_to_start_again(*run, stop);
      if (!journal.done(steps::Verify::name)) warn_of_windows(*run, source, stop);
    }
    steps::SourceGuard guard(*run, [&stop_here] { stop_here.request_stop(); }, stop);
    const Report report = walk_guarded(*run, options.common, guard, stop);
    fmt::print("{}", options.common.output_kind() == Output::json ? to_json(report) + "\n" : to_text(report));
    return 0;
  });
}

}  // namespace

void add_setup(CLI::App& app, std::function<int(std::stop_token)>& chosen) {
  auto options = std::make_shared<RequestOptions>();  // shared by the parser's callbacks and the command to run
  CLI::App& command =
      *app.add_subcommand("setup", "Build the new instance; run it again to go on after any interruption");
  command.footer(std::string(help_of_setup) + exit_codes);
  add_request_flags(command, *options);
  command.callback([options, &chosen] {
    if (options->common.debug) log::set_level(log::Level::debug);
    chosen = [options](std::stop_token stop) { return run_setup(*options, stop); };
  });
}

}  // namespace darbe::cli
