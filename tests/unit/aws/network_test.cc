#include "aws/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/option_groups.h"
#include "scripted_aws.h"

namespace darbe::aws {
namespace {

using testing::HasSubstr;

TEST(Network, KnowsTheVpcOfASubnetGroup) {
  ScriptedAws aws({answer("DescribeDBSubnetGroups",
                          "<DBSubnetGroups><DBSubnetGroup><DBSubnetGroupName>shop</DBSubnetGroupName><VpcId>vpc-1"
                          "</VpcId></DBSubnetGroup></DBSubnetGroups>"),
                   complaint("DBSubnetGroupNotFoundFault", "No.", 404)});
  EXPECT_EQ(vpc_of_subnet_group(aws.account.client, "shop"), "vpc-1");
  EXPECT_EQ(vpc_of_subnet_group(aws.account.client, "nowhere"), std::nullopt);
}

TEST(Network, KnowsTheZonesOfASubnetGroup) {
  const auto subnet = [](const char* zone) {
    return fmt::format("<Subnet><SubnetAvailabilityZone><Name>{}</Name></SubnetAvailabilityZone></Subnet>", zone);
  };
  ScriptedAws aws({answer("DescribeDBSubnetGroups",
                          fmt::format("<DBSubnetGroups><DBSubnetGroup><Subnets>{}{}{}</Subnets></DBSubnetGroup>"
                                      "</DBSubnetGroups>",
                                      subnet("eu-west-1b"), subnet("eu-west-1a"), subnet("eu-west-1b"))),
                   complaint("DBSubnetGroupNotFoundFault", "No.", 404)});
  EXPECT_THAT(zones_of_subnet_group(aws.account.client, "shop"), testing::ElementsAre("eu-west-1a", "eu-west-1b"));
  EXPECT_THAT(zones_of_subnet_group(aws.account.client, "nowhere"), testing::IsEmpty());
}

TEST(Network, FindsPeeringsWhicheverSideAskedForThem) {
  const auto peering = [](const char* id, const char* status, const char* other_region) {
    return ec2_answer("DescribeVpcPeeringConnections",
                      fmt::format("<vpcPeeringConnectionSet><item><vpcPeeringConnectionId>{}</vpcPeeringConnectionId>"
                                  "<requesterVpcInfo><region>eu-west-1</region></requesterVpcInfo><accepterVpcInfo>"
                                  "<region>{}</region></accepterVpcInfo><status><code>{}</code></status></item>"
                                  "</vpcPeeringConnectionSet>",
                                  id, other_region, status));
  };
  ScriptedAws aws({peering("pcx-1", "active", "us-east-1"), peering("pcx-2", "active", "eu-west-1")});
  const auto peerings = peerings_between(aws.account.client, "vpc-1", "vpc-2");
  ASSERT_EQ(peerings.size(), 2u);
  EXPECT_FALSE(peerings[0].same_region);
  EXPECT_TRUE(peerings[1].same_region);
  EXPECT_EQ(peerings[1].id, "pcx-2");
  EXPECT_EQ(peerings[1].status, "active");
  EXPECT_THAT(aws.body(0), HasSubstr("Filter.1.Name=requester-vpc-info.vpc-id\nFilter.1.Value.1=vpc-1\n"));
  EXPECT_THAT(aws.body(1), HasSubstr("Filter.1.Name=requester-vpc-info.vpc-id\nFilter.1.Value.1=vpc-2\n"));
}

TEST(Network, KnowsWhichSideOfAPeeringResolvesToPrivateAddresses) {
  const auto side = [](const char* name, const char* vpc, const char* options) {
    return fmt::format("<{0}><vpcId>{1}</vpcId>{2}</{0}>", name, vpc, options);
  };
  const auto peering = [&](const char* of_requester, const char* of_accepter) {
    return ec2_answer(
        "DescribeVpcPeeringConnections",
        fmt::format("<vpcPeeringConnectionSet><item>{}{}</item></vpcPeeringConnectionSet>",
                    side("requesterVpcInfo", "vpc-1", of_requester), side("accepterVpcInfo", "vpc-2", of_accepter)));
  };
  const char* on =
      "<peeringOptions><allowDnsResolutionFromRemoteVpc>true</allowDnsResolutionFromRemoteVpc>"
      "</peeringOptions>";
  const char* off =
      "<peeringOptions><allowDnsResolutionFromRemoteVpc>false</allowDnsResolutionFromRemoteVpc>"
      "</peeringOptions>";
  ScriptedAws aws({peering(off, on), peering(on, "")});
  const auto peerings = peerings_between(aws.account.client, "vpc-1", "vpc-2");
  ASSERT_EQ(peerings.size(), 2u);
  EXPECT_EQ(peerings[0].requester.id, "vpc-1");
  EXPECT_EQ(peerings[0].accepter.id, "vpc-2");
  EXPECT_FALSE(peerings[0].requester.resolves_to_private);
  EXPECT_TRUE(peerings[0].accepter.resolves_to_private);
  EXPECT_TRUE(peerings[1].requester.resolves_to_private);
  EXPECT_FALSE(peerings[1].accepter.resolves_to_private);  // AWS may leave the options out
}

TEST(Network, TellsRdssInterfacesFromOthers) {
  ScriptedAws aws({ec2_answer("DescribeNetworkInterfaces",
                              "<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><description>"
                              "RDSNetworkInterface</description></item><item><networkInterfaceId>eni-2"
                              "</networkInterfaceId><attachment><instanceId>i-7</instanceId></attachment></item>"
                              "</networkInterfaceSet>")});
  const auto interfaces = interfaces_in(aws.account.client, "sg-1");
  ASSERT_EQ(interfaces.size(), 2u);
  EXPECT_TRUE(interfaces[0].is_of_rds());
  EXPECT_FALSE(interfaces[1].is_of_rds());
  EXPECT_EQ(interfaces[1].instance_id, "i-7");
}

TEST(OptionGroups, AreFoundByNameOrNotAtAll) {
  ScriptedAws aws({answer("DescribeOptionGroups",
                          "<OptionGroupsList><OptionGroup><OptionGroupName>shop</OptionGroupName><EngineName>mysql"
                          "</EngineName><MajorEngineVersion>8.4</MajorEngineVersion></OptionGroup></OptionGroupsList>"),
                   complaint("OptionGroupNotFoundFault", "No.", 404)});
  const auto group = find_option_group(aws.account.client, "shop");
  ASSERT_TRUE(group);
  EXPECT_EQ(group->engine, "mysql");
  EXPECT_EQ(group->major_version, "8.4");
  EXPECT_FALSE(find_option_group(aws.account.client, "none"));
}

}  // namespace
}  // namespace darbe::aws
