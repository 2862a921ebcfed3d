// Credentials of a role, from STS: taken on with other credentials (AssumeRole), or with a token that somebody else
// vouches for (AssumeRoleWithWebIdentity, which is not signed).
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "aws/configuration.h"
#include "aws/credentials.h"

namespace darbe::aws {

struct Role {
  std::string arn;
  std::string session_name;  // empty: one of ours
  std::string external_id;   // empty: none
  std::optional<int> duration_seconds = {};
};

// `caller` has the credentials that take the role on. Throws: as Client.
Credentials assume_role(const Role& role, const Configuration& caller, std::stop_token stop);

// The token's file is read each time: somebody renews it. Throws: as Client; Error{failed} if there is no such file.
Credentials assume_role_with_web_identity(const Role& role, const std::string& token_file,
                                          const Configuration& anonymous, std::stop_token stop);

}  // namespace darbe::aws
