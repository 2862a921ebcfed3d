// How fast Darbe's copy, index builds and verification are: against `mysqldump | mysql`, against mydumper and myloader,
// and against what the two servers take by themselves. Two real servers of this machine, everyone over TCP with TLS.
// Rounds are interleaved and ratios taken within each, for the machine's noise is larger than what we look for.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <signal.h>

#include "arguments.h"
#include "base/error.h"
#include "base/file.h"
#include "base/stop_signals.h"
#include "base/task_group.h"
#include "darbe_run.h"
#include "data_sets.h"
#include "machine.h"
#include "peers.h"
#include "report.h"
#include "results.h"
#include "row_files.h"
#include "two_servers.h"

namespace darbe::bench {
namespace {

// Standard output is for the results.
template <typename... Words>
void tell(fmt::format_string<Words...> format, Words&&... words) {
  fmt::print(stderr, "{}\n", fmt::format(format, std::forward<Words>(words)...));
}

class CopyBench {
 public:
  CopyBench(const Arguments& arguments, std::stop_token stop)
      : arguments_(arguments), servers_(files_.path(), std::move(stop)) {
    results_.jobs = arguments.jobs;
    results_.machine = describe_machine(servers_.target().data());
    const std::string mydumper = mydumper_version(files_.path());
    results_.machine.push_back(fmt::format("MySQL {} on both sides; {}", servers_.target().installation().version,
                                           mydumper.empty() ? "no mydumper" : mydumper));
    results_.machine.push_back("servers with `" + server_settings() + "`, both without a binlog");
  }

  Results run() {
    if (arguments_.includes("main")) compare_on_main_set();
    if (arguments_.includes("wide")) compare("wide", [&] { fill_wide_table(servers_, arguments_.scaled(200'000)); });
    if (arguments_.includes("texts")) compare("texts", [&] { fill_texts(servers_, arguments_.scaled(30'000)); });
    if (arguments_.includes("small")) compare("small", [&] { fill_small_tables(servers_, arguments_.scaled(5'000)); });
    if (arguments_.includes("growth")) grow();
    return std::move(results_);
  }

 private:
  std::uint64_t orders_in(double megabytes) const {
    return static_cast<std::uint64_t>(megabytes * 1e6 / main_set_bytes_per_order);
  }

  void compare_on_main_set() {
    Comparison set = fill("main", [&] { fill_main_set(servers_, orders_in(arguments_.megabytes)); });
    if (!arguments_.only_darbe) row_files_ = write_row_files(servers_, files_.path());
    for (unsigned round = 1; round <= arguments_.rounds; ++round) {
      tell("round {} of {}", round, arguments_.rounds);
      run_everyone(set);
      if (!arguments_.only_darbe) run_limit(set);
    }
    if (!arguments_.only_darbe) compare_sizes(set.contents);
    run_plain(set);
    if (const MydumperRuns* best = set.best_mydumper()) mydumper_threads_ = {best->threads};
    results_.sets.emplace("main", std::move(set));
  }

  template <typename Fill>
  void compare(const std::string& name, const Fill& make) {
    Comparison set = fill(name, make);
    run_everyone(set);
    results_.sets.emplace(name, std::move(set));
  }

  void grow() {
    for (const unsigned megabytes : {100U, 300U, 1000U}) {
      Growth growth{megabytes, fill(fmt::format("growth, {} MB", megabytes), [&] {
                      fill_main_set(servers_, orders_in(megabytes) * arguments_.megabytes / main_set_megabytes);
                    })};
      for (unsigned round = 0; round < arguments_.rounds; ++round) run_darbe_once(growth.set);
      results_.growth.push_back(std::move(growth));
    }
  }

  template <typename Fill>
  Comparison fill(const std::string& name, const Fill& make) {
    make();
    Comparison set{.contents = contents_of(servers_.source_session())};
    tell("{}: {} tables, {} rows, {:.1f} MB of values", name, set.contents.tables, set.contents.rows,
         set.contents.value_bytes / 1e6);
    for (const unsigned threads : mydumper_threads_) set.mydumper.push_back({threads});
    return set;
  }

  void run_everyone(Comparison& set) {
    if (!arguments_.only_darbe) {
      const base::TemporaryFolder folder("darbe-bench");
      set.mysqldump.push_back(servers_.measure(set.contents, [&] { run_mysqldump(servers_, folder.path()); }));
      tell("  mysqldump | mysql    {:6.1f} s", set.mysqldump.back().usage.seconds);
      run_mydumper_once(set);
    }
    run_darbe_once(set);
  }

  // With each number of threads. Where it can't copy a set, the results say so, and it is not tried again on that set.
  void run_mydumper_once(Comparison& set) {
    try {
      for (MydumperRuns& one : set.mydumper) {
        if (!set.mydumper_failure.empty()) return;
        const base::TemporaryFolder folder("darbe-bench");
        one.runs.push_back(servers_.measure(set.contents, [&] { run_mydumper(servers_, folder.path(), one.threads); }));
        tell("  mydumper, {} threads  {:6.1f} s", one.threads, one.runs.back().usage.seconds);
      }
    } catch (const base::Error& error) {
      if (error.kind() == base::Kind::interrupted) throw;
      const std::string all = base::text_of(error);
      set.mydumper_failure = all.substr(0, all.find('\n'));  // the programs' own words, which follow, hold paths
      for (MydumperRuns& one : set.mydumper) one.runs.clear();
      tell("  mydumper can't be measured: {}", set.mydumper_failure);
    }
  }

  void run_darbe_once(Comparison& set) {
    set.darbe.push_back(run_darbe(servers_, set.contents, arguments_.jobs));
    const DarbeRun& run = set.darbe.back();
    tell("  darbe, verified      {:6.1f} s (copy and indexes {:.1f}, verification {:.1f})", run.usage.seconds,
         run.copy_seconds, run.verify_seconds);
  }

  // CPU is what counts here, which differs less from round to round than wall time.
  void run_plain(Comparison& set) {
    const PlainText allowed(servers_);
    set.plain.push_back(run_darbe(servers_, set.contents, arguments_.jobs, Way::plain));
    tell("  darbe, plain         {:6.1f} s, {:.1f} core-seconds", set.plain.back().usage.seconds,
         set.plain.back().usage.client_core_seconds);
  }

  // Rows are read from the source and thrown away while the same rows are loaded from files; then the target is read.
  void run_limit(Comparison& set) {
    const unsigned jobs = arguments_.jobs;
    double copy_seconds = 0;
    LimitRun run{servers_.measure(set.contents, [&] {
      const Usage copy = servers_.usage_of([&] {
        base::TaskGroup sides(servers_.stop());
        sides.start([&](const std::stop_token&) { read_rows(servers_, row_files_, Side::source, jobs); });
        sides.start([&](const std::stop_token&) { load_row_files(servers_, row_files_, jobs); });
        sides.wait();
      });
      copy_seconds = copy.seconds;
      read_rows(servers_, row_files_, Side::target, jobs);
    })};
    run.copy_seconds = copy_seconds;
    set.limit.push_back(run);
    tell("  the servers' limit   {:6.1f} s (copy and indexes {:.1f})", run.usage.seconds, run.copy_seconds);
  }

  // What OPTIMIZE TABLE makes of Darbe's tablespaces, and what one worker leaves.
  void compare_sizes(const Contents& contents) {
    const double copied_mb = run_darbe(servers_, contents, arguments_.jobs).tablespace_mb;
    for (const PartedTable& table : row_files_)
      servers_.target_session().query("OPTIMIZE TABLE " + table.shape.name.quoted());
    results_.optimized = {copied_mb, servers_.target_tablespace_mb()};
    results_.ordered_load = servers_.measure(contents, [&] { load_row_files(servers_, row_files_, 1); });
    tell("  tablespaces: darbe {:.1f} MB, after OPTIMIZE TABLE {:.1f}, one worker in key order {:.1f}", copied_mb,
         results_.optimized->after_mb, results_.ordered_load->tablespace_mb);
  }

  const Arguments& arguments_;
  const base::TemporaryFolder files_{"darbe-bench"};
  TwoServers servers_;
  std::vector<unsigned> mydumper_threads_{2, 4, 8};  // the best of them, once it is known
  std::vector<PartedTable> row_files_;
  Results results_;
};

int run(const Arguments& arguments) {
  const base::StopSignals signals;  // clients are killed, servers too, and files removed
  const Results results = CopyBench(arguments, signals.token()).run();
  fmt::print("{}", arguments.json ? json_of(results) : text_of(results));
  if (arguments.json) return 0;
  const std::string page = DARBE_SOURCE_DIR "/docs/benchmarks.md";
  if (arguments.is_full_run()) {
    write_page(page, text_of(results));
    tell("{} has these figures now", page);
  } else {
    tell("docs/benchmarks.md stays as it is: only a full run is written there");
  }
  return 0;
}

}  // namespace
}  // namespace darbe::bench

int main(int count, char** words) {
  using namespace darbe;
  try {
    if (count > 1 && words[1] == std::string(bench::darbe_child_word))
      return bench::run_darbe_child({words + 1, words + count});
    const bench::CommandLine line = bench::parse(count, words);
    return line.leave ? line.status : bench::run(line.arguments);
  } catch (const std::exception& error) {
    for (const std::string& text : base::lines_of(error)) fmt::print(stderr, "copy_bench: {}\n", text);
    return base::exit_status(base::kind_of(error));
  }
}
