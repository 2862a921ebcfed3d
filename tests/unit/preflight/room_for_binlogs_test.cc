#include "preflight/room_for_binlogs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "preflight/checks.h"

namespace darbe::preflight {
namespace {

constexpr std::uint64_t gib = 1ULL << 30;

TEST(RoomForBinlogs, IsWhatIsFreeLessWhatComesOnTop) {
  const double rate = static_cast<double>(gib) / 3600;  // 1 GiB an hour
  const BinlogRoom room{.storage = {.bytes = 50 * gib, .volume_bytes = 100 * gib},
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
  const BinlogRoom room{.storage = {.bytes = 11 * gib, .volume_bytes = 100 * gib},
                        .binlog_bytes = 40 * gib,
                        .written_bytes_per_second = static_cast<double>(gib) / 3600,
                        .kept_hours = 24};
  EXPECT_DOUBLE_EQ(free_bytes_later(room), 11.0 * gib);
  EXPECT_EQ(room_for_binlogs(room), Room::enough);
}

TEST(RoomForBinlogs, IsWhatIsFreeNowWhereTheRateIsUnknown) {
  BinlogRoom room{
      .storage = {.bytes = 9 * gib, .volume_bytes = 100 * gib}, .written_bytes_per_second = {}, .kept_hours = 168};
  EXPECT_EQ(room_for_binlogs(room), Room::scarce);
  room.storage.bytes = 10 * gib;
  EXPECT_EQ(room_for_binlogs(room), Room::enough);
}

TEST(RoomForBinlogs, IsOnALogVolumeThatCannotGrow) {
  const BinlogRoom room{
      .storage = {.bytes = 900 * gib, .volume_bytes = 1024 * gib, .at_most = true, .is_log_volume = true},
      .binlog_bytes = 124 * gib,
      .written_bytes_per_second = 10.0 * static_cast<double>(gib) / 3600,
      .kept_hours = 168};
  const std::vector<Finding> findings = binlog_space_findings(room);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].weight, Weight::refusal);
  EXPECT_THAT(findings[0].text,
              testing::HasSubstr("the source has at most 900.0 GiB of 1024 GiB free on its log volume and writes about "
                                 "10.0 GiB of binlog an hour"));
  EXPECT_THAT(findings[0].advice,
              testing::AllOf(testing::HasSubstr("--binlog-retention-hours"), testing::Not(testing::HasSubstr("Give"))));
  BinlogRoom shorter = room;
  shorter.kept_hours = 24;
  EXPECT_THAT(binlog_space_findings(shorter), testing::IsEmpty());
}

}  // namespace
}  // namespace darbe::preflight
