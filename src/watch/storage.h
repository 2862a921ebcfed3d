// How much room a server's volume still has, and whether that is enough for it to go on.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/account.h"
#include "aws/instances.h"
#include "mysql/connection.h"

namespace darbe::watch {

struct FreeStorage {
  std::uint64_t bytes = 0;
  std::uint64_t volume_bytes = 0;  // allocated
  bool at_most = false;            // what the server's files leave: logs and temporary files take more
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

// What the server's own files leave of its volume: tablespaces and binlogs are known, so it is an upper bound. Nothing
// where the server doesn't tell of them.
std::optional<FreeStorage> storage_by_files(const aws::Instance& instance, mysql::Connection& server);

}  // namespace darbe::watch
