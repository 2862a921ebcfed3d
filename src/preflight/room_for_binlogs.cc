#include "preflight/room_for_binlogs.h"

#include <algorithm>

namespace darbe::preflight {

double free_bytes_later(const BinlogRoom& room) {
  const double kept = room.written_bytes_per_second.value_or(0) * 3600 * room.kept_hours;
  return static_cast<double>(room.storage.bytes) - std::max(0.0, kept - static_cast<double>(room.binlog_bytes));
}

Room room_for_binlogs(const BinlogRoom& room) {
  const double later = free_bytes_later(room);
  if (later < 0) return Room::none;
  return later < static_cast<double>(room.storage.volume_bytes) / 10 ? Room::scarce : Room::enough;
}

}  // namespace darbe::preflight
