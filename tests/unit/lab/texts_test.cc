// What the texts of AWS's models say of defaults, filters, times and tags beyond the types, each sentence of which the
// test's name repeats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "account_fixture.h"

namespace darbe::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

aws::Form with(aws::Form form, const aws::Form& more) {
  form.insert(form.end(), more.begin(), more.end());
  return form;
}

const aws::Form new_instance = {
    {"DBInstanceIdentifier", "source"}, {"DBInstanceClass", "db.t3.micro"}, {"Engine", "mysql"},
    {"AllocatedStorage", "20"},         {"MasterUsername", "root"},         {"MasterUserPassword", "correct-horse"}};

// What lists of an answer have by one name.
std::vector<std::string> all(const aws::XmlElement& list, const std::string& member) {
  std::vector<std::string> texts;
  for (const aws::XmlElement& element : list.children()) texts.push_back(element.text(member));
  return texts;
}

class RdsTexts : public Account {
 protected:
  RdsTexts()
      : Account({{"mysql", "9.7.4", "9.7", "mysql9.7", "MySQL 9.7.4", true},
                 {"mysql", "5.6.24", "5.6", "mysql5.6", "MySQL 5.6.24", false},
                 {"mariadb", "10.11.6", "10.11", "mariadb10.11", "MariaDB 10.11.6", true}}) {}

  void make_group(const std::vector<std::string>& parameters) {
    rds("CreateDBParameterGroup",
        {{"DBParameterGroupName", "own"}, {"DBParameterGroupFamily", "mysql9.7"}, {"Description", "mine"}});
    for (const std::string& name : parameters)
      rds("ModifyDBParameterGroup", {{"DBParameterGroupName", "own"},
                                     {"Parameters.Parameter.1.ParameterName", name},
                                     {"Parameters.Parameter.1.ParameterValue", "1"},
                                     {"Parameters.Parameter.1.ApplyMethod", "pending-reboot"}});
  }
  void make_source(const aws::Form& more) {
    rds("CreateDBInstance", with(new_instance, more));
    settle();
    tasks_.clear();
  }
  aws::XmlElement source() {
    return rds("DescribeDBInstances", {{"DBInstanceIdentifier", "source"}}).child("DBInstances").child("DBInstance");
  }
  std::string parameter_status() {
    return source().child("DBParameterGroups").child("DBParameterGroup").text("ParameterApplyStatus");
  }
  std::vector<std::string> option_groups() {
    std::vector<std::string> groups;
    const aws::XmlElement memberships = source().child("OptionGroupMemberships");
    for (const aws::XmlElement& group : memberships.children())
      groups.push_back(group.text("OptionGroupName") + " " + group.text("Status"));
    return groups;
  }
  std::vector<std::string> versions(const aws::Form& asked) {
    return all(rds("DescribeDBEngineVersions", asked).child("DBEngineVersions"), "EngineVersion");
  }
};

TEST_F(RdsTexts, ResettingAGroupChangesDynamicParametersAtOnceAndStaticOnesAtAReboot) {
  make_group({"max_connections", "performance_schema"});
  make_source({{"DBParameterGroupName", "own"}});
  rds("ResetDBParameterGroup", {{"DBParameterGroupName", "own"}, {"ResetAllParameters", "true"}});
  ASSERT_EQ(tasks_.size(), 1U);
  EXPECT_EQ(tasks_[0].kind, Task::Kind::apply_parameters);
  EXPECT_THAT(tasks_[0].subjects, ElementsAre("max_connections"));
  EXPECT_EQ(parameter_status(), "pending-reboot");
}

TEST_F(RdsTexts, ResettingAGroupOfDynamicParametersWaitsForNoReboot) {
  make_group({"max_connections"});
  make_source({{"DBParameterGroupName", "own"}});
  rds("ResetDBParameterGroup", {{"DBParameterGroupName", "own"}});
  EXPECT_EQ(parameter_status(), "applying");
}

TEST_F(RdsTexts, ParametersAreDescribedByTheirNames) {
  const aws::Form names = {{"Filters.Filter.1.Name", "parameter-name"},
                           {"Filters.Filter.1.Values.Value.1", "port"},
                           {"Filters.Filter.1.Values.Value.2", "no_such_thing"}};
  const auto of_group = rds("DescribeDBParameters", with(names, {{"DBParameterGroupName", "default.mysql9.7"}}));
  EXPECT_THAT(all(of_group.child("Parameters"), "ParameterName"), ElementsAre("port"));
  const auto of_family = rds("DescribeEngineDefaultParameters", with(names, {{"DBParameterGroupFamily", "mysql9.7"}}));
  EXPECT_THAT(all(of_family.child("EngineDefaults").child("Parameters"), "ParameterName"), ElementsAre("port"));
}

TEST_F(RdsTexts, TheDefaultVersionIsThatOfTheEngineOrOfItsMajorVersion) {
  EXPECT_THAT(versions({{"Engine", "mysql"}, {"DefaultOnly", "true"}}), ElementsAre("9.7.4"));
  EXPECT_THAT(versions({{"Engine", "mysql"}, {"EngineVersion", "5.6"}, {"DefaultOnly", "true"}}),
              ElementsAre("5.6.24"));
  EXPECT_THAT(versions({{"Engine", "mariadb"}, {"EngineVersion", "5.6"}, {"DefaultOnly", "true"}}), IsEmpty());
  EXPECT_THAT(versions({{"DBParameterGroupFamily", "mysql5.6"}}), ElementsAre("5.6.24"));
}

TEST_F(RdsTexts, InASubnetGroupOfOnesOwnAnInstanceIsNotPubliclyAccessible) {
  rds("CreateDBSubnetGroup", {{"DBSubnetGroupName", "inner"},
                              {"DBSubnetGroupDescription", "mine"},
                              {"SubnetIds.SubnetIdentifier.1", subnets().at(0)},
                              {"SubnetIds.SubnetIdentifier.2", subnets().at(1)}});
  const auto accessible = [&](const std::string& name, const aws::Form& more) {
    aws::Form form = with(new_instance, more);
    form.front().second = name;
    return rds("CreateDBInstance", form).child("DBInstance").text("PubliclyAccessible");
  };
  EXPECT_EQ(accessible("one", {}), "true");
  EXPECT_EQ(accessible("two", {{"DBSubnetGroupName", "Default"}}), "true");
  EXPECT_EQ(accessible("three", {{"DBSubnetGroupName", "inner"}}), "false");
  EXPECT_EQ(accessible("four", {{"DBSubnetGroupName", "inner"}, {"PubliclyAccessible", "true"}}), "true");
}

TEST_F(RdsTexts, AnotherOptionGroupWaitsForTheMaintenanceWindowUnlessItIsWantedAtOnce) {
  rds("CreateOptionGroup", {{"OptionGroupName", "options"},
                            {"EngineName", "mysql"},
                            {"MajorEngineVersion", "9.7"},
                            {"OptionGroupDescription", "mine"}});
  make_source({});
  const auto modify = [&](const std::string& group, const std::string& immediately) {
    rds("ModifyDBInstance",
        {{"DBInstanceIdentifier", "source"}, {"OptionGroupName", group}, {"ApplyImmediately", immediately}});
  };
  modify("options", "false");
  EXPECT_THAT(option_groups(),
              ElementsAre("default:mysql-9-7 pending-maintenance-removal", "options pending-maintenance-apply"));
  EXPECT_THAT(tasks_, IsEmpty());
  modify("default:mysql-9-7", "false");
  EXPECT_THAT(option_groups(), ElementsAre("default:mysql-9-7 in-sync"));
  modify("options", "true");
  EXPECT_THAT(option_groups(), ElementsAre("default:mysql-9-7 pending-removal", "options pending-apply"));
  ASSERT_EQ(tasks_.size(), 1U);
  EXPECT_EQ(tasks_[0].kind, Task::Kind::apply_pending);
}

TEST_F(RdsTexts, AutomatedSnapshotsAreDescribedByTheirType) {
  make_source({});
  state_.change([](World& world) {
    Value& snapshot = world.store.snapshots["rds:source-1"];
    snapshot["DBSnapshotIdentifier"] = "rds:source-1";
    snapshot["SnapshotType"] = "automated";
  });
  const auto described =
      rds("DescribeDBSnapshots", {{"DBSnapshotIdentifier", "rds:source-1"}, {"SnapshotType", "automated"}});
  EXPECT_THAT(all(described.child("DBSnapshots"), "SnapshotType"), ElementsAre("automated"));
}

class Ec2Texts : public Account {
 protected:
  static aws::Form tagged(const std::string& type, aws::Form form) {
    return with(std::move(form), {{"TagSpecification.1.ResourceType", type},
                                  {"TagSpecification.1.Tag.1.Key", "team"},
                                  {"TagSpecification.1.Tag.1.Value", type}});
  }
  static std::string team(const aws::XmlElement& resource) {
    return resource.child("tagSet").child("item").text("value");
  }
  std::string default_vpc() {
    return ec2("DescribeVpcs", {{"Filter.1.Name", "is-default"}, {"Filter.1.Value.1", "true"}})
        .child("vpcSet")
        .child("item")
        .text("vpcId");
  }
  std::string new_vpc(const std::string& block) {
    return ec2("CreateVpc", {{"CidrBlock", block}}).child("vpc").text("vpcId");
  }
};

TEST_F(Ec2Texts, WhatIsMadeHasTheTagsOfTheRequest) {
  const auto vpc = ec2("CreateVpc", tagged("vpc", {{"CidrBlock", "10.9.0.0/16"}})).child("vpc");
  const auto subnet =
      ec2("CreateSubnet", tagged("subnet", {{"VpcId", vpc.text("vpcId")}, {"CidrBlock", "10.9.1.0/24"}}))
          .child("subnet");
  const auto peering =
      ec2("CreateVpcPeeringConnection",
          tagged("vpc-peering-connection", {{"VpcId", vpc.text("vpcId")}, {"PeerVpcId", default_vpc()}}))
          .child("vpcPeeringConnection");
  const auto interface =
      ec2("CreateNetworkInterface", tagged("network-interface", {{"SubnetId", subnet.text("subnetId")}}))
          .child("networkInterface");
  EXPECT_EQ(team(vpc), "vpc");
  EXPECT_EQ(team(subnet), "subnet");
  EXPECT_EQ(team(peering), "vpc-peering-connection");
  EXPECT_EQ(team(interface), "network-interface");

  const aws::Form by_team = {{"Filter.1.Name", "tag-key"}, {"Filter.1.Value.1", "team"}};
  const auto found = [&](const std::string& action, const std::string& set) {
    return team(ec2(action, by_team).child(set).child("item"));
  };
  EXPECT_EQ(found("DescribeVpcs", "vpcSet"), "vpc");
  EXPECT_EQ(found("DescribeSubnets", "subnetSet"), "subnet");
  EXPECT_EQ(found("DescribeVpcPeeringConnections", "vpcPeeringConnectionSet"), "vpc-peering-connection");
  EXPECT_EQ(found("DescribeNetworkInterfaces", "networkInterfaceSet"), "network-interface");
}

TEST_F(Ec2Texts, PeeringsAndInterfacesCanBeTaggedLater) {
  const auto peering =
      ec2("CreateVpcPeeringConnection", {{"VpcId", new_vpc("10.9.0.0/16")}, {"PeerVpcId", default_vpc()}});
  const auto interface = ec2("CreateNetworkInterface", {{"SubnetId", subnets().at(0)}});
  ec2("CreateTags", {{"ResourceId.1", peering.child("vpcPeeringConnection").text("vpcPeeringConnectionId")},
                     {"ResourceId.2", interface.child("networkInterface").text("networkInterfaceId")},
                     {"Tag.1.Key", "team"},
                     {"Tag.1.Value", "db"}});
  const auto tags = ec2("DescribeTags", {{"Filter.1.Name", "key"}, {"Filter.1.Value.1", "team"}}).child("tagSet");
  EXPECT_THAT(all(tags, "resourceType"), testing::UnorderedElementsAre("vpc-peering-connection", "network-interface"));
}

TEST_F(Ec2Texts, BlocksAreModifiedToTheirCanonicalForm) {
  const auto vpc = ec2("CreateVpc", {{"CidrBlock", "100.68.0.18/18"}}).child("vpc");
  EXPECT_EQ(vpc.text("cidrBlock"), "100.68.0.0/18");
  const auto subnet =
      ec2("CreateSubnet",
          {{"VpcId", vpc.text("vpcId")}, {"CidrBlock", "100.68.1.7/24"}, {"AvailabilityZoneId", "lab1-az2"}})
          .child("subnet");
  EXPECT_EQ(subnet.text("cidrBlock"), "100.68.1.0/24");
  EXPECT_EQ(subnet.text("availabilityZone"), "eu-west-1b");
}

TEST_F(Ec2Texts, APeeringOfOverlappingVpcsHasFailed) {
  const auto peering =
      ec2("CreateVpcPeeringConnection", {{"VpcId", new_vpc("172.31.64.0/20")}, {"PeerVpcId", default_vpc()}});
  EXPECT_EQ(peering.child("vpcPeeringConnection").child("status").text("code"), "failed");
}

}  // namespace
}  // namespace darbe::lab
