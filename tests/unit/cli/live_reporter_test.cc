// What an operator sees: the bytes are played on a screen, and the screen is looked at.
#include "cli/live_reporter.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"

namespace darbe::cli {
namespace {

using steps::TableProgress;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

// As much of a terminal as the drawing needs: it folds at the last column and scrolls at the last row. Anything that it
// does not know is a failure.
class Screen {
 public:
  Screen(std::size_t columns, std::size_t rows) : size_{columns, rows}, cells_(rows) {}

  Terminal terminal() {
    return {.write = [this](std::string_view text) { play(text); }, .size = [this] { return size_; }};
  }

  void play(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] == '\033') {
        i = control(text, i + 2);
      } else if (text[i] == '\n') {
        next_row();
        ++i;
      } else if (text[i] == '\r') {
        column_ = 0;
        ++i;
      } else {
        const std::size_t end = std::min(text.size(), after_character(text, i));
        put(text.substr(i, end - i));
        i = end;
      }
    }
  }

  // Without the empty rows at the bottom.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& row : cells_) {
      std::string line = fmt::format("{}", fmt::join(row, ""));
      line.erase(line.find_last_not_of(' ') + 1);
      lines.push_back(line);
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
  }
  // Rows that left the screen at its top.
  std::size_t scrolled() const { return scrolled_; }

 private:
  static std::size_t after_character(std::string_view text, std::size_t i) {
    ++i;
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) ++i;
    return i;
  }

  void put(std::string_view character) {
    if (column_ == size_.columns) next_row();
    auto& row = cells_[row_];
    row.resize(std::max(row.size(), column_ + 1), " ");
    row[column_++] = character;
  }

  void next_row() {
    column_ = 0;
    if (++row_ < size_.rows) return;
    row_ = size_.rows - 1;
    ++scrolled_;
    cells_.erase(cells_.begin());
    cells_.emplace_back();
  }

  std::size_t control(std::string_view text, std::size_t i) {
    std::size_t number = 0;
    for (; text[i] >= '0' && text[i] <= '9'; ++i) number = number * 10 + static_cast<std::size_t>(text[i] - '0');
    switch (text[i]) {
      case 'A':
        EXPECT_LE(number, row_) << "above the screen";
        row_ -= std::min(row_, number);
        break;
      case 'K':
        clear_rest();
        break;
      case 'J':
        clear_rest();
        for (std::size_t row = row_ + 1; row < cells_.size(); ++row) cells_[row].clear();
        break;
      case 'm':
        break;
      default:
        ADD_FAILURE() << "an unknown control: " << text[i];
    }
    return i + 1;
  }

  void clear_rest() { cells_[row_].resize(std::min(cells_[row_].size(), column_)); }

  Terminal::Size size_;
  std::vector<std::vector<std::string>> cells_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::size_t scrolled_ = 0;
};

std::vector<TableProgress> tables(std::size_t count, std::uint64_t percent = 60,
                                  const std::string& phase = "building indexes") {
  std::vector<TableProgress> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({.table = fmt::format("putio.a_table_with_a_rather_long_name_of_the_number_{}", i),
                   .phase = phase,
                   .rows = 123'456'789,
                   .bytes = percent * 10'000'000,
                   .bytes_expected = 1'000'000'000});
  return all;
}

void tell(steps::Reporter& reporter, const std::vector<TableProgress>& at_work,
          std::optional<base::Seconds> left = std::nullopt) {
  steps::TablesSum all{.tables = at_work.size()};
  for (const TableProgress& table : at_work) {
    all.rows += table.rows;
    all.bytes += table.bytes;
    all.bytes_expected += table.bytes_expected;
  }
  reporter.progress(at_work, all, left);
}

TEST(LiveReporter, DrawsAStepInPlaceAndLeavesALineWhenItIsDone) {
  Screen screen(80, 24);
  const auto reporter = make_live_reporter(screen.terminal());
  reporter->step_done("Provision", false);
  reporter->step_begins("Freeze");
  reporter->note("waiting for a replica that is far behind");
  reporter->note("stands");
  EXPECT_THAT(screen.lines(), ElementsAre(" ✔ Provision  already done", " … Freeze     0.0 s  stands"));
  reporter->step_done("Freeze", true);
  EXPECT_THAT(screen.lines(), ElementsAre(" ✔ Provision  already done", " ✔ Freeze     0.0 s"));
}

TEST(LiveReporter, ShowsABarForEachTableAtWork) {
  Screen screen(80, 24);
  const auto reporter = make_live_reporter(screen.terminal());
  reporter->step_begins("Copy");
  reporter->progress(tables(1), {3, 1, 370'370'367, 1'800'000'000, 3'000'000'000}, std::nullopt);
  const auto lines = screen.lines();
  ASSERT_THAT(lines, SizeIs(testing::Ge(3)));
  EXPECT_THAT(lines[1], HasSubstr("█████░░░░  60% 123,456,789 rows, building indexes"));
  EXPECT_THAT(lines[2], HasSubstr("370,370,367 rows, 1.8 GB of about 3.0 GB, 1/3 tables"));
}

TEST(LiveReporter, TellsTheTimeLeftWhereItIsKnown) {
  Screen screen(200, 24);
  const auto reporter = make_live_reporter(screen.terminal());
  reporter->step_begins("Copy");
  tell(*reporter, tables(1, 60));
  tell(*reporter, tables(1, 80));
  EXPECT_THAT(screen.lines().back(), testing::AllOf(HasSubstr("rows/s"), testing::Not(HasSubstr("left"))));
  tell(*reporter, tables(1, 80), std::chrono::seconds(200));
  EXPECT_THAT(screen.lines().back(), HasSubstr("/s, 3 min 20 s left"));
}

TEST(LiveReporter, TellsEachTablesPaceAndTimeLeft) {
  Screen screen(120, 24);
  const auto reporter = make_live_reporter(screen.terminal());
  reporter->step_begins("Copy");
  std::vector<TableProgress> at_work = tables(2, 20);
  at_work[0].phase = "copying", at_work[0].rows = 0;
  tell(*reporter, at_work);
  EXPECT_THAT(screen.lines()[1], testing::EndsWith(" 20% 0 rows"));
  at_work[0].rows = 1'000;
  at_work[0].bytes += 1'000'000;
  tell(*reporter, at_work);
  EXPECT_THAT(screen.lines()[1], testing::ContainsRegex(R"( 20% [0-9,]+ rows/s, [0-9.]+ .?B/s, .+ left$)"));
  EXPECT_THAT(screen.lines()[2], testing::EndsWith(" 20% 123,456,789 rows, building indexes"));
  // A phase has a pace of its own: nothing of the copy's goes into it.
  at_work[0].phase = "verifying";
  tell(*reporter, at_work);
  EXPECT_THAT(screen.lines()[1], testing::EndsWith(" 20% 1,000 rows, verifying"));
}

TEST(LiveReporter, FitsNarrowAndWideTerminals) {
  for (const std::size_t columns : {40U, 80U, 200U}) {
    Screen screen(columns, 24);
    const auto reporter = make_live_reporter(screen.terminal());
    reporter->step_begins("Copy");
    reporter->note(std::string(300, 'x'));
    for (const std::uint64_t percent : {20U, 40U, 60U}) tell(*reporter, tables(20, percent, "copying"));
    const auto lines = screen.lines();
    // The step, eight tables, one or two lines of sums: nothing folded or left behind.
    EXPECT_THAT(lines, SizeIs(columns == 200 ? 10 : 11)) << columns;
    EXPECT_THAT(lines.back(), HasSubstr("rows/s"));
    for (const std::string& line : lines) EXPECT_LT(width_of(line), columns);
    EXPECT_EQ(lines[1].ends_with(" left"), columns >= 80);
    EXPECT_EQ(lines[1].find("_name_of_the_number_0 ") != std::string::npos, columns == 200);
  }
}

TEST(LiveReporter, FitsALowTerminal) {
  Screen screen(80, 8);
  const auto reporter = make_live_reporter(screen.terminal());
  reporter->step_begins("Copy");
  for (const std::uint64_t percent : {20U, 40U, 60U}) tell(*reporter, tables(20, percent));
  EXPECT_THAT(screen.lines(), SizeIs(7));
  EXPECT_EQ(screen.scrolled(), 0u);
}

TEST(LiveReporter, KeepsWarningsAndTheLogAboveTheDrawing) {
  Screen screen(60, 24);
  const auto reporter = make_live_reporter(screen.terminal());
  reporter->step_begins("Copy");
  tell(*reporter, tables(2));
  reporter->warning("a table without a key is read as a whole: " + std::string(40, 'k'));
  log::warning("copying goes on after: a lost link");
  tell(*reporter, tables(1));
  const auto lines = screen.lines();
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_THAT(lines[0], StartsWith(" ! a table without a key"));
  EXPECT_THAT(lines[1], StartsWith("kkk"));
  EXPECT_EQ(lines[2], " ! copying goes on after: a lost link");
  EXPECT_THAT(lines[3], StartsWith(" … Copy"));
  EXPECT_THAT(lines[4], StartsWith("   putio."));
}

TEST(LiveReporter, WritesOverTheEchoOfCtrlC) {
  Screen screen(80, 24);
  const auto reporter = make_live_reporter(screen.terminal());
  reporter->step_begins("Copy");
  tell(*reporter, tables(2));
  screen.play("^C");
  tell(*reporter, tables(1));
  EXPECT_THAT(screen.lines(), Each(testing::Not(HasSubstr("^C"))));
  EXPECT_THAT(screen.lines(), Contains(StartsWith(" … Copy")).Times(1));
}

TEST(LiveReporter, LeavesNoDrawingBehind) {
  Screen screen(80, 24);
  auto reporter = make_live_reporter(screen.terminal());
  reporter->step_done("Provision", true);
  reporter->step_begins("Copy");
  tell(*reporter, tables(4));
  reporter.reset();
  EXPECT_THAT(screen.lines(), ElementsAre(" ✔ Provision  0.0 s"));
}

}  // namespace
}  // namespace darbe::cli
