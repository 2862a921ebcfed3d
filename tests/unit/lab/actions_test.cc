// Every action of the lab's tables is called once with success, through the front door: what it answers must be worded
// in AWS's model. An action that nobody calls here fails the suite.
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "account_fixture.h"
#include "base/clock.h"

namespace darbe::lab {
namespace {

std::string arn(const std::string& kind, const std::string& name) {
  return "arn:aws:rds:eu-west-1:123456789012:" + kind + ":" + name;
}

class EveryAction : public Account {
 protected:
  void call_parameter_groups();
  void call_option_and_subnet_groups();
  void call_instances();
  void call_snapshots_and_tags();
  void call_catalogs();
  void call_ec2_groups();
  void call_ec2_network_and_tags();
  void call_sts();
  void call_ec2_peerings_and_interfaces();
  void call_account_attributes();
  void call_iam();
  void call_monitoring();
  void call_secrets();
  void call_keys();
};

void EveryAction::call_parameter_groups() {
  const aws::Form own = {{"DBParameterGroupName", "own"}};
  const aws::Form changed = {{"DBParameterGroupName", "own"},
                             {"Parameters.Parameter.1.ParameterName", "max_connections"},
                             {"Parameters.Parameter.1.ParameterValue", "77"},
                             {"Parameters.Parameter.1.ApplyMethod", "immediate"}};
  const auto made = rds("CreateDBParameterGroup", {{"DBParameterGroupName", "Own"},
                                                   {"DBParameterGroupFamily", "mysql9.7"},
                                                   {"Description", "mine"},
                                                   {"Tags.Tag.1.Key", "team"},
                                                   {"Tags.Tag.1.Value", "db"}});
  EXPECT_EQ(made.child("DBParameterGroup").text("DBParameterGroupArn"), arn("pg", "own"));
  EXPECT_EQ(rds("ModifyDBParameterGroup", changed).text("DBParameterGroupName"), "own");
  const auto copied = rds("CopyDBParameterGroup", {{"SourceDBParameterGroupIdentifier", arn("pg", "own")},
                                                   {"TargetDBParameterGroupIdentifier", "copy"},
                                                   {"TargetDBParameterGroupDescription", "a copy"}});
  EXPECT_EQ(copied.child("DBParameterGroup").text("DBParameterGroupName"), "copy");
  EXPECT_EQ(copied.child("DBParameterGroup").text("DBParameterGroupFamily"), "mysql9.7");
  EXPECT_EQ(copied.child("DBParameterGroup").text("Description"), "a copy");
  const auto values = [&](const std::string& group) {
    return rds("DescribeDBParameters", {{"DBParameterGroupName", group}, {"Source", "user"}}).child("Parameters");
  };
  EXPECT_EQ(values("copy").child("Parameter").text("ParameterValue"), "77");
  EXPECT_EQ(rds("ResetDBParameterGroup", own).text("DBParameterGroupName"), "own");
  EXPECT_TRUE(values("own").children().empty());
  EXPECT_EQ(values("copy").children().size(), 1U);
  const auto groups = [&] { return rds("DescribeDBParameterGroups", {}).child("DBParameterGroups").children().size(); };
  EXPECT_EQ(groups(), 3U);
  rds("DeleteDBParameterGroup", {{"DBParameterGroupName", "copy"}});
  EXPECT_EQ(groups(), 2U);
}

void EveryAction::call_option_and_subnet_groups() {
  const auto made = rds("CreateOptionGroup", {{"OptionGroupName", "options"},
                                              {"EngineName", "mysql"},
                                              {"MajorEngineVersion", "9.7"},
                                              {"OptionGroupDescription", "mine"}});
  EXPECT_EQ(made.child("OptionGroup").text("OptionGroupArn"), arn("og", "options"));
  const auto described = rds("DescribeOptionGroups", {{"OptionGroupName", "options"}}).child("OptionGroupsList");
  EXPECT_EQ(described.child("OptionGroup").text("MajorEngineVersion"), "9.7");
  rds("DeleteOptionGroup", {{"OptionGroupName", "options"}});
  const auto left = rds("DescribeOptionGroups", {{"EngineName", "mysql"}}).child("OptionGroupsList");
  EXPECT_EQ(left.child("OptionGroup").text("OptionGroupName"), "default:mysql-9-7");
  EXPECT_EQ(left.children().size(), 1U);

  const aws::Form wanted = {{"DBSubnetGroupName", "Inner"},
                            {"DBSubnetGroupDescription", "mine"},
                            {"SubnetIds.SubnetIdentifier.1", subnets().at(0)},
                            {"SubnetIds.SubnetIdentifier.2", subnets().at(1)}};
  const auto inner = rds("CreateDBSubnetGroup", wanted).child("DBSubnetGroup");
  EXPECT_EQ(inner.text("DBSubnetGroupName"), "inner");
  EXPECT_EQ(inner.child("Subnets").children().size(), 2U);
  const auto found = rds("DescribeDBSubnetGroups", {{"DBSubnetGroupName", "inner"}}).child("DBSubnetGroups");
  EXPECT_EQ(found.child("DBSubnetGroup").text("SubnetGroupStatus"), "Complete");
  EXPECT_EQ(found.child("DBSubnetGroup").child("Subnets").child("Subnet").text("SubnetIdentifier"), subnets().at(0));
  rds("DeleteDBSubnetGroup", {{"DBSubnetGroupName", "inner"}});
  EXPECT_EQ(rds("DescribeDBSubnetGroups", {}).child("DBSubnetGroups").children().size(), 1U);
}

void EveryAction::call_instances() {
  const aws::Form source = {{"DBInstanceIdentifier", "source"}};
  const aws::Form replica = {{"DBInstanceIdentifier", "replica"}};
  const auto instance = [](const aws::XmlElement& answer) { return answer.child("DBInstance"); };
  const auto made = rds("CreateDBInstance", {{"DBInstanceIdentifier", "source"},
                                             {"DBInstanceClass", "db.t3.micro"},
                                             {"Engine", "mysql"},
                                             {"AllocatedStorage", "20"},
                                             {"MasterUsername", "root"},
                                             {"MasterUserPassword", "correct-horse"}});
  EXPECT_EQ(instance(made).text("DBInstanceStatus"), "creating");
  settle();
  EXPECT_EQ(instance(rds("ModifyDBInstance", {{"DBInstanceIdentifier", "source"}, {"MultiAZ", "true"}}))
                .child("PendingModifiedValues")
                .text("MultiAZ"),
            "true");
  EXPECT_EQ(instance(rds("RebootDBInstance", source)).text("DBInstanceStatus"), "rebooting");
  settle();
  const auto copy = rds("CreateDBInstanceReadReplica",
                        {{"DBInstanceIdentifier", "replica"}, {"SourceDBInstanceIdentifier", "source"}});
  EXPECT_EQ(instance(copy).text("ReadReplicaSourceDBInstanceIdentifier"), "source");
  settle();
  EXPECT_EQ(rds("DescribeDBInstances", {}).child("DBInstances").children().size(), 2U);
  rds("AddRoleToDBInstance",
      {{"DBInstanceIdentifier", "source"}, {"RoleArn", "arn:aws:iam::123456789012:role/r"}, {"FeatureName", "F"}});
  EXPECT_EQ(instance(rds("PromoteReadReplica", replica)).text("DBInstanceStatus"), "modifying");
  const auto gone = rds("DeleteDBInstance", {{"DBInstanceIdentifier", "replica"}, {"SkipFinalSnapshot", "true"}});
  EXPECT_EQ(instance(gone).text("DBInstanceStatus"), "deleting");
}

void EveryAction::call_snapshots_and_tags() {
  const aws::Form shot = {{"DBSnapshotIdentifier", "shot"}};
  const auto made = rds("CreateDBSnapshot", {{"DBSnapshotIdentifier", "shot"}, {"DBInstanceIdentifier", "source"}});
  EXPECT_EQ(made.child("DBSnapshot").text("DBInstanceIdentifier"), "source");
  settle();
  const auto found = rds("DescribeDBSnapshots", shot).child("DBSnapshots");
  EXPECT_EQ(found.child("DBSnapshot").text("SnapshotType"), "manual");
  const std::string resource = arn("snapshot", "shot");
  const auto tags = [&] { return rds("ListTagsForResource", {{"ResourceName", resource}}).child("TagList"); };
  rds("AddTagsToResource", {{"ResourceName", resource},
                            {"Tags.Tag.1.Key", "team"},
                            {"Tags.Tag.1.Value", "db"},
                            {"Tags.Tag.2.Key", "stage"},
                            {"Tags.Tag.2.Value", "test"}});
  EXPECT_EQ(tags().children().size(), 2U);
  rds("RemoveTagsFromResource", {{"ResourceName", resource}, {"TagKeys.member.1", "stage"}});
  ASSERT_EQ(tags().children().size(), 1U);
  EXPECT_EQ(tags().child("Tag").text("Value"), "db");
  EXPECT_EQ(rds("DeleteDBSnapshot", shot).child("DBSnapshot").text("Status"), "deleted");
  EXPECT_TRUE(rds("DescribeDBSnapshots", {}).child("DBSnapshots").children().empty());
}

void EveryAction::call_catalogs() {
  const auto versions = rds("DescribeDBEngineVersions", {{"Engine", "mysql"}}).child("DBEngineVersions");
  EXPECT_EQ(versions.child("DBEngineVersion").text("DBParameterGroupFamily"), "mysql9.7");
  const auto defaults = rds("DescribeEngineDefaultParameters", {{"DBParameterGroupFamily", "mysql9.7"}});
  EXPECT_EQ(defaults.child("EngineDefaults").child("Parameters").children().size(), 3U);
  const auto options = rds("DescribeOrderableDBInstanceOptions",
                           {{"Engine", "mysql"}, {"DBInstanceClass", "db.t3.micro"}, {"MaxRecords", "1000"}})
                           .child("OrderableDBInstanceOptions")
                           .children();
  std::set<std::string> storage;
  for (const auto& option : options) storage.insert(option.text("StorageType"));
  EXPECT_EQ(storage, (std::set<std::string>{"gp2", "gp3", "io1", "io2"}));
  ASSERT_FALSE(options.empty());
  EXPECT_EQ(options.front().child("AvailabilityZones").children().size(), 3U);
}

void EveryAction::call_ec2_groups() {
  const auto made = ec2("CreateSecurityGroup", {{"GroupName", "db"}, {"GroupDescription", "databases"}});
  const std::string& id = made.text("groupId");
  EXPECT_TRUE(id.starts_with("sg-"));
  const auto permission = [&](const std::string& block) {
    return aws::Form{{"GroupId", id},
                     {"IpPermissions.1.IpProtocol", "tcp"},
                     {"IpPermissions.1.FromPort", "3306"},
                     {"IpPermissions.1.ToPort", "3306"},
                     {"IpPermissions.1.IpRanges.1.CidrIp", block}};
  };
  const auto described = [&](const std::string& member) {
    return ec2("DescribeSecurityGroups", {{"GroupId.1", id}}).child("securityGroupInfo").child("item").child(member);
  };
  EXPECT_EQ(ec2("AuthorizeSecurityGroupIngress", permission("10.9.8.7/8")).text("return"), "true");
  EXPECT_EQ(described("ipPermissions").child("item").child("ipRanges").child("item").text("cidrIp"), "10.0.0.0/8");
  const auto out = ec2("AuthorizeSecurityGroupEgress", permission("10.1.0.0/16")).child("securityGroupRuleSet");
  EXPECT_EQ(out.child("item").text("isEgress"), "true");
  EXPECT_EQ(described("ipPermissionsEgress").children().size(), 2U);  // its own first one lets everything out
  const auto rules = [&] {
    return ec2("DescribeSecurityGroupRules", {{"Filter.1.Name", "group-id"}, {"Filter.1.Value.1", id}})
        .child("securityGroupRuleSet")
        .children()
        .size();
  };
  EXPECT_EQ(rules(), 3U);
  EXPECT_EQ(ec2("RevokeSecurityGroupEgress", permission("10.1.0.0/16")).text("return"), "true");
  EXPECT_EQ(ec2("RevokeSecurityGroupIngress", permission("10.0.0.0/8")).text("return"), "true");
  EXPECT_EQ(rules(), 1U);
  EXPECT_EQ(ec2("DeleteSecurityGroup", {{"GroupId", id}}).text("groupId"), id);
  EXPECT_EQ(rules(), 0U);
}

void EveryAction::call_ec2_network_and_tags() {
  const auto vpc = ec2("DescribeVpcs", {{"Filter.1.Name", "is-default"}, {"Filter.1.Value.1", "true"}});
  const std::string id = vpc.child("vpcSet").child("item").text("vpcId");
  EXPECT_TRUE(id.starts_with("vpc-"));
  const auto inside = ec2("DescribeSubnets", {{"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", id}});
  EXPECT_EQ(inside.child("subnetSet").children().size(), 3U);
  const aws::Form tag = {{"ResourceId.1", id}, {"Tag.1.Key", "team"}, {"Tag.1.Value", "db"}};
  const auto tags = [&] {
    return ec2("DescribeTags", {{"Filter.1.Name", "resource-id"}, {"Filter.1.Value.1", id}}).child("tagSet");
  };
  ec2("CreateTags", tag);
  EXPECT_EQ(tags().child("item").text("value"), "db");
  EXPECT_EQ(tags().child("item").text("resourceType"), "vpc");
  ec2("DeleteTags", tag);
  EXPECT_TRUE(tags().children().empty());
}

void EveryAction::call_ec2_peerings_and_interfaces() {
  const auto own = ec2("DescribeVpcs", {{"Filter.1.Name", "is-default"}, {"Filter.1.Value.1", "true"}});
  const std::string vpc = own.child("vpcSet").child("item").text("vpcId");
  const std::string other = ec2("CreateVpc", {{"CidrBlock", "10.9.0.0/16"}}).child("vpc").text("vpcId");
  const std::string subnet =
      ec2("CreateSubnet", {{"VpcId", other}, {"CidrBlock", "10.9.1.0/24"}}).child("subnet").text("subnetId");
  const auto peering = ec2("CreateVpcPeeringConnection", {{"VpcId", other}, {"PeerVpcId", vpc}});
  const std::string id = peering.child("vpcPeeringConnection").text("vpcPeeringConnectionId");
  const auto state = [&] {
    const auto there = ec2("DescribeVpcPeeringConnections", {{"VpcPeeringConnectionId.1", id}});
    return there.child("vpcPeeringConnectionSet").child("item").child("status").text("code");
  };
  EXPECT_EQ(state(), "pending-acceptance");
  ec2("AcceptVpcPeeringConnection", {{"VpcPeeringConnectionId", id}});
  EXPECT_EQ(state(), "active");
  const auto resolves = [&](const char* side) {
    const auto there = ec2("DescribeVpcPeeringConnections", {{"VpcPeeringConnectionId.1", id}});
    const auto& item = there.child("vpcPeeringConnectionSet").child("item");
    return item.child(side).child("peeringOptions").text("allowDnsResolutionFromRemoteVpc");
  };
  EXPECT_EQ(resolves("accepterVpcInfo"), "false");
  const auto modified = ec2(
      "ModifyVpcPeeringConnectionOptions",
      {{"VpcPeeringConnectionId", id}, {"AccepterPeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc", "true"}});
  EXPECT_EQ(modified.child("accepterPeeringConnectionOptions").text("allowDnsResolutionFromRemoteVpc"), "true");
  EXPECT_EQ(resolves("accepterVpcInfo"), "true");
  EXPECT_EQ(resolves("requesterVpcInfo"), "false");
  ec2("DeleteVpcPeeringConnection", {{"VpcPeeringConnectionId", id}});
  EXPECT_EQ(state(), "deleted");

  const std::string interface =
      ec2("CreateNetworkInterface", {{"SubnetId", subnet}}).child("networkInterface").text("networkInterfaceId");
  const auto interfaces = [&] {
    const auto there = ec2("DescribeNetworkInterfaces", {{"Filter.1.Name", "vpc-id"}, {"Filter.1.Value.1", other}});
    return there.child("networkInterfaceSet");
  };
  EXPECT_EQ(interfaces().child("item").text("networkInterfaceId"), interface);
  ec2("DeleteNetworkInterface", {{"NetworkInterfaceId", interface}});
  EXPECT_TRUE(interfaces().children().empty());
}

void EveryAction::call_account_attributes() {
  EXPECT_FALSE(rds("DescribeAccountAttributes", {}).child("AccountQuotas").children().empty());
  EXPECT_FALSE(ec2("DescribeAccountAttributes", {}).child("accountAttributeSet").children().empty());
}

void EveryAction::call_iam() {
  const std::string document =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"rds:Describe*","Resource":"*"}]})";
  const std::string user = iam("CreateUser", {{"UserName", "eve"}}).child("User").text("Arn");
  EXPECT_FALSE(iam("CreateAccessKey", {{"UserName", "eve"}}).child("AccessKey").text("SecretAccessKey").empty());
  iam("CreateRole", {{"RoleName", "reader"}, {"AssumeRolePolicyDocument", document}});
  const aws::Form of_user = {{"UserName", "eve"}, {"PolicyName", "look"}};
  const aws::Form of_role = {{"RoleName", "reader"}, {"PolicyName", "look"}};
  const auto with_document = [&](aws::Form form) {
    form.emplace_back("PolicyDocument", document);
    return form;
  };
  iam("PutUserPolicy", with_document(of_user));
  iam("PutRolePolicy", with_document(of_role));
  const auto decision = [&] {
    const auto answer = iam("SimulatePrincipalPolicy",
                            {{"PolicySourceArn", user}, {"ActionNames.member.1", "rds:DescribeDBInstances"}});
    return answer.child("EvaluationResults").child("member").text("EvalDecision");
  };
  EXPECT_EQ(decision(), "allowed");
  iam("DeleteUserPolicy", of_user);
  EXPECT_EQ(decision(), "implicitDeny");
  iam("DeleteRolePolicy", of_role);
}

void EveryAction::call_sts() {
  EXPECT_EQ(sts("GetCallerIdentity", {}).text("Account"), "123456789012");
  const auto role = sts("AssumeRole", {{"RoleArn", "arn:aws:iam::123456789012:role/darbe"}, {"RoleSessionName", "me"}});
  EXPECT_FALSE(role.child("Credentials").text("SessionToken").empty());
}

void EveryAction::call_monitoring() {
  const auto now = std::chrono::system_clock::now();
  rds("CreateDBInstance", {{"DBInstanceIdentifier", "measured"},
                           {"DBInstanceClass", "db.t3.micro"},
                           {"Engine", "mysql"},
                           {"AllocatedStorage", "20"},
                           {"MasterUsername", "root"},
                           {"MasterUserPassword", "correct-horse"}});
  std::string resource;
  state_.look([&](const Store& store) { resource = store.instances.at("measured").resource_id(); });
  state_.metrics().add(resource, "ReplicaLag", {now - std::chrono::minutes(5), 7});
  const auto listed = monitoring("ListMetrics", {{"Namespace", "AWS/RDS"}}).child("Metrics").children();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.front().text("MetricName"), "ReplicaLag");
  EXPECT_EQ(listed.front().child("Dimensions").child("member").text("Value"), "measured");
  const aws::Form times = {{"StartTime", base::iso_time(now - std::chrono::hours(1))},
                           {"EndTime", base::iso_time(now)}};
  const auto with_times = [&](aws::Form form) {
    form.insert(form.end(), times.begin(), times.end());
    return form;
  };
  const auto statistics =
      monitoring("GetMetricStatistics", with_times({{"Namespace", "AWS/RDS"},
                                                    {"MetricName", "ReplicaLag"},
                                                    {"Dimensions.member.1.Name", "DBInstanceIdentifier"},
                                                    {"Dimensions.member.1.Value", "measured"},
                                                    {"Period", "60"},
                                                    {"Statistics.member.1", "Average"},
                                                    {"Statistics.member.2", "SampleCount"}}));
  const auto datapoint = statistics.child("Datapoints").child("member");
  EXPECT_EQ(datapoint.text("Average"), "7");
  EXPECT_EQ(datapoint.text("SampleCount"), "1");
  EXPECT_EQ(datapoint.text("Unit"), "Seconds");
  const std::string query = "MetricDataQueries.member.1.";
  const auto data = monitoring(
      "GetMetricData", with_times({{query + "Id", "lag"},
                                   {query + "MetricStat.Metric.Namespace", "AWS/RDS"},
                                   {query + "MetricStat.Metric.MetricName", "ReplicaLag"},
                                   {query + "MetricStat.Metric.Dimensions.member.1.Name", "DBInstanceIdentifier"},
                                   {query + "MetricStat.Metric.Dimensions.member.1.Value", "measured"},
                                   {query + "MetricStat.Period", "60"},
                                   {query + "MetricStat.Stat", "Maximum"}}));
  const auto result = data.child("MetricDataResults").child("member");
  EXPECT_EQ(result.child("Values").text("member"), "7");
  EXPECT_EQ(result.text("StatusCode"), "Complete");
}

void EveryAction::call_secrets() {
  const auto of = [](const Value::Members& more = {}) {
    Value parameters = more;
    parameters["SecretId"] = "login";
    return parameters;
  };
  const auto secrets = [&](const std::string& action, const Value& parameters) {
    return json("secretsmanager", action, parameters);
  };
  const auto content = [&](const Value::Members& more = {}) {
    return secrets("GetSecretValue", of(more)).at("SecretString").text();
  };
  const std::string arn =
      secrets("CreateSecret", Value::Members{{"Name", "login"}, {"SecretString", "first"}}).at("ARN").text();
  EXPECT_EQ(arn.find("arn:aws:secretsmanager:eu-west-1:123456789012:secret:login-"), 0U);
  EXPECT_EQ(content(), "first");
  secrets("PutSecretValue", of({{"SecretString", "second"}}));
  EXPECT_EQ(content(), "second");
  EXPECT_EQ(content({{"VersionStage", "AWSPREVIOUS"}}), "first");
  secrets("UpdateSecret", of({{"Description", "mine"}, {"SecretString", "third"}}));
  EXPECT_EQ(content(), "third");
  EXPECT_EQ(content({{"VersionStage", "AWSPREVIOUS"}}), "second");
  secrets("TagResource", of({{"Tags", Value::List{Value::Members{{"Key", "team"}, {"Value", "db"}}}}}));
  const Value described = secrets("DescribeSecret", of());
  EXPECT_EQ(described.at("ARN").text(), arn);
  EXPECT_EQ(described.at("Tags").list().front().at("Value").text(), "db");
  EXPECT_EQ(described.at("VersionIdsToStages").members().size(), 2U);
  EXPECT_GT(described.at("CreatedDate").number(), 1'700'000'000);
  secrets("UntagResource", of({{"TagKeys", Value::List{"team"}}}));
  secrets("DeleteSecret", of());
  EXPECT_TRUE(secrets("ListSecrets", Value::Members{}).at("SecretList").list().empty());
  secrets("RestoreSecret", of());
  EXPECT_EQ(secrets("ListSecrets", Value::Members{}).at("SecretList").list().size(), 1U);
  secrets("DeleteSecret", of({{"ForceDeleteWithoutRecovery", true}}));
  EXPECT_TRUE(secrets("ListSecrets", Value::Members{{"IncludePlannedDeletion", true}}).at("SecretList").list().empty());
}

void EveryAction::call_keys() {
  const Value made = json("kms", "CreateKey", Value::Members{{"Description", "mine"}}).at("KeyMetadata");
  const Value::Members key = {{"KeyId", made.at("KeyId")}};
  const auto state = [&](const std::string& name) {
    return json("kms", "DescribeKey", Value::Members{{"KeyId", name}}).at("KeyMetadata").at("KeyState").text();
  };
  json("kms", "CreateAlias", Value::Members{{"AliasName", "alias/mine"}, {"TargetKeyId", made.at("Arn")}});
  EXPECT_EQ(json("kms", "ListAliases", key).at("Aliases").list().size(), 1U);
  EXPECT_EQ(state("alias/mine"), "Enabled");
  json("kms", "DisableKey", key);
  EXPECT_EQ(state(made.at("Arn").text()), "Disabled");
  json("kms", "EnableKey", key);
  EXPECT_EQ(state("alias/mine"), "Enabled");
  EXPECT_EQ(json("kms", "ScheduleKeyDeletion", key).at("KeyState").text(), "PendingDeletion");
  json("kms", "CancelKeyDeletion", key);
  EXPECT_EQ(state("alias/mine"), "Disabled");
}

TEST_F(EveryAction, IsCalledOnceAndAnswersInTheWordsOfTheModel) {
  call_parameter_groups();
  call_option_and_subnet_groups();
  call_instances();
  call_snapshots_and_tags();
  call_catalogs();
  call_ec2_groups();
  call_ec2_network_and_tags();
  call_ec2_peerings_and_interfaces();
  call_account_attributes();
  call_sts();
  call_iam();
  call_monitoring();
  call_secrets();
  call_keys();
  for (const std::string service : {"rds", "ec2", "sts", "iam", "monitoring", "secretsmanager", "kms"}) {
    ASSERT_FALSE(actions_of(service).empty());
    for (const Actions* actions : actions_of(service))
      for (const auto& [name, action] : *actions)
        EXPECT_TRUE(called_.contains(fmt::format("{} {}", service, name))) << name << " is never called: add a call";
  }
}

}  // namespace
}  // namespace darbe::lab
