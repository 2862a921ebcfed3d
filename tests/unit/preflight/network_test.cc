// Whether darbe is sure to reach the new instance where it reaches the source.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "preflight/checks.h"

namespace darbe::preflight {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

aws::Instance source() {
  aws::Instance instance;
  instance.identifier = "putio16";
  instance.port = 3306;
  instance.subnet_group = "db";
  instance.security_group_ids = {"sg-1", "sg-2"};
  instance.publicly_accessible = true;
  return instance;
}

plan::Request request() {
  plan::Request request;
  request.new_instance_id = "putio17";
  return request;
}

std::vector<std::string> texts(const plan::Request& request) {
  std::vector<std::string> all;
  for (const Finding& finding : reach_findings(request, source())) {
    EXPECT_EQ(finding.weight, Weight::warning);
    all.push_back(finding.text + ". " + finding.advice);
  }
  return all;
}

TEST(ReachFindings, AreNoneWhereTheNetworkIsTheSources) {
  EXPECT_THAT(texts(request()), IsEmpty());
  plan::Request same = request();
  same.db_subnet_group_name = "db";
  same.vpc_security_group_ids = {"sg-3", "sg-2", "sg-1"};  // what lets darbe in to the source is among them
  same.port = 3306;
  same.publicly_accessible = true;
  same.availability_zone = "eu-west-1c";
  EXPECT_THAT(texts(same), IsEmpty());
}

TEST(ReachFindings, NameWhatIsNotTheSourcesAndWhatMustLetDarbeIn) {
  plan::Request other = request();
  other.port = 3310;
  EXPECT_THAT(texts(other),
              ElementsAre("putio17 will have port 3310, unlike putio16: darbe must reach it, too, from where it runs. "
                          "See that it will: the new instance's own groups must let this machine in on port 3310: "
                          "sg-1, sg-2."));
  other.port.reset();
  other.db_subnet_group_name = "private";
  other.vpc_security_group_ids = {"sg-1", "sg-9"};
  other.publicly_accessible = false;
  EXPECT_THAT(texts(other),
              ElementsAre("putio17 will have DB subnet group private, security groups sg-1, sg-9, no public address, "
                          "unlike putio16: darbe must reach it, too, from where it runs. See that it will: the new "
                          "instance's own groups must let this machine in on port 3306: sg-1, sg-9."));
}

// The run's own lets nobody in.
TEST(ReachFindings, AskForAGroupWhereNoneIsNamed) {
  plan::Request bare = request();
  bare.vpc_security_group_ids.emplace();
  EXPECT_THAT(texts(bare),
              ElementsAre("putio17 will have no security group but the run's own, unlike putio16: darbe must reach it, "
                          "too, from where it runs. Name groups that let this machine in on port 3306 with "
                          "--vpc-security-group-ids."));
}

}  // namespace
}  // namespace darbe::preflight
