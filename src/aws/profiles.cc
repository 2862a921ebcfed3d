#include "aws/profiles.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/letters.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

// "profile  putio" and "profile 'putio'" are the same section.
std::string section_name(std::string_view header) {
  const std::string text = trimmed(header);
  const auto blank = text.find_first_of(" \t");
  if (blank == std::string::npos) return text;
  std::string name = trimmed(std::string_view(text).substr(blank));
  const bool is_quoted =
      name.size() >= 2 && name.front() == name.back() && (name.front() == '"' || name.front() == '\'');
  if (is_quoted) name = name.substr(1, name.size() - 2);
  return text.substr(0, blank) + " " + name;
}

// Reads line by line.
class ProfileReader {
 public:
  explicit ProfileReader(const std::string& path) : path_(path) {}

  void take(std::string_view line, int number) {
    const std::string content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') return;
    const auto equals = content.find('=');
    const bool is_nested = line.starts_with(' ') || line.starts_with('\t');
    if (is_nested) {
      if (section_ != nullptr && !parent_.empty() && equals != std::string::npos) put(parent_ + ".", content, equals);
    } else if (content.front() == '[' && content.back() == ']') {
      section_ = &profiles_[section_name(content.substr(1, content.size() - 2))];
      parent_.clear();
    } else if (section_ != nullptr && equals != std::string::npos) {
      parent_ = put("", content, equals);
    } else {
      throw Error(Kind::usage, fmt::format("{}, line {}: neither a [section] nor a key = value of one", path_, number));
    }
  }

  Profiles result() { return std::move(profiles_); }

 private:
  // The key, if a nested value may follow.
  std::string put(const std::string& prefix, const std::string& content, std::size_t equals) {
    const std::string key = prefix + base::lower(trimmed(content.substr(0, equals)));
    const std::string value = trimmed(content.substr(equals + 1));
    (*section_)[key] = value;
    return value.empty() ? key : "";
  }

  const std::string& path_;
  Profiles profiles_;
  Profile* section_ = nullptr;
  std::string parent_;
};

Profiles parse_if_there(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return {};
  try {
    return parse_profiles(base::read_file(path), path);
  } catch (const Error& error) {
    throw Error(Kind::usage, error.what(), error.advice());
  }
}

Profile find_section(const Profiles& profiles, const std::string& name) {
  const auto found = profiles.find(name);
  return found == profiles.end() ? Profile() : found->second;
}

std::string path_from(const Environment& environment, const std::string& variable, const std::string& default_name) {
  const std::string home = environment("HOME").value_or("");
  const auto path = environment(variable);
  if (!path) return home + "/.aws/" + default_name;
  return path->starts_with("~/") ? home + path->substr(1) : *path;
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
  ProfileReader reader(path);
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    reader.take(line, number);
  }
  return reader.result();
}

std::string value_of(const Profile& profile, const std::string& key) {
  const auto found = profile.find(key);
  return found == profile.end() ? "" : found->second;
}

ProfileFiles::ProfileFiles(const std::string& chosen, const Environment& environment)
    : profile_(!chosen.empty() ? chosen : environment("AWS_PROFILE").value_or("")),
      credentials_path_(path_from(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")),
      config_path_(path_from(environment, "AWS_CONFIG_FILE", "config")),
      is_chosen_(!profile_.empty()) {
  if (!is_chosen_) profile_ = "default";
}

Profile ProfileFiles::in_credentials_file(const std::string& name) const {
  return find_section(parse_if_there(credentials_path_), name);
}

Profile ProfileFiles::in_config_file(const std::string& name) const {
  const Profiles profiles = parse_if_there(config_path_);
  Profile result = find_section(profiles, "profile " + name);
  return result.empty() && name == "default" ? find_section(profiles, name) : result;
}

Profile ProfileFiles::merged(const std::string& name) const {
  Profile result = in_credentials_file(name);
  const Profile config = in_config_file(name);
  result.insert(config.begin(), config.end());
  return result;
}

bool ProfileFiles::has(const std::string& name) const {
  const Profiles config = parse_if_there(config_path_);
  return parse_if_there(credentials_path_).contains(name) || config.contains("profile " + name) ||
         (name == "default" && config.contains(name));
}

Profile ProfileFiles::chosen() const {
  if (is_chosen_ && !has(profile_)) {
    throw Error(Kind::usage, fmt::format("no profile '{}' in {} or {}", profile_, credentials_path_, config_path_));
  }
  return merged(profile_);
}

Profile ProfileFiles::section(const std::string& kind, const std::string& name) const {
  return find_section(parse_if_there(config_path_), kind + " " + name);
}

}  // namespace darbe::aws
