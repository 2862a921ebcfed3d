#include "cli/status_report.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "cli/report.h"
#include "cli/reporters.h"
#include "plan/plan.h"
#include "replication/coordinates.h"
#include "watch/windows.h"

namespace darbe::cli {

namespace {

namespace json = boost::json;
using watch::Observation;
using watch::Reason;

std::string_view replication_of(const Observation& seen) {
  return replication::name_of(seen.replication ? seen.replication->state : replication::State::absent);
}

bool replicates(const Observation& seen) {
  return seen.replication && seen.replication->state != replication::State::absent;
}

std::string lag_in_words(const watch::Lag& lag) {
  if (lag.at_least.count() == 0) return "nothing";
  std::string text = lag.bytes ? human_bytes(*lag.bytes) + " of binlog" : "an unknown distance";
  text += fmt::format(", {} at least", human_seconds(lag.at_least.count()));
  if (lag.seconds_left) text += fmt::format(", caught up in about {}", human_seconds(lag.seconds_left->count()));
  return text;
}

std::string binlogs_in_words(const watch::KeptBinlogs& kept) {
  std::string text = fmt::format(
      "{} in {} files, kept for {}", human_bytes(replication::total_bytes(kept.files)), kept.files.size(),
      kept.retention_hours ? fmt::format("{} hours", *kept.retention_hours) : "no longer than RDS needs them");
  if (const auto distance = watch::distance_to_purge(kept))
    text += distance->gone ? "; the one that is needed is gone"
                           : fmt::format("; {} of them before the one that is needed", distance->files);
  return text;
}

std::string line(const char* title, const std::string& text) { return fmt::format("  {:<22} {}\n", title, text); }

std::string storage_lines(const char* role, const watch::Storage& storage) {
  std::string text;
  for (const auto& volume : {storage.data, storage.logs})
    if (volume)
      text += line(fmt::format("the {}'s {}", role, watch::name_of(*volume)).c_str(), watch::text_of(*volume));
  return text;
}

std::string observation_lines(const Observation& seen) {
  std::string text = fmt::format("\nreplication is {}\n", replication_of(seen));
  if (seen.source_at) text += line("the source is at", replication::text_of(*seen.source_at));
  if (replicates(seen)) {
    text += line("applied here up to", replication::text_of(seen.replication->executed));
    text += line("behind by", lag_in_words(seen.lag));
  }
  if (!seen.kept.files.empty()) text += line("the source's binlogs", binlogs_in_words(seen.kept));
  return text + storage_lines("source", seen.source_storage) + storage_lines("target", seen.target_storage);
}

std::string window_lines(const Observation& seen) {
  std::string text = "\nwindows (UTC)\n";
  for (const watch::SeenInstance& instance : seen.instances) {
    if (instance.maintenance_window.empty()) continue;
    text += line((instance.role + "'s maintenance").c_str(), watch::in_words(instance.maintenance_window, seen.at));
    text += line((instance.role + "'s backups").c_str(), watch::in_words(instance.backup_window, seen.at));
  }
  return text;
}

json::array windows_array(const Observation& seen) {
  json::array array;
  const auto add = [&](const watch::SeenInstance& instance, const char* kind, const std::string& text) {
    const auto window = watch::parse_window(text);
    if (!window) return;
    const watch::Opening next = watch::next_opening(*window, seen.at);
    array.push_back(json::object{{"role", instance.role},
                                 {"instance_id", instance.id},
                                 {"kind", kind},
                                 {"window", text},
                                 {"begin", base::iso_time(next.begin)},
                                 {"end", base::iso_time(next.end)},
                                 {"open", next.begin <= seen.at}});
  };
  for (const watch::SeenInstance& instance : seen.instances) {
    add(instance, "maintenance", instance.maintenance_window);
    add(instance, "backup", instance.backup_window);
  }
  return array;
}

// Advice that several reasons share is said once, after the last of them.
std::string reason_lines(const std::vector<Reason>& reasons) {
  if (reasons.empty()) return {};
  std::string text = "\nneeds a person:\n";
  for (std::size_t index = 0; index < reasons.size(); ++index) {
    text += fmt::format("  - {}\n", reasons[index].text);
    const bool last = index + 1 == reasons.size() || reasons[index + 1].advice != reasons[index].advice;
    if (last) text += fmt::format("    {}\n", reasons[index].advice);
  }
  return text;
}

std::string_view servers_of(const engine::Explanation& line) {
  return line.servers ? engine::name_of(*line.servers) : "not asked or no answer";
}

std::string_view decision_of(const engine::Explanation& line) {
  return line.decision ? engine::name_of(*line.decision) : "none yet";
}

std::string step_line(const StepStatus& step) {
  std::string text = fmt::format("  {:<10} {}\n", step.name, step.standing);
  if (!step.explanation) return text;
  const engine::Explanation& line = *step.explanation;
  return text + fmt::format("      journal: {}; servers: {}; decision: {}\n      {}\n", engine::name_of(line.journal),
                            servers_of(line), decision_of(line), line.why);
}

json::object step_object(const StepStatus& step) {
  json::object object{{"step", step.name}, {"standing", step.standing}};
  if (!step.explanation) return object;
  object["journal"] = engine::name_of(step.explanation->journal);
  object["servers"] = servers_of(*step.explanation);
  object["decision"] = decision_of(*step.explanation);
  object["why"] = step.explanation->why;
  return object;
}

template <typename Value>
json::value or_null(const std::optional<Value>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::value seconds_or_null(const std::optional<base::Seconds>& seconds) {
  return seconds ? json::value(seconds->count()) : json::value(nullptr);
}

json::object lag_object(const watch::Lag& lag) {
  return {{"seconds_at_least", lag.at_least.count()},
          {"bytes", or_null(lag.bytes)},
          {"nearer", lag.nearer},
          {"seconds_left", seconds_or_null(lag.seconds_left)}};
}

json::object binlogs_object(const watch::KeptBinlogs& kept) {
  json::object object{{"files", kept.files.size()},
                      {"bytes", replication::total_bytes(kept.files)},
                      {"retention_hours", or_null(kept.retention_hours)},
                      {"needed", kept.needed ? json::value(replication::text_of(*kept.needed)) : json::value(nullptr)}};
  if (const auto distance = watch::distance_to_purge(kept)) {
    object["needed_is_gone"] = distance->gone;
    object["files_before_needed"] = distance->files;
    object["hours_left"] = or_null(distance->hours_left);
  }
  return object;
}

json::value storage_object(const std::optional<watch::FreeStorage>& storage) {
  if (!storage) return nullptr;
  return json::object{
      {"free_bytes", storage->bytes}, {"volume_bytes", storage->volume_bytes}, {"at_most", storage->at_most}};
}

json::array reasons_array(const std::vector<Reason>& reasons) {
  json::array array;
  for (const Reason& reason : reasons)
    array.push_back(
        json::object{{"concern", watch::name_of(reason.concern)}, {"text", reason.text}, {"advice", reason.advice}});
  return array;
}

bool has(const std::vector<Reason>& reasons, const Reason& wanted) {
  return std::ranges::find(reasons, wanted) != reasons.end();
}

}  // namespace

std::string next_of(const Status& status) {
  if (status.phase != plan::phase_building)
    return fmt::format("nothing: the new instance is {}, and setup and `darbe undo` leave it alone", status.phase);
  for (const StepStatus& step : status.steps) {
    if (step.standing == "unknown") return "see that the target answers: its journal can't be read";
    if (step.standing != "done") return fmt::format("run the setup command again: it goes on with {}", step.name);
  }
  if (replication_of(status.seen) != "on") return "replication needs a person: see above";
  return fmt::format(
      "the new instance follows the source; `darbe undo` gives it up. Before the application writes there, so that no "
      "undo deletes it: {}",
      status.mark_as_serving);
}

std::string to_text(const Status& status) {
  std::string text = fmt::format("{} is built in place of {}; AWS says it is {}\n\n", status.new_instance_id,
                                 status.source_id, status.instance_status);
  for (const StepStatus& step : status.steps) text += step_line(step);
  text += observation_lines(status.seen);
  text += window_lines(status.seen);
  text += reason_lines(status.reasons);
  if (status.audit) text += audit_lines(*status.audit);
  return text + fmt::format("\nnext: {}\n", status.next);
}

std::string to_json(const Status& status) {
  const Observation& seen = status.seen;
  json::array steps;
  for (const StepStatus& step : status.steps) steps.push_back(step_object(step));
  json::object object{{"event", "status"},
                      {"new_instance_id", status.new_instance_id},
                      {"source_instance_id", status.source_id},
                      {"instance_status", status.instance_status},
                      {"phase", status.phase},
                      {"run_id", status.run_id},
                      {"steps", std::move(steps)},
                      {"healthy", status.reasons.empty()},
                      {"reasons", reasons_array(status.reasons)},
                      {"replication", replication_of(seen)},
                      {"source_at", seen.source_at ? replication::text_of(*seen.source_at) : ""},
                      {"target_at", replicates(seen) ? replication::text_of(seen.replication->executed) : ""},
                      {"trouble", seen.replication ? seen.replication->trouble() : ""},
                      {"lag", lag_object(seen.lag)},
                      {"binlogs", binlogs_object(seen.kept)},
                      {"source_storage", storage_object(seen.source_storage.data)},
                      {"target_storage", storage_object(seen.target_storage.data)},
                      {"windows", windows_array(seen)},
                      {"source_changes", json::value_from(seen.schema_changes)},
                      {"attention", json::value_from(seen.attention)},
                      {"next", status.next},
                      {"at", base::iso_time(seen.at)}};
  if (seen.source_storage.has_log_volume) object["source_log_storage"] = storage_object(seen.source_storage.logs);
  if (seen.target_storage.has_log_volume) object["target_log_storage"] = storage_object(seen.target_storage.logs);
  if (status.audit) object["audit"] = audit_array(*status.audit);
  return json::serialize(object) + "\n";
}

std::string watch_lines(const Status& status, const std::vector<Reason>& before) {
  const std::string at = base::iso_time(status.seen.at);
  std::string text;
  for (const Reason& reason : status.reasons)
    if (!has(before, reason)) text += fmt::format("{} needs a person: {}. {}\n", at, reason.text, reason.advice);
  for (const Reason& reason : before)
    if (!has(status.reasons, reason)) text += fmt::format("{} no longer: {}\n", at, reason.text);
  std::string concerns;
  for (const Reason& reason : status.reasons) {
    const std::string name(watch::name_of(reason.concern));
    if (concerns.find(name) == std::string::npos) concerns += (concerns.empty() ? "" : ", ") + name;
  }
  text += fmt::format("{} {}; replication {}, behind by {}", at,
                      concerns.empty() ? "healthy" : "needs a person (" + concerns + ")", replication_of(status.seen),
                      lag_in_words(status.seen.lag));
  const watch::Storage& storage = status.seen.source_storage;
  if (storage.data) text += fmt::format(", the source has {}", watch::text_of(*storage.data));
  if (storage.logs) text += fmt::format(", its log volume {}", watch::text_of(*storage.logs));
  return text + "\n";
}

}  // namespace darbe::cli
