#include "preflight/parameter_values.h"

#include <gtest/gtest.h>

namespace darbe::preflight {
namespace {

TEST(ParameterValue, IsAllowedWithinARange) {
  EXPECT_TRUE(may_be_allowed("100", "1-100"));
  EXPECT_FALSE(may_be_allowed("101", "1-100"));
  EXPECT_TRUE(may_be_allowed("-1", "-1-10"));
  EXPECT_FALSE(may_be_allowed("-2", "-1-10"));
  EXPECT_TRUE(may_be_allowed("18446744073709547520", "0-18446744073709547520"));
}

TEST(ParameterValue, IsAllowedAsOneOfAList) {
  EXPECT_TRUE(may_be_allowed("row", "ROW,STATEMENT,MIXED"));
  EXPECT_FALSE(may_be_allowed("NONE", "ROW,STATEMENT,MIXED"));
  EXPECT_FALSE(may_be_allowed("2", "0,1"));
  EXPECT_TRUE(may_be_allowed("500", "1-100,500"));
}

TEST(ParameterValue, IsSaidInTheAllowedWords) {
  EXPECT_EQ(in_allowed_words("0", "OFF,ON,NO_LOCK,NO_LOCK_NO_ADMIN"), "OFF");
  EXPECT_EQ(in_allowed_words("1", "OFF,ON"), "ON");
  EXPECT_EQ(in_allowed_words("OFF", "0,1,{TrueIfReplica}"), "OFF");  // nobody can be sure
  EXPECT_EQ(in_allowed_words("OFF", "0,1"), "0");
  EXPECT_EQ(in_allowed_words("0", "0,1"), "0");
  EXPECT_EQ(in_allowed_words("7", "OFF,ON"), "7");
}

TEST(ParameterValue, IsLetPassWhereNobodyCanBeSure) {
  EXPECT_TRUE(may_be_allowed("{DBInstanceClassMemory*3/4}", "5242880-9223372036854775807"));
  EXPECT_TRUE(may_be_allowed("STRICT_ALL_TABLES,NO_ZERO_DATE", "STRICT_ALL_TABLES"));
  EXPECT_TRUE(may_be_allowed("anything", ""));
  EXPECT_TRUE(may_be_allowed("anything", "[a-z]+"));
  EXPECT_TRUE(may_be_allowed("1.5", "0-10"));
}

}  // namespace
}  // namespace darbe::preflight
