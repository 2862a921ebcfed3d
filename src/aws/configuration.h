// Who we are towards AWS, and where AWS is: credentials, region, endpoints and retries, from the flags, the environment
// and AWS's two files (SDKs and Tools Reference Guide).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "aws/change.h"
#include "aws/credentials.h"
#include "aws/endpoints.h"
#include "aws/profiles.h"
#include "aws/retries.h"
#include "aws/signing_clock.h"

namespace darbe::aws {

// What the command line says; empty: not given.
struct Flags {
  std::string region;
  std::string profile;
  std::string endpoint_url;
};

struct Configuration {
  std::string region;
  CredentialSource credentials;                                // empty: requests are not signed
  std::function<Endpoint(std::string_view service)> endpoint;  // "rds" -> "https://rds.eu-west-1.amazonaws.com"
  std::string ca_file;                                         // AWS_CA_BUNDLE; empty: the system's
  RetryRules retries = {};
  OnChange on_change = {};  // of every call that may have changed something
  // Shared by all who sign with these credentials and by those who renew them: what one learns all know.
  std::shared_ptr<SigningClock> clock = std::make_shared<SigningClock>();
};

// Nothing is asked over the network yet. Throws: Error{usage} saying what is missing and where it can be given.
Configuration configure(const Flags& flags, const Environment& environment = process_environment());

}  // namespace darbe::aws
