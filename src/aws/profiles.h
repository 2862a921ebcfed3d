// AWS's two files of profiles, `~/.aws/credentials` and `~/.aws/config` (SDKs and Tools Reference Guide, "Shared config
// and credentials files"). They are read anew for each question: other tools renew what is in them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace darbe::aws {

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// One section's keys, in lower case, with their values. A nested value (an indented line) bears its parent's name:
// "rds.endpoint_url".
using Profile = std::map<std::string, std::string>;
// Section ("default", "profile putio", "sso-session work") -> its keys.
using Profiles = std::map<std::string, Profile>;

// Throws: Error{usage} naming `path` and the line.
Profiles parse_profiles(std::string_view text, const std::string& path);

// Empty if it is not there.
std::string value_of(const Profile& profile, const std::string& key);

// Both files. Functions' Throws: Error{usage} when a file can't be read.
class ProfileFiles {
 public:
  // `chosen` is what the command line says; empty: AWS_PROFILE, or "default".
  ProfileFiles(const std::string& chosen, const Environment& environment);

  const std::string& profile() const { return profile_; }
  const std::string& credentials_path() const { return credentials_path_; }

  // One profile out of both files; the credentials file comes first.
  Profile merged(const std::string& name) const;
  Profile in_credentials_file(const std::string& name) const;
  // merged(profile()). Throws: Error{usage} too if that profile was asked for and is in neither file.
  Profile chosen() const;
  bool has(const std::string& name) const;
  // Another section of the config file: kind "services" or "sso-session". Empty if there is none.
  Profile section(const std::string& kind, const std::string& name) const;

 private:
  Profile in_config_file(const std::string& name) const;

  std::string profile_;
  std::string credentials_path_;
  std::string config_path_;
  bool is_chosen_;
};

}  // namespace darbe::aws
