// Credentials for a person who is logged in with `aws sso login` (IAM Identity Center): the login's token buys a role's
// keys from the portal. The token of a [sso-session] is renewed with what the login left for that, as AWS's SDKs do
// (AWS IAM Identity Center OIDC API Reference, CreateToken); in the old form nothing is left for it.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "aws/profiles.h"

namespace darbe::aws {

struct SsoProfile {
  std::string profile;  // its name, for advice
  std::string account_id;
  std::string role_name;
  std::string region;  // of the portal
  std::string start_url;
  std::string session;  // empty: the old form, without a [sso-session]
  std::string token_file;
};

// Nothing if the profile names no role. Throws: Error{usage} when something is missing.
std::optional<SsoProfile> sso_profile(const std::string& name, const Profile& profile, const ProfileFiles& files,
                                      const Environment& environment);

// Whom GetRoleCredentials and CreateToken are asked of.
struct SsoPortal {
  std::string url;
  std::string token_url;  // of the service that renews logins
  std::string ca_file;
};
// Renews the login's token where it ends soon, and writes it back to its file.
// Throws: Error{usage} when nobody is logged in or the login has ended; Error{transient} when there is no answer;
// Error{refused, failed}; Error{interrupted}.
Credentials sso_credentials(const SsoProfile& profile, const SsoPortal& portal, TimePoint now, std::stop_token stop);

}  // namespace darbe::aws
