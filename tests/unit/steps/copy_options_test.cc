#include "steps/copy_options.h"

#include <gtest/gtest.h>

#include "aws/instances.h"
#include "copy/climb.h"

namespace darbe::steps {
namespace {

TEST(LanesToBeginWith, AreTwiceAsManyWhileTheReplicaLoadsItsBlocks) {
  aws::Instance replica;
  for (const auto& [status, lanes] : {std::pair("", 8U), {"Optimizing", 8U}, {"Initializing", 16U}}) {
    replica.storage_operation_status = status;
    EXPECT_EQ(lanes_to_begin_with({}, "db.r6g.xlarge", replica.is_loading()), lanes) << status;  // 4 CPUs
  }
  EXPECT_EQ(lanes_to_begin_with({}, "db.r6g.16xlarge", true), copy::lanes_max);
}

TEST(LanesToBeginWith, AreAsManyAsWereAskedFor) { EXPECT_EQ(lanes_to_begin_with(3, "db.r6g.xlarge", true), 3U); }

}  // namespace
}  // namespace darbe::steps
