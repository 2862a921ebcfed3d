// Where AWS's services are (botocore's partitions.json and the services' endpoint rule sets): by region, with FIPS and
// dual stack, in every partition.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/profiles.h"

namespace darbe::aws {

struct Endpoint {
  std::string url;
  std::string signing_region;  // the service's own where it has one for the whole partition
};

struct EndpointRules {
  std::string region;
  bool is_fips = false;
  bool is_dual_stack = false;
  bool is_sts_global = false;  // sts_regional_endpoints = legacy
  // The URL that was given for a service's id ("rds", "secrets_manager"); empty: none.
  std::function<std::string(const std::string& id)> given = [](const std::string&) { return std::string(); };
};

// `service` is the first part of its host names: "rds", "monitoring", "portal.sso".
Endpoint endpoint_of(std::string_view service, const EndpointRules& rules);

// AWS_USE_FIPS_ENDPOINT, AWS_ENDPOINT_URL_RDS and their like, then the profile; `url` stands above them.
// Throws: Error{usage} for a flag that is neither true nor false.
EndpointRules endpoint_rules(const std::string& region, const std::string& url, const Environment& environment,
                             const ProfileFiles& files);

}  // namespace darbe::aws
