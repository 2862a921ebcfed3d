#include "preflight/needed_permissions.h"

#include <set>

#include <fmt/format.h>

#include "plan/target.h"
#include "plan/target_settings.h"

namespace darbe::preflight {

namespace {

using Actions = std::vector<std::string>;

// Builds ARNs in the source's partition, region and account, and collects the questions.
class Questions {
 public:
  Questions(const plan::Plan& plan, const aws::Instance& source)
      : plan_(plan),
        source_(source),
        target_(plan::target_of(plan, source).wanted),
        partition_(source.arn.substr(0, source.arn.find(":rds:"))) {}

  void ask(const Actions& actions, const std::string& resource, const aws::Tags& context = {}) {
    all_.push_back({actions, resource, context});
  }

  // Of the quotas that check says itself which the credentials can't read.
  void ask_to_look() {
    ask({"rds:DescribeDBInstances", "rds:DescribeDBEngineVersions", "rds:DescribeDBParameterGroups",
         "rds:DescribeDBParameters", "rds:DescribeEngineDefaultParameters", "rds:ListTagsForResource",
         "ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules", "ec2:DescribeNetworkInterfaces"},
        "*");
    if (plan_.request.option_group) ask({"rds:DescribeOptionGroups"}, "*");
    if (plan_.request.db_subnet_group_name)
      ask({"rds:DescribeDBSubnetGroups", "ec2:DescribeVpcPeeringConnections"}, "*");
  }

  void ask_for_the_target() {
    const std::string target = rds("db", plan_.request.new_instance_id);
    ask({"rds:CreateDBInstance", "rds:AddTagsToResource"}, target, made());
    ask({"rds:CreateDBInstance"}, rds("og", target_.option_group.value_or("default")), made());
    ask({"rds:CreateDBInstance"}, rds("subgrp", target_.subnet_group.value_or("default")), made());
    Actions changes = {"rds:ModifyDBInstance", "rds:RebootDBInstance"};
    if (!source_.associated_roles.empty()) changes.emplace_back("rds:AddRoleToDBInstance");
    ask(changes, target, marked());
    ask({"rds:DeleteDBInstance"}, target, building());
    const std::string group = rds("pg", plan_.names.parameter_group);
    ask({"rds:CreateDBParameterGroup", "rds:AddTagsToResource", "rds:CreateDBInstance"}, group, made());
    ask({"rds:ModifyDBParameterGroup", "rds:ResetDBParameterGroup", "rds:DeleteDBParameterGroup"}, group, marked());
  }

  void ask_for_the_replica() {
    if (plan_.request.replica_instance_id) return;
    const std::string replica = rds("db", plan_.names.replica);
    ask({"rds:CreateDBInstanceReadReplica", "rds:AddTagsToResource"}, replica, made());
    ask({"rds:CreateDBInstanceReadReplica"}, source_.arn, made());
    ask({"rds:CreateDBInstanceReadReplica"}, rds("og", source_.option_group()), made());
    ask({"rds:ModifyDBInstance", "rds:DeleteDBInstance"}, replica, marked());
  }

  void ask_for_the_network(const std::string& vpc_id) {
    const std::string groups = ec2("security-group", "*"), rules = ec2("security-group-rule", "*");
    ask({"ec2:CreateSecurityGroup"}, groups, made());
    ask({"ec2:CreateTags"}, groups, made_by("CreateSecurityGroup"));
    ask({"ec2:CreateSecurityGroup"}, ec2("vpc", vpc_id));
    ask({"ec2:DeleteSecurityGroup", "ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress"}, groups,
        marked());
    ask({"ec2:AuthorizeSecurityGroupEgress"}, rules, made());
    ask({"ec2:CreateTags"}, rules, made_by("AuthorizeSecurityGroupEgress"));
    ask({"ec2:RevokeSecurityGroupEgress"}, rules);
    if (source_.security_group_ids.empty()) return;
    const std::string door = ec2("security-group", source_.security_group_ids.front());
    ask({"ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"}, door);
    ask({"ec2:AuthorizeSecurityGroupIngress"}, rules, made());
    ask({"ec2:CreateTags"}, rules, made_by("AuthorizeSecurityGroupIngress"));
    ask({"ec2:RevokeSecurityGroupIngress"}, rules, marked());
  }

  void ask_for_roles_and_keys() {
    if (target_.monitoring_role_arn) pass(*target_.monitoring_role_arn, "monitoring.rds.amazonaws.com");
    for (const aws::AssociatedRole& role : source_.associated_roles) pass(role.arn, "rds.amazonaws.com");
    if (target_.domain && !target_.domain->iam_role_name.empty())
      pass(fmt::format("{}:iam::{}:role/{}", partition_, plan_.account, target_.domain->iam_role_name),
           "rds.amazonaws.com");
    std::set<std::string> keys = {target_.kms_key_id.value_or(""),
                                  target_.performance_insights_kms_key_id.value_or("")};
    if (!plan_.request.replica_instance_id) keys.insert(aws::key_to_name(source_).value_or(""));
    for (const std::string& key : keys) ask_for_key({"kms:DescribeKey", "kms:CreateGrant"}, key, "rds");
    const plan::LeftForTheEnd later = plan::left_for_the_end(source_, plan_.request);
    if (!later.managed_password) return;
    ask({"secretsmanager:CreateSecret", "secretsmanager:TagResource", "secretsmanager:GetSecretValue"},
        arn("secretsmanager", "secret:rds!db-*"));
    ask_for_key({"kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"},
                later.managed_password_key.value_or(""), "secretsmanager");
  }

  std::vector<aws::Permissions> take() { return std::move(all_); }

 private:
  // An alias says nothing of who may use the key behind it.
  void ask_for_key(const Actions& actions, const std::string& key, const char* service) {
    if (key.starts_with("arn:"))
      ask(actions, key, {{"kms:ViaService", fmt::format("{}.{}.amazonaws.com", service, plan_.request.region)}});
  }
  std::string arn(const char* service, const std::string& rest) const {
    return fmt::format("{}:{}:{}:{}:{}", partition_, service, plan_.request.region, plan_.account, rest);
  }
  std::string rds(const char* kind, const std::string& name) const {
    return arn("rds", fmt::format("{}:{}", kind, name));
  }
  std::string ec2(const char* kind, const std::string& id) const { return arn("ec2", fmt::format("{}/{}", kind, id)); }

  aws::Tags made() const { return {{fmt::format("aws:RequestTag/{}", plan::tag_run), plan_.names.run_id}}; }
  aws::Tags made_by(const char* action) const {
    aws::Tags context = made();
    context["ec2:CreateAction"] = action;
    return context;
  }
  aws::Tags building() const {
    aws::Tags context = marked();
    context[fmt::format("aws:ResourceTag/{}", plan::tag_phase)] = plan::phase_building;
    return context;
  }
  aws::Tags marked() const { return {{fmt::format("aws:ResourceTag/{}", plan::tag_run), plan_.names.run_id}}; }

  void pass(const std::string& role, const char* service) {
    ask({"iam:PassRole"}, role, {{"iam:PassedToService", service}});
  }

  const plan::Plan& plan_;
  const aws::Instance& source_;
  const aws::CreateInstance target_;
  const std::string partition_;  // "arn:aws"
  std::vector<aws::Permissions> all_;
};

}  // namespace

std::vector<aws::Permissions> needed_permissions(const plan::Plan& plan, const aws::Instance& source,
                                                 const std::string& vpc_id) {
  Questions questions(plan, source);
  questions.ask_to_look();
  questions.ask_for_the_target();
  questions.ask_for_the_replica();
  questions.ask_for_the_network(vpc_id);
  questions.ask_for_roles_and_keys();
  return questions.take();
}

}  // namespace darbe::preflight
