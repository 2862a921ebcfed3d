#include "cli/reporters.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mutex.h"

namespace darbe::cli {

namespace {

using base::Clock;
using base::Mutex;
using base::MutexLock;
using steps::TableProgress;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

// Rates and the time left, from one snapshot of the tables to the next.
struct Sum {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t expected = 0;
  std::size_t done = 0;
};

Sum sum_of(const std::vector<TableProgress>& tables) {
  Sum sum;
  for (const TableProgress& table : tables) {
    sum.rows += table.rows;
    sum.bytes += table.bytes;
    sum.expected += std::max(table.bytes, table.bytes_expected);
    if (table.phase == "done") ++sum.done;
  }
  return sum;
}

// Rows and bytes per second since the first snapshot of this process: what an earlier command had done doesn't count.
class Pace {
 public:
  void see(const Sum& sum) {
    if (!first_) {
      first_ = sum;
      begin_ = Clock::now();
    }
    const double seconds = std::max(0.001, seconds_since(begin_));
    rows_per_second_ = static_cast<double>(sum.rows - std::min(sum.rows, first_->rows)) / seconds;
    bytes_per_second_ = static_cast<double>(sum.bytes - std::min(sum.bytes, first_->bytes)) / seconds;
    const std::uint64_t left = sum.expected - std::min(sum.expected, sum.bytes);
    seconds_left_ = bytes_per_second_ > 0 ? static_cast<double>(left) / bytes_per_second_ : 0;
  }
  void forget() { first_.reset(); }
  double rows_per_second() const { return rows_per_second_; }
  double bytes_per_second() const { return bytes_per_second_; }
  double seconds_left() const { return seconds_left_; }
  std::string text(const Sum& sum, std::size_t tables) const {
    std::string text = fmt::format("{} rows, {} of about {}, {}/{} tables", human_count(sum.rows),
                                   human_bytes(sum.bytes), human_bytes(sum.expected), sum.done, tables);
    if (bytes_per_second_ > 0)
      text += fmt::format(", {} rows/s, {}/s, {} left", human_count(static_cast<std::uint64_t>(rows_per_second_)),
                          human_bytes(static_cast<std::uint64_t>(bytes_per_second_)), human_seconds(seconds_left_));
    return text;
  }

 private:
  std::optional<Sum> first_;
  Clock::time_point begin_;
  double rows_per_second_ = 0;
  double bytes_per_second_ = 0;
  double seconds_left_ = 0;
};

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
  void progress(const std::vector<TableProgress>& tables) override {
    MutexLock lock(mutex_);
    const Sum sum = sum_of(tables);
    pace_.see(sum);
    if (seconds_since(last_progress_) < 5) return;
    last_progress_ = Clock::now();
    line("  " + pace_.text(sum, tables.size()));
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

// A line per step, and below it what is going on now, redrawn in place.
class TerminalReporter : public steps::Reporter {
 public:
  ~TerminalReporter() override {
    MutexLock lock(mutex_);
    erase();
    std::fflush(stderr);
  }
  void step_begins(std::string_view step) override {
    MutexLock lock(mutex_);
    step_ = step;
    begin_ = Clock::now();
    note_.clear();
    tables_.clear();
    pace_.forget();
    draw();
  }
  void step_done(std::string_view step, bool fresh) override {
    MutexLock lock(mutex_);
    erase();
    if (fresh)
      fmt::print(stderr, " \033[32m✔\033[0m {:<10} {}\n", step, human_seconds(seconds_since(begin_)));
    else
      fmt::print(stderr, " \033[32m✔\033[0m {:<10} already done\n", step);
    step_.clear();
    note_.clear();
    tables_.clear();
  }
  void step_void(std::string_view step, const std::string& reason) override {
    MutexLock lock(mutex_);
    erase();
    fmt::print(stderr, " \033[33m↺\033[0m {:<10} begun anew: {}\n", step, reason);
  }
  void note(const std::string& text) override {
    MutexLock lock(mutex_);
    note_ = text;
    draw();
  }
  void warning(const std::string& text) override {
    MutexLock lock(mutex_);
    erase();
    fmt::print(stderr, " \033[33m!\033[0m {}\n", text);
    draw();
  }
  void progress(const std::vector<TableProgress>& tables) override {
    MutexLock lock(mutex_);
    tables_ = tables;
    pace_.see(sum_of(tables));
    draw();
  }

 private:
  static constexpr std::size_t tables_shown = 8;

  void erase() REQUIRES(mutex_) {
    for (; drawn_ > 0; --drawn_) fmt::print(stderr, "\033[1A\033[2K");
  }
  void draw() REQUIRES(mutex_) {
    erase();
    if (step_.empty()) return;
    put(fmt::format(" … {:<10} {}{}{}", step_, human_seconds(seconds_since(begin_)), note_.empty() ? "" : "  ", note_));
    if (!tables_.empty()) draw_tables();
    std::fflush(stderr);
  }
  void draw_tables() REQUIRES(mutex_) {
    std::size_t shown = 0;
    for (const TableProgress& table : tables_) {
      if (table.phase == "done" || table.phase == "waiting") continue;
      if (++shown > tables_shown) break;
      const auto expected = std::max<std::uint64_t>({table.bytes, table.bytes_expected, 1});
      const double part = static_cast<double>(table.bytes) / static_cast<double>(expected);
      const auto full = static_cast<std::size_t>(part * 20);
      std::string bar;
      for (std::size_t i = 0; i < 20; ++i) bar += i < full ? "█" : "░";
      put(fmt::format("   {:<30.30} {} {:>3}% {:<8} {:>12} rows", table.table, bar, static_cast<int>(part * 100),
                      table.phase, human_count(table.rows)));
    }
    put("   " + pace_.text(sum_of(tables_), tables_.size()));
  }
  void put(const std::string& line) REQUIRES(mutex_) {
    winsize size{};
    const std::size_t width = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 100;
    fmt::print(stderr, "{}\n", cut(line, width - 1));
    ++drawn_;
  }
  // At most `width` characters of UTF-8, so that no line wraps and every line drawn can be erased.
  static std::string cut(const std::string& line, std::size_t width) {
    std::size_t characters = 0, i = 0;
    for (; i < line.size(); ++i)
      if ((static_cast<unsigned char>(line[i]) & 0xC0) != 0x80 && ++characters > width) break;
    return line.substr(0, i);
  }

  Mutex mutex_;
  Pace pace_ GUARDED_BY(mutex_);
  std::string step_ GUARDED_BY(mutex_);
  std::string note_ GUARDED_BY(mutex_);
  std::vector<TableProgress> tables_ GUARDED_BY(mutex_);
  Clock::time_point begin_ GUARDED_BY(mutex_) = Clock::now();
  int drawn_ GUARDED_BY(mutex_) = 0;
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
  void progress(const std::vector<TableProgress>& tables) override {
    {
      MutexLock lock(mutex_);
      if (seconds_since(last_progress_) < 1) return;
      last_progress_ = Clock::now();
      pace_.see(sum_of(tables));
    }
    boost::json::array list;
    for (const TableProgress& table : tables)
      if (table.phase != "waiting")
        list.push_back(boost::json::object{{"table", table.table},
                                           {"phase", table.phase},
                                           {"rows", table.rows},
                                           {"bytes", table.bytes},
                                           {"bytes_expected", table.bytes_expected}});
    MutexLock lock(mutex_);
    write({{"event", "progress"},
           {"tables", std::move(list)},
           {"rows_per_second", pace_.rows_per_second()},
           {"bytes_per_second", pace_.bytes_per_second()},
           {"seconds_left", pace_.seconds_left()}});
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
  if (output == Output::automatic && ::isatty(STDERR_FILENO) == 1) return std::make_unique<TerminalReporter>();
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
