#include "lab/instance_values.h"

#include <gtest/gtest.h>

namespace darbe::lab {
namespace {

using std::chrono::seconds;

constexpr std::chrono::system_clock::time_point begin{seconds(1'000'000)};

Value described(const Instance& instance, std::chrono::system_clock::time_point now) {
  return described_instance({}, instance, now);
}

// API Reference, DBInstance: both members are there only while a storage operation is in progress.
TEST(DescribedInstance, SaysHowFarAVolumeFromASnapshotIsLoaded) {
  Instance replica;
  replica.loading = {begin, begin + seconds(40)};
  EXPECT_EQ(described(replica, begin).at("StorageOperationStatus").text(), "Initializing");
  EXPECT_EQ(described(replica, begin).at("StorageOperationPercentProgress").number(), 0);
  EXPECT_EQ(described(replica, begin + seconds(30)).at("StorageOperationPercentProgress").number(), 75);
  EXPECT_FALSE(described(replica, begin + seconds(40)).has("StorageOperationStatus"));
  EXPECT_FALSE(described(replica, begin + seconds(40)).has("StorageOperationPercentProgress"));
  EXPECT_FALSE(described(Instance(), begin).has("StorageOperationStatus"));
}

TEST(DescribedInstance, SaysAFaultsWordUntilItIsBeingDeleted) {
  Instance instance;
  const auto status = [&] { return described(instance, begin).at("DBInstanceStatus").text(); };
  instance.shape["DBInstanceStatus"] = "available";
  instance.said_status = "stopped";
  EXPECT_EQ(status(), "stopped");
  instance.shape["DBInstanceStatus"] = "deleting";
  EXPECT_EQ(status(), "deleting");
  instance.shape["DBInstanceStatus"] = "available";
  instance.said_status.clear();
  EXPECT_EQ(status(), "available");
}

TEST(DescribedInstance, SaysThatItsVolumeIsOptimizedWhereItWouldBeAvailable) {
  Instance instance;
  instance.said_status = "storage-optimization";
  const auto status_of = [&](const char* own) {
    instance.shape["DBInstanceStatus"] = own;
    return described(instance, begin).at("DBInstanceStatus").text();
  };
  EXPECT_EQ(status_of("available"), "storage-optimization");
  for (const char* own : {"rebooting", "modifying", "backing-up"}) EXPECT_EQ(status_of(own), own);
}

TEST(StoreTest, KeepsTheStatusThatAFaultGivesAnInstance) {
  Store store;
  store.instances["putio16"].said_status = "stopped";
  EXPECT_EQ(read_store(written(store)).instance("putio16")->said_status, "stopped");
}

TEST(StoreTest, KeepsHowLongAVolumeIsBeingLoaded) {
  Store store;
  store.instances["putio16-a"].loading = {begin, begin + seconds(40)};
  const Store again = read_store(written(store));
  EXPECT_EQ(again.instance("putio16-a")->loading.from, begin);
  EXPECT_EQ(again.instance("putio16-a")->loading.until, begin + seconds(40));
}

}  // namespace
}  // namespace darbe::lab
