// IAM, as far as a test of permissions needs it: users with keys, roles, their inline policies, and the simulator.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/letters.h"
#include "base/random.h"
#include "lab/action.h"
#include "lab/permissions.h"

namespace darbe::lab {
namespace {

std::string path_in(const Value& request) { return request.at("Path").text("/"); }

std::string arn_of(const Store& store, std::string_view kind, const Value& request, std::string_view name) {
  return fmt::format("arn:aws:iam::{}:{}{}{}", store.account, kind, path_in(request), request.at(name).text());
}

Value create_user(World& world, const Call& call) {
  Value user;
  user["Path"] = path_in(call.request);
  user["UserName"] = call.request.at("UserName");
  user["UserId"] = new_access_key_id("AIDA");
  user["Arn"] = arn_of(world.store, "user", call.request, "UserName");
  user["CreateDate"] = base::iso_time(world.now);
  world.store.users[user.at("UserName").text()] = user;
  world.store.policies[user.at("Arn").text()] = {};
  Value answer;
  answer["User"] = user;
  return answer;
}

Value create_access_key(World& world, const Call& call) {
  const std::string caller_name = call.caller.arn.substr(call.caller.arn.rfind('/') + 1);
  const std::string name = call.request.at("UserName").text(caller_name);
  const auto user = world.store.users.find(name);
  Credential credential;
  credential.secret = base::Secret(base::random_hex(20));
  credential.arn = user == world.store.users.end() ? call.caller.arn : user->second.at("Arn").text();
  credential.user_id = user == world.store.users.end() ? call.caller.user_id : user->second.at("UserId").text();
  const std::string key = new_access_key_id("AKIA");
  world.store.credentials[key] = credential;
  Value answer;
  Value& made = answer["AccessKey"];
  made["UserName"] = name;
  made["AccessKeyId"] = key;
  made["Status"] = "Active";
  made["SecretAccessKey"] = credential.secret.reveal();
  made["CreateDate"] = base::iso_time(world.now);
  return answer;
}

Value create_role(World& world, const Call& call) {
  Value role;
  role["Path"] = path_in(call.request);
  role["RoleName"] = call.request.at("RoleName");
  role["RoleId"] = new_access_key_id("AROA");
  role["Arn"] = arn_of(world.store, "role", call.request, "RoleName");
  role["CreateDate"] = base::iso_time(world.now);
  role["AssumeRolePolicyDocument"] = call.request.at("AssumeRolePolicyDocument");
  world.store.roles[role.at("RoleName").text()] = role;
  world.store.policies[role.at("Arn").text()] = {};
  Value answer;
  answer["Role"] = role;
  return answer;
}

Texts& policies_in(Store& store, const Value& request) {
  const Value& owner = request.has("UserName") ? store.users.at(request.at("UserName").text())
                                               : store.roles.at(request.at("RoleName").text());
  return store.policies[owner.at("Arn").text()];
}

Value put_policy(World& world, const Call& call) {
  policies_in(world.store, call.request)[call.request.at("PolicyName").text()] =
      call.request.at("PolicyDocument").text();
  return {};
}

Value delete_policy(World& world, const Call& call) {
  policies_in(world.store, call.request).erase(call.request.at("PolicyName").text());
  return {};
}

PolicyContext context_in(const Value& request) {
  PolicyContext context;
  for (const Value& entry : request.at("ContextEntries").list())
    context[base::lower(entry.at("ContextKeyName").text())] = texts_of(entry.at("ContextKeyValues"));
  return context;
}

const char* word_for(Verdict verdict) {
  if (verdict == Verdict::denied) return "explicitDeny";
  return verdict == Verdict::allowed ? "allowed" : "implicitDeny";
}

// The keys that the policies ask for and the simulation does not tell.
Value::List missing_keys(const std::vector<Policy>& policies, const PolicyContext& context) {
  std::set<std::string> missing;
  for (const Policy& policy : policies)
    for (const PolicyStatement& statement : policy)
      for (const PolicyCondition& condition : statement.conditions)
        if (!context.contains(condition.key)) missing.insert(condition.key);
  return {missing.begin(), missing.end()};
}

Value simulate(const View& view, const Call& call) {
  const auto policies = policies_of(view.store, call.request.at("PolicySourceArn").text());
  const PolicyContext context = context_in(call.request);
  std::vector<std::string> resources = texts_of(call.request.at("ResourceArns"));
  if (resources.empty()) resources = {"*"};
  Value::List results;
  for (const std::string& action : texts_of(call.request.at("ActionNames"))) {
    for (const std::string& resource : resources) {
      Value result;
      result["EvalActionName"] = action;
      result["EvalResourceName"] = resource;
      result["EvalDecision"] = word_for(policies ? judge(*policies, {action, resource, context}) : Verdict::allowed);
      result["MissingContextValues"] = policies ? missing_keys(*policies, context) : Value::List{};
      results.push_back(std::move(result));
    }
  }
  Value answer;
  answer["EvaluationResults"] = std::move(results);
  answer["IsTruncated"] = false;
  return answer;
}

}  // namespace

const Actions& iam_actions() {
  static const Actions actions = {
      {"CreateUser", create_user},         {"CreateAccessKey", create_access_key}, {"CreateRole", create_role},
      {"PutUserPolicy", put_policy},       {"PutRolePolicy", put_policy},          {"DeleteUserPolicy", delete_policy},
      {"DeleteRolePolicy", delete_policy}, {"SimulatePrincipalPolicy", simulate},
  };
  return actions;
}

}  // namespace darbe::lab
