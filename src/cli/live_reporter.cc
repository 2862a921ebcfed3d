#include "cli/live_reporter.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log_reader.h"
#include "base/mutex.h"
#include "cli/pace.h"
#include "cli/reporters.h"

namespace darbe::cli {

namespace {

using base::Clock;
using base::MutexLock;
using steps::TableProgress;
using steps::TablesSum;

constexpr std::size_t tables_shown_max = 8;
// What a table's line holds besides its name and its bar: indent, per cent, pace.
constexpr std::size_t beside_name_and_bar = 52;
constexpr std::size_t name_columns_min = 12;
constexpr std::size_t name_columns_max = 60;
constexpr std::size_t bar_cells_min = 5;
constexpr std::size_t bar_cells_max = 20;

// Characters of UTF-8, each taken for one column.
std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

// At most `columns` wide; what is cut ends in "…".
std::string cut(const std::string& text, std::size_t columns) {
  if (columns_of(text) <= columns) return text;
  std::size_t characters = 0, end = 0;
  for (; end < text.size(); ++end)
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && ++characters >= columns) break;
  return text.substr(0, end) + "…";
}

// Cut or filled up to exactly `columns`.
std::string fitted(const std::string& text, std::size_t columns) {
  std::string result = cut(text, columns);
  return result.append(columns - columns_of(result), ' ');
}

std::string bar_of(double part, std::size_t cells) {
  const auto full = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * static_cast<double>(cells));
  std::string bar;
  for (std::size_t cell = 0; cell < cells; ++cell) bar += cell < full ? "█" : "░";
  return bar;
}

struct Widths {
  std::size_t bar = 0;
  std::size_t name = 0;

  explicit Widths(std::size_t columns) {
    const std::size_t free = columns - std::min(columns, beside_name_and_bar);
    bar = std::clamp(free / 3, bar_cells_min, bar_cells_max);
    name = std::clamp(free - std::min(free, bar), name_columns_min, name_columns_max);
  }
};

std::string line_of(const TableProgress& table, const Pace& pace, const Widths& widths) {
  const auto expected = std::max<std::uint64_t>({table.bytes, table.bytes_expected, 1});
  const double part = static_cast<double>(table.bytes) / static_cast<double>(expected);
  const std::string rates = pace.rates();
  return fmt::format("   {} {} {:>3}% {}{}", fitted(table.table, widths.name), bar_of(part, widths.bar),
                     static_cast<int>(part * 100), rates.empty() ? human_count(table.rows) + " rows" : rates,
                     table.phase == "copying" ? "" : ", " + table.phase);
}

class LiveReporter : public steps::Reporter {
 public:
  explicit LiveReporter(Terminal terminal) : terminal_(std::move(terminal)) {
    log::divert([this](log::Level, std::string_view text) { say(" \033[33m!\033[0m ", std::string(text)); });
  }
  ~LiveReporter() override {
    log::divert({});
    MutexLock lock(mutex_);
    step_.clear();
    draw("");
  }

  void step_begins(std::string_view step) override {
    MutexLock lock(mutex_);
    forget_step();
    step_ = step;
    begin_ = Clock::now();
    draw("");
  }
  void step_done(std::string_view step, bool fresh) override {
    MutexLock lock(mutex_);
    const std::string how = fresh ? human_seconds(base::Seconds(Clock::now() - begin_).count()) : "already done";
    forget_step();
    draw(fmt::format(" \033[32m✔\033[0m {:<10} {}\033[K\n", step, how));
  }
  void step_void(std::string_view step, const std::string& reason) override {
    say(" \033[33m↺\033[0m ", fmt::format("{:<10} begun anew: {}", step, reason));
  }
  void note(const std::string& text) override {
    MutexLock lock(mutex_);
    note_ = text;
    draw("");
  }
  void warning(const std::string& text) override { say(" \033[33m!\033[0m ", text); }
  void progress(const std::vector<TableProgress>& at_work, const TablesSum& all,
                std::optional<base::Seconds> left) override {
    MutexLock lock(mutex_);
    see_tables(at_work);
    all_ = all;
    pace_.see(all, left);
    draw("");
  }

 private:
  // A line that stays. It may be wider than the terminal: it is never drawn over.
  void say(std::string_view mark, const std::string& text) {
    MutexLock lock(mutex_);
    draw(fmt::format("{}{}\033[K\n", mark, text));
  }

  struct TableAtWork {
    TableProgress progress;
    Pace pace;  // in its phase
  };

  void see_tables(const std::vector<TableProgress>& tables) REQUIRES(mutex_) {
    std::vector<TableAtWork> now;
    for (const TableProgress& table : tables) {
      const auto before = std::ranges::find_if(at_work_, [&](const TableAtWork& known) {
        return known.progress.table == table.table && known.progress.phase == table.phase;
      });
      now.push_back({table, before == at_work_.end() ? Pace() : before->pace});
      now.back().pace.see(table);
    }
    at_work_ = std::move(now);
  }

  void forget_step() REQUIRES(mutex_) {
    step_.clear();
    note_.clear();
    at_work_.clear();
    all_.reset();
    pace_.forget();
  }

  // `lasting` takes the place of what was drawn, which is drawn again below it.
  void draw(std::string_view lasting) REQUIRES(mutex_) {
    const Terminal::Size size = terminal_.size();
    std::string out = "\r";
    if (const std::size_t rows = rows_drawn(size.columns); rows > 0) out += fmt::format("\033[{}A", rows);
    out += lasting;
    drawn_ = step_.empty() && note_.empty() ? std::vector<std::string>() : lines(size);
    for (const std::string& line : drawn_) out += line + "\033[K\n";
    out += "\033[J";
    terminal_.write(out);
  }

  // A terminal that became narrower since has folded the lines.
  std::size_t rows_drawn(std::size_t columns) const REQUIRES(mutex_) {
    std::size_t rows = 0;
    for (const std::string& line : drawn_)
      rows += std::max<std::size_t>(1, (columns_of(line) + columns - 1) / std::max<std::size_t>(columns, 1));
    return rows;
  }

  std::vector<std::string> lines(const Terminal::Size& size) const REQUIRES(mutex_) {
    // The last column stays free: some terminals go on to the next row when it is written.
    const std::size_t columns = std::max<std::size_t>(size.columns, 2) - 1;
    std::vector<std::string> lines{step_line()};
    if (all_ && all_->tables > 0) add_tables(lines, columns, size.rows);
    if (lines.size() >= size.rows) lines.resize(std::max<std::size_t>(size.rows, 2) - 1);
    for (std::string& line : lines) line = cut(line, columns);
    return lines;
  }
  std::string step_line() const REQUIRES(mutex_) {
    if (step_.empty()) return " … " + note_;
    return fmt::format(" … {:<10} {}{}{}", step_, human_seconds(base::Seconds(Clock::now() - begin_).count()),
                       note_.empty() ? "" : "  ", note_);
  }
  void add_tables(std::vector<std::string>& lines, std::size_t columns, std::size_t rows) const REQUIRES(mutex_) {
    std::size_t room = std::min(tables_shown_max, std::max<std::size_t>(rows, 4) - 4);
    const Widths widths(columns);
    for (const TableAtWork& table : at_work_) {
      if (room-- == 0) break;
      lines.push_back(line_of(table.progress, table.pace, widths));
    }
    const std::string so_far = "   " + Pace::so_far(*all_), rates = pace_.rates();
    const bool in_one = columns_of(so_far) + 2 + columns_of(rates) <= columns;
    lines.push_back(in_one && !rates.empty() ? so_far + ", " + rates : so_far);
    if (!in_one && !rates.empty()) lines.push_back("   " + rates);
  }

  const Terminal terminal_;
  base::Mutex mutex_;
  Pace pace_ GUARDED_BY(mutex_);
  std::string step_ GUARDED_BY(mutex_);
  std::string note_ GUARDED_BY(mutex_);
  std::vector<TableAtWork> at_work_ GUARDED_BY(mutex_);
  std::optional<TablesSum> all_ GUARDED_BY(mutex_);
  Clock::time_point begin_ GUARDED_BY(mutex_) = Clock::now();
  std::vector<std::string> drawn_ GUARDED_BY(mutex_);  // where the cursor stands below
};

Terminal::Size size_of_standard_error() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

}  // namespace

std::unique_ptr<steps::Reporter> make_live_reporter(Terminal terminal) {
  return std::make_unique<LiveReporter>(std::move(terminal));
}

Terminal standard_error_terminal() {
  return {.write =
              [](std::string_view text) {
                std::fwrite(text.data(), 1, text.size(), stderr);
                std::fflush(stderr);
              },
          .size = size_of_standard_error};
}

}  // namespace darbe::cli
