#include "aws/configuration.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

using Profile = std::map<std::string, std::string>;

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

std::string value_of(const Profile& profile, const std::string& key) {
  const auto found = profile.find(key);
  return found == profile.end() ? "" : found->second;
}

std::string path_from(const Environment& environment, const std::string& variable, const std::string& default_name) {
  if (const auto path = environment(variable)) return *path;
  return environment("HOME").value_or("") + "/.aws/" + default_name;
}

// One profile's values out of both files; the credentials file comes first.
class ProfileFiles {
 public:
  ProfileFiles(const Flags& flags, const Environment& environment)
      : profile_(!flags.profile.empty() ? flags.profile : environment("AWS_PROFILE").value_or("default")),
        credentials_path_(path_from(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")),
        config_path_(path_from(environment, "AWS_CONFIG_FILE", "config")),
        is_chosen_(!flags.profile.empty() || environment("AWS_PROFILE")) {}

  const std::string& profile() const { return profile_; }
  const std::string& credentials_path() const { return credentials_path_; }
  const std::string& config_path() const { return config_path_; }

  // Reads both files each time: other tools renew what is in them. Throws: Error{usage}.
  Profile read() const {
    Profile result;
    bool is_there = false;
    const auto take = [&](const std::string& path, const std::string& section) {
      const Profiles profiles = parse_if_there(path);
      const auto found = profiles.find(section);
      if (found == profiles.end()) return;
      is_there = true;
      result.insert(found->second.begin(), found->second.end());
    };
    take(credentials_path_, profile_);
    take(config_path_, profile_ == "default" ? profile_ : "profile " + profile_);
    if (is_chosen_ && !is_there) {
      throw Error(Kind::usage, fmt::format("no profile '{}' in {} or {}", profile_, credentials_path_, config_path_));
    }
    return result;
  }

 private:
  static Profiles parse_if_there(const std::string& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored) ? parse_profiles(base::read_file(path), path) : Profiles();
  }

  std::string profile_;
  std::string credentials_path_;
  std::string config_path_;
  bool is_chosen_;
};

[[noreturn]] void throw_no_credentials(const ProfileFiles& files, const std::string& what) {
  throw Error(
      Kind::usage, what,
      fmt::format("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (with AWS_SESSION_TOKEN for temporary ones), "
                  "or put aws_access_key_id and aws_secret_access_key under [{}] in {}. What the AWS CLI is "
                  "logged in with, `aws configure export-credentials --format env` prints for export.",
                  files.profile(), files.credentials_path()));
}

std::optional<Credentials> from_environment(const Environment& environment) {
  const std::string id = environment("AWS_ACCESS_KEY_ID").value_or("");
  const std::string secret = environment("AWS_SECRET_ACCESS_KEY").value_or("");
  if (id.empty() && secret.empty()) return std::nullopt;
  if (id.empty() || secret.empty()) {
    throw Error(Kind::usage,
                fmt::format("{} is set, but {} is not", id.empty() ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID",
                            id.empty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"));
  }
  return Credentials{id, base::Secret(secret), base::Secret(environment("AWS_SESSION_TOKEN").value_or(""))};
}

Credentials from_profile(const ProfileFiles& files) {
  const Profile profile = files.read();
  // AWS's own tools would follow these before the keys, so the keys are not what the operator means.
  for (const char* key : {"role_arn", "web_identity_token_file", "sso_session", "sso_start_url"}) {
    if (profile.contains(key)) {
      throw_no_credentials(files, fmt::format("profile '{}' gets its credentials by {}, which darbe can't follow",
                                              files.profile(), key));
    }
  }
  const std::string id = value_of(profile, "aws_access_key_id");
  const std::string secret = value_of(profile, "aws_secret_access_key");
  if (id.empty() || secret.empty()) throw_no_credentials(files, "no AWS credentials");
  return {id, base::Secret(secret), base::Secret(value_of(profile, "aws_session_token"))};
}

CredentialSource find_credentials(const Flags& flags, const Environment& environment, const ProfileFiles& files) {
  if (flags.profile.empty()) {
    if (const auto credentials = from_environment(environment)) {
      return [credentials = *credentials](std::stop_token) { return credentials; };
    }
  }
  static_cast<void>(from_profile(files));
  return [files](std::stop_token) { return from_profile(files); };
}

bool is_region(std::string_view text) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_allowed) && !text.starts_with('-') &&
         !text.ends_with('-');
}

std::string find_region(const Flags& flags, const Environment& environment, const Profile& profile) {
  const std::vector<std::string> places = {flags.region, environment("AWS_REGION").value_or(""),
                                           environment("AWS_DEFAULT_REGION").value_or(""), value_of(profile, "region")};
  const auto given = std::find_if(places.begin(), places.end(), [](const std::string& text) { return !text.empty(); });
  if (given == places.end()) {
    throw Error(Kind::usage, "no AWS region", "Give --region, set AWS_REGION, or put region in the profile.");
  }
  if (!is_region(*given)) throw Error(Kind::usage, fmt::format("'{}' is not the name of a region", *given));
  return *given;
}

std::string_view domain_of(std::string_view region) {
  if (region.starts_with("cn-")) return "amazonaws.com.cn";
  if (region.starts_with("eusc-")) return "amazonaws.eu";
  return "amazonaws.com";
}

std::string endpoint_of(std::string_view service, const std::string& region, const Flags& flags,
                        const Environment& environment, const Profile& profile) {
  if (!flags.endpoint_url.empty()) return flags.endpoint_url;
  if (environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").value_or("") != "true") {
    for (const std::string& url : {environment("AWS_ENDPOINT_URL_" + upper(service)).value_or(""),
                                   environment("AWS_ENDPOINT_URL").value_or(""), value_of(profile, "endpoint_url")}) {
      if (!url.empty()) return url;
    }
  }
  return fmt::format("https://{}.{}.{}", service, region, domain_of(region));
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Profiles parse_profiles(std::string_view text, const std::string& path) {
  Profiles profiles;
  Profile* section = nullptr;
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::string content = trimmed(line);
    const bool is_nested = line.starts_with(' ') || line.starts_with('\t');
    if (content.empty() || content.front() == '#' || content.front() == ';' || is_nested) continue;
    const auto equals = content.find('=');
    if (content.front() == '[' && content.back() == ']') {
      section = &profiles[trimmed(content.substr(1, content.size() - 2))];
    } else if (section != nullptr && equals != std::string::npos) {
      (*section)[trimmed(content.substr(0, equals))] = trimmed(content.substr(equals + 1));
    } else {
      throw Error(Kind::usage, fmt::format("{}, line {}: neither a [section] nor a key = value of one", path, number));
    }
  }
  return profiles;
}

Configuration configure(const Flags& flags, const Environment& environment) {
  const ProfileFiles files(flags, environment);
  const Profile profile = files.read();
  const std::string region = find_region(flags, environment, profile);
  return {region, find_credentials(flags, environment, files),
          [=](std::string_view service) { return endpoint_of(service, region, flags, environment, profile); },
          environment("AWS_CA_BUNDLE").value_or("")};
}

}  // namespace darbe::aws
