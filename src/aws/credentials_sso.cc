#include "aws/credentials_sso.h"

#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "aws/form.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "http/client.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

// The names of the cache's files, made by AWS's tools.
std::string sha1_hex(std::string_view text) {
  std::string result;
  for (const char byte : base::sha1(text)) result += fmt::format("{:02x}", static_cast<unsigned char>(byte));
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

std::optional<long long> number_in(const std::string& text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// As AWS's SDKs do: the token still serves meanwhile, if it can't be renewed.
constexpr std::chrono::minutes renewed_before_end{15};

bool can_be_renewed(const SsoProfile& profile, const Fields& login, TimePoint now) {
  const auto registered_until = read_iso_time(field(login, "registrationExpiresAt"));
  return !profile.session.empty() && !field(login, "refreshToken").empty() && !field(login, "clientId").empty() &&
         !field(login, "clientSecret").empty() && (!registered_until || *registered_until > now);
}

http::Answer create_token(const SsoPortal& portal, const Fields& login, const std::stop_token& stop) {
  http::Call call;
  call.url = portal.token_url + "/token";
  call.headers = {{"content-type", "application/json"}};
  call.body = json_object({{"clientId", field(login, "clientId")},
                           {"clientSecret", field(login, "clientSecret")},
                           {"grantType", "refresh_token"},
                           {"refreshToken", field(login, "refreshToken")}});
  call.ca_file = portal.ca_file;
  return http::call(call, stop);
}

// What changes in the login's file. Nothing if the login has ended for good.
std::optional<Fields> renewed_login(const SsoPortal& portal, const Fields& login, TimePoint now,
                                    const std::stop_token& stop) {
  const http::Answer answer = create_token(portal, login, stop);
  if (answer.status == 429 || answer.status >= 500)
    throw Error(Kind::transient, fmt::format("{} answered HTTP {}", portal.token_url, answer.status));
  if (answer.status != 200) return std::nullopt;
  const Fields told = parse_json(answer.body, "the answer to CreateToken");
  Fields renewed = {
      {"accessToken", field(told, "accessToken")},
      {"expiresAt", base::iso_time(now + std::chrono::seconds(number_in(field(told, "expiresIn")).value_or(0)))}};
  if (const std::string next = field(told, "refreshToken"); !next.empty()) renewed["refreshToken"] = next;
  return renewed;
}

// The login, renewed if need be and if that is possible.
Fields current_login(const SsoProfile& profile, const SsoPortal& portal, TimePoint now, const std::stop_token& stop) {
  const std::string text = base::read_file(profile.token_file);
  const Fields login = parse_json(text, profile.token_file);
  const auto ends = read_iso_time(field(login, "expiresAt"));
  const bool ends_soon = !ends || *ends - now < renewed_before_end;
  if (!ends_soon || !can_be_renewed(profile, login, now)) return login;
  try {
    if (const auto renewed = renewed_login(portal, login, now, stop)) {
      const std::string next = with_members(text, *renewed, profile.token_file);
      base::write_file_atomically(profile.token_file, next, 0600);
      return parse_json(next, profile.token_file);
    }
  } catch (const Error& error) {
    if (error.kind() != Kind::transient || !ends || *ends <= now) throw;
    log::debug("the login of profile '{}' can't be renewed now: {}", profile.profile, base::text_of(error));
  }
  return login;
}

base::Secret login_token(const SsoProfile& profile, const SsoPortal& portal, TimePoint now,
                         const std::stop_token& stop) {
  std::error_code ignored;
  if (!std::filesystem::exists(profile.token_file, ignored)) throw_not_logged_in(profile, "nobody is logged in");
  const Fields login = current_login(profile, portal, now, stop);
  const auto ends = read_iso_time(field(login, "expiresAt"));
  if (!ends || *ends <= now) throw_not_logged_in(profile, "the login has ended");
  base::Secret token(field(login, "accessToken"));
  if (token.empty()) throw_not_logged_in(profile, "nobody is logged in");
  return token;
}

// Milliseconds since the epoch.
std::optional<TimePoint> read_expiration(const std::string& text) {
  const auto milliseconds = number_in(text);
  return milliseconds ? std::optional(TimePoint(std::chrono::milliseconds(*milliseconds))) : std::nullopt;
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
  const base::Secret token = login_token(profile, portal, now, stop);
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
