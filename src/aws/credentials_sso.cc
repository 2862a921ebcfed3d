#include "aws/credentials_sso.h"

#include <array>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "aws/form.h"
#include "base/error.h"
#include "base/file.h"
#include "http/client.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

// The names of the cache's files, made by AWS's tools.
std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    throw Error(Kind::failed, "OpenSSL can't compute SHA-1");
  }
  std::string result;
  for (unsigned i = 0; i < size; ++i) result += fmt::format("{:02x}", digest[i]);
  return result;
}

std::string needed(const Profile& section, const std::string& key, const std::string& where) {
  const std::string value = value_of(section, key);
  if (value.empty()) throw Error(Kind::usage, fmt::format("{} has no {}", where, key));
  return value;
}

[[noreturn]] void throw_not_logged_in(const SsoProfile& profile, const std::string& why) {
  throw Error(Kind::usage, fmt::format("profile '{}': {}", profile.profile, why),
              fmt::format("Run `aws sso login --profile {}`, then the same command again.", profile.profile));
}

base::Secret login_token(const SsoProfile& profile, TimePoint now) {
  std::error_code ignored;
  if (!std::filesystem::exists(profile.token_file, ignored)) throw_not_logged_in(profile, "nobody is logged in");
  const Fields fields = parse_json(base::read_file(profile.token_file), profile.token_file);
  const auto ends = read_iso_time(field(fields, "expiresAt"));
  if (!ends || *ends <= now) throw_not_logged_in(profile, "the login has ended");
  base::Secret token(field(fields, "accessToken"));
  if (token.empty()) throw_not_logged_in(profile, "nobody is logged in");
  return token;
}

// Milliseconds since the epoch.
std::optional<TimePoint> read_expiration(const std::string& text) {
  long long milliseconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return TimePoint(std::chrono::milliseconds(milliseconds));
}

[[noreturn]] void throw_refusal(const SsoProfile& profile, const http::Answer& answer) {
  if (answer.status == 401) throw_not_logged_in(profile, "the portal doesn't take the login any more");
  const bool is_passing = answer.status == 429 || answer.status >= 500;
  throw Error(is_passing ? Kind::transient : Kind::refused,
              fmt::format("profile '{}': the portal answered HTTP {} for role {} of account {}", profile.profile,
                          answer.status, profile.role_name, profile.account_id));
}

}  // namespace

std::optional<SsoProfile> sso_profile(const std::string& name, const Profile& profile, const ProfileFiles& files,
                                      const Environment& environment) {
  if (!profile.contains("sso_account_id") && !profile.contains("sso_role_name")) return std::nullopt;
  SsoProfile result;
  const std::string here = fmt::format("profile '{}'", name);
  result.profile = name;
  result.account_id = needed(profile, "sso_account_id", here);
  result.role_name = needed(profile, "sso_role_name", here);
  result.session = value_of(profile, "sso_session");
  const Profile section = result.session.empty() ? profile : files.section("sso-session", result.session);
  const std::string where = result.session.empty() ? here : fmt::format("[sso-session {}]", result.session);
  result.region = needed(section, "sso_region", where);
  result.start_url = needed(section, "sso_start_url", where);
  result.token_file = fmt::format("{}/.aws/sso/cache/{}.json", environment("HOME").value_or(""),
                                  sha1_hex(result.session.empty() ? result.start_url : result.session));
  return result;
}

Credentials sso_credentials(const SsoProfile& profile, const SsoPortal& portal, TimePoint now, std::stop_token stop) {
  const base::Secret token = login_token(profile, now);
  http::Call call;
  call.method = "GET";
  call.url = fmt::format("{}/federation/credentials?role_name={}&account_id={}", portal.url,
                         percent_encoded(profile.role_name), percent_encoded(profile.account_id));
  call.headers = {{"x-amz-sso_bearer_token", token.reveal()}};
  call.ca_file = portal.ca_file;
  const http::Answer answer = http::call(call, stop);
  if (answer.status != 200) throw_refusal(profile, answer);
  const std::string what = "the portal's answer";
  const Fields fields = parse_json(answer.body, what);
  const std::string prefix = "roleCredentials.";
  Credentials credentials =
      credentials_in(fields, {prefix + "accessKeyId", prefix + "secretAccessKey", prefix + "sessionToken", {}}, what);
  credentials.ends = read_expiration(field(fields, prefix + "expiration"));
  return credentials;
}

}  // namespace darbe::aws
