// What AWS asks IAM before it does what a request says: which actions on which resources, with which condition keys
// (Service Authorization Reference, "Actions, resources, and condition keys" for RDS, EC2, STS and IAM; for KMS and
// iam:PassRole: RDS API Reference, CreateDBInstance). Every answer must be yes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/action.h"
#include "lab/policy.h"

namespace darbe::lab {

struct Wanted {
  std::string_view service;
  std::string_view action;
  const Value& request;
  const Store& store;
};

// Also those of other actions that the request implies: tags at creation, roles handed on, keys used. Pure.
std::vector<PolicyQuestion> questions_of(const Wanted& wanted);

// The user or role in whose name a caller speaks; "arn:aws:iam::123456789012:role/x" for a session of role x.
std::string principal_of(const Store& store, std::string_view caller_arn);
// Its policies; nothing for one that may do all: the lab's own user, and roles that nobody made.
std::optional<std::vector<Policy>> policies_of(const Store& store, const std::string& principal);

// Throws: Refusal{AccessDenied, or UnauthorizedOperation in EC2} at the first question that is not answered yes.
void check_permissions(const std::vector<PolicyQuestion>& questions, const Wanted& wanted, const Caller& caller);

}  // namespace darbe::lab
