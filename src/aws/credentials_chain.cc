#include "aws/credentials_chain.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/credentials_metadata.h"
#include "aws/credentials_process.h"
#include "aws/credentials_role.h"
#include "aws/credentials_sso.h"
#include "base/error.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

enum class EnvironmentCounts { no, yes };

std::string variable(const Environment& environment, const std::string& name) { return environment(name).value_or(""); }

bool has_keys(const Profile& profile) {
  return !value_of(profile, "aws_access_key_id").empty() && !value_of(profile, "aws_secret_access_key").empty();
}

void refuse_half_of_the_keys(const Profile& profile, const std::string& name) {
  const bool has_id = !value_of(profile, "aws_access_key_id").empty();
  if (has_id == !value_of(profile, "aws_secret_access_key").empty()) return;
  throw Error(Kind::usage, fmt::format("profile '{}' has aws_{}, but no aws_{}", name,
                                       has_id ? "access_key_id" : "secret_access_key",
                                       has_id ? "secret_access_key" : "access_key_id"));
}

bool has_role(const Profile& profile) {
  return profile.contains("role_arn") && !profile.contains("web_identity_token_file");
}

Credentials keys_in(const Profile& profile) {
  return {value_of(profile, "aws_access_key_id"), base::Secret(value_of(profile, "aws_secret_access_key")),
          base::Secret(value_of(profile, "aws_session_token"))};
}

CredentialSource lasting(Credentials credentials) {
  return [credentials = std::move(credentials)](std::string_view, std::stop_token) { return credentials; };
}

std::optional<int> duration_in(const Profile& profile, const std::string& name) {
  const std::string text = value_of(profile, "duration_seconds");
  if (text.empty()) return std::nullopt;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds <= 0) {
    throw Error(Kind::usage, fmt::format("profile '{}': duration_seconds is '{}'", name, text));
  }
  return seconds;
}

// A run renews its credentials every hour for days, and nobody types codes for it.
void refuse_what_needs_a_person(const Profile& profile, const char* key, const std::string& name) {
  if (!profile.contains(key)) return;
  throw Error(Kind::usage,
              fmt::format("profile '{}' has {}: darbe can't renew its credentials without a person", name, key),
              fmt::format("Let another profile say `credential_process = aws configure export-credentials --profile {} "
                          "--format process`, or take a role that needs no such thing.",
                          name));
}

[[noreturn]] void throw_nothing(const ProfileFiles& files) {
  throw Error(Kind::usage, "no AWS credentials",
              fmt::format("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN for temporary "
                          "ones), or put aws_access_key_id and aws_secret_access_key, role_arn, sso_session or "
                          "credential_process under [{}] in {}, or give this machine a role (in a container its "
                          "metadata's hop limit must be 2).",
                          files.profile(), files.credentials_path()));
}

class Chain {
 public:
  explicit Chain(const CredentialSearch& search) : search_(search) {}

  CredentialSource find() {
    const auto counts = search_.is_profile_given ? EnvironmentCounts::no : EnvironmentCounts::yes;
    if (counts == EnvironmentCounts::yes) {
      if (auto source = environment_keys()) return source;
    }
    const std::string& name = search_.files.profile();
    if (has_role(search_.files.merged(name))) return role(name);
    if (auto source = rest_of_profile(name, counts)) return source;
    if (auto source = container()) return source;
    if (!is_metadata_disabled(search_.environment)) return machine();
    throw_nothing(search_.files);
  }

 private:
  // Empty if neither key is set.
  CredentialSource environment_keys() const {
    const std::string id = variable(search_.environment, "AWS_ACCESS_KEY_ID");
    const std::string secret = variable(search_.environment, "AWS_SECRET_ACCESS_KEY");
    if (id.empty() && secret.empty()) return {};
    if (id.empty() || secret.empty()) {
      const std::string names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"};
      throw Error(Kind::usage, fmt::format("{} is set, but {} is not", names[id.empty()], names[!id.empty()]));
    }
    return lasting({.access_key_id = id,
                    .secret_access_key = base::Secret(secret),
                    .session_token = base::Secret(variable(search_.environment, "AWS_SESSION_TOKEN")),
                    .can_be_renewed = false});
  }

  CredentialSource role(const std::string& name) {
    if (std::find(visited_.begin(), visited_.end(), name) != visited_.end()) {
      throw Error(Kind::usage, fmt::format("profiles take on each other's roles in a circle: {} -> {}",
                                           fmt::join(visited_, " -> "), name));
    }
    visited_.push_back(name);
    const Profile profile = search_.files.merged(name);
    refuse_what_needs_a_person(profile, "mfa_serial", name);  // AWS's SDKs ask for a code for roles only
    const Role wanted{value_of(profile, "role_arn"), value_of(profile, "role_session_name"),
                      value_of(profile, "external_id"), duration_in(profile, name)};
    Configuration caller = search_.configuration;
    caller.credentials = role_caller(profile, name);
    return renewed([=](std::stop_token stop) { return assume_role(wanted, caller, stop); }, caller.clock);
  }

  // Who takes the role on.
  CredentialSource role_caller(const Profile& profile, const std::string& name) {
    const std::string from_profile = value_of(profile, "source_profile");
    const std::string from_source = value_of(profile, "credential_source");
    if (from_profile.empty() == from_source.empty()) {
      throw Error(Kind::usage, fmt::format("profile '{}' has role_arn, but not one of source_profile and "
                                           "credential_source",
                                           name));
    }
    return from_source.empty() ? source_profile(from_profile, name) : credential_source(from_source, name);
  }

  CredentialSource source_profile(const std::string& name, const std::string& wanted_by) {
    if (!search_.files.has(name)) {
      throw Error(Kind::usage,
                  fmt::format("profile '{}' has source_profile = {}, and there is no such profile", wanted_by, name));
    }
    const Profile profile = search_.files.merged(name);
    if (has_role(profile) && !has_keys(profile)) return role(name);
    if (auto source = rest_of_profile(name, EnvironmentCounts::no)) return source;
    throw Error(Kind::usage,
                fmt::format("profile '{}', the source_profile of '{}', has no credentials", name, wanted_by));
  }

  CredentialSource credential_source(const std::string& source, const std::string& wanted_by) const {
    CredentialSource found;
    if (source == "Environment") found = environment_keys();
    if (source == "EcsContainer") found = container();
    if (source == "Ec2InstanceMetadata" && !is_metadata_disabled(search_.environment)) found = machine();
    if (found) return found;
    throw Error(Kind::usage, fmt::format("profile '{}' has credential_source = {}, and there is nothing of the kind "
                                         "(it may be Environment, Ec2InstanceMetadata or EcsContainer)",
                                         wanted_by, source));
  }

  // Everything but a role. Empty if the profile names nothing.
  CredentialSource rest_of_profile(const std::string& name, EnvironmentCounts counts) const {
    const Profile profile = search_.files.merged(name);
    if (auto source = web_identity(profile, counts)) return source;
    if (auto source = sso(profile, name)) return source;
    if (has_keys(search_.files.in_credentials_file(name))) return keys_of(name);
    refuse_what_needs_a_person(profile, "login_session", name);
    if (const std::string command = value_of(profile, "credential_process"); !command.empty()) {
      static_cast<void>(split_command(command));
      return renewed([command](std::stop_token stop) { return credentials_of_process(command, stop); },
                     search_.configuration.clock);
    }
    refuse_half_of_the_keys(profile, name);
    return has_keys(profile) ? keys_of(name) : CredentialSource();
  }

  // Read for each request: something else may renew them.
  CredentialSource keys_of(const std::string& name) const {
    return [files = search_.files, name](std::string_view, std::stop_token) {
      const Profile profile = files.merged(name);
      if (!has_keys(profile)) throw Error(Kind::usage, fmt::format("the keys of profile '{}' are gone", name));
      return keys_in(profile);
    };
  }

  CredentialSource web_identity(const Profile& profile, EnvironmentCounts counts) const {
    const auto setting = [&](const std::string& name, const std::string& key) {
      const std::string value = counts == EnvironmentCounts::yes ? variable(search_.environment, name) : "";
      return value.empty() ? value_of(profile, key) : value;
    };
    const std::string file = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (file.empty()) return {};
    const Role wanted{setting("AWS_ROLE_ARN", "role_arn"), setting("AWS_ROLE_SESSION_NAME", "role_session_name"), "",
                      duration_in(profile, search_.files.profile())};
    if (wanted.arn.empty()) {
      throw Error(Kind::usage, "a web identity's token file is named, but no role for it",
                  "Set AWS_ROLE_ARN, or put role_arn in the profile.");
    }
    const Configuration anonymous = search_.configuration;
    return renewed([=](std::stop_token stop) { return assume_role_with_web_identity(wanted, file, anonymous, stop); },
                   anonymous.clock);
  }

  CredentialSource sso(const Profile& profile, const std::string& name) const {
    const auto found = sso_profile(name, profile, search_.files, search_.environment);
    if (!found) return {};
    EndpointRules rules = search_.endpoints;
    rules.region = found->region;
    const SsoPortal portal{.url = endpoint_of("portal.sso", rules).url,
                           .token_url = endpoint_of("oidc", rules).url,
                           .ca_file = search_.configuration.ca_file};
    const auto clock = search_.configuration.clock;
    return renewed(
        [=, login = *found](std::stop_token stop) { return sso_credentials(login, portal, clock->now(), stop); },
        clock);
  }

  CredentialSource container() const {
    if (!container_url(search_.environment)) return {};
    return renewed(
        [environment = search_.environment](std::stop_token stop) { return container_credentials(environment, stop); },
        search_.configuration.clock);
  }

  // The last resort: only when asked does it show whether there is anything.
  CredentialSource machine() const {
    const std::string url = metadata_url(search_.environment, search_.files.merged(search_.files.profile()));
    const auto fetch = [url, files = search_.files, were_there = false](std::stop_token stop) mutable {
      try {
        if (const auto credentials = instance_credentials(url, stop)) {
          were_there = true;
          return *credentials;
        }
      } catch (const Error& error) {
        if (were_there || error.kind() != Kind::transient) throw;
      }
      if (were_there) throw Error(Kind::failed, "this machine has no role any more");
      throw_nothing(files);
    };
    return renewed(fetch, search_.configuration.clock);
  }

  const CredentialSearch& search_;
  std::vector<std::string> visited_;
};

}  // namespace

CredentialSource find_credentials(const CredentialSearch& search) { return Chain(search).find(); }

}  // namespace darbe::aws
