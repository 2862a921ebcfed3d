// What AWS says of a source that no run could begin on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "preflight/checks.h"

namespace darbe::preflight {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

aws::Instance source() {
  aws::Instance instance;
  instance.identifier = "putio16";
  instance.status = "available";
  instance.backup_retention_period = 1;
  return instance;
}

std::vector<std::string> texts(const aws::Instance& instance) {
  std::vector<std::string> all;
  for (const Finding& finding : instance_findings(instance)) all.push_back(finding.text + " " + finding.advice);
  return all;
}

TEST(InstanceFindings, AreNoneOfAGoodSource) { EXPECT_THAT(texts(source()), IsEmpty()); }

TEST(InstanceFindings, NameAMemberOfACluster) {
  aws::Instance member = source();
  member.cluster_id = "putio";
  EXPECT_THAT(texts(member), ElementsAre(HasSubstr("putio16 is a member of the Multi-AZ DB cluster putio, ")));
}

TEST(InstanceFindings, SayWhatToDoAboutItsState) {
  aws::Instance instance = source();
  instance.status = "stopped";
  EXPECT_THAT(texts(instance), ElementsAre(HasSubstr("putio16 is stopped Start the instance")));
  instance.status = "modifying";
  EXPECT_THAT(texts(instance), ElementsAre(HasSubstr("putio16 is modifying Run the command again when it is")));
}

}  // namespace
}  // namespace darbe::preflight
