#include "report.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::bench {

namespace {

constexpr std::string_view begin_marker = "<!-- measured: ./dev bench copy writes what follows -->\n";
constexpr std::string_view end_marker = "<!-- end of what is measured -->\n";

// Cells of a table; the first row is its head.
using Cells = std::vector<std::vector<std::string>>;

// Letters that people see, of UTF-8.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char letter) { return (letter & 0xC0) != 0x80; }));
}

std::string table_of(const Cells& cells) {
  std::vector<std::size_t> widths(cells.front().size(), 3);
  for (const auto& row : cells)
    for (std::size_t column = 0; column < row.size(); ++column)
      widths[column] = std::max(widths[column], width_of(row[column]));
  std::string text;
  for (std::size_t row = 0; row < cells.size(); ++row) {
    for (std::size_t column = 0; column < widths.size(); ++column) {
      const std::string& cell = cells[row][column];
      const std::string padding(widths[column] - width_of(cell), ' ');
      text += column == 0 ? "| " + cell + padding : " | " + padding + cell;
    }
    text += " |\n";
    if (row != 0) continue;
    for (std::size_t column = 0; column < widths.size(); ++column)
      text +=
          column == 0 ? "| " + std::string(widths[column], '-') : " | " + std::string(widths[column] - 1, '-') + ":";
    text += " |\n";
  }
  return text + "\n";
}

// Null if it was not measured.
const Figure* find(const std::vector<Figure>& figures, const std::string& name) {
  for (const Figure& figure : figures)
    if (figure.name == name) return &figure;
  return nullptr;
}

// "3.23, 3.11, 2.72"
std::string rounds_of(const Figure& figure) {
  std::vector<std::string> texts;
  for (const double ratio : figure.rounds) texts.push_back(fmt::format("{:.2f}", ratio));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string marks_table(const std::vector<Figure>& figures) {
  Cells cells{{"what", "figure", "measured", "by rounds", "mark", ""}};
  for (const Mark& mark : marks()) {
    const Figure* figure = find(figures, mark.figure);
    cells.push_back({mark.what, "`" + mark.figure + "`",
                     figure != nullptr ? fmt::format("{:.4g}", figure->value) : "not measured",
                     figure != nullptr ? rounds_of(*figure) : "", mark.text(),
                     figure == nullptr || mark.is_met_by(figure->value) ? "" : "MISSED"});
  }
  return table_of(cells);
}

template <typename One>
std::vector<std::string> usage_row(const std::string& way, const std::vector<One>& runs) {
  const auto cell = [&](const auto& figure) { return fmt::format("{:.1f}", median_of(runs, figure)); };
  return {way,
          cell(seconds_of),
          cell([](const Run& run) { return run.usage.client_core_seconds; }),
          cell([](const Run& run) { return run.usage.source_core_seconds; }),
          cell([](const Run& run) { return run.usage.target_core_seconds; }),
          cell([](const Run& run) { return run.tablespace_mb; })};
}

std::string main_table(const Results& results, const Comparison& set) {
  Cells cells{{"way", "wall s", "client core-s", "source core-s", "target core-s", "tablespaces MB"}};
  if (!set.mysqldump.empty()) cells.push_back(usage_row("`mysqldump \\| mysql`", set.mysqldump));
  for (const MydumperRuns& one : set.mydumper)
    if (!one.runs.empty())
      cells.push_back(usage_row(fmt::format("mydumper, myloader: {} threads", one.threads), one.runs));
  cells.push_back(usage_row("Darbe, verified", set.darbe));
  const auto only = [&](const std::string& way, double seconds, const std::string& client = "") {
    cells.push_back({way, fmt::format("{:.1f}", seconds), client, "", "", ""});
  };
  only("of it without verification", median_of(set.darbe, [](const DarbeRun& run) { return run.copy_seconds; }),
       fmt::format("{:.1f}", median_of(set.darbe, [](const DarbeRun& run) { return run.copy_core_seconds; })));
  if (!set.plain.empty()) cells.push_back(usage_row("Darbe, neither TLS nor verification", set.plain));
  if (!set.limit.empty()) {
    cells.push_back(usage_row("the servers' own limit, verified", set.limit));
    only("of it without verification", median_of(set.limit, [](const LimitRun& run) { return run.copy_seconds; }));
  }
  if (results.ordered_load)
    cells.push_back(usage_row("one worker, from files, in key order", std::vector<Run>{*results.ordered_load}));
  if (results.optimized)
    cells.push_back({"OPTIMIZE TABLE after Darbe", "", "", "", "", fmt::format("{:.1f}", results.optimized->after_mb)});
  return table_of(cells);
}

std::string name_for_people(const std::string& set) {
  if (set == "wide") return "60 columns, 20 secondary indexes";
  if (set == "texts") return "texts of 10 KB";
  if (set == "small") return "small tables";
  return set;
}

std::vector<std::string> set_row(const std::string& name, const Comparison& set) {
  const auto seconds = [](const auto& runs) {
    return runs.empty() ? std::string() : fmt::format("{:.1f}", median_of(runs, seconds_of));
  };
  const MydumperRuns* mydumper = set.best_mydumper();
  double peak = 0;
  for (const DarbeRun& run : set.darbe) peak = std::max(peak, run.peak_memory_mb);
  return {name,
          fmt::format("{:.0f}", set.contents.tables),
          fmt::format("{:.0f}", set.contents.rows),
          fmt::format("{:.1f}", set.contents.value_bytes / 1e6),
          seconds(set.mysqldump),
          mydumper == nullptr ? std::string() : seconds(mydumper->runs),
          seconds(set.darbe),
          fmt::format("{:.1f}", median_of(set.darbe, [](const DarbeRun& run) { return run.copy_seconds; })),
          fmt::format("{:.1f}", peak)};
}

std::string sets_table(const Results& results) {
  Cells cells{{"set", "tables", "rows", "MB of values", "mysqldump s", "mydumper s", "Darbe, verified s",
               "not verified s", "its memory MB"}};
  for (const auto& [name, set] : results.sets)
    if (name != "main") cells.push_back(set_row(name_for_people(name), set));
  for (const Growth& growth : results.growth)
    cells.push_back(set_row(fmt::format("growth: {} MB", growth.megabytes), growth.set));
  return cells.size() == 1 ? std::string() : table_of(cells);
}

}  // namespace

std::string text_of(const Results& results) {
  std::string text;
  for (const std::string& line : results.machine) text += "- " + line + "\n";
  text +=
      fmt::format("- Darbe with {} workers; everyone over TCP with TLS; both servers and the client on this machine\n",
                  results.jobs);
  for (const auto& [name, set] : results.sets)
    if (!set.mydumper_failure.empty())
      text += fmt::format("- mydumper could not be measured on the set `{}`: {}\n", name, set.mydumper_failure);
  text += "\n" + marks_table(figures_of(results));
  if (const Comparison* set = results.find("main")) {
    text += fmt::format(
        "The main set: {:.0f} tables, {:.0f} rows, {:.1f} MB of values; medians of interleaved rounds: {}.\n\n",
        set->contents.tables, set->contents.rows, set->contents.value_bytes / 1e6, set->darbe.size());
    text += main_table(results, *set);
  }
  if (const std::string others = sets_table(results); !others.empty())
    text += "The other sets: each once, the growth series as often as the main set, medians.\n\n" + others;
  text.pop_back();
  return text;
}

std::string json_of(const Results& results) {
  const std::vector<Figure> figures = figures_of(results);
  boost::json::object object{{"bench", "copy"}, {"jobs", results.jobs}};
  for (const Mark& mark : marks()) object[mark.figure] = nullptr;
  for (const Figure& figure : figures) object[figure.name] = std::round(figure.value * 1e4) / 1e4;
  boost::json::object rounds;
  for (const Figure& figure : figures)
    if (!figure.rounds.empty()) rounds[figure.name] = boost::json::value_from(figure.rounds);
  object["rounds"] = std::move(rounds);
  boost::json::array missed;
  for (const Mark& mark : marks()) {
    const Figure* figure = find(figures, mark.figure);
    if (figure != nullptr && !mark.is_met_by(figure->value)) missed.emplace_back(mark.figure);
  }
  object["missed"] = std::move(missed);
  object["machine"] = boost::json::array(results.machine.begin(), results.machine.end());
  for (const auto& [name, set] : results.sets)
    if (!set.mydumper_failure.empty()) object[name + "_mydumper_failure"] = set.mydumper_failure;
  return boost::json::serialize(object) + "\n";
}

void write_page(const std::filesystem::path& page, const std::string& text) {
  const std::string old = base::read_file(page);
  const std::size_t begin = old.find(begin_marker);
  const std::size_t end = old.find(end_marker);
  if (begin == std::string::npos || end == std::string::npos || end < begin)
    throw base::Error(base::Kind::failed, fmt::format("{} has lost the markers of its measured part", page.string()));
  base::write_file_atomically(page, old.substr(0, begin + begin_marker.size()) + "\n" + text + "\n" + old.substr(end));
}

}  // namespace darbe::bench
