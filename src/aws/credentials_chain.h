// Which of the sources of credentials is asked: the first in AWS's order that somebody set up (SDKs and Tools Reference
// Guide, "Standardized credential providers"; the order within a profile is the AWS CLI's).
#pragma once

#include "aws/configuration.h"

namespace darbe::aws {

struct CredentialSearch {
  Environment environment;
  ProfileFiles files;
  bool is_profile_given;  // on the command line: the environment's keys and web identity are not meant then
  EndpointRules endpoints;
  Configuration configuration;  // without credentials
};

// Nothing is asked over the network yet. Throws: Error{usage} for what is set up wrong or is not to be had;
// Error{usage} too, from the source, where nothing is set up and the machine has no role either.
CredentialSource find_credentials(const CredentialSearch& search);

}  // namespace darbe::aws
