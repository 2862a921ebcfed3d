// Who we are towards AWS, and where AWS is: credentials, region and endpoints, from the flags, the environment and
// AWS's two files (SDKs and Tools Reference Guide). Of the sources of credentials there are the environment and the
// files' keys.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/secret.h"

namespace darbe::aws {

struct Credentials {
  std::string access_key_id;
  base::Secret secret_access_key;
  base::Secret session_token;  // empty for keys that last
};

// Asked before each request, as a run may outlive temporary credentials. Threads may share it.
using CredentialSource = std::function<Credentials(std::stop_token)>;

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// What the command line says; empty: not given.
struct Flags {
  std::string region;
  std::string profile;
  std::string endpoint_url;
};

struct Configuration {
  std::string region;
  CredentialSource credentials;
  std::function<std::string(std::string_view service)> endpoint;  // "rds" -> "https://rds.eu-west-1.amazonaws.com"
  std::string ca_file;                                            // AWS_CA_BUNDLE; empty: the system's
};

// Throws: Error{usage} saying what is missing and where it can be given.
Configuration configure(const Flags& flags, const Environment& environment = process_environment());

// One of AWS's INI files: section ("default", "profile putio") -> key -> value.
using Profiles = std::map<std::string, std::map<std::string, std::string>>;
// Comments, blank lines and nested values (indented lines) are left out. Throws: Error{usage} naming `path` and the
// line.
Profiles parse_profiles(std::string_view text, const std::string& path);

}  // namespace darbe::aws
