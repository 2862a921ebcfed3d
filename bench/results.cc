#include "results.h"

#include <algorithm>

#include <fmt/format.h>

namespace darbe::bench {

namespace {

constexpr unsigned growth_begin = 100;
constexpr unsigned growth_end = 1000;

double copy_seconds_of(const DarbeRun& run) { return run.copy_seconds; }
double core_seconds_of_client(const Run& run) { return run.usage.client_core_seconds; }
double tablespace_mb_of(const Run& run) { return run.tablespace_mb; }

double peak_memory_mb_of(const std::vector<DarbeRun>& runs) {
  double peak = 0;
  for (const DarbeRun& run : runs) peak = std::max(peak, run.peak_memory_mb);
  return peak;
}

class Figures {
 public:
  void add(const std::string& name, double value) { all_.push_back({name, value}); }
  void add_ratios(const std::string& name, const std::vector<double>& rounds) {
    all_.push_back({name, median(rounds), rounds});
  }

  // Times and processors of one way, under `name`.
  template <typename One>
  void add_usage(const std::string& name, const std::vector<One>& runs) {
    add(name + "_seconds", median_of(runs, seconds_of));
    add(name + "_client_core_seconds", median_of(runs, core_seconds_of_client));
    add(name + "_source_core_seconds", median_of(runs, [](const Run& run) { return run.usage.source_core_seconds; }));
    add(name + "_target_core_seconds", median_of(runs, [](const Run& run) { return run.usage.target_core_seconds; }));
    add(name + "_tablespace_mb", median_of(runs, tablespace_mb_of));
  }

  std::vector<Figure> take() { return std::move(all_); }

 private:
  std::vector<Figure> all_;
};

void add_against(Figures& figures, const std::string& peer, const std::vector<Run>& runs, const Comparison& set) {
  figures.add_ratios("vs_" + peer, ratios_of(runs, set.darbe, [](const Run& one, const DarbeRun& darbe) {
                       return one.usage.seconds / darbe.usage.seconds;
                     }));
  figures.add_ratios("vs_" + peer + "_unverified",
                     ratios_of(runs, set.darbe, [](const Run& one, const DarbeRun& darbe) {
                       return one.usage.seconds / darbe.copy_seconds;
                     }));
}

// What the main set says, but for the absolute figures.
void add_ratios(Figures& figures, const Comparison& set, const Results& results) {
  if (!set.mysqldump.empty()) add_against(figures, "mysqldump", set.mysqldump, set);
  if (const MydumperRuns* best = set.best_mydumper()) add_against(figures, "mydumper", best->runs, set);
  if (!set.limit.empty()) {
    figures.add_ratios("over_server_limit",
                       ratios_of(set.darbe, set.limit, [](const DarbeRun& darbe, const LimitRun& limit) {
                         return darbe.usage.seconds / limit.usage.seconds;
                       }));
    figures.add_ratios("over_server_limit_unverified",
                       ratios_of(set.darbe, set.limit, [](const DarbeRun& darbe, const LimitRun& limit) {
                         return darbe.copy_seconds / limit.copy_seconds;
                       }));
  }
  const double tablespace_mb = median_of(set.darbe, tablespace_mb_of);
  if (results.ordered_load) figures.add("bytes_over_ordered_load", tablespace_mb / results.ordered_load->tablespace_mb);
  if (results.optimized)
    figures.add("bytes_over_optimized", results.optimized->before_mb / results.optimized->after_mb);
  const double gigabytes = set.contents.value_bytes / 1e9;
  figures.add("client_core_seconds_per_gb", median_of(set.darbe, core_seconds_of_client) / gigabytes);
  figures.add("client_core_seconds_per_gb_unverified",
              median_of(set.darbe, [](const DarbeRun& run) { return run.copy_core_seconds; }) / gigabytes);
  if (!set.plain.empty())
    figures.add("client_core_seconds_per_gb_plain", median_of(set.plain, core_seconds_of_client) / gigabytes);
  figures.add("peak_memory_mb", peak_memory_mb_of(set.darbe));
}

void add_absolutes(Figures& figures, const std::string& name, const Comparison& set) {
  figures.add(name + "_tables", set.contents.tables);
  figures.add(name + "_rows", set.contents.rows);
  figures.add(name + "_value_mb", set.contents.value_bytes / 1e6);
  figures.add_usage(name + "_darbe", set.darbe);
  figures.add(name + "_darbe_copy_seconds", median_of(set.darbe, copy_seconds_of));
  figures.add(name + "_darbe_verify_seconds",
              median_of(set.darbe, [](const DarbeRun& run) { return run.verify_seconds; }));
  figures.add(name + "_darbe_peak_memory_mb", peak_memory_mb_of(set.darbe));
  if (!set.mysqldump.empty()) figures.add_usage(name + "_mysqldump", set.mysqldump);
  if (const MydumperRuns* best = set.best_mydumper()) {
    figures.add(name + "_mydumper_threads", best->threads);
    figures.add_usage(name + "_mydumper", best->runs);
  }
  if (!set.plain.empty()) figures.add_usage(name + "_darbe_plain", set.plain);
  if (!set.limit.empty()) {
    figures.add_usage(name + "_server_limit", set.limit);
    figures.add(name + "_server_limit_copy_seconds",
                median_of(set.limit, [](const LimitRun& run) { return run.copy_seconds; }));
  }
}

const Growth* find_growth(const Results& results, unsigned megabytes) {
  for (const Growth& growth : results.growth)
    if (growth.megabytes == megabytes) return &growth;
  return nullptr;
}

}  // namespace

const MydumperRuns* Comparison::best_mydumper() const {
  const MydumperRuns* best = nullptr;
  for (const MydumperRuns& one : mydumper) {
    if (one.runs.empty()) continue;
    if (best == nullptr || median_of(one.runs, seconds_of) < median_of(best->runs, seconds_of)) best = &one;
  }
  return best;
}

const Comparison* Results::find(const std::string& set) const {
  const auto found = sets.find(set);
  return found == sets.end() ? nullptr : &found->second;
}

std::vector<Figure> figures_of(const Results& results) {
  Figures figures;
  if (const Comparison* set = results.find("main")) add_ratios(figures, *set, results);
  if (const Comparison* set = results.find("small"))
    figures.add("ms_per_small_table", median_of(set->darbe, seconds_of) * 1000 / set->contents.tables);
  const Growth* small = find_growth(results, growth_begin);
  const Growth* large = find_growth(results, growth_end);
  if (small != nullptr && large != nullptr)
    figures.add("growth_10x", median_of(large->set.darbe, seconds_of) / median_of(small->set.darbe, seconds_of));
  for (const auto& [name, set] : results.sets) add_absolutes(figures, name, set);
  for (const Growth& growth : results.growth)
    add_absolutes(figures, fmt::format("growth_{}mb", growth.megabytes), growth.set);
  if (results.ordered_load) figures.add_usage("ordered_load", std::vector<Run>{*results.ordered_load});
  if (results.optimized) figures.add("optimized_tablespace_mb", results.optimized->after_mb);
  return figures.take();
}

bool Mark::is_met_by(double measured) const {
  if (bound == Bound::at_least) return measured >= value;
  return bound == Bound::at_most ? measured <= value : measured < value;
}

std::string Mark::text() const {
  return fmt::format("{} {}", bound == Bound::at_least ? "≥" : bound == Bound::at_most ? "≤" : "<", value);
}

const std::vector<Mark>& marks() {
  using enum Mark::Bound;
  static const std::vector<Mark> all = {
      {"vs_mysqldump", "times as fast as mysqldump, verified", at_least, 3.5},
      {"vs_mysqldump_unverified", "times as fast as mysqldump, not verified", at_least, 3.8},
      {"vs_mydumper", "times as fast as mydumper, verified", at_least, 1.5},
      {"vs_mydumper_unverified", "times as fast as mydumper, not verified", at_least, 1.7},
      {"over_server_limit", "wall time over the servers' own limit", at_most, 1.15},
      {"bytes_over_ordered_load", "tablespaces over those of one worker in key order", at_most, 1.01},
      {"bytes_over_optimized", "tablespaces over those after OPTIMIZE TABLE", below, 1},
      {"client_core_seconds_per_gb", "client's core-seconds per GB, with TLS, verified", at_most, 4.5},
      {"client_core_seconds_per_gb_plain", "client's core-seconds per GB, neither TLS nor verification", at_most, 2.5},
      {"ms_per_small_table", "milliseconds per small table, verified", at_most, 15},
      {"growth_10x", "wall time for ten times the rows", at_most, 10.5},
      {"peak_memory_mb", "client's peak memory, MB", below, 256},
  };
  return all;
}

}  // namespace darbe::bench
