// What the account, its permissions and its network let a run do.
#include <algorithm>

#include "aws/waiter.h"
#include "lab/api_client.h"
#include "lab/policy_user.h"
#include "story/family.h"

namespace darbe::story_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

lab_test::PolicyBlanks blanks_of(World& world) {
  const aws::Instance source = world.account().instances.get(World::source_id);
  return {.new_instance_id = "putio40",
          .new_instance_vpc_id = source.vpc_id,
          .source_security_group_id = source.security_group_ids.at(0)};
}

// A policy without one of its actions.
std::string without(std::string policy, const std::string& action) {
  policy.replace(policy.find("\"" + action + "\""), action.size() + 2, "\"rds:DescribeEvents\"");
  return policy;
}

TEST_F(StoryMySql, PlanNamesEveryPermissionThatIsMissing) {
  lab_test::PolicyUser user(world->lab(), "planner");
  const std::string whole = lab_test::policy_for(blanks_of(*world));
  const auto found = [&](const std::string& policy) {
    user.set_policy(policy);
    return findings_of(*world, "permissions", {}, user.environment());
  };
  EXPECT_EQ(found(whole), "");
  const std::string before = world->inventory();
  EXPECT_THAT(found(without(without(whole, "rds:ResetDBParameterGroup"), "ec2:CreateSecurityGroup")),
              AllOf(HasSubstr("refusal: the credentials may not do what the run needs: "),
                    HasSubstr("rds:ResetDBParameterGroup on arn:aws:rds:eu-west-1:123456789012:pg:darbe-"),
                    HasSubstr("ec2:CreateSecurityGroup on the run's network"), Not(HasSubstr("rds:CreateDBInstance"))));
  // EC2 itself is asked even where IAM may not be.
  EXPECT_THAT(found(without(without(whole, "iam:SimulatePrincipalPolicy"), "ec2:AuthorizeSecurityGroupIngress")),
              AllOf(HasSubstr("warning: IAM can't be asked whether the credentials may do all that the run needs"),
                    HasSubstr("refusal: "), HasSubstr("ec2:AuthorizeSecurityGroupIngress")));
  EXPECT_EQ(world->inventory(), before);
}

// Where only some databases are copied, a filter drops what it takes for statements about others.
TEST_F(StoryMySql56, PlanRefusesAFilterOfLoggedStatements) {
  const auto under = [](const std::string& format) {
    log_in(*world, format);
    return findings_of(*world, "filters");
  };
  EXPECT_THAT(under("STATEMENT"), HasSubstr("refusal: the source logs statements: a filter for some databases"));
  EXPECT_EQ(under("ROW"), "");
  EXPECT_THAT(under("MIXED"), HasSubstr("warning: the source logs in MIXED format"));
  mysql::Connection server = world->connect(World::source_id);
  server.execute("CREATE VIEW elsewhere.users AS SELECT id, name FROM putio.users");
  EXPECT_EQ(findings_of(*world, "filters"),
            "refusal: the source logs in MIXED format, and a filter for some databases may lose what statements change "
            "by what ties them to others: view elsewhere.users names putio\n");
  EXPECT_EQ(under("ROW"), "");
  server.execute("CREATE TABLE putio.old (n INT, KEY (n)) ENGINE=MyISAM");
  server.execute("CREATE TABLE elsewhere.merged (n INT, KEY (n)) ENGINE=MERGE UNION=(putio.old) INSERT_METHOD=LAST");
  EXPECT_EQ(findings_of(*world, "filters"),
            "refusal: a filter for some databases loses what is written through MERGE tables of others: "
            "elsewhere.merged is over tables of putio\n");
  server.execute("DROP TABLE elsewhere.merged, putio.old");
  server.execute("DROP VIEW elsewhere.users");
  EXPECT_THAT(under("MIXED"), testing::StartsWith("warning: "));
}

TEST_F(StoryMySql, PlanTellsOfQuotasThatAreTooLow) {
  const auto under = [](const std::string& quota, int max) {
    world->lab().set_quota(quota, max);
    const std::string found = findings_of(*world, "quotas");
    world->lab().set_quota(quota, std::nullopt);
    return found;
  };
  EXPECT_EQ(findings_of(*world, "quotas"), "");
  EXPECT_EQ(under("DBInstances", 3), "");
  EXPECT_EQ(under("DBInstances", 2),
            "refusal: the run makes 2 instances, and the account has 1 of the 2 that its quota "
            "DBInstances lets it have\n");
  EXPECT_THAT(under("AllocatedStorage", 64), HasSubstr("the run makes 45 GiB of storage, and the account has 20"));
  EXPECT_THAT(under("DBParameterGroups", 1), HasSubstr("1 parameter groups"));
  EXPECT_THAT(under("ReadReplicasPerMaster", 0), HasSubstr("putio16 has 0 read replicas, and RDS gives it no more"));
  EXPECT_THAT(under("SecurityGroupsPerInterface", 1), HasSubstr("putio40 would be in 2 security groups"));
  world->lab().set_quota("DBInstances", 2);
  expect_refusal(3, "lets it have (quotas)", world->setup_arguments("putio40"));
  world->lab().set_quota("DBInstances", std::nullopt);
}

// The run's own is asked for when both instances are made.
TEST_F(StoryMySql, PlanTellsWhereARuleMoreMayBeTooMany) {
  const std::string group = world->account().instances.get(World::source_id).security_group_ids.at(0);
  lab_test::ApiClient api(world->lab());
  aws::Form rules = {{"GroupId", group},
                     {"IpPermissions.1.IpProtocol", "tcp"},
                     {"IpPermissions.1.FromPort", "22"},
                     {"IpPermissions.1.ToPort", "22"}};
  for (int number = 1; number <= 60; ++number)
    rules.emplace_back(fmt::format("IpPermissions.1.IpRanges.{}.CidrIp", number), fmt::format("10.1.{}.0/24", number));
  api.ask("AuthorizeSecurityGroupIngress", rules);
  EXPECT_EQ(findings_of(*world, "quotas"),
            fmt::format("warning: security group {} has 60 inbound rules, and AWS allows 60 unless the quota was "
                        "raised: it may refuse the one that the run makes there\n",
                        group));
  api.ask("RevokeSecurityGroupIngress", rules);
  EXPECT_EQ(findings_of(*world, "quotas"), "");
}

TEST_F(StoryMySql, PlanLooksAtTheOptionGroupThatIsNamed) {
  const NewestMysql newest(*world);
  EXPECT_EQ(findings_of(*world, "option-group", {"--option-group", newest.option_group}), "");
  EXPECT_EQ(findings_of(*world, "option-group", {"--option-group", "nonesuch"}),
            "refusal: there is no option group nonesuch\n");
  EXPECT_EQ(
      findings_of(*world, "option-group", {"--option-group", "default:mysql-5-6"}),
      "refusal: option group default:mysql-5-6 is of mysql 5.6, and putio40 will be mysql " + newest.series + "\n");
}

// What one check may not see is a finding of that check, beside all the others.
TEST_F(StoryMySql, PlanTellsWhatItMayNotLookAt) {
  lab_test::PolicyUser user(world->lab(), "shortsighted");
  const std::string whole = lab_test::policy_for(blanks_of(*world));
  user.set_policy(without(whole, "rds:DescribeOptionGroups"));
  const auto found = [&](const std::string& check) {
    return findings_of(*world, check, {"--option-group", "default:mysql-9-7"}, user.environment());
  };
  EXPECT_THAT(found("option-group"), AllOf(HasSubstr("refusal: this can't be looked at: "), HasSubstr("AccessDenied")));
  EXPECT_THAT(found("permissions"), HasSubstr("rds:DescribeOptionGroups"));
}

// Another VPC with two subnets in a subnet group.
class OtherVpc {
 public:
  explicit OtherVpc(World& world) : world_(world), api_(world.lab()) {
    id_ = api_.ask("CreateVpc", {{"CidrBlock", "10.8.0.0/16"}}).child("vpc").text("vpcId");
    aws::Form group = {{"DBSubnetGroupName", "other-vpc"}, {"DBSubnetGroupDescription", "of another VPC"}};
    for (const char* zone : {"a", "b"}) {
      const std::string block = zone == std::string("a") ? "10.8.1.0/24" : "10.8.2.0/24";
      group.emplace_back(fmt::format("SubnetIds.SubnetIdentifier.{}", group.size() - 1), make_subnet(block, zone));
    }
    api_.ask("CreateDBSubnetGroup", group);
  }

  void peer() {
    peering_ = api_.ask("CreateVpcPeeringConnection", {{"VpcId", id_}, {"PeerVpcId", source().vpc_id}})
                   .child("vpcPeeringConnection")
                   .text("vpcPeeringConnectionId");
    EXPECT_THAT(findings_of(world_, "network", flags()), HasSubstr(peering_ + " is pending-acceptance"));
    api_.ask("AcceptVpcPeeringConnection", {{"VpcPeeringConnectionId", peering_}});
  }
  // The side is Requester, which is this one, or Accepter.
  void enable_dns_resolution(const std::string& side) {
    api_.ask("ModifyVpcPeeringConnectionOptions",
             {{"VpcPeeringConnectionId", peering_},
              {side + "PeeringConnectionOptions.AllowDnsResolutionFromRemoteVpc", "true"}});
  }

  aws::Instance source() const { return world_.account().instances.get(World::source_id); }
  const std::string& id() const { return id_; }
  std::string default_group() const {
    return world_.account().security_groups.list({.name = "default", .vpc_id = id_, .tags = {}}).at(0).id;
  }
  std::vector<std::string> flags() const {
    return {"--db-subnet-group-name", "other-vpc", "--vpc-security-group-ids", default_group()};
  }

 private:
  std::string make_subnet(const std::string& block, const std::string& zone) {
    return api_.ask("CreateSubnet", {{"VpcId", id_}, {"CidrBlock", block}, {"AvailabilityZone", "eu-west-1" + zone}})
        .child("subnet")
        .text("subnetId");
  }

  World& world_;
  lab_test::ApiClient api_;
  std::string id_;
  std::string peering_;
};

void make_source_public(const World& world, bool is_public) {
  aws::ModifyInstance change;
  change.publicly_accessible = is_public;
  world.account().instances.modify(World::source_id, change);
}

// The rule on the source's group names a group of the other VPC, which AWS takes across a peering only.
TEST_F(StoryMySql, ReachesTheSourceFromAPeeredVpc) {
  EXPECT_EQ(findings_of(*world, "network", {"--db-subnet-group-name", "nowhere"}),
            "refusal: there is no DB subnet group nowhere\n");
  OtherVpc other(*world);
  // Each of these has a network that darbe must reach, too, and is warned of that at last.
  const auto refusals = [](const std::vector<std::string>& flags) {
    const std::string all = findings_of(*world, "network", flags);
    const std::size_t warning = all.find("warning: putio40 will have ");
    EXPECT_NE(warning, std::string::npos) << all;
    return all.substr(0, warning);
  };
  EXPECT_EQ(refusals({"--vpc-security-group-ids", "sg-0123456789abcdef0"}),
            "refusal: there is no security group sg-0123456789abcdef0\n");
  EXPECT_EQ(refusals({"--vpc-security-group-ids", other.default_group()}),
            fmt::format("refusal: security group {} is of {}, and putio40 would be in {}\n", other.default_group(),
                        other.id(), other.source().vpc_id));
  EXPECT_THAT(findings_of(*world, "network", {"--db-subnet-group-name", "other-vpc"}),
              AllOf(HasSubstr(fmt::format("putio40 would be in {}", other.id())), HasSubstr("which are not peered"),
                    HasSubstr("the source's security groups are of")));
  const auto& groups = world->account().security_groups;
  const std::string of_a_run = groups.create({"darbe-other", "d", other.source().vpc_id, {{"darbe:run", "other"}}}).id;
  EXPECT_THAT(refusals({"--vpc-security-group-ids", of_a_run}), HasSubstr("was made by another run of darbe"));
  groups.remove(of_a_run);
  other.peer();
  make_source_public(*world, false);
  EXPECT_EQ(refusals(other.flags()), "");
  make_source_public(*world, true);
  other.enable_dns_resolution("Requester");  // of no use to the source's names
  EXPECT_THAT(findings_of(*world, "network", other.flags()),
              AllOf(testing::StartsWith("refusal: putio16 is publicly accessible, and pcx-"),
                    HasSubstr("putio40, in " + other.id() + ", would come to it over the internet")));
  other.enable_dns_resolution("Accepter");
  EXPECT_EQ(refusals(other.flags()), "");
  std::vector<std::string> in_zone = other.flags();
  in_zone.insert(in_zone.end(), {"--availability-zone", "eu-west-1b"});
  EXPECT_EQ(refusals(in_zone), "");
  in_zone.back() = "eu-west-1c";
  EXPECT_EQ(refusals(in_zone), "refusal: DB subnet group other-vpc has no subnet in eu-west-1c\n");
  EXPECT_EQ(findings_of(*world, "network", {"--availability-zone", "eu-west-1c"}), "");  // the source's group
  EXPECT_EQ(findings_of(*world, "network", {"--availability-zone", "eu-west-9a"}),
            "refusal: DB subnet group default has no subnet in eu-west-9a\n");
  const std::string before = world->inventory();
  const Ended killed =
      world->darbe(world->setup_arguments("putio41", other.flags()), {{"DARBE_FAULT", "provision.rule_made:kill"}});
  ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  const aws::Instance target = world->account().instances.get("putio41");
  EXPECT_EQ(target.vpc_id, other.id());
  const std::string own = target.security_group_ids.back();
  EXPECT_EQ(world->account().security_groups.find(own).value().vpc_id, other.id());
  std::vector<std::string> let_in;
  for (const auto& rule : world->account().security_groups.rules(other.source().security_group_ids.at(0)))
    if (!rule.is_egress) let_in.push_back(rule.other_group_id);
  EXPECT_THAT(let_in, testing::Contains(own));
  expect_undo("putio41", before);
}

// The members of the default group let each other in, and the new instance will be one.
TEST_F(StoryMySql, MakesNoRuleWhereOneLetsTheNewInstanceIn) {
  const std::string before = world->inventory();
  const aws::Instance source = world->account().instances.get(World::source_id);
  const auto set_groups = [](const std::vector<std::string>& groups) {
    aws::ModifyInstance change;
    change.security_group_ids = groups;
    world->account().instances.modify(World::source_id, change);
    const aws::Waiter waiter(world->account().instances, std::chrono::milliseconds(100), [](const aws::WaitState&) {});
    waiter.until_settled(World::source_id, {});
  };
  const auto rules_made = [] {
    return std::ranges::count_if(world->lab().requests("AuthorizeSecurityGroupIngress"),
                                 [](const lab::Value& request) { return request.at("status").number() == 200; });
  };
  set_groups(
      {world->account().security_groups.list({.name = "default", .vpc_id = source.vpc_id, .tags = {}}).at(0).id});
  const auto made_before = rules_made();
  ASSERT_TRUE(is_killed_at("provision.rule_made", world->setup_arguments("putio43")));
  EXPECT_EQ(rules_made(), made_before);
  set_groups(source.security_group_ids);
  expect_undo("putio43", before);
}

// As where EC2 shows its own rule for new groups late.
TEST_F(StoryMariaDb, LetsNothingOutButToTheSource) {
  const std::string before = world->inventory();
  const auto run = world->start(world->setup_arguments("putio61"), {{"DARBE_FAULT", "provision.source_marked:pause"}});
  ASSERT_TRUE(run->pauses()) << run->end().text();
  const aws::SecurityGroups& groups = world->account().security_groups;
  const std::string own = world->account().instances.get("putio61").security_group_ids.back();
  EXPECT_THAT(groups.rules(own), testing::IsEmpty());
  lab_test::ApiClient(world->lab())
      .ask(
          "AuthorizeSecurityGroupEgress",
          {{"GroupId", own}, {"IpPermissions.1.IpProtocol", "-1"}, {"IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"}});
  run->go_on();
  EXPECT_TRUE(run->says("Provision: done")) << run->end().text();
  EXPECT_THAT(groups.rules(own), testing::ElementsAre(testing::Field(
                                     &aws::SecurityGroupRule::other_group_id,
                                     world->account().instances.get(World::source_id).security_group_ids.front())));
  run->signal(SIGKILL);
  run->end();
  expect_undo("putio61", before);
}

// Whoever is in the run's group would be let in to the source, and keeps undo from deleting it.
TEST_F(StoryMySql, OpensTheSourceToNoStrangersInterface) {
  const std::string before = world->inventory();
  const std::vector<std::string> arguments = world->setup_arguments("putio42");
  const auto kill_at = [&](const char* point) {
    const Ended killed = world->darbe(arguments, {{"DARBE_FAULT", fmt::format("{}:kill", point)}});
    ASSERT_EQ(killed.signal, SIGKILL) << killed.text();
  };
  lab_test::ApiClient api(world->lab());
  const std::string subnet = api.ask("DescribeSubnets", {}).child("subnetSet").children().front().text("subnetId");
  const auto add_stranger = [&] {
    std::string own;
    for (const aws::SecurityGroup& group : world->account().security_groups.list({}))
      if (group.name.starts_with("darbe-")) own = group.id;
    return api
        .ask("CreateNetworkInterface",
             {{"SubnetId", subnet}, {"SecurityGroupId.1", own}, {"Description", "a lambda's"}})
        .child("networkInterface")
        .text("networkInterfaceId");
  };
  const auto expect_named = [](const std::vector<std::string>& command, int status, const std::string& stranger) {
    const Ended refused = world->darbe(command);
    EXPECT_EQ(refused.status, status) << refused.text();
    EXPECT_THAT(refused.text(),
                HasSubstr(fmt::format("network interface {} (a lambda's) is in the run's security group", stranger)));
  };
  std::vector<std::string> undo = world->undo_arguments("putio42");
  undo.insert(undo.end(), {"--source-instance-id", World::source_id});

  kill_at("provision.group_made");
  const std::string early = add_stranger();
  expect_named(arguments, 1, early);  // setup has made the group by then
  expect_named(undo, 3, early);
  EXPECT_FALSE(world->account().instances.find("putio42"));
  api.ask("DeleteNetworkInterface", {{"NetworkInterfaceId", early}});

  // The group is there as long as the run is.
  kill_at("applied.Provision");
  const std::string late = add_stranger();
  expect_named(arguments, 1, late);
  expect_named(world->status_arguments("putio42"), 6, late);
  api.ask("DeleteNetworkInterface", {{"NetworkInterfaceId", late}});
  expect_undo("putio42", before);
}

}  // namespace
}  // namespace darbe::story_test
