#include "preflight/room_for_binlogs.h"

#include <gtest/gtest.h>

namespace darbe::preflight {
namespace {

constexpr std::uint64_t gib = 1ULL << 30;

TEST(RoomForBinlogs, IsWhatIsFreeLessWhatComesOnTop) {
  const double rate = static_cast<double>(gib) / 3600;  // 1 GiB an hour
  const BinlogRoom room{.volume_bytes = 100 * gib,
                        .free_bytes = 50 * gib,
                        .binlog_bytes = 4 * gib,
                        .written_bytes_per_second = rate,
                        .kept_hours = 24};
  EXPECT_DOUBLE_EQ(free_bytes_later(room), 30.0 * gib);
  EXPECT_EQ(room_for_binlogs(room), Room::enough);
  BinlogRoom longer = room;
  longer.kept_hours = 45;
  EXPECT_EQ(room_for_binlogs(longer), Room::scarce);
  longer.kept_hours = 55;
  EXPECT_EQ(room_for_binlogs(longer), Room::none);
}

TEST(RoomForBinlogs, IsNotTakenByThoseThatAreKeptAlready) {
  const BinlogRoom room{.volume_bytes = 100 * gib,
                        .free_bytes = 11 * gib,
                        .binlog_bytes = 40 * gib,
                        .written_bytes_per_second = static_cast<double>(gib) / 3600,
                        .kept_hours = 24};
  EXPECT_DOUBLE_EQ(free_bytes_later(room), 11.0 * gib);
  EXPECT_EQ(room_for_binlogs(room), Room::enough);
}

TEST(RoomForBinlogs, IsWhatIsFreeNowWhereTheRateIsUnknown) {
  BinlogRoom room{.volume_bytes = 100 * gib, .free_bytes = 9 * gib, .written_bytes_per_second = {}, .kept_hours = 168};
  EXPECT_EQ(room_for_binlogs(room), Room::scarce);
  room.free_bytes = 10 * gib;
  EXPECT_EQ(room_for_binlogs(room), Room::enough);
}

}  // namespace
}  // namespace darbe::preflight
