#include "watch/health.h"

#include <algorithm>

#include <fmt/format.h>

#include "aws/waiter.h"

namespace darbe::watch {

namespace {

using Reasons = std::vector<Reason>;

// A position that takes longer to be applied, while the distance doesn't shrink, is no moment's work.
constexpr base::Seconds late_after{10};
// Of the source's retention: time for a person to come, and for the target to read the rest.
constexpr double hours_left_part = 0.25;

// What was interrupted goes on keeping the source's binlogs, and nothing comes nearer.
void look_at_work(const Observation& seen, Reasons& reasons) {
  if (seen.at_work || seen.promised.settled) return;
  reasons.push_back({Concern::work,
                     seen.has_journal ? "setup is not done, and no darbe is at work on it"
                                      : "the target has no journal, and no darbe is at work on it",
                     "Run the same darbe setup again to go on, or give the run up with `darbe undo`."});
}

// Before Settle, setup itself restarts and changes the target, makes the replica and deletes it.
void look_at_instances(const Observation& seen, Reasons& reasons) {
  for (const SeenInstance& instance : seen.instances) {
    const aws::Waiting standing = aws::classify_status(instance.status);
    const bool may_be_on_its_way = instance.role != "source" && instance.status != "gone" && !seen.promised.settled;
    if (standing == aws::Waiting::ready || standing == aws::Waiting::usable) continue;
    if (standing == aws::Waiting::on_the_way && may_be_on_its_way) continue;
    reasons.push_back({Concern::instance, fmt::format("{} {} is {}", instance.role, instance.id, instance.status),
                       aws::advice_for(instance.status)});
  }
}

std::string otherwise(const std::string& advice, const char* fallback) { return advice.empty() ? fallback : advice; }

std::string filters_of(const replication::ReplicaStatus& status) {
  std::string text = status.wild_do_table.empty() ? "" : "replicate-wild-do-table is " + status.wild_do_table;
  for (const std::string& other : status.other_filters) text += (text.empty() ? "" : "; ") + other;
  return text.empty() ? "it has no filter" : text;
}

void look_at_replication(const Observation& seen, Reasons& reasons) {
  if (!seen.promised.follows || !seen.replication) return;
  using replication::State;
  const replication::ReplicaStatus& status = *seen.replication;
  if (status.state == State::broken)
    reasons.push_back(
        {Concern::replication,
         fmt::format("replication is broken at {}: {}", replication::text_of(status.executed),
                     otherwise(status.trouble(), "one of its threads doesn't run")),
         otherwise(status.advice(),
                   "Put right what the error names, then CALL mysql.rds_start_replication on the target.")});
  if (status.state != State::absent && (status.wild_do_table != seen.filter || !status.other_filters.empty()))
    reasons.push_back(
        {Concern::replication,
         fmt::format("the target filters what it replicates otherwise than the run has it: {}", filters_of(status)),
         "Put its parameter group right. What was left out meanwhile is missing: undo the run, and begin "
         "again."});
  if (!seen.promised.settled) return;  // setup starts it again itself
  if (status.state == State::off)
    reasons.push_back(
        {Concern::replication, "replication is off",
         "If nothing writes there, CALL mysql.rds_start_replication on the target. If the application does, set "
         "its tag darbe:phase to serving."});
  if (status.state == State::absent)
    reasons.push_back({Concern::replication, "replication is not set up any more",
                       "Somebody reset it: give the run up with `darbe undo`, and begin again."});
}

std::string in_bytes(std::optional<std::uint64_t> bytes) {
  return bytes ? fmt::format("{:.1f} MB of binlog", static_cast<double>(*bytes) / 1e6) : "an unknown distance";
}

void look_at_lag(const Observation& seen, Reasons& reasons) {
  const bool runs = seen.replication && seen.replication->state == replication::State::on;
  if (!seen.promised.caught_up || !runs || seen.lag.nearer || seen.lag.at_least < late_after) return;
  reasons.push_back(
      {Concern::late,
       fmt::format("the target is {} behind and doesn't come nearer; what the source held {:.0f} s ago is "
                   "not applied yet",
                   in_bytes(seen.lag.bytes), seen.lag.at_least.count()),
       "Look for a long transaction or statement on the target (SHOW PROCESSLIST), and at the load and "
       "the volume of both instances."});
}

void look_at_binlogs(const Observation& seen, Reasons& reasons) {
  if (auto reason = purge_reason(seen.kept)) reasons.push_back(std::move(*reason));
}

std::string advice_for(const FreeStorage& storage, const std::string& or_else) {
  if (!storage.is_log_volume)
    return "Give it more (aws rds modify-db-instance --allocated-storage GIB --apply-immediately)." +
           (or_else.empty() ? "" : " If it can't have more, " + or_else);
  return "RDS has no larger log volumes: " +
         (or_else.empty() ? "let it keep its binlogs for fewer hours (CALL mysql.rds_set_configuration('binlog "
                            "retention hours', HOURS))."
                          : or_else);
}

void look_at_volume(const char* role, const std::optional<FreeStorage>& storage, const std::string& or_else,
                    Reasons& reasons) {
  if (!storage || room(*storage, limits_for(storage->volume_bytes)) == Room::enough) return;
  reasons.push_back({Concern::disk, fmt::format("the {}'s {} has {}", role, name_of(*storage), text_of(*storage)),
                     advice_for(*storage, or_else)});
}

// `fewer_binlogs`: how there can be fewer of them.
void look_at_storage(const char* role, const Storage& storage, const std::string& fewer_binlogs, Reasons& reasons) {
  look_at_volume(role, storage.data, storage.has_log_volume ? "" : fewer_binlogs, reasons);
  look_at_volume(role, storage.logs, fewer_binlogs, reasons);
}

// A target that follows closely needs no old binlogs, and the work of days is not given up for them.
std::string way_out_for_source(const Observation& seen) {
  if (!seen.promised.caught_up) return "`darbe undo` gives its binlogs free.";
  if (!seen.retention_hours_before) return {};
  const unsigned hours = *seen.retention_hours_before;
  return fmt::format(
      "let it keep its binlogs as long as before the run, while the target stays near: CALL "
      "mysql.rds_set_configuration('binlog retention hours', {}) on the source.",
      hours == 0 ? "NULL" : std::to_string(hours));
}

void look_at_schema(const Observation& seen, Reasons& reasons) {
  for (const std::string& sentence : seen.schema_changes)
    reasons.push_back({Concern::schema, "the source's schema changed since the freeze: " + sentence,
                       "What was copied comes by replication; see that what you mean to migrate still fits."});
  for (const std::string& sentence : seen.attention)
    reasons.push_back({Concern::schema, sentence, "Replication doesn't bring this."});
}

}  // namespace

std::string_view name_of(Concern concern) {
  switch (concern) {
    case Concern::look:
      return "look";
    case Concern::work:
      return "work";
    case Concern::instance:
      return "instance";
    case Concern::replication:
      return "replication";
    case Concern::late:
      return "late";
    case Concern::purge:
      return "purge";
    case Concern::disk:
      return "disk";
    case Concern::schema:
      return "schema";
    case Concern::strangers:
      return "strangers";
  }
  return "";
}

const std::vector<Concern>& all_concerns() {
  static const std::vector<Concern> all = {Concern::look,        Concern::work,   Concern::instance,
                                           Concern::replication, Concern::late,   Concern::purge,
                                           Concern::disk,        Concern::schema, Concern::strangers};
  return all;
}

std::optional<Distance> distance_to_purge(const KeptBinlogs& kept) {
  if (!kept.needed || kept.files.empty()) return std::nullopt;
  const auto before = replication::files_before(kept.files, kept.needed->file);
  if (!before) return Distance{.gone = true, .files = 0, .hours_left = {}};
  Distance distance{.gone = false, .files = *before, .hours_left = {}};
  // The file that is written now isn't purged, and the one before it was a moment ago.
  const bool old_file = *before + 2 < kept.files.size();
  if (kept.retention_hours && kept.needed_age && old_file)
    distance.hours_left = *kept.retention_hours - kept.needed_age->count() / 3600;
  return distance;
}

std::optional<Reason> purge_reason(const KeptBinlogs& kept) {
  const auto distance = distance_to_purge(kept);
  if (!distance) return std::nullopt;
  const std::string needed = replication::text_of(*kept.needed);
  if (distance->gone)
    return Reason{Concern::purge, fmt::format("the source has purged its binlog from {} on, which is needed", needed),
                  "Give the run up with `darbe undo`, and begin again with more --binlog-retention-hours."};
  if (!distance->hours_left || *distance->hours_left >= hours_left_part * kept.retention_hours.value_or(0))
    return std::nullopt;
  const std::string when =
      *distance->hours_left > 0 ? fmt::format("in {:.1f} hours", *distance->hours_left) : "at any moment";
  return Reason{Concern::purge,
                fmt::format("the source may purge its binlog from {} on, which is still needed, {}", needed, when),
                "Let it keep more, if its volume has room: CALL mysql.rds_set_configuration('binlog retention hours', "
                "168) on the source."};
}

std::vector<Reason> reasons(const Observation& seen) {
  Reasons all;
  if (!seen.trouble.empty())
    all.push_back({Concern::look, seen.trouble, "See that the instances run and can be reached from here."});
  look_at_instances(seen, all);
  look_at_storage("source", seen.source_storage, way_out_for_source(seen), all);
  look_at_storage("target", seen.target_storage, {}, all);
  for (const std::string& sentence : seen.strangers)
    all.push_back({Concern::strangers, sentence, "Take it out of the group."});
  if (seen.promised.serves) return all;
  look_at_work(seen, all);
  look_at_replication(seen, all);
  if (!seen.restart.empty()) all.push_back({Concern::replication, seen.restart, advice_on_restart});
  look_at_lag(seen, all);
  look_at_binlogs(seen, all);
  look_at_schema(seen, all);
  return all;
}

std::vector<Reason> reasons_after(const std::vector<Reason>& before, const Observation& seen) {
  Reasons all = reasons(seen);
  if (seen.trouble.empty()) return all;
  for (const Reason& reason : before) {
    const bool was_seen =
        reason.concern == Concern::look || (reason.concern == Concern::instance && !seen.instances.empty());
    if (!was_seen && std::ranges::find(all, reason) == all.end()) all.push_back(reason);
  }
  return all;
}

}  // namespace darbe::watch
