// Credentials of the machine that darbe runs on: of a container (ECS, EKS Pod Identity) and of an EC2 instance, whose
// metadata service is asked in its version 2 only (SDKs and Tools Reference Guide, "Container credential provider",
// "IMDS credential provider"). Both are asked past any proxy.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/profiles.h"

namespace darbe::aws {

// Nothing where the environment names none. Throws: Error{usage} for an address that isn't the machine's own: the
// authorization token must not go anywhere else over plain HTTP.
std::optional<std::string> container_url(const Environment& environment);
// Requires: container_url() has one. Throws: Error{transient} when there is no answer; Error{failed, refused};
// Error{interrupted}.
Credentials container_credentials(const Environment& environment, std::stop_token stop);

// AWS_EC2_METADATA_DISABLED.
bool is_metadata_disabled(const Environment& environment);
// Without a slash at its end.
std::string metadata_url(const Environment& environment, const Profile& profile);
// Nothing when the instance has no role. Throws: Error{transient} when there is no answer; Error{failed};
// Error{interrupted}.
std::optional<Credentials> instance_credentials(const std::string& url, std::stop_token stop);

}  // namespace darbe::aws
