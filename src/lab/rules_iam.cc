// Rules of IAM and STS.
#include <algorithm>

#include <fmt/format.h>

#include "lab/permissions.h"
#include "lab/rules_parts.h"

namespace darbe::lab {
namespace {

std::string text(const Situation& s, std::string_view name) { return s.request.at(name).text(); }

Broken user_taken(const Situation& s) { return when(s.store.users.contains(text(s, "UserName")), text(s, "UserName")); }
Broken role_taken(const Situation& s) { return when(s.store.roles.contains(text(s, "RoleName")), text(s, "RoleName")); }

Broken user_missing(const Situation& s) {
  return when(s.request.has("UserName") && !s.store.users.contains(text(s, "UserName")), text(s, "UserName"));
}
Broken role_missing(const Situation& s) {
  return when(!s.store.roles.contains(text(s, "RoleName")), text(s, "RoleName"));
}

Broken policy_missing(const Situation& s) {
  const Value& owner =
      s.action == "DeleteUserPolicy" ? s.store.users.at(text(s, "UserName")) : s.store.roles.at(text(s, "RoleName"));
  const auto found = s.store.policies.find(owner.at("Arn").text());
  return when(found == s.store.policies.end() || !found->second.contains(text(s, "PolicyName")), text(s, "PolicyName"));
}

Broken document(const Situation& s) {
  try {
    parse_policy(text(s, "PolicyDocument"));
    return holds;
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
}

Broken source_form(const Situation& s) {
  const std::string arn = text(s, "PolicySourceArn");
  const std::string own = fmt::format("arn:aws:iam::{}:", s.store.account);
  return when(!arn.starts_with(own + "user/") && !arn.starts_with(own + "role/"), arn);
}

// Also those who were never made, but have signed: the lab's own user, roles that may do all.
Broken source_missing(const Situation& s) {
  const std::string arn = text(s, "PolicySourceArn");
  const auto is_it = [&](const auto& entry) { return principal_of(s.store, entry.second.arn) == arn; };
  const auto& known = s.store.credentials;
  return when(!s.store.policies.contains(arn) && std::none_of(known.begin(), known.end(), is_it), arn);
}

Broken simulated_action(const Situation& s) {
  for (const std::string& action : texts_of(s.request.at("ActionNames")))
    if (action.find(':') == std::string::npos || action.find_first_of("*?") != std::string::npos) return action;
  return holds;
}

Broken role_arn(const Situation& s) {
  const std::string role = text(s, "RoleArn");
  return when(!role.starts_with("arn:aws:iam::") || role.find(":role/") == std::string::npos, role);
}

Broken role_elsewhere(const Situation& s) {
  const std::string role = text(s, "RoleArn");
  return when(!role.starts_with(fmt::format("arn:aws:iam::{}:role/", s.store.account)), role);
}

const Rule table[] = {
    {"user taken", "CreateUser", "iam", "EntityAlreadyExists", "User with name {} already exists.", user_taken},
    {"role taken", "CreateRole", "iam", "EntityAlreadyExists", "Role with name {} already exists.", role_taken},
    {"user known", "CreateAccessKey PutUserPolicy DeleteUserPolicy", "iam", "NoSuchEntity",
     "The user with name {} cannot be found.", user_missing},
    {"role known", "PutRolePolicy DeleteRolePolicy", "iam", "NoSuchEntity", "The role with name {} cannot be found.",
     role_missing},
    {"policy known", "DeleteUserPolicy DeleteRolePolicy", "iam", "NoSuchEntity",
     "The policy with name {} cannot be found.", policy_missing},
    {"policy document", "PutUserPolicy PutRolePolicy", "iam", "MalformedPolicyDocument", "{}", document},
    {"policy source", "SimulatePrincipalPolicy", "iam", "InvalidInput", "Invalid Entity Arn: {}", source_form},
    {"policy source known", "SimulatePrincipalPolicy", "iam", "NoSuchEntity", "{} does not exist.", source_missing},
    {"simulated action", "SimulatePrincipalPolicy", "iam", "InvalidInput", "Invalid action name: {}", simulated_action},

    {"role ARN", "AssumeRole", "sts", "ValidationError", "{} is invalid", role_arn},
    {"role of another account", "AssumeRole", "sts", "AccessDenied",
     "Not authorized to perform: sts:AssumeRole on resource: {}", role_elsewhere},
};

}  // namespace

std::span<const Rule> identity_rules() { return table; }

}  // namespace darbe::lab
