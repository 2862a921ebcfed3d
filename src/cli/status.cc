// darbe status: where the run is, how far the target is behind, whether a person is needed, and what comes next.
// Changes nothing.
#include "cli/status.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "cli/look.h"
#include "cli/metrics.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/status_report.h"

namespace darbe::cli {

namespace {

constexpr const char* help_of_status =
    "Example:\n"
    "  darbe status --region eu-west-1 --new-instance-id putio17 --master-user-name root\n"
    "\n"
    "Shows each step as done, begun or not begun, the binlog positions of both sides, how far the target is behind,\n"
    "what the source's binlogs and volumes have left, and the next command. It ends with 6 where a person is needed, "
    "and\n"
    "says why and what to do: replication broken or late, a purge near, a volume short, an instance not available "
    "or\n"
    "not answering, the source's schema changed. `--output json` has the same for programs.\n"
    "\n"
    "With --explain each step is asked as setup would ask it: what the journal says, what the servers say, and what\n"
    "setup would do.\n"
    "\n"
    "With --watch it looks again and again: a line for each look, one for each reason that comes or goes, and at "
    "Ctrl-C "
    "it\n"
    "ends as the last look says. With --output json each look is one object on a line.\n"
    "\n";

int exit_code(const Status& status) { return status.reasons.empty() ? 0 : exit_needs_person; }

struct StatusOptions {
  CommonOptions common;
  bool explain = false;
  bool watch = false;
  double interval_seconds = 10;
  std::string metrics;  // where to listen
};

// Of a thousand tables it takes seconds.
constexpr std::chrono::minutes look_takes_at_most{10};

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

// Watches until the stop.
class Watch {
 public:
  Watch(const StatusOptions& options, const aws::Account& account)
      : options_(options), looker_(options.common, account) {
    if (options.metrics.empty()) return;
    const Listen listen = parse_listen(options.metrics);
    metrics_ = std::make_unique<MetricsServer>(
        listen, [](const std::string& error) { log::error("metrics are served no longer: {}", error); });
    if (!is_loopback(listen.address))
      log::warning("whoever reaches {} reads the figures of this run: plain HTTP, and nobody is asked who they are",
                   listen.address);
    fmt::print(stderr, "metrics are at {}\n", metrics_->url());
  }

  // Throws: what the first look throws; later ones that fail are a reason in the status.
  int until(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      see(stop);
      if (!stop.stop_requested()) show();
      base::sleep_for(interval(), stop);
    }
    return last_ ? exit_code(*last_) : base::exit_status(base::Kind::interrupted);
  }

 private:
  // Of a look that the stop cut short nothing is told: its statements failed in words that mean nothing.
  void see(const std::stop_token& stop) {
    Status now;
    bool answered = true;
    try {
      now = looker_.look(stop);
      answered = now.seen.trouble.empty();
    } catch (const std::exception& error) {
      if (stop.stop_requested()) return;
      if (!last_) throw;
      answered = false;
      now = *last_;
      now.seen = {};
      now.seen.at = std::chrono::system_clock::now();
      now.seen.trouble = base::text_of(error);
    }
    if (stop.stop_requested()) return;
    ++looks_.all;
    if (!answered) ++looks_.failed;
    before_ = last_ ? last_->reasons : std::vector<watch::Reason>{};
    now.reasons = watch::reasons_after(before_, now.seen);
    last_ = std::move(now);
  }

  void show() {
    fmt::print("{}", options_.common.output_kind() == Output::json ? to_json(*last_) : watch_lines(*last_, before_));
    std::fflush(stdout);
    if (metrics_) metrics_->show(metrics_of(*last_, looks_), base::Clock::now() + interval() + look_takes_at_most);
  }

  base::Clock::duration interval() const {
    return std::chrono::duration_cast<base::Clock::duration>(base::Seconds(options_.interval_seconds));
  }

  const StatusOptions& options_;
  Looker looker_;
  std::unique_ptr<MetricsServer> metrics_;
  Looks looks_;
  std::optional<Status> last_;
  std::vector<watch::Reason> before_;
};

int run_status(const StatusOptions& options, const std::stop_token& stop) {
  const auto account = open_account(options.common);
  if (options.watch) return Watch(options, *account).until(stop);
  Looker looker(options.common, *account);
  const Status status = options.explain ? looker.look_and_explain(stop) : looker.look(stop);
  fmt::print("{}", options.common.output_kind() == Output::json ? to_json(status) : to_text(status));
  return exit_code(status);
}

void add_look_flags(CLI::App& command, StatusOptions& options) {
  constexpr const char* group = "How it looks";
  command.add_flag("--explain", options.explain, "Ask every step and say why it stands where it stands")->group(group);
  CLI::Option* watch = command.add_flag("--watch", options.watch, "Look again and again until Ctrl-C")
                           ->excludes("--explain")
                           ->group(group);
  command.add_option("--interval", options.interval_seconds, "Seconds between two looks. Else 10")
      ->option_text("SECONDS")
      ->check(CLI::PositiveNumber)
      ->needs(watch)
      ->group(group);
  command
      .add_option("--metrics", options.metrics,
                  "Serve what was seen to Prometheus at /metrics: a port of\n127.0.0.1, or an address with a port")
      ->option_text("[ADDRESS:]PORT")
      ->needs(watch)
      ->group(group);
}

}  // namespace

void add_status(CLI::App& app, std::function<int(std::stop_token)>& chosen) {
  auto options = std::make_shared<StatusOptions>();  // shared by the parser's callbacks and the command to run
  CLI::App& command =
      *app.add_subcommand("status", "Where the run is, how far behind, what comes next; changes nothing");
  command.footer(std::string(help_of_status) + exit_codes);
  add_common_flags(command, options->common);
  add_look_flags(command, *options);
  command.callback([options, &chosen] {
    if (options->common.debug) log::set_level(log::Level::debug);
    chosen = [options](std::stop_token stop) { return run_status(*options, stop); };
  });
}

}  // namespace darbe::cli
