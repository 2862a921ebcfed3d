#include "replication/rds_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace darbe::replication {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(ConfigurationToSet, IsWhatDiffersAndTheTargetHasToo) {
  const RdsConfiguration source{{binlog_retention, "24"}, {"target delay", "600"}, {"of a later version", "1"}};
  const RdsConfiguration target{{binlog_retention, std::nullopt}, {"target delay", "600"}};
  EXPECT_THAT(configuration_to_set(source, target), ElementsAre(Pair(binlog_retention, "24")));
  EXPECT_THAT(configuration_to_set(source, source), IsEmpty());
}

TEST(ConfigurationToSet, TakesValuesAwayToo) {
  EXPECT_THAT(configuration_to_set({{binlog_retention, std::nullopt}}, {{binlog_retention, "24"}}),
              ElementsAre(Pair(binlog_retention, std::nullopt)));
}

TEST(ConfigurationToSet, LeavesTheTargetsReplicationWithoutDelay) {
  EXPECT_THAT(configuration_to_set({{"source delay", "3600"}}, {{"source delay", "0"}}), IsEmpty());
}

}  // namespace
}  // namespace darbe::replication
