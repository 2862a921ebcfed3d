#include "watch/storage.h"

#include <algorithm>

#include <fmt/format.h>

#include "replication/binlogs.h"
#include "tables/table.h"

namespace darbe::watch {

namespace {

constexpr double gib = 1024.0 * 1024 * 1024;

// RDS makes log volumes of one size only.
constexpr std::uint64_t log_volume_bytes = 1024ULL << 30;

std::uint64_t volume_of(const aws::Instance& instance) {
  return static_cast<std::uint64_t>(instance.allocated_storage.value_or(0)) << 30;
}

FreeStorage left_of(std::uint64_t volume_bytes, std::uint64_t used_bytes) {
  return {.bytes = volume_bytes - std::min(used_bytes, volume_bytes), .volume_bytes = volume_bytes, .at_most = true};
}

std::optional<FreeStorage> less_free(const std::optional<FreeStorage>& measured,
                                     const std::optional<FreeStorage>& by_files) {
  if (!measured) return by_files;
  return by_files && by_files->bytes < measured->bytes ? by_files : measured;
}

}  // namespace

StorageLimits limits_for(std::uint64_t volume_bytes, std::optional<unsigned> stop_gib) {
  StorageLimits limits{.warn_bytes = volume_bytes / 10, .stop_bytes = volume_bytes / 20};
  if (stop_gib) limits.stop_bytes = static_cast<std::uint64_t>(*stop_gib) << 30;
  limits.warn_bytes = std::max(limits.warn_bytes, limits.stop_bytes);
  return limits;
}

Room room(const FreeStorage& storage, const StorageLimits& limits) {
  if (storage.bytes < limits.stop_bytes) return Room::none;
  return storage.bytes < limits.warn_bytes ? Room::little : Room::enough;
}

std::string text_of(const FreeStorage& storage) {
  return fmt::format("{}{:.1f} GiB of {:.0f} GiB free", storage.at_most ? "at most " : "",
                     static_cast<double>(storage.bytes) / gib, static_cast<double>(storage.volume_bytes) / gib);
}

const char* name_of(const FreeStorage& storage) { return storage.is_log_volume ? "log volume" : "volume"; }

Storage storage_by_metrics(const aws::Instance& instance, const aws::DiskMetrics& metrics) {
  Storage storage{.has_log_volume = instance.dedicated_log_volume};
  if (metrics.free_space)
    storage.data = FreeStorage{.bytes = metrics.free_space->bytes, .volume_bytes = volume_of(instance)};
  if (storage.has_log_volume && metrics.free_log_space)
    storage.logs =
        FreeStorage{.bytes = metrics.free_log_space->bytes, .volume_bytes = log_volume_bytes, .is_log_volume = true};
  return storage;
}

Storage storage_left(const aws::Instance& instance, const FileBytes& used) {
  Storage storage{.has_log_volume = instance.dedicated_log_volume};
  const std::uint64_t volume = volume_of(instance);
  if (storage.has_log_volume) {
    if (volume != 0) storage.data = left_of(volume, used.tablespaces);
    if (used.binlogs) storage.logs = left_of(log_volume_bytes, *used.binlogs);
    if (storage.logs) storage.logs->is_log_volume = true;
  } else if (volume != 0 && used.binlogs) {
    storage.data = left_of(volume, used.tablespaces + *used.binlogs);
  }
  return storage;
}

Storage storage_by_files(const aws::Instance& instance, mysql::Connection& server) {
  FileBytes used;
  if (const auto files = replication::binlogs(server)) used.binlogs = replication::total_bytes(*files);
  if (!used.binlogs && !instance.dedicated_log_volume) return storage_left(instance, used);
  if (const auto allocated = tables::read_allocated_bytes(server))
    used.tablespaces = *allocated;
  else
    for (const auto& [database, bytes] : tables::read_tablespace_bytes(server, tables::read_databases(server, {})))
      used.tablespaces += bytes;
  return storage_left(instance, used);
}

Storage lesser(const Storage& measured, const Storage& by_files) {
  return {.data = less_free(measured.data, by_files.data),
          .logs = less_free(measured.logs, by_files.logs),
          .has_log_volume = measured.has_log_volume};
}

}  // namespace darbe::watch
