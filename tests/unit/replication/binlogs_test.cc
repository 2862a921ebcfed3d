#include "replication/binlogs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::replication {
namespace {

const Binlogs files = {{"mysql-bin.000998", 1000}, {"mysql-bin.000999", 2000}, {"mysql-bin.1000000", 500}};

TEST(Binlogs, MeasureFromOnePositionToALaterOne) {
  EXPECT_EQ(bytes_between(files, {"mysql-bin.000999", 4}, {"mysql-bin.000999", 104}), 100u);
  EXPECT_EQ(bytes_between(files, {"mysql-bin.000999", 1900}, {"mysql-bin.1000000", 300}), 400u);
  EXPECT_EQ(bytes_between(files, {"mysql-bin.000998", 900}, {"mysql-bin.1000000", 300}), 2400u);
}

TEST(Binlogs, MeasureNothingBackwardsAndNothingFromAFileThatIsGone) {
  EXPECT_EQ(bytes_between(files, {"mysql-bin.1000000", 300}, {"mysql-bin.000999", 4}), 0u);
  EXPECT_EQ(bytes_between(files, {"mysql-bin.000997", 4}, {"mysql-bin.1000000", 300}), std::nullopt);
}

TEST(Binlogs, CountTheFilesBeforeOne) {
  EXPECT_EQ(files_before(files, "mysql-bin.1000000"), 2u);
  EXPECT_EQ(files_before(files, "mysql-bin.000997"), std::nullopt);
  EXPECT_EQ(total_bytes(files), 3500u);
}

}  // namespace
}  // namespace darbe::replication
