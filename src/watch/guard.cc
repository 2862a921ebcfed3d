#include "watch/guard.h"

#include <algorithm>

#include <fmt/format.h>

namespace darbe::watch {

namespace {

std::string advice_before_the_stop(const FreeStorage& storage) {
  if (!storage.is_log_volume)
    return "Give it more: aws rds modify-db-instance --allocated-storage GIB --apply-immediately";
  return "RDS has no larger log volumes: see what else keeps binlogs on the source, or let it keep them for fewer "
         "hours (CALL mysql.rds_set_configuration('binlog retention hours', HOURS))";
}

std::string advice_after_the_stop(const FreeStorage& storage) {
  return fmt::format(
      "The source keeps its binlogs no longer than before this run. {}, or name another limit "
      "(--stop-below-free-storage), and run the same command again; or give the run up with `darbe undo`.",
      storage.is_log_volume ? "RDS has no larger log volumes: wait until this one has room again"
                            : "Give it more storage (aws rds modify-db-instance --allocated-storage GIB "
                              "--apply-immediately)");
}

std::optional<Alarm> about_storage(const Guarded& seen) {
  if (!seen.storage) return std::nullopt;
  const Room left = room(*seen.storage, seen.limits);
  if (left == Room::enough) return std::nullopt;
  const std::string text = fmt::format("the source's {} has {}", name_of(*seen.storage), text_of(*seen.storage));
  if (left == Room::little)
    return Alarm{Act::warn,
                 {Concern::disk,
                  fmt::format("{}; below {:.1f} GiB this run stops", text,
                              static_cast<double>(seen.limits.stop_bytes) / (1 << 30)),
                  advice_before_the_stop(*seen.storage)}};
  return Alarm{
      Act::stop_release,
      {Concern::disk, text + ": this run stops, for production comes first", advice_after_the_stop(*seen.storage)}};
}

std::optional<Alarm> about_purge(const Guarded& seen) {
  const auto reason = purge_reason(seen.kept);
  if (!reason) return std::nullopt;
  // Replication itself says when it misses a file; before it begins, nobody else would before all rows are copied.
  const bool in_vain = !seen.follows && distance_to_purge(seen.kept)->gone;
  return Alarm{in_vain ? Act::stop : Act::warn, *reason};
}

std::optional<Alarm> about_retention(const Guarded& seen) {
  const unsigned hours = seen.kept.retention_hours.value_or(0);
  if (hours >= seen.hours_asked_for) return std::nullopt;
  return Alarm{Act::warn,
               {Concern::purge,
                fmt::format("the source keeps its binlogs for {} hours, and this run asked for {}: somebody lowered it",
                            hours, seen.hours_asked_for),
                fmt::format("CALL mysql.rds_set_configuration('binlog retention hours', {}) on the source",
                            seen.hours_asked_for)}};
}

}  // namespace

std::vector<Alarm> alarms(const Guarded& seen) {
  std::vector<Alarm> all;
  for (auto alarm : {about_storage(seen), about_purge(seen), about_retention(seen)})
    if (alarm) all.push_back(std::move(*alarm));
  std::ranges::stable_sort(all, [](const Alarm& one, const Alarm& other) { return one.act > other.act; });
  return all;
}

}  // namespace darbe::watch
