#include "cli/reporters.h"

#include <cstdio>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "cli/live_reporter.h"
#include "cli/pace.h"

namespace darbe::cli {

namespace {

using base::Clock;
using base::Mutex;
using base::MutexLock;
using steps::TableProgress;
using steps::TablesSum;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// Log lines: one for each thing that happens, one every few seconds for the tables.
class PlainReporter : public steps::Reporter {
 public:
  void step_begins(std::string_view step) override {
    MutexLock lock(mutex_);
    begin_ = Clock::now();
    pace_.forget();
    line(fmt::format("{}: begins", step));
  }
  void step_done(std::string_view step, bool fresh) override {
    MutexLock lock(mutex_);
    line(fresh ? fmt::format("{}: done in {}", step, human_seconds(seconds_since(begin_)))
               : fmt::format("{}: already done", step));
  }
  void step_void(std::string_view step, const std::string& reason) override {
    MutexLock lock(mutex_);
    line(fmt::format("{}: void, begun anew: {}", step, reason));
  }
  void note(const std::string& text) override {
    MutexLock lock(mutex_);
    if (text == last_note_) return;
    last_note_ = text;
    line("  " + text);
  }
  void warning(const std::string& text) override {
    MutexLock lock(mutex_);
    line("warning: " + text);
  }
  void progress(const std::vector<TableProgress>&, const TablesSum& all, std::optional<base::Seconds> left) override {
    MutexLock lock(mutex_);
    pace_.see(all, left);
    if (seconds_since(last_progress_) < 5) return;
    last_progress_ = Clock::now();
    const std::string rates = pace_.rates();
    line(fmt::format("  {}{}{}", Pace::so_far(all), rates.empty() ? "" : ", ", rates));
  }

 private:
  void line(const std::string& text) REQUIRES(mutex_) {
    fmt::print(stderr, "{} {}\n", base::iso_time(std::chrono::system_clock::now()), text);
  }

  Mutex mutex_;
  Pace pace_ GUARDED_BY(mutex_);
  Clock::time_point begin_ GUARDED_BY(mutex_) = Clock::now();
  Clock::time_point last_progress_ GUARDED_BY(mutex_) = Clock::now();
  std::string last_note_ GUARDED_BY(mutex_);
};

// One event a line on standard output; the members are described in README.md, "For programs".
class JsonReporter : public steps::Reporter {
 public:
  void step_begins(std::string_view step) override { put({{"event", "step_begins"}, {"step", step}}); }
  void step_done(std::string_view step, bool fresh) override {
    put({{"event", "step_done"}, {"step", step}, {"fresh", fresh}});
  }
  void step_void(std::string_view step, const std::string& reason) override {
    put({{"event", "step_void"}, {"step", step}, {"reason", reason}});
  }
  void note(const std::string& text) override { put({{"event", "note"}, {"text", text}}); }
  void warning(const std::string& text) override { put({{"event", "warning"}, {"text", text}}); }
  void progress(const std::vector<TableProgress>& at_work, const TablesSum& all,
                std::optional<base::Seconds> left) override {
    {
      MutexLock lock(mutex_);
      if (seconds_since(last_progress_) < 1) return;
      last_progress_ = Clock::now();
      pace_.see(all, left);
    }
    boost::json::array list;
    for (const TableProgress& table : at_work)
      list.push_back(boost::json::object{{"table", table.table},
                                         {"phase", table.phase},
                                         {"rows", table.rows},
                                         {"bytes", table.bytes},
                                         {"bytes_expected", table.bytes_expected}});
    MutexLock lock(mutex_);
    write({{"event", "progress"},
           {"tables", std::move(list)},
           {"all",
            {{"tables", all.tables},
             {"done", all.done},
             {"rows", all.rows},
             {"bytes", all.bytes},
             {"bytes_expected", all.bytes_expected}}},
           {"rows_per_second", pace_.rows_per_second()},
           {"bytes_per_second", pace_.bytes_per_second()},
           {"seconds_left", left ? boost::json::value(left->count()) : boost::json::value(nullptr)}});
  }

 private:
  void put(boost::json::object event) {
    MutexLock lock(mutex_);
    write(std::move(event));
  }
  void write(boost::json::object event) REQUIRES(mutex_) {
    event["at"] = base::iso_time(std::chrono::system_clock::now());
    fmt::print("{}\n", boost::json::serialize(event));
    std::fflush(stdout);
  }

  Mutex mutex_;
  Pace pace_ GUARDED_BY(mutex_);
  Clock::time_point last_progress_ GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<steps::Reporter> make_reporter(Output output) {
  if (output == Output::json) return std::make_unique<JsonReporter>();
  if (output == Output::automatic && ::isatty(STDERR_FILENO) == 1) return make_live_reporter(standard_error_terminal());
  return std::make_unique<PlainReporter>();
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1000 && unit + 1 < std::size(units); ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

std::string human_seconds(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

std::string human_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

}  // namespace darbe::cli
