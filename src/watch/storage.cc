#include "watch/storage.h"

#include <algorithm>

#include <fmt/format.h>

#include "replication/binlogs.h"
#include "tables/table.h"

namespace darbe::watch {

namespace {

constexpr double gib = 1024.0 * 1024 * 1024;

std::uint64_t volume_of(const aws::Instance& instance) {
  return static_cast<std::uint64_t>(instance.allocated_storage.value_or(0)) << 30;
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

std::optional<FreeStorage> storage_by_files(const aws::Instance& instance, mysql::Connection& server) {
  const auto files = replication::binlogs(server);
  if (!files || volume_of(instance) == 0) return std::nullopt;
  std::uint64_t used = replication::total_bytes(*files);
  for (const auto& [table, bytes] : tables::read_tablespace_bytes(server, tables::read_databases(server, {})))
    used += bytes;
  const std::uint64_t volume = volume_of(instance);
  return FreeStorage{.bytes = volume - std::min(used, volume), .volume_bytes = volume, .at_most = true};
}

}  // namespace darbe::watch
