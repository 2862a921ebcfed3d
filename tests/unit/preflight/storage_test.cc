#include <gtest/gtest.h>

#include "preflight/checks.h"

namespace darbe::preflight {
namespace {

tables::Table table(std::uint64_t data_bytes, std::uint64_t index_bytes) {
  tables::Table made;
  made.data_bytes = data_bytes;
  made.index_bytes = index_bytes;
  return made;
}

TEST(Storage, HasRoomForAsManyIndexBuildsAsThereAreLanes) {
  StorageNeed need;
  EXPECT_DOUBLE_EQ(need.bytes(8), 0);
  for (const tables::Table& each : {table(1000, 100), table(2000, 400), table(3000, 200)}) need.add(each);
  EXPECT_DOUBLE_EQ(need.bytes(1), (6700 + 400) * 1.1);
  EXPECT_DOUBLE_EQ(need.bytes(2), (6700 + 600) * 1.1);
  EXPECT_DOUBLE_EQ(need.bytes(8), (6700 + 700) * 1.1);
}

TEST(Storage, IsTooLittleBelowWhatTheDataNeed) {
  constexpr double gib = 1024.0 * 1024 * 1024;
  EXPECT_TRUE(storage_findings(20 * gib, 20).empty());
  const std::vector<Finding> findings = storage_findings(20.2 * gib, 20);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].text, "20 GiB are too little: data, indexes and their largest builds need about 20.2 GiB");
}

}  // namespace
}  // namespace darbe::preflight
