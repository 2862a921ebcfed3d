#include "watch/storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "watch/guard.h"

namespace darbe::watch {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint64_t gib = 1ULL << 30;

aws::Instance instance_of(int allocated_gib, bool has_log_volume) {
  aws::Instance instance;
  instance.allocated_storage = allocated_gib;
  instance.dedicated_log_volume = has_log_volume;
  return instance;
}

aws::DiskMetrics metrics_of(std::uint64_t free_gib, std::optional<std::uint64_t> free_log_gib = {}) {
  aws::DiskMetrics metrics;
  metrics.free_space = aws::Datapoint{.time = {}, .bytes = free_gib * gib};
  if (free_log_gib) metrics.free_log_space = aws::Datapoint{.time = {}, .bytes = *free_log_gib * gib};
  return metrics;
}

std::vector<Alarm> alarms_about(const Storage& storage) {
  Guarded seen;
  seen.storage = storage.of_binlogs();
  if (seen.storage) seen.limits = limits_for(seen.storage->volume_bytes);
  return alarms(seen);
}

TEST(Storage, IsOneVolumeWithDataAndBinlogs) {
  const aws::Instance instance = instance_of(100, false);
  const Storage left = storage_left(instance, {.tablespaces = 60 * gib, .binlogs = 36 * gib});
  ASSERT_TRUE(left.data);
  EXPECT_EQ(text_of(*left.data), "at most 4.0 GiB of 100 GiB free");
  EXPECT_FALSE(left.logs);
  ASSERT_EQ(alarms_about(left).size(), 1u);
  EXPECT_EQ(alarms_about(left)[0].act, Act::stop_release);
  EXPECT_EQ(storage_left(instance, {.tablespaces = 60 * gib, .binlogs = 50 * gib}).data->bytes, 0u);
  EXPECT_FALSE(storage_left(instance, {.tablespaces = 60 * gib}).data) << "nobody tells of the binlogs";
  EXPECT_EQ(storage_by_metrics(instance, metrics_of(4)).of_binlogs()->bytes, 4 * gib);
}

TEST(Storage, WithADedicatedLogVolumeIsShortWhereThatIsFull) {
  const Storage measured = storage_by_metrics(instance_of(6144, true), metrics_of(3000, 41));  // 4 % of it
  const auto all = alarms_about(measured);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].act, Act::stop_release);
  EXPECT_THAT(all[0].reason.text, HasSubstr("the source's log volume has 41.0 GiB of 1024 GiB free: this run stops"));
  EXPECT_THAT(all[0].reason.advice, AllOf(HasSubstr("no larger log volumes"), Not(HasSubstr("allocated-storage"))));
  const auto warned = alarms_about(storage_by_metrics(instance_of(6144, true), metrics_of(3000, 60)));
  ASSERT_EQ(warned.size(), 1u);
  EXPECT_EQ(warned[0].act, Act::warn);
  EXPECT_THAT(warned[0].reason.advice, Not(HasSubstr("allocated-storage")));
}

TEST(Storage, WithADedicatedLogVolumeHasNoBinlogsBesideItsData) {
  const aws::Instance instance = instance_of(6144, true);
  const Storage left = storage_left(instance, {.tablespaces = 5500 * gib, .binlogs = 300 * gib});
  EXPECT_EQ(text_of(*left.data), "at most 644.0 GiB of 6144 GiB free");
  EXPECT_EQ(text_of(*left.logs), "at most 724.0 GiB of 1024 GiB free");
  EXPECT_EQ(room(*left.data, limits_for(left.data->volume_bytes)), Room::enough);
  EXPECT_THAT(alarms_about(left), IsEmpty());
  const Storage unknown = storage_left(instance, {.tablespaces = 6100 * gib});
  EXPECT_TRUE(unknown.data);
  EXPECT_FALSE(unknown.of_binlogs()) << "the data's volume is not the binlogs'";
}

TEST(Storage, IsWhatIsLessOfWhatWasMeasuredAndWhatFilesLeave) {
  const aws::Instance instance = instance_of(6144, true);
  const Storage by_files = storage_left(instance, {.tablespaces = 5500 * gib, .binlogs = 300 * gib});
  const Storage both = lesser(storage_by_metrics(instance, metrics_of(700, 600)), by_files);
  EXPECT_EQ(both.data->bytes, 644 * gib);
  EXPECT_TRUE(both.data->at_most);
  EXPECT_EQ(both.logs->bytes, 600 * gib);
  EXPECT_FALSE(both.logs->at_most);
  const Storage without_figure = lesser(storage_by_metrics(instance, metrics_of(500)), by_files);
  EXPECT_EQ(without_figure.data->bytes, 500 * gib);
  EXPECT_EQ(without_figure.of_binlogs()->bytes, 724 * gib);
}

}  // namespace
}  // namespace darbe::watch
