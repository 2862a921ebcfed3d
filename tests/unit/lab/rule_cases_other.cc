// EC2, STS and IAM, CloudWatch, Secrets Manager, KMS.
#include <chrono>

#include <fmt/format.h>

#include "lab/keys.h"
#include "lab/secrets.h"
#include "rule_cases.h"

namespace darbe::lab::rule_test {

namespace {

Case of_group(const std::string& rule, const std::string& action, const Fields& more) {
  return {rule, action, [more](Store& store) { return permission(group_id(store, "mine"), more); }};
}

Fields metric_data(const Fields& more = {}) {
  const std::string query = "MetricDataQueries.member.1.";
  return with({{query + "Id", "free"},
               {query + "MetricStat.Metric.Namespace", "AWS/RDS"},
               {query + "MetricStat.Metric.MetricName", "FreeStorageSpace"},
               {query + "MetricStat.Period", "60"},
               {query + "MetricStat.Stat", "Minimum"},
               {"StartTime", "2026-11-22T18:00:00Z"},
               {"EndTime", "2026-11-22T19:00:00Z"}},
              more);
}

Fields metric_statistics(const Fields& more = {}) {
  return with({{"Namespace", "AWS/RDS"},
               {"MetricName", "FreeStorageSpace"},
               {"Period", "60"},
               {"Statistics.member.1", "Minimum"},
               {"StartTime", "2026-11-22T18:00:00Z"},
               {"EndTime", "2026-11-22T19:00:00Z"}},
              more);
}

// One that waits to be accepted.
Fields new_peering(Store& store) {
  const std::string other = add_vpc(store, "10.0.0.0/16", false);
  const Value made =
      done(store, "ec2", "CreateVpcPeeringConnection", {{"VpcId", other}, {"PeerVpcId", store.default_vpc()}});
  return {{"VpcPeeringConnectionId", made.at("VpcPeeringConnection").at("VpcPeeringConnectionId").text()}};
}

}  // namespace

std::vector<Case> ec2_cases() {
  const auto filter = [](const std::string& rule, const std::string& action) {
    return plain(rule, action, {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "x"}});
  };
  const Fields fresh = {{"GroupName", "fresh"}, {"GroupDescription", "fresh"}};
  const auto of_subnet = [](const std::string& rule, const Fields& more) {
    return Case{rule, "CreateSubnet", [more](Store& store) { return with({{"VpcId", store.default_vpc()}}, more); }};
  };
  return {
      plain("next token", "DescribeVpcs", {{"NextToken", "elsewhere"}}),
      filter("security group filters", "DescribeSecurityGroups"),
      filter("security group rule filters", "DescribeSecurityGroupRules"),
      filter("VPC filters", "DescribeVpcs"),
      filter("subnet filters", "DescribeSubnets"),
      filter("tag filters", "DescribeTags"),
      plain("security group not named", "DeleteSecurityGroup", {}),
      plain("security group id", "DeleteSecurityGroup", {{"GroupId", "mine"}}),
      plain("security group name", "CreateSecurityGroup", with(fresh, {{"GroupName", "sg-x"}})),
      plain("security group reserved", "CreateSecurityGroup", with(fresh, {{"GroupName", "default"}})),
      plain("security group description", "CreateSecurityGroup", with(fresh, {{"GroupDescription", "gr\xc3\xbcn"}})),
      plain("VPC known", "CreateSecurityGroup", with(fresh, {{"VpcId", "vpc-none"}})),
      plain("subnet known", "DescribeSubnets", {{"SubnetId.1", "subnet-none"}}),
      plain("security group known", "DescribeSecurityGroups", {{"GroupId.1", "sg-none"}}),
      plain("security group names known", "DescribeSecurityGroups", {{"GroupName.1", "nobody"}}),
      plain("security group taken", "CreateSecurityGroup", with(fresh, {{"GroupName", "mine"}})),
      {"default security group", "DeleteSecurityGroup",
       [](Store& store) { return Fields{{"GroupId", group_id(store, "default")}}; }},
      {"security group on an instance", "DeleteSecurityGroup",
       [](Store& store) {
         const std::string id = group_id(store, "mine");
         done(store, "rds", "ModifyDBInstance", modify({{"VpcSecurityGroupIds.VpcSecurityGroupId.1", id}}));
         return Fields{{"GroupId", id}};
       }},
      {"security group in a rule", "DeleteSecurityGroup",
       [](Store& store) {
         done(store, "ec2", "AuthorizeSecurityGroupIngress",
              permission(group_id(store, "default"), {{"IpPermissions.1.IpRanges.1.CidrIp", "-"},
                                                      {"IpPermissions.1.Groups.1.GroupId", group_id(store, "mine")}}));
         return Fields{{"GroupId", group_id(store, "mine")}};
       }},
      {"security groups of the account", "CreateSecurityGroup",
       [](Store& store) {
         store.quotas["SecurityGroups"] = 2;
         return Fields{{"GroupName", "one-more"}, {"GroupDescription", "mine"}};
       }},
      {"security group on an interface", "DeleteSecurityGroup",
       [](Store& store) {
         done(store, "ec2", "CreateNetworkInterface",
              {{"SubnetId", some_subnet(store)}, {"SecurityGroupId.1", group_id(store, "mine")}});
         return Fields{{"GroupId", group_id(store, "mine")}};
       }},
      plain("peering filters", "DescribeVpcPeeringConnections",
            {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "x"}}),
      plain("interface filters", "DescribeNetworkInterfaces", {{"Filter.1.Name", "colour"}, {"Filter.1.Value.1", "x"}}),
      plain("block given", "CreateVpc", {}),
      plain("block's form", "CreateVpc", {{"CidrBlock", "10.0.0.0"}}),
      plain("VPC's block", "CreateVpc", {{"CidrBlock", "10.0.0.0/15"}}),
      of_subnet("subnet's block", {{"CidrBlock", "10.0.0.0/24"}}),
      of_subnet("subnet's block taken", {{"CidrBlock", "172.31.47.0/24"}}),
      of_subnet("subnet's zone", {{"CidrBlock", "172.31.48.0/24"}, {"AvailabilityZone", "eu-west-1z"}}),
      {"peer given", "CreateVpcPeeringConnection", [](Store& store) { return Fields{{"VpcId", store.default_vpc()}}; }},
      plain("peering known", "AcceptVpcPeeringConnection", {{"VpcPeeringConnectionId", "pcx-none"}}),
      {"peering accepted already", "AcceptVpcPeeringConnection",
       [](Store& store) {
         const Fields it = new_peering(store);
         done(store, "ec2", "AcceptVpcPeeringConnection", it);
         return it;
       }},
      {"peering not active", "ModifyVpcPeeringConnectionOptions", new_peering},
      plain("interface known", "DeleteNetworkInterface", {{"NetworkInterfaceId", "eni-none"}}),
      {"permission's group in another VPC", "AuthorizeSecurityGroupIngress",
       [](Store& store) {
         const std::string other = store.default_security_group(add_vpc(store, "10.0.0.0/16", false));
         return permission(group_id(store, "mine"),
                           {{"IpPermissions.1.IpRanges.1.CidrIp", "-"}, {"IpPermissions.1.Groups.1.GroupId", other}});
       }},
      {"permissions given", "AuthorizeSecurityGroupIngress",
       [](Store& store) { return Fields{{"GroupId", group_id(store, "mine")}}; }},
      of_group("permission without source", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpRanges.1.CidrIp", "-"}}),
      of_group("permission protocol", "AuthorizeSecurityGroupIngress", {{"IpPermissions.1.IpProtocol", "morse"}}),
      of_group("permission ports", "AuthorizeSecurityGroupIngress", {{"IpPermissions.1.ToPort", "3305"}}),
      of_group("permission ICMP", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpProtocol", "icmp"},
                {"IpPermissions.1.FromPort", "-1"},
                {"IpPermissions.1.ToPort", "3"}}),
      of_group("permission description", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpRanges.1.Description", "<office>"}}),
      of_group("permission CIDR", "AuthorizeSecurityGroupIngress", {{"IpPermissions.1.IpRanges.1.CidrIp", "10.0.0/8"}}),
      of_group("permission's group known", "AuthorizeSecurityGroupIngress",
               {{"IpPermissions.1.IpRanges.1.CidrIp", "-"}, {"IpPermissions.1.Groups.1.GroupId", "sg-none"}}),
      {"permission taken", "AuthorizeSecurityGroupIngress",
       [](Store& store) {
         done(store, "ec2", "AuthorizeSecurityGroupIngress", permission(group_id(store, "mine")));
         return permission(group_id(store, "mine"), {{"IpPermissions.1.IpRanges.1.CidrIp", "10.1.2.3/8"}});
       }},
      {"permissions at most", "AuthorizeSecurityGroupIngress",
       [](Store& store) {
         Fields fields = permission(group_id(store, "mine"));
         for (int i = 2; i <= 61; ++i)
           fields[fmt::format("IpPermissions.1.IpRanges.{}.CidrIp", i)] = fmt::format("10.0.{}.0/24", i);
         return fields;
       }},
      of_group("permission known", "RevokeSecurityGroupIngress", {}),
      {"permission id known", "RevokeSecurityGroupIngress",
       [](Store& store) {
         return Fields{{"GroupId", group_id(store, "mine")}, {"SecurityGroupRuleId.1", "sgr-none"}};
       }},
      plain("tagged type", "CreateSecurityGroup",
            with(fresh, {{"TagSpecification.1.ResourceType", "vpc"}, {"TagSpecification.1.Tag.1.Key", "k"}})),
      plain("tagged resource known", "CreateTags",
            {{"ResourceId.1", "sg-none"}, {"Tag.1.Key", "k"}, {"Tag.1.Value", "v"}}),
      {"EC2 tag keys", "CreateTags",
       [](Store& store) {
         return Fields{{"ResourceId.1", group_id(store, "mine")}, {"Tag.1.Key", "aws:x"}, {"Tag.1.Value", "v"}};
       }},
      {"EC2 tag values", "CreateTags",
       [](Store& store) {
         return Fields{
             {"ResourceId.1", group_id(store, "mine")}, {"Tag.1.Key", "k"}, {"Tag.1.Value", std::string(257, 'x')}};
       }},
      {"EC2 tag keys twice", "CreateTags",
       [](Store& store) {
         return Fields{{"ResourceId.1", group_id(store, "mine")}, {"Tag.1.Key", "k"}, {"Tag.2.Key", "k"}};
       }},
      {"EC2 tags at most", "CreateTags",
       [](Store& store) { return many_tags({{"ResourceId.1", group_id(store, "mine")}}, "Tag", 51); }},
  };
}

std::vector<Case> identity_cases() {
  const Fields policy = {
      {"PolicyName", "p"},
      {"PolicyDocument",
       R"({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})"}};
  const Fields simulation = {{"PolicySourceArn", "arn:aws:iam::123456789012:user/nobody"},
                             {"ActionNames.member.1", "rds:CreateDBInstance"}};
  const Fields role = {{"RoleName", "darbe"}, {"AssumeRolePolicyDocument", "{}"}};
  return {
      plain("user taken", "CreateUser", {{"UserName", "lab"}}),
      {"role taken", "CreateRole",
       [role](Store& store) {
         done(store, "iam", "CreateRole", role);
         return role;
       }},
      plain("user known", "PutUserPolicy", with(policy, {{"UserName", "nobody"}})),
      plain("role known", "PutRolePolicy", with(policy, {{"RoleName", "nobody"}})),
      plain("policy known", "DeleteUserPolicy", {{"UserName", "lab"}, {"PolicyName", "none"}}),
      plain("policy document", "PutUserPolicy", with(policy, {{"UserName", "lab"}, {"PolicyDocument", "{"}})),
      plain("policy source", "SimulatePrincipalPolicy",
            with(simulation, {{"PolicySourceArn", "arn:aws:iam::123456789012:group/darbe"}})),
      plain("policy source known", "SimulatePrincipalPolicy", simulation),
      {"simulated action", "SimulatePrincipalPolicy",
       [simulation](Store& store) {
         done(store, "iam", "CreateUser", {{"UserName", "nobody"}});
         return with(simulation, {{"ActionNames.member.1", "CreateDBInstance"}});
       }},
      plain("role ARN", "AssumeRole", {{"RoleArn", "arn:aws:iam::123456789012:user/x"}, {"RoleSessionName", "me"}}),
      plain("role of another account", "AssumeRole",
            {{"RoleArn", "arn:aws:iam::999999999999:role/x"}, {"RoleSessionName", "me"}}),
  };
}

std::vector<Case> monitoring_cases() {
  const auto of_data = [](const std::string& rule, const Fields& more) {
    return plain(rule, "GetMetricData", metric_data(more));
  };
  const auto of_statistics = [](const std::string& rule, const Fields& more) {
    return plain(rule, "GetMetricStatistics", metric_statistics(more));
  };
  const std::string second = "MetricDataQueries.member.2.";
  Fields many;
  for (int i = 2; i <= 501; ++i) many[fmt::format("MetricDataQueries.member.{}.Id", i)] = fmt::format("q{}", i);
  return {
      plain("metrics' token", "ListMetrics", {{"NextToken", "elsewhere"}}),
      of_data("times equal", {{"EndTime", "2026-11-22T18:00:00Z"}}),
      of_data("times reversed", {{"EndTime", "2026-11-22T17:59:00Z"}}),
      plain("queries at least", "GetMetricData",
            {{"MetricDataQueries", ""}, {"StartTime", "2026-11-22T18:00:00Z"}, {"EndTime", "2026-11-22T19:00:00Z"}}),
      of_data("queries at most", many),
      of_data("query's name", {{"MetricDataQueries.member.1.Id", "Free"}}),
      of_data("query's name twice", {{second + "Id", "free"}, {second + "Expression", "1"}}),
      of_data("expressions", {{second + "Id", "e"}, {second + "Expression", "free / 2"}}),
      of_data("pages of data", {{"MaxDatapoints", "100"}}),
      of_data("periods of queries", {{"MetricDataQueries.member.1.MetricStat.Period", "61"}}),
      of_data("statistic of queries", {{"MetricDataQueries.member.1.MetricStat.Stat", "Mode"}}),
      of_statistics("times of statistics equal", {{"EndTime", "2026-11-22T18:00:00Z"}}),
      of_statistics("times of statistics reversed", {{"EndTime", "2026-11-22T17:59:00Z"}}),
      of_statistics("period of statistics", {{"Period", "45"}}),
      of_statistics("statistics missing", {{"Statistics.member.1", "-"}}),
      of_statistics("extended statistics", {{"ExtendedStatistics.member.1", "p99"}}),
      of_statistics("datapoints at most", {{"StartTime", "2026-11-21T18:00:00Z"}}),
  };
}

std::vector<Case> secret_cases() {
  const auto of_login = [](const std::string& rule, const std::string& action, const Fields& more) {
    return plain(rule, action, with({{"SecretId", "login"}}, more));
  };
  const auto of_deleted = [](const std::string& rule, const std::string& action, const std::string& name) {
    return Case{rule, action, [name](Store& store) {
                  done(store, "secretsmanager", "DeleteSecret", {{"SecretId", "login"}});
                  return Fields{{name, "login"}, {"SecretString", "y"}};
                }};
  };
  // Of a key of its own, which is disabled.
  const auto with_disabled_key = [](const std::string& rule, const std::string& action, const Fields& more) {
    return Case{rule, action, [more](Store& store) {
                  done(store, "secretsmanager", "CreateSecret", {{"Name", "keyed"}, {"SecretString", "x"}});
                  const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
                  (*secret_named(store, "keyed"))["KmsKeyId"] = key_arn(store, key);
                  store.keys.at(key)["Enabled"] = false;
                  return with({{"SecretId", "keyed"}}, more);
                }};
  };
  return {
      plain("secret's name", "CreateSecret", {{"Name", "log in"}}),
      plain("secrets' token", "ListSecrets", {{"NextToken", "elsewhere"}}),
      plain("secrets' filters", "ListSecrets", {{"Filters", R"([{"Key": "all", "Values": ["x"]}])"}}),
      plain("secret known", "GetSecretValue", {{"SecretId", "nobody"}}),
      {"secret deleted", "GetSecretValue",
       [](Store& store) {
         done(store, "secretsmanager", "DeleteSecret", {{"SecretId", "login"}});
         return Fields{{"SecretId", "login"}};
       }},
      of_deleted("secret's name deleted", "CreateSecret", "Name"),
      of_login("two contents", "PutSecretValue", {{"SecretString", "y"}, {"SecretBinary", "eQ=="}}),
      plain("secret taken", "CreateSecret", {{"Name", "login"}, {"SecretString", "x"}}),
      of_login("no content", "PutSecretValue", {}),
      plain("secret features", "CreateSecret",
            {{"Name", "far"}, {"AddReplicaRegions", R"([{"Region": "us-east-1"}])"}}),
      {"secret managed", "PutSecretValue",
       [](Store& store) {
         const auto& secret = store.instances.at("managed").shape.at("MasterUserSecret");
         return Fields{{"SecretId", secret.at("SecretArn").text()}, {"SecretString", "y"}};
       }},
      of_login("secret's token taken", "PutSecretValue", {{"SecretString", "y"}, {"ClientRequestToken", token}}),
      of_login("secret's reserved tags", "TagResource", {{"Tags", R"([{"Key": "aws:mine", "Value": "x"}])"}}),
      with_disabled_key("secret's key", "PutSecretValue", {{"SecretString", "y"}}),
      with_disabled_key("secret's key to read", "GetSecretValue", {}),
      of_login("version known", "GetSecretValue", {{"VersionId", "bbbbbbbb-aaaa-aaaa-aaaa-aaaaaaaaaaaa"}}),
      of_login("stage known", "GetSecretValue", {{"VersionStage", "AWSPREVIOUS"}}),
      of_login("version and stage", "GetSecretValue", {{"VersionId", token}, {"VersionStage", "AWSPREVIOUS"}}),
      of_login("window and force", "DeleteSecret",
               {{"ForceDeleteWithoutRecovery", "true"}, {"RecoveryWindowInDays", "7"}}),
      of_login("recovery window", "DeleteSecret", {{"RecoveryWindowInDays", "6"}}),
  };
}

std::vector<Case> key_cases() {
  const auto of_new_key = [](const std::string& rule, const std::string& action, bool going, const Fields& more) {
    return Case{rule, action, [=](Store& store) {
                  const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
                  if (going) done(store, "kms", "ScheduleKeyDeletion", {{"KeyId", key_arn(store, key)}});
                  return with({{"KeyId", key_arn(store, key)}}, more);
                }};
  };
  return {
      plain("key's ARN", "DescribeKey", {{"KeyId", "arn:aws:rds:eu-west-1:123456789012:db:source"}}),
      plain("key known", "DescribeKey", {{"KeyId", "alias/none"}}),
      plain("key of AWS", "DisableKey", {{"KeyId", "alias/aws/rds"}}),
      of_new_key("key to be deleted", "EnableKey", true, {}),
      of_new_key("key not to be deleted", "CancelKeyDeletion", false, {}),
      of_new_key("key's last days", "ScheduleKeyDeletion", false, {{"PendingWindowInDays", "6"}}),
      plain("key's kind", "CreateKey", {{"KeySpec", "RSA_2048"}, {"KeyUsage", "SIGN_VERIFY"}}),
      {"alias's name", "CreateAlias",
       [](Store& store) {
         const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
         return Fields{{"AliasName", "alias/aws/mine"}, {"TargetKeyId", key_arn(store, key)}};
       }},
      {"alias taken", "CreateAlias",
       [](Store& store) {
         const std::string key = add_key(store, {"mine"}, std::chrono::system_clock::now());
         const Fields fields = {{"AliasName", "alias/mine"}, {"TargetKeyId", key_arn(store, key)}};
         done(store, "kms", "CreateAlias", fields);
         return fields;
       }},
      plain("aliases' marker", "ListAliases", {{"Marker", "elsewhere"}}),
  };
}

}  // namespace darbe::lab::rule_test
