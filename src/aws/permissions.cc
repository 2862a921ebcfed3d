#include "aws/permissions.h"

#include <algorithm>

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/query.h"
#include "aws/security_groups.h"

namespace darbe::aws {

namespace {

// "arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION"
std::vector<std::string> parts_of(const std::string& arn) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t colon; parts.size() < 5 && (colon = arn.find(':', begin)) != std::string::npos; begin = colon + 1)
    parts.push_back(arn.substr(begin, colon - begin));
  parts.push_back(arn.substr(begin));
  return parts;
}

Parameters to_parameters(const std::string& policy_source, const Permissions& permissions) {
  Parameters parameters;
  parameters.add("PolicySourceArn", policy_source)
      .add_list("ActionNames.member", permissions.actions)
      .add_list("ResourceArns.member", {permissions.resource});
  int number = 0;
  for (const auto& [key, value] : permissions.context) {
    const std::string entry = fmt::format("ContextEntries.member.{}", ++number);
    parameters.add(entry + ".ContextKeyName", key)
        .add(entry + ".ContextKeyValues.member.1", value)
        .add(entry + ".ContextKeyType", "string");
  }
  return parameters;
}

DryRun answer_of(const Client& client, const std::string& action, Parameters parameters, const std::stop_token& stop) {
  parameters.add("DryRun", true);
  try {
    client.call(ec2, action, parameters, stop);
  } catch (const ApiError& error) {
    if (error.meaning() == Meaning::would_succeed) return DryRun::allowed;
    if (error.meaning() == Meaning::access_denied) return DryRun::not_allowed;
    if (error.kind() == base::Kind::transient) throw;
  }
  return DryRun::unknown;
}

}  // namespace

std::optional<std::string> policy_source(const Identity& caller) {
  const auto parts = parts_of(caller.arn);
  if (parts.size() != 6) return std::nullopt;
  const std::string& name = parts[5];
  if (name.starts_with("user/") || name.starts_with("role/")) return caller.arn;
  constexpr std::string_view session = "assumed-role/";
  if (!name.starts_with(session)) return std::nullopt;
  const std::string role = name.substr(session.size());
  return fmt::format("arn:{}:iam::{}:role/{}", parts[1], parts[4], role.substr(0, role.find('/')));
}

std::vector<std::string> not_allowed(const Client& client, const std::string& policy_source,
                                     const Permissions& permissions, std::stop_token stop) {
  std::vector<std::string> allowed;
  const Parameters parameters = to_parameters(policy_source, permissions);
  for (const XmlElement& page : client.call_pages(iam, "SimulatePrincipalPolicy", parameters, {}, stop))
    for (const XmlElement& result : page.child("EvaluationResults").children())
      if (result.text("EvalDecision") == "allowed") allowed.push_back(result.text("EvalActionName"));
  std::vector<std::string> missing = permissions.actions;
  std::erase_if(missing,
                [&](const std::string& action) { return std::ranges::find(allowed, action) != allowed.end(); });
  return missing;
}

DryRun try_to_create(const Client& client, const CreateSecurityGroup& wanted, std::stop_token stop) {
  return answer_of(client, "CreateSecurityGroup", to_parameters(wanted), stop);
}

DryRun try_to_authorize(const Client& client, const CreateRule& wanted, std::stop_token stop) {
  return answer_of(client, "AuthorizeSecurityGroupIngress", to_parameters(wanted), stop);
}

}  // namespace darbe::aws
