// darbe status: where the run is, how far the target is behind, and what comes next. Changes nothing.
#include "cli/status.h"

#include <cstdio>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "cli/options.h"
#include "cli/session.h"
#include "engine/runner.h"
#include "replication/coordinates.h"
#include "replication/status.h"
#include "steps/source_schema.h"
#include "story.h"

namespace darbe::cli {

namespace {

struct StepStatus {
  std::string name;
  std::string standing;  // done | begun | not begun
};

struct Status {
  std::string new_instance_id;
  std::string source_id;
  std::string instance_status;  // AWS's word
  std::string run_id;
  std::vector<StepStatus> steps;
  std::string replication;  // on | off | broken | absent
  std::string source_at;
  std::string target_at;
  std::string trouble;
  std::vector<std::string> source_changes;  // of its schema, since the freeze
  std::vector<std::string> attention;       // what they leave to do
  std::string next;
};

std::string standing_of(const plan::JournalTable& journal, std::string_view step) {
  if (journal.done(step)) return "done";
  return journal.began(step) ? "begun" : "not begun";
}

void read_replication(Status& status, const Run& run, const std::stop_token& stop) {
  mysql::Connection target = run.target(stop), source = run.source(stop);
  const auto replica = replication::status(target);
  status.replication = replication::name_of(replica.state);
  status.source_at = replication::text_of(replication::source_coordinates(source));
  if (replica.state != replication::State::absent) status.target_at = replication::text_of(replica.executed);
  status.trouble = replica.trouble();
  steps::SchemaNews news = steps::schema_news(run, source, target);
  status.source_changes = std::move(news.changes);
  status.attention = std::move(news.attention);
}

std::string next_of(const Status& status) {
  for (const StepStatus& step : status.steps)
    if (step.standing != "done") return fmt::format("run the setup command again: it goes on with {}", step.name);
  if (status.replication != "on") return "replication needs a person: see above";
  return "the new instance follows the source; `darbe undo` gives it up";
}

Status status_of(const CommonOptions& options, const aws::Account& account, const Found& found,
                 const std::stop_token& stop) {
  Status status{.new_instance_id = options.new_instance_id,
                .source_id = found.source_id,
                .instance_status = found.target->status,
                .run_id = found.target->tags.at(plan::tag_run),
                .steps = {},
                .replication = "absent",
                .source_at = {},
                .target_at = {},
                .trouble = {},
                .source_changes = {},
                .attention = {},
                .next = {}};
  plan::JournalTable journal(stop);
  const auto reporter = make_reporter(options.output_kind());
  const Settings settings = settings_for(options, account, *found.target, stop);
  std::optional<Run> run;
  run.emplace(least_plan(account, options, found.source_id, stop), settings, account, journal, *reporter);
  const bool answers = aws::classify_status(found.target->status) != aws::Waiting::on_the_way;
  if (answers && journal.open(run->connect_options(*found.target)))
    run.emplace(journal.plan(), settings, account, journal, *reporter);
  for (const engine::Line& line : make_story())
    status.steps.push_back({std::string(line.name), journal.is_open() ? standing_of(journal, line.name) : "not begun"});
  if (journal.is_open()) read_replication(status, *run, stop);
  status.next = next_of(status);
  return status;
}

std::string lines(const char* title, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return {};
  std::string text = fmt::format("\n{}\n", title);
  for (const std::string& sentence : sentences) text += fmt::format("  {}\n", sentence);
  return text;
}

std::string to_text(const Status& status) {
  std::string text = fmt::format("{} is built in place of {}; AWS says it is {}\n\n", status.new_instance_id,
                                 status.source_id, status.instance_status);
  for (const StepStatus& step : status.steps) text += fmt::format("  {:<10} {}\n", step.name, step.standing);
  text += fmt::format("\nreplication is {}\n", status.replication);
  if (!status.source_at.empty()) text += fmt::format("  the source is at    {}\n", status.source_at);
  if (!status.target_at.empty()) text += fmt::format("  applied here up to  {}\n", status.target_at);
  if (!status.trouble.empty()) text += fmt::format("  {}\n", status.trouble);
  text += lines("the source's schema changed since the freeze:", status.source_changes);
  text += lines("needs a person:", status.attention);
  return text + fmt::format("\nnext: {}\n", status.next);
}

std::string to_json(const Status& status) {
  boost::json::array steps;
  for (const StepStatus& step : status.steps)
    steps.push_back(boost::json::object{{"step", step.name}, {"standing", step.standing}});
  return boost::json::serialize(boost::json::object{{"event", "status"},
                                                    {"new_instance_id", status.new_instance_id},
                                                    {"source_instance_id", status.source_id},
                                                    {"instance_status", status.instance_status},
                                                    {"run_id", status.run_id},
                                                    {"steps", std::move(steps)},
                                                    {"replication", status.replication},
                                                    {"source_at", status.source_at},
                                                    {"target_at", status.target_at},
                                                    {"trouble", status.trouble},
                                                    {"source_changes", boost::json::value_from(status.source_changes)},
                                                    {"attention", boost::json::value_from(status.attention)},
                                                    {"next", status.next}}) +
         "\n";
}

int run_status(const CommonOptions& options, const std::stop_token& stop) {
  const auto account = open_account(options);
  const Found found = find_run(*account, options.new_instance_id, stop);
  if (!found.target)
    throw base::Error(base::Kind::refused,
                      fmt::format("no run builds {} in {}", options.new_instance_id, account->client.region()),
                      "Correct --new-instance-id or --region; `darbe setup` begins a run.");
  const Status status = status_of(options, *account, found, stop);
  fmt::print("{}", options.output_kind() == Output::json ? to_json(status) : to_text(status));
  return 0;
}

}  // namespace

void add_status(CLI::App& app, std::function<int(std::stop_token)>& chosen) {
  auto options = std::make_shared<CommonOptions>();  // shared by the parser's callbacks and the command to run
  CLI::App& command =
      *app.add_subcommand("status", "Where the run is, how far behind, what comes next; changes nothing");
  command.footer(std::string("Example:\n"
                             "  darbe status --region eu-west-1 --new-instance-id putio17 --master-user-name root\n"
                             "\n"
                             "Shows each step as done, begun or not begun, the binlog positions of both sides, what is "
                             "wrong with\n"
                             "replication, and the next command. `--output json` has the same for programs.\n"
                             "\n") +
                 exit_codes);
  add_common_flags(command, *options);
  command.callback([options, &chosen] {
    if (options->debug) log::set_level(log::Level::debug);
    chosen = [options](std::stop_token stop) { return run_status(*options, stop); };
  });
}

}  // namespace darbe::cli
