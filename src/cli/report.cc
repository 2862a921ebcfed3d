#include "cli/report.h"

#include <numeric>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "cli/reporters.h"

namespace darbe::cli {

namespace {

std::uint64_t total(const std::map<std::string, std::uint64_t>& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

std::string size_lines(const Report& report) {
  std::string text = fmt::format("  {:<28} {:>12} {:>12}\n", "tablespaces", "before", "after");
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> rows;
  for (const auto& [name, bytes] : report.tablespace_before) rows[name].first = bytes;
  for (const auto& [name, bytes] : report.tablespace_after) rows[name].second = bytes;
  for (const auto& [name, sizes] : rows)
    text += fmt::format("  {:<28} {:>12} {:>12}\n", name, human_bytes(sizes.first), human_bytes(sizes.second));
  const std::uint64_t before = total(report.tablespace_before), after = total(report.tablespace_after);
  text += fmt::format("  {:<28} {:>12} {:>12}", "all", human_bytes(before), human_bytes(after));
  if (before > after)
    text += fmt::format("  {} smaller ({:.0f} %)", human_bytes(before - after),
                        100.0 * static_cast<double>(before - after) / static_cast<double>(before));
  return text + "\n";
}

std::string list_lines(const char* title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  std::string text = fmt::format("\n{}\n", title);
  for (const std::string& line : lines) text += fmt::format("  - {}\n", line);
  return text;
}

std::string audit_text(const plan::AuditLine& line) {
  std::string text = fmt::format("{} {}", base::iso_time(line.at), line.what);
  if (!line.subject.empty()) text += fmt::format(" {} {}", line.where == "aws" ? "of" : "on", line.subject);
  if (!line.request_id.empty()) text += fmt::format(", request {}", line.request_id);
  return line.outcome == "done" ? text : fmt::format("{}: {}", text, line.outcome);
}

boost::json::object object_of(const std::map<std::string, std::uint64_t>& sizes) {
  boost::json::object object;
  for (const auto& [name, bytes] : sizes) object[name] = bytes;
  return object;
}

}  // namespace

std::vector<std::pair<std::string, double>> seconds_per_step(const std::vector<plan::Event>& events) {
  std::vector<std::pair<std::string, double>> seconds;
  std::map<std::string, std::chrono::system_clock::time_point> began;
  for (const plan::Event& event : events) {
    if (event.what == "began") began[event.step] = event.at;
    if (event.what == "void") std::erase_if(seconds, [&](const auto& entry) { return entry.first == event.step; });
    if (event.what == "done" && began.contains(event.step))
      seconds.emplace_back(event.step, std::chrono::duration<double>(event.at - began[event.step]).count());
  }
  return seconds;
}

std::string audit_lines(const std::vector<plan::AuditLine>& audit) {
  std::vector<std::string> aws, source;
  for (const plan::AuditLine& line : audit) (line.where == "aws" ? aws : source).push_back(audit_text(line));
  return list_lines("Calls that changed something in AWS:", aws) +
         list_lines("Statements that changed something on the source:", source);
}

boost::json::array audit_array(const std::vector<plan::AuditLine>& audit) {
  boost::json::array array;
  for (const plan::AuditLine& line : audit)
    array.push_back(boost::json::object{{"at", base::iso_time(line.at)},
                                        {"where", line.where},
                                        {"what", line.what},
                                        {"subject", line.subject},
                                        {"request_id", line.request_id},
                                        {"outcome", line.outcome}});
  return array;
}

std::string to_text(const Report& report) {
  std::string text = fmt::format(
      "\n{} is ready at {} and follows the source at zero lag.\n\n"
      "  run                          {}\n"
      "  copied                       {} rows, {} of values, {} tables, as of {}\n"
      "  proof                        {} chunks read on both sides, all equal to the frozen replica at the "
      "coordinates\n"
      "  caught up                    with {}\n\n",
      report.new_instance_id, report.endpoint, report.run_id, human_count(report.rows), human_bytes(report.bytes),
      report.tables, report.coordinates, human_count(report.chunks_equal), report.caught_up_at);
  text += size_lines(report);
  text += "\n  time per step               ";
  double all = 0;
  for (const auto& [step, seconds] : report.seconds) {
    text += fmt::format(" {} {},", step, human_seconds(seconds));
    all += seconds;
  }
  text += fmt::format(" all {}\n", human_seconds(all));
  text += list_lines("Made (`darbe undo` takes all of it back):", report.made);
  text += list_lines("Left out:", report.left_out);
  text += list_lines("Not proven by digests:", report.not_proven);
  text += list_lines("Not as on the source:", report.not_as_source);
  text +=
      list_lines("Changed on the source since the freeze, and replicated where it was copied:", report.source_changes);
  text += list_lines("Needs a person:", report.attention);
  text += audit_lines(report.audit);
  text += list_lines("Good to know:", report.notes);
  text += list_lines("Next:", report.next);
  return text;
}

std::string to_json(const Report& report) {
  boost::json::array seconds;
  for (const auto& [step, time] : report.seconds)
    seconds.push_back(boost::json::object{{"step", step}, {"seconds", time}});
  return boost::json::serialize(boost::json::object{{"event", "report"},
                                                    {"new_instance_id", report.new_instance_id},
                                                    {"endpoint", report.endpoint},
                                                    {"run_id", report.run_id},
                                                    {"coordinates", report.coordinates},
                                                    {"caught_up_at", report.caught_up_at},
                                                    {"tables", report.tables},
                                                    {"rows", report.rows},
                                                    {"bytes", report.bytes},
                                                    {"chunks_equal", report.chunks_equal},
                                                    {"all_equal", true},  // a run with other chunks has no report
                                                    {"steps", std::move(seconds)},
                                                    {"tablespace_before", object_of(report.tablespace_before)},
                                                    {"tablespace_after", object_of(report.tablespace_after)},
                                                    {"made", boost::json::value_from(report.made)},
                                                    {"left_out", boost::json::value_from(report.left_out)},
                                                    {"not_proven", boost::json::value_from(report.not_proven)},
                                                    {"not_as_source", boost::json::value_from(report.not_as_source)},
                                                    {"source_changes", boost::json::value_from(report.source_changes)},
                                                    {"attention", boost::json::value_from(report.attention)},
                                                    {"audit", audit_array(report.audit)},
                                                    {"notes", boost::json::value_from(report.notes)},
                                                    {"next", boost::json::value_from(report.next)},
                                                    {"at", base::iso_time(std::chrono::system_clock::now())}});
}

}  // namespace darbe::cli
