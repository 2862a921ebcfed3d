// Whether the binlogs that the source keeps for a run fit beside its data. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "watch/storage.h"

namespace darbe::preflight {

struct BinlogRoom {
  watch::FreeStorage storage;                      // of the volume that they are on
  std::uint64_t binlog_bytes = 0;                  // that are there already: in time they make room for new ones
  std::optional<double> written_bytes_per_second;  // nothing: unknown
  unsigned kept_hours = 0;
};

// What will be free when the source has as much binlog as it is asked to keep; as much as now where it grows no more or
// the rate is unknown. Below zero: it will not fit.
double free_bytes_later(const BinlogRoom& room);

enum class Room { enough, scarce, none };
// Scarce: less than a tenth of the volume stays, which RDS's own advice and its autoscaling take for nearly full.
Room room_for_binlogs(const BinlogRoom& room);

}  // namespace darbe::preflight
