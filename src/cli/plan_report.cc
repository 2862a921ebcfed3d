#include "cli/plan_report.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "cli/reporters.h"
#include "preflight/duration.h"

namespace darbe::cli {

namespace {

std::string lines(const char* title, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return {};
  std::string text = fmt::format("\n{}\n", title);
  for (const std::string& sentence : sentences) text += fmt::format("  {}\n", sentence);
  return text;
}

std::uint64_t sum_of(const std::map<std::string, std::uint64_t>& bytes) {
  std::uint64_t sum = 0;
  for (const auto& each : bytes) sum += each.second;
  return sum;
}

std::string size_lines(const PlanReport& report) {
  if (report.tablespace_now.empty()) return {};
  const std::uint64_t now = sum_of(report.tablespace_now);
  std::string text = "\nHow small it gets (by the server's statistics, which are an estimate)\n";
  for (const auto& [database, bytes] : report.tablespace_now)
    text += fmt::format("  {:<28} {:>12} of files now\n", database, human_bytes(bytes));
  text += fmt::format("  {:<28} {:>12} of files now\n", "all", human_bytes(now));
  text += fmt::format("  {:<28} {:>12} at most: the pages that hold rows and keys now, half-empty ones counted whole\n",
                      report.new_instance_id, human_bytes(report.tablespace_at_most));
  if (report.allocated_now_gib && report.allocated_least_gib)
    text += fmt::format("  volume                       {:>8} GiB now; --allocated-storage from {} GiB on\n",
                        *report.allocated_now_gib, *report.allocated_least_gib);
  return text;
}

std::string time_lines(const PlanReport& report) {
  std::string text =
      "\nHow long (rates were measured with two sessions on a machine of two cores; yours depend on both instances' "
      "CPUs\n"
      "and volumes: docs/benchmarks.md)\n";
  for (const StepTime& each : report.times)
    text += fmt::format("  {:<10} {:>18}  {}\n", each.step,
                        each.seconds ? "about " + human_seconds(*each.seconds) : "not known", each.rests_on);
  return text;
}

std::string difference_lines(const PlanReport& report, bool until_settled) {
  std::vector<std::string> sentences;
  for (const plan::Difference& each : report.differences)
    if (each.until_settled == until_settled)
      sentences.push_back(fmt::format("{}: {}, not {}: {}", each.what, each.target, each.source, each.reason));
  return lines(until_settled ? "As on the source only when Settle is done" : "Not as on the source", sentences);
}

std::string finding_lines(const PlanReport& report, preflight::Weight weight, const char* title) {
  std::vector<std::string> sentences;
  for (const preflight::Finding& each : report.findings) {
    if (each.weight != weight) continue;
    sentences.push_back(fmt::format("{}: {}", each.check, each.text));
    if (!each.advice.empty()) sentences.push_back("  " + each.advice);
  }
  return lines(title, sentences);
}

const char* name_of(preflight::Weight weight) { return weight == preflight::Weight::refusal ? "refusal" : "warning"; }

boost::json::array array_of(const std::vector<StepTime>& times) {
  boost::json::array array;
  for (const StepTime& each : times)
    array.push_back(
        boost::json::object{{"step", each.step},
                            {"seconds", each.seconds ? boost::json::value(*each.seconds) : boost::json::value(nullptr)},
                            {"rests_on", each.rests_on}});
  return array;
}

boost::json::array array_of(const std::vector<plan::Difference>& differences) {
  boost::json::array array;
  for (const plan::Difference& each : differences)
    array.push_back(boost::json::object{{"what", each.what},
                                        {"source", each.source},
                                        {"target", each.target},
                                        {"reason", each.reason},
                                        {"until_settled", each.until_settled}});
  return array;
}

boost::json::array array_of(const std::vector<preflight::Finding>& findings) {
  boost::json::array array;
  for (const preflight::Finding& each : findings)
    array.push_back(boost::json::object{
        {"check", each.check}, {"weight", name_of(each.weight)}, {"text", each.text}, {"advice", each.advice}});
  return array;
}

std::uint64_t whole(double number) { return static_cast<std::uint64_t>(number); }

// What comes many times.
StepTime each_at(const char* step, const std::optional<std::uint64_t>& count, const char* things, double seconds_each) {
  if (!count) return {step, std::nullopt, fmt::format("the master user may not see how many {} there are", things)};
  return {step, static_cast<double>(*count) * seconds_each,
          fmt::format("{} {} at {} ms each", human_count(*count), things, whole(1000 * seconds_each))};
}

StepTime catch_up_time(const preflight::Work& work, double seconds) {
  const auto& rate = work.binlog_bytes_per_second;
  if (!rate) return {"CatchUp", std::nullopt, "as long as what was written since Freeze takes to be applied"};
  return {"CatchUp", preflight::catch_up_seconds(*rate, seconds),
          fmt::format("about {} of binlog, by the source's rate since its start, and what comes meanwhile, at {}/s: "
                      "small transactions one after the other; larger ones go faster",
                      human_bytes(whole(*rate * seconds)), human_bytes(whole(preflight::applied_bytes_per_second)))};
}

boost::json::value value_of(const std::optional<unsigned>& number) {
  return number ? boost::json::value(*number) : boost::json::value(nullptr);
}

}  // namespace

bool PlanReport::refused() const {
  return std::ranges::find(findings, preflight::Weight::refusal, &preflight::Finding::weight) != findings.end();
}

std::vector<StepTime> step_times(const preflight::Work& work) {
  const double copy = preflight::copy_seconds(work.rows), verify = preflight::verify_seconds(work.rows);
  const std::string amount =
      fmt::format("{} of pages and {} tables", human_bytes(work.rows.bytes), human_count(work.rows.tables));
  const auto at = [&](double rate) { return fmt::format("{} at {}/s", amount, human_bytes(whole(rate))); };
  return {
      {"Provision", preflight::seconds_per_instance,
       work.has_own_replica ? "at most, says AWS's user guide of an instance"
                            : "at most, says AWS's user guide of an instance; the replica's snapshot may take longer"},
      {"Freeze", preflight::seconds_per_stop,
       "RDS's procedure that stops replication; and until the replica has no open temporary table and no prepared "
       "transaction"},
      each_at("Accounts", work.accounts, "accounts", preflight::seconds_per_account),
      {"Copy", copy, at(preflight::copied_bytes_per_second)},
      {"Verify", verify, at(preflight::verified_bytes_per_second)},
      each_at("Objects", work.objects, "foreign keys, views, routines, triggers and events",
              preflight::seconds_per_object),
      {"Replicate", preflight::seconds_per_start,
       "RDS's procedure that starts replication; on MySQL 5.6 a restart before it, where only some databases are "
       "copied"},
      catch_up_time(work, copy + verify),
      {"Settle", std::nullopt,
       "until AWS has turned backups on, which restarts the new instance, and made its standby, if any"}};
}

std::string to_text(const PlanReport& report) {
  std::string text = fmt::format("{} would be built in place of {} (run {}). Nothing was changed.\n",
                                 report.new_instance_id, report.source_instance_id, report.run_id);
  text += lines("What setup would make", report.made);
  text += lines("What it would change on the source until undo takes it back", report.changed);
  text += lines("When AWS may restart the source or back it up (UTC)", report.windows);
  if (!report.databases.empty())
    text += fmt::format("\nWhat it would copy\n  {} tables with about {} rows in {}\n", human_count(report.tables),
                        human_count(report.rows), fmt::join(report.databases, ", "));
  text += size_lines(report);
  text += time_lines(report);
  text += difference_lines(report, false) + difference_lines(report, true);
  text += finding_lines(report, preflight::Weight::refusal, "Refused by these checks");
  text += finding_lines(report, preflight::Weight::warning, "Warnings");
  return text + (report.refused() ? "\nsetup would refuse to begin.\n" : "\nsetup would begin.\n");
}

std::string to_json(const PlanReport& report) {
  boost::json::object now;
  for (const auto& [database, bytes] : report.tablespace_now) now[database] = bytes;
  return boost::json::serialize(boost::json::object{{"event", "plan"},
                                                    {"new_instance_id", report.new_instance_id},
                                                    {"source_instance_id", report.source_instance_id},
                                                    {"run_id", report.run_id},
                                                    {"made", boost::json::value_from(report.made)},
                                                    {"changed", boost::json::value_from(report.changed)},
                                                    {"windows", boost::json::value_from(report.windows)},
                                                    {"databases", boost::json::value_from(report.databases)},
                                                    {"tables", report.tables},
                                                    {"rows", report.rows},
                                                    {"tablespace_now", std::move(now)},
                                                    {"tablespace_at_most", report.tablespace_at_most},
                                                    {"allocated_now_gib", value_of(report.allocated_now_gib)},
                                                    {"allocated_least_gib", value_of(report.allocated_least_gib)},
                                                    {"times", array_of(report.times)},
                                                    {"differences", array_of(report.differences)},
                                                    {"findings", array_of(report.findings)},
                                                    {"refused", report.refused()},
                                                    {"at", base::iso_time(std::chrono::system_clock::now())}});
}

}  // namespace darbe::cli
