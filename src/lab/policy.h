// IAM's identity-based policies: what a document says, and whether it allows something (IAM User Guide, "IAM JSON
// policy elements reference" and "Policy evaluation logic"). Pure. What the lab can't evaluate (Principal, policy
// variables, operators for numbers, dates and addresses) is refused when the document is read, never passed over.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace darbe::lab {

// What a request says of itself and of its resource, by condition key in small letters: aws:requesttag/darbe:run.
using PolicyContext = std::map<std::string, std::vector<std::string>>;

struct PolicyQuestion {
  std::string action;    // rds:CreateDBInstance
  std::string resource;  // an ARN; "*" for an action that has none
  PolicyContext context;
};

struct PolicyCondition {
  enum class Test { equals, like, is_null };
  enum class Over { one, all_values, any_value };  // nothing, ForAllValues:, ForAnyValue:

  Test test = Test::equals;
  Over over = Over::one;
  bool negated = false;      // StringNot…
  bool ignore_case = false;  // StringEqualsIgnoreCase, and truth values
  bool if_exists = false;
  std::string key;  // in small letters
  std::vector<std::string> values;
};

struct PolicyStatement {
  bool allows = true;          // else denies
  bool other_actions = false;  // NotAction
  std::vector<std::string> actions;
  bool other_resources = false;  // NotResource
  std::vector<std::string> resources;
  std::vector<PolicyCondition> conditions;
};

using Policy = std::vector<PolicyStatement>;

// Throws: Refusal{MalformedPolicyDocument}.
Policy parse_policy(std::string_view json);

enum class Verdict { allowed, denied, not_allowed };  // by a statement; by a Deny; for want of an Allow

// A Deny anywhere decides, then an Allow anywhere.
Verdict judge(std::span<const Policy> policies, const PolicyQuestion& question);

}  // namespace darbe::lab
