// What a caller's policies allow, asked beforehand: IAM's policy simulator (IAM User Guide, "IAM policy testing with
// the IAM policy simulator"), which knows identity-based policies and boundaries but not every condition, and EC2's dry
// runs, which decide for good.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/identity.h"
#include "aws/tags.h"

namespace darbe::aws {

class Client;
struct CreateRule;
struct CreateSecurityGroup;

// The ARN of the user or role whose policies decide for `caller`. Nothing for the account's root user, who may do all,
// and for sessions of none of the two. A role's path isn't told: one with a path isn't found by IAM under this name.
std::optional<std::string> policy_source(const Identity& caller);

// Actions on one resource, with what a request would say: condition keys and their values.
struct Permissions {
  std::vector<std::string> actions;  // rds:CreateDBInstance
  std::string resource = "*";        // an ARN
  Tags context = {};                 // aws:RequestTag/darbe:run -> a1b2
};

// Those of the actions that are not allowed, in their order. Throws: as Client; ApiError{access_denied} if the caller
// may not simulate.
std::vector<std::string> not_allowed(const Client& client, const std::string& policy_source,
                                     const Permissions& permissions, std::stop_token stop = {});

enum class DryRun { allowed, not_allowed, unknown };
// Whether EC2 would make it; nothing is made. Throws: as Client, but for what EC2 answers.
DryRun try_to_create(const Client& client, const CreateSecurityGroup& wanted, std::stop_token stop = {});
DryRun try_to_authorize(const Client& client, const CreateRule& wanted, std::stop_token stop = {});

}  // namespace darbe::aws
