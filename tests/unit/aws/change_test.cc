#include "aws/change.h"

#include <gtest/gtest.h>

namespace darbe::aws {
namespace {

TEST(Change, IsOfWhatItsParametersName) {
  EXPECT_EQ(subject_of({{"Action", "CreateDBInstance"}, {"Engine", "mysql"}, {"DBInstanceIdentifier", "putio17"}}),
            "putio17");
  EXPECT_EQ(subject_of({{"DBParameterGroupName", "group"}, {"DBInstanceIdentifier", "putio17"}}), "putio17");
  EXPECT_EQ(subject_of({{"GroupId", "sg-1"}, {"IpPermissions.1.FromPort", "3306"}}), "sg-1");
  EXPECT_EQ(subject_of({{"Engine", "mysql"}}), "");
}

}  // namespace
}  // namespace darbe::aws
