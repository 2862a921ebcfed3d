#include "steps/network.h"

#include <gtest/gtest.h>

namespace darbe::steps {
namespace {

const Door door{.port = 3306, .groups = {"sg-own", "sg-shared"}};

aws::SecurityGroupRule rule_for(const std::string& group, const std::string& cidr) {
  aws::SecurityGroupRule rule;
  rule.protocol = "tcp";
  rule.from_port = rule.to_port = 3306;
  rule.other_group_id = group;
  rule.cidr = cidr;
  return rule;
}

TEST(LetsIn, MembersOfAnyOfTheTargetsGroups) {
  EXPECT_TRUE(lets_in(rule_for("sg-own", ""), door));
  EXPECT_TRUE(lets_in(rule_for("sg-shared", ""), door));
  EXPECT_FALSE(lets_in(rule_for("sg-of-others", ""), door));
}

TEST(LetsIn, OnlyInboundOnItsPort) {
  aws::SecurityGroupRule rule = rule_for("sg-own", "");
  rule.from_port = 1024;
  rule.to_port = 3305;
  EXPECT_FALSE(lets_in(rule, door));
  rule.to_port = 65535;
  EXPECT_TRUE(lets_in(rule, door));
  rule.is_egress = true;
  EXPECT_FALSE(lets_in(rule, door));
  rule = rule_for("sg-own", "");
  rule.protocol = "udp";
  EXPECT_FALSE(lets_in(rule, door));
  rule.protocol = "-1";
  rule.from_port = rule.to_port = -1;
  EXPECT_TRUE(lets_in(rule, door));
}

TEST(LetsIn, AddressesOnlyIfTheyAreAll) {
  EXPECT_TRUE(lets_in(rule_for("", "0.0.0.0/0"), door));
  for (const char* cidr : {"10.0.0.0/8", "0.0.0.0/1", "::/0", ""})
    EXPECT_FALSE(lets_in(rule_for("", cidr), door)) << cidr;
}

TEST(LetsIn, NotByIpv4AloneWhereTheSourceHasIpv6Too) {
  Door dual = door;
  dual.ipv4_only = false;
  EXPECT_FALSE(lets_in(rule_for("", "0.0.0.0/0"), dual));
  EXPECT_TRUE(lets_in(rule_for("sg-own", ""), dual));
}

// What a prefix list's rule looks like: neither group nor addresses.
TEST(LetsIn, NobodyByAPrefixList) {
  Door nameless = door;
  nameless.groups.push_back("");
  EXPECT_FALSE(lets_in(rule_for("", ""), nameless));
}

}  // namespace
}  // namespace darbe::steps
