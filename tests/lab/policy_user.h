// A user in a lab whose only policy is docs/aws-iam-policy.json, with its blanks filled in.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/file.h"
#include "lab/api_client.h"
#include "lab/lab_process.h"
#include "lab/value.h"

namespace darbe::lab_test {

// What an operator puts into the policy's blanks.
struct PolicyBlanks {
  std::string new_instance_id;
  std::string new_instance_vpc_id;
  std::string source_security_group_id;
  std::string master_user_secret{};  // what its ARN has after "secret:"
};

inline std::string policy_for(const PolicyBlanks& blanks) {
  std::string policy = base::read_file(std::string(DARBE_SOURCE_DIR) + "/docs/aws-iam-policy.json");
  const auto fill = [&policy](const std::string& blank, const std::string& value) {
    for (std::size_t at = 0; (at = policy.find(blank, at)) != std::string::npos; at += value.size())
      policy.replace(at, blank.size(), value);
  };
  fill("NEW_INSTANCE_ID", blanks.new_instance_id);
  fill("NEW_INSTANCE_VPC_ID", blanks.new_instance_vpc_id);
  fill("SOURCE_SECURITY_GROUP_ID", blanks.source_security_group_id);
  fill("MASTER_USER_SECRET", blanks.master_user_secret);
  return policy;
}

// All actions that a policy names.
inline std::set<std::string> actions_of(const std::string& policy) {
  std::set<std::string> actions;
  const lab::Value document = lab::from_json(policy);
  for (const lab::Value& statement : document.at("Statement").list()) {
    const lab::Value& named = statement.at("Action");
    if (named.is_text()) actions.insert(named.text());
    for (const std::string& action : lab::texts_of(named)) actions.insert(action);
  }
  return actions;
}

class PolicyUser {
 public:
  PolicyUser(LabProcess& lab, const std::string& name) : lab_(lab), api_(lab), name_(name) {
    arn_ = api_.ask("CreateUser", {{"UserName", name}}).child("User").text("Arn");
    const aws::XmlElement key = api_.ask("CreateAccessKey", {{"UserName", name}}).child("AccessKey");
    environment_ = {{"AWS_ACCESS_KEY_ID", key.text("AccessKeyId")},
                    {"AWS_SECRET_ACCESS_KEY", key.text("SecretAccessKey")}};
  }

  // In place of what it had.
  void set_policy(const std::string& document) {
    api_.ask("PutUserPolicy", {{"UserName", name_}, {"PolicyName", "its"}, {"PolicyDocument", document}});
  }

  const std::map<std::string, std::string>& environment() const { return environment_; }

  // The actions that IAM was asked about for this user so far; those that it was refused are in them.
  std::set<std::string> asked() const {
    std::set<std::string> actions;
    for (const lab::Value& request : lab_.requests())
      if (request.at("caller").text() == arn_)
        for (const std::string& action : lab::texts_of(request.at("permissions"))) actions.insert(action);
    return actions;
  }

 private:
  LabProcess& lab_;
  ApiClient api_;
  const std::string name_;
  std::string arn_;
  std::map<std::string, std::string> environment_;
};

}  // namespace darbe::lab_test
