#include "aws/instance_class.h"

#include <gtest/gtest.h>

namespace darbe::aws {
namespace {

TEST(InstanceClass, HasFourCpusForEachXlarge) {
  EXPECT_EQ(vcpus_of("db.m5.large"), 2U);
  EXPECT_EQ(vcpus_of("db.r6g.xlarge"), 4U);
  EXPECT_EQ(vcpus_of("db.r6g.2xlarge"), 8U);
  EXPECT_EQ(vcpus_of("db.m6gd.12xlarge"), 48U);
  EXPECT_EQ(vcpus_of("db.x2iedn.32xlarge"), 128U);
  EXPECT_EQ(vcpus_of("db.t3.2xlarge"), 8U);
}

TEST(InstanceClass, HasTwoCpusInTheSmallOnesThatBurst) {
  for (const char* name : {"db.t3.micro", "db.t3.small", "db.t3.medium", "db.t4g.micro", "db.t2.medium"})
    EXPECT_EQ(vcpus_of(name), 2U) << name;
  for (const char* name : {"db.t2.micro", "db.t2.small", "db.t1.micro", "db.m3.medium", "db.c6gd.medium"})
    EXPECT_EQ(vcpus_of(name), 1U) << name;
}

TEST(InstanceClass, IsTakenForTwoCpusWhereItsNameTellsNothing) {
  for (const char* name : {"", "db.", "db.serverless", "db.r5", "db.r5.", "db.r5.metal", "r5.4xlarge", "db.r5.0xlarge",
                           "db.r5.-4xlarge", "db.r5.4xlarges", "db.r5.99999999999xlarge", "db.r5.5000xlarge"})
    EXPECT_EQ(vcpus_of(name), 2U) << name;
}

}  // namespace
}  // namespace darbe::aws
