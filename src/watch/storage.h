// How much room a server's volumes still have, and whether that is enough for it to go on. With a dedicated log volume,
// redo logs and binlogs are on one of their own (RDS User Guide, "Using a dedicated log volume (DLV)").
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/account.h"
#include "aws/instances.h"
#include "aws/metrics.h"
#include "mysql/connection.h"

namespace darbe::watch {

struct FreeStorage {
  std::uint64_t bytes = 0;
  std::uint64_t volume_bytes = 0;  // allocated
  bool at_most = false;            // what the server's files leave: logs and temporary files take more
  bool is_log_volume = false;      // a dedicated one, which can't be made larger
};

struct Storage {
  // Nothing where nobody tells.
  std::optional<FreeStorage> data{};
  std::optional<FreeStorage> logs{};  // where there is a dedicated log volume
  bool has_log_volume = false;

  // The volume on which binlogs pile up.
  std::optional<FreeStorage> of_binlogs() const { return has_log_volume ? logs : data; }
};

// Below `warn` somebody should look, below `stop` the server is about to end in storage-full, which stops its writes.
struct StorageLimits {
  std::uint64_t warn_bytes = 0;
  std::uint64_t stop_bytes = 0;
};

// A tenth of the volume, where RDS's own storage autoscaling begins, and a twentieth. `stop_gib`, if given, is the
// operator's own second one.
StorageLimits limits_for(std::uint64_t volume_bytes, std::optional<unsigned> stop_gib = {});

enum class Room { enough, little, none };
Room room(const FreeStorage& storage, const StorageLimits& limits);

// "1.9 GiB of 20 GiB free"
std::string text_of(const FreeStorage& storage);
// "volume" or "log volume"
const char* name_of(const FreeStorage& storage);

Storage storage_by_metrics(const aws::Instance& instance, const aws::DiskMetrics& metrics);

struct FileBytes {
  std::uint64_t tablespaces = 0;
  std::optional<std::uint64_t> binlogs{};  // nothing: unknown
};
// What files leave, which is an upper bound. Nothing of a volume whose files aren't known.
Storage storage_left(const aws::Instance& instance, const FileBytes& used);
// The same, as the server tells of its files.
Storage storage_by_files(const aws::Instance& instance, mysql::Connection& server);

// Of each volume what is less. Both are of one instance.
Storage lesser(const Storage& measured, const Storage& by_files);

}  // namespace darbe::watch
