#include "lab/permissions.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/letters.h"
#include "lab/ec2_values.h"
#include "lab/instance_values.h"
#include "lab/keys.h"
#include "lab/refusal.h"
#include "lab/secrets.h"

namespace darbe::lab {
namespace {

constexpr int forbidden = 403;

void add_tags(PolicyContext& context, const Texts& tags, std::string_view key) {
  for (const auto& [name, value] : tags) context[base::lower(fmt::format("{}/{}", key, name))] = {value};
}

// What the request says, whatever its resources.
PolicyContext context_of(const Wanted& wanted) {
  PolicyContext context;
  context["aws:requestedregion"] = {wanted.store.region};
  return context;
}

void add_request_tags(PolicyContext& context, const Texts& tags) {
  add_tags(context, tags, "aws:RequestTag");
  for (const auto& [name, value] : tags) context["aws:tagkeys"].push_back(name);
}

// As policies call it.
std::string full_name(const Wanted& wanted) {
  return fmt::format("{}:{}", wanted.service == "monitoring" ? "cloudwatch" : wanted.service, wanted.action);
}

// ---- RDS

// A resource of an action, by the member that names it.
struct Resource {
  std::string_view action;
  std::string_view kind;  // of the ARN: db, pg, og, subgrp, snapshot
  std::string_view member;
  std::string_view absent;  // what an absent member stands for; empty: then the resource is not asked about
};

// What is made comes first.
constexpr auto rds_resources = std::to_array<Resource>({
    {"CreateDBInstance", "db", "DBInstanceIdentifier", ""},
    {"CreateDBInstance", "og", "OptionGroupName", "default"},
    {"CreateDBInstance", "pg", "DBParameterGroupName", "default"},
    {"CreateDBInstance", "subgrp", "DBSubnetGroupName", "default"},
    {"CreateDBInstanceReadReplica", "db", "DBInstanceIdentifier", ""},
    {"CreateDBInstanceReadReplica", "db", "SourceDBInstanceIdentifier", ""},
    {"CreateDBInstanceReadReplica", "og", "OptionGroupName", "default"},
    {"CreateDBInstanceReadReplica", "pg", "DBParameterGroupName", ""},
    {"CreateDBInstanceReadReplica", "subgrp", "DBSubnetGroupName", "default"},
    {"DescribeDBInstances", "db", "DBInstanceIdentifier", "*"},
    {"ModifyDBInstance", "db", "DBInstanceIdentifier", ""},
    {"ModifyDBInstance", "og", "OptionGroupName", ""},
    {"ModifyDBInstance", "pg", "DBParameterGroupName", ""},
    {"ModifyDBInstance", "subgrp", "DBSubnetGroupName", ""},
    {"RebootDBInstance", "db", "DBInstanceIdentifier", ""},
    {"PromoteReadReplica", "db", "DBInstanceIdentifier", ""},
    {"DeleteDBInstance", "db", "DBInstanceIdentifier", ""},
    {"AddRoleToDBInstance", "db", "DBInstanceIdentifier", ""},
    {"CreateDBParameterGroup", "pg", "DBParameterGroupName", ""},
    {"CopyDBParameterGroup", "pg", "TargetDBParameterGroupIdentifier", ""},
    {"CopyDBParameterGroup", "pg", "SourceDBParameterGroupIdentifier", ""},
    {"DescribeDBParameterGroups", "pg", "DBParameterGroupName", "*"},
    {"DescribeDBParameters", "pg", "DBParameterGroupName", ""},
    {"ModifyDBParameterGroup", "pg", "DBParameterGroupName", ""},
    {"ResetDBParameterGroup", "pg", "DBParameterGroupName", ""},
    {"DeleteDBParameterGroup", "pg", "DBParameterGroupName", ""},
    {"CreateOptionGroup", "og", "OptionGroupName", ""},
    {"DescribeOptionGroups", "og", "OptionGroupName", "*"},
    {"DeleteOptionGroup", "og", "OptionGroupName", ""},
    {"CreateDBSubnetGroup", "subgrp", "DBSubnetGroupName", ""},
    {"DescribeDBSubnetGroups", "subgrp", "DBSubnetGroupName", "*"},
    {"DeleteDBSubnetGroup", "subgrp", "DBSubnetGroupName", ""},
    {"CreateDBSnapshot", "snapshot", "DBSnapshotIdentifier", ""},
    {"CreateDBSnapshot", "db", "DBInstanceIdentifier", ""},
    {"DescribeDBSnapshots", "snapshot", "DBSnapshotIdentifier", "*"},
    {"DeleteDBSnapshot", "snapshot", "DBSnapshotIdentifier", ""},
});

PolicyQuestion about_rds(const Wanted& wanted, const std::string& arn) {
  PolicyQuestion question{full_name(wanted), arn, context_of(wanted)};
  add_request_tags(question.context, tags_of(wanted.request.at("Tags")));
  add_tags(question.context, tags_of(wanted.store, arn), "aws:ResourceTag");
  return question;
}

// A name may have colons of its own: default:mysql-9-7.
std::string rds_arn_of(const Wanted& wanted, const Resource& resource) {
  const std::string given = wanted.request.at(resource.member).text(resource.absent);
  return given.starts_with("arn:") ? given : wanted.store.rds_arn(resource.kind, base::lower(given));
}

std::vector<PolicyQuestion> about_rds_resources(const Wanted& wanted) {
  std::vector<PolicyQuestion> questions;
  for (const Resource& resource : rds_resources) {
    if (resource.action != wanted.action) continue;
    if (wanted.request.has(resource.member) || !resource.absent.empty())
      questions.push_back(about_rds(wanted, rds_arn_of(wanted, resource)));
  }
  if (wanted.request.has("ResourceName"))
    questions.push_back(about_rds(wanted, wanted.request.at("ResourceName").text()));
  if (questions.empty()) questions.push_back(about_rds(wanted, "*"));
  return questions;
}

void add_role(const Wanted& wanted, const std::string& member, const char* service,
              std::vector<PolicyQuestion>& questions) {
  const std::string role = wanted.request.at(member).text();
  if (role.empty()) return;
  PolicyQuestion question{"iam:PassRole", role, context_of(wanted)};
  question.context["iam:passedtoservice"] = {service};
  if (!role.starts_with("arn:")) question.resource = fmt::format("arn:aws:iam::{}:role/{}", wanted.store.account, role);
  questions.push_back(std::move(question));
}

// A key of AWS's own lets everybody in who comes through its service.
void add_key(const Wanted& wanted, const std::string& name, const std::string& service,
             const std::vector<std::string>& actions, std::vector<PolicyQuestion>& questions) {
  const Value* key = key_named(wanted.store, name);
  if (name.empty() || (key && key->at("KeyManager").text() == "AWS")) return;
  PolicyQuestion question{{}, key ? key->at("Arn").text() : name, context_of(wanted)};
  question.context["kms:viaservice"] = {fmt::format("{}.{}.amazonaws.com", service, wanted.store.region)};
  for (const std::string& action : actions) {
    question.action = action;
    questions.push_back(question);
  }
}

void add_key_of_rds(const Wanted& wanted, const std::string& name, std::vector<PolicyQuestion>& questions) {
  add_key(wanted, name, "rds", {"kms:DescribeKey", "kms:CreateGrant"}, questions);
}

// RDS makes the secret in the caller's name.
void add_managed_password(const Wanted& wanted, std::vector<PolicyQuestion>& questions) {
  if (!wanted.request.at("ManageMasterUserPassword").truth()) return;
  PolicyQuestion question{
      "secretsmanager:CreateSecret",
      fmt::format("arn:aws:secretsmanager:{}:{}:secret:rds!db-*", wanted.store.region, wanted.store.account),
      context_of(wanted)};
  questions.push_back(question);
  question.action = "secretsmanager:TagResource";
  questions.push_back(std::move(question));
  add_key(wanted, wanted.request.at("MasterUserSecretKmsKeyId").text(), "secretsmanager",
          {"kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant"}, questions);
}

// A replica in the same region is encrypted with its source's key.
std::string key_of_source(const Wanted& wanted) {
  const Instance* source = wanted.store.instance(identifier_in(wanted.request.at("SourceDBInstanceIdentifier").text()));
  return source ? source->shape.at("KmsKeyId").text() : std::string();
}

void add_implied(const Wanted& wanted, std::vector<PolicyQuestion>& questions) {
  const Value& request = wanted.request;
  const bool makes = wanted.action.starts_with("Create") || wanted.action.starts_with("Copy");
  if (makes && !request.at("Tags").list().empty()) {
    PolicyQuestion tagging = questions.front();
    tagging.action = "rds:AddTagsToResource";
    questions.push_back(std::move(tagging));
  }
  add_role(wanted, "MonitoringRoleArn", "monitoring.rds.amazonaws.com", questions);
  add_role(wanted, "DomainIAMRoleName", "rds.amazonaws.com", questions);
  add_role(wanted, "RoleArn", "rds.amazonaws.com", questions);
  add_key_of_rds(wanted, request.at("KmsKeyId").text(), questions);
  add_key_of_rds(wanted, request.at("PerformanceInsightsKMSKeyId").text(), questions);
  add_managed_password(wanted, questions);
  if (wanted.action == "CreateDBInstanceReadReplica") add_key_of_rds(wanted, key_of_source(wanted), questions);
}

std::vector<PolicyQuestion> rds_questions(const Wanted& wanted) {
  std::vector<PolicyQuestion> questions = about_rds_resources(wanted);
  add_implied(wanted, questions);
  return questions;
}

// ---- EC2

PolicyQuestion about_ec2(const Wanted& wanted, std::string_view kind, const std::string& id) {
  PolicyQuestion question{full_name(wanted), wanted.store.ec2_arn(kind, id), context_of(wanted)};
  add_tags(question.context, tags_of(wanted.store, id), "aws:ResourceTag");
  add_tags(question.context, tags_of(wanted.store, id), "ec2:ResourceTag");
  return question;
}

// Something that is being made has no id yet. Its tags are asked for as CreateTags, too.
void add_tags_at_creation(const Wanted& wanted, std::vector<PolicyQuestion>& questions) {
  const std::string_view kind = type_made_by(wanted.action);
  const Texts tags = tags_for(wanted.request, kind);
  if (tags.empty()) return;
  PolicyQuestion tagging = about_ec2(wanted, kind, "*");
  add_request_tags(tagging.context, tags);
  tagging.action = "ec2:CreateTags";
  tagging.context["ec2:createaction"] = {std::string(wanted.action)};
  questions.push_back(std::move(tagging));
}

void add_made(const Wanted& wanted, std::vector<PolicyQuestion>& questions) {
  const std::string_view kind = type_made_by(wanted.action);
  questions.push_back(about_ec2(wanted, kind, "*"));
  add_request_tags(questions.back().context, tags_for(wanted.request, kind));
  add_tags_at_creation(wanted, questions);
}

std::vector<PolicyQuestion> about_rules(const Wanted& wanted) {
  const std::string group = security_group_in(wanted.store, wanted.request);
  std::vector<PolicyQuestion> questions = {about_ec2(wanted, "security-group", group)};
  if (wanted.action.starts_with("Authorize")) {
    add_made(wanted, questions);
    return questions;
  }
  std::vector<std::string> rules = texts_of(wanted.request.at("SecurityGroupRuleIds"));
  for (const Value& rule : rules_in(wanted.store, wanted.request, wanted.action.ends_with("Egress")))
    rules.push_back(stored_rule(wanted.store, rule));
  for (const std::string& rule : rules) questions.push_back(about_ec2(wanted, "security-group-rule", rule));
  return questions;
}

std::vector<PolicyQuestion> about_tags(const Wanted& wanted) {
  std::vector<PolicyQuestion> questions;
  for (const std::string& id : texts_of(wanted.request.at("Resources"))) {
    questions.push_back(about_ec2(wanted, resource_type(id), id));
    add_request_tags(questions.back().context, tags_of(wanted.request.at("Tags")));
  }
  return questions;
}

std::vector<PolicyQuestion> ec2_questions(const Wanted& wanted) {
  const std::string_view action = wanted.action;
  if (action == "CreateSecurityGroup") {
    std::vector<PolicyQuestion> questions;
    add_made(wanted, questions);
    questions.push_back(about_ec2(wanted, "vpc", wanted.request.at("VpcId").text(wanted.store.default_vpc())));
    return questions;
  }
  if (action == "DeleteSecurityGroup")
    return {about_ec2(wanted, "security-group", security_group_in(wanted.store, wanted.request))};
  if (action.starts_with("Authorize") || action.starts_with("Revoke")) return about_rules(wanted);
  if (action == "CreateTags" || action == "DeleteTags") return about_tags(wanted);
  std::vector<PolicyQuestion> questions = {{full_name(wanted), "*", context_of(wanted)}};
  add_tags_at_creation(wanted, questions);
  return questions;
}

// ---- Secrets Manager and KMS

// What is encrypted with AWS's own key needs nobody's leave to be decrypted.
std::vector<PolicyQuestion> secret_questions(const Wanted& wanted) {
  const std::string named = wanted.request.at("SecretId").text("*");
  const Value* secret = secret_named(wanted.store, named);
  std::vector<PolicyQuestion> questions = {
      {full_name(wanted), secret ? secret->at("ARN").text() : named, context_of(wanted)}};
  const std::string key = secret ? secret->at("KmsKeyId").text() : std::string();
  if (wanted.action != "GetSecretValue" || key.empty() || key == secrets_key) return questions;
  PolicyQuestion decrypting{"kms:Decrypt", key_arn(wanted.store, key), context_of(wanted)};
  decrypting.context["kms:viaservice"] = {fmt::format("secretsmanager.{}.amazonaws.com", wanted.store.region)};
  questions.push_back(std::move(decrypting));
  return questions;
}

std::vector<PolicyQuestion> key_questions(const Wanted& wanted) {
  const std::string named = wanted.request.at("KeyId").text("*");
  const bool is_known = key_named(wanted.store, named) != nullptr;
  return {{full_name(wanted), is_known ? key_arn(wanted.store, named) : named, context_of(wanted)}};
}

// ---- STS and IAM

std::vector<PolicyQuestion> identity_questions(const Wanted& wanted) {
  if (wanted.action == "GetCallerIdentity") return {};
  const Value& request = wanted.request;
  const auto own = [&](std::string_view kind, std::string_view member) {
    return fmt::format("arn:aws:iam::{}:{}/{}", wanted.store.account, kind, request.at(member).text());
  };
  const std::string resource = request.has("RoleArn")           ? request.at("RoleArn").text()
                               : request.has("PolicySourceArn") ? request.at("PolicySourceArn").text()
                               : request.has("UserName")        ? own("user", "UserName")
                               : request.has("RoleName")        ? own("role", "RoleName")
                                                                : "*";
  return {{full_name(wanted), resource, context_of(wanted)}};
}

std::string reason(Verdict verdict, const std::string& action) {
  if (verdict == Verdict::denied) return "with an explicit deny in an identity-based policy";
  return fmt::format("because no identity-based policy allows the {} action", action);
}

Refusal refusal_of(const Wanted& wanted, const Caller& caller, const PolicyQuestion& question, Verdict verdict) {
  const std::string said = fmt::format("User: {} is not authorized to perform: {} on resource: {} {}", caller.arn,
                                       question.action, question.resource, reason(verdict, question.action));
  if (wanted.service == "ec2")
    return {"UnauthorizedOperation", "You are not authorized to perform this operation. " + said, forbidden};
  return {"AccessDenied", said, forbidden};
}

}  // namespace

std::vector<PolicyQuestion> questions_of(const Wanted& wanted) {
  if (wanted.service == "rds") return rds_questions(wanted);
  if (wanted.service == "ec2") return ec2_questions(wanted);
  if (wanted.service == "secretsmanager") return secret_questions(wanted);
  if (wanted.service == "kms") return key_questions(wanted);
  if (wanted.service == "monitoring") return {{full_name(wanted), "*", context_of(wanted)}};
  return identity_questions(wanted);
}

std::string principal_of(const Store& store, std::string_view caller_arn) {
  const std::string sessions = fmt::format("arn:aws:sts::{}:assumed-role/", store.account);
  if (!caller_arn.starts_with(sessions)) return std::string(caller_arn);
  const std::string_view rest = caller_arn.substr(sessions.size());
  const std::string name(rest.substr(0, rest.find('/')));
  const auto role = store.roles.find(name);  // a session's ARN is without its role's path
  return role == store.roles.end() ? fmt::format("arn:aws:iam::{}:role/{}", store.account, name)
                                   : role->second.at("Arn").text();
}

std::optional<std::vector<Policy>> policies_of(const Store& store, const std::string& principal) {
  const auto found = store.policies.find(principal);
  if (found == store.policies.end()) return std::nullopt;
  std::vector<Policy> policies;
  for (const auto& [name, document] : found->second) policies.push_back(parse_policy(document));
  return policies;
}

void check_permissions(const std::vector<PolicyQuestion>& questions, const Wanted& wanted, const Caller& caller) {
  const auto policies = policies_of(wanted.store, principal_of(wanted.store, caller.arn));
  if (!policies) return;
  for (const PolicyQuestion& question : questions)
    if (const Verdict verdict = judge(*policies, question); verdict != Verdict::allowed)
      throw refusal_of(wanted, caller, question, verdict);
}

}  // namespace darbe::lab
