#include "aws/credentials_metadata.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/letters.h"
#include "base/retry.h"
#include "http/client.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

constexpr std::string_view container_host = "http://169.254.170.2";
constexpr std::chrono::seconds container_timeout{2};
constexpr int container_tries = 3;

constexpr std::string_view instance_host = "http://169.254.169.254";
constexpr std::string_view instance_host_ipv6 = "http://[fd00:ec2::254]";
constexpr std::chrono::seconds instance_timeout{1};

// Where a token may go unencrypted, besides loopback: ECS and EKS on IPv4 and IPv6.
constexpr auto plain_hosts = std::to_array<std::string_view>({"169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"});

std::string host_in(std::string_view url) {
  const auto begin = url.find("://") + 3;
  std::string_view host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  const auto end = host.starts_with('[') ? host.find(']') + 1 : host.find(':');
  return std::string(host.substr(0, end));
}

bool is_loopback(std::string_view host) {
  const bool is_address =
      std::all_of(host.begin(), host.end(), [](unsigned char c) { return std::isdigit(c) || c == '.'; });
  return host == "localhost" || host == "[::1]" || (is_address && host.starts_with("127."));
}

void check_plain(const std::string& url) {
  if (url.starts_with("https://")) return;
  const std::string host = url.starts_with("http://") ? host_in(url) : "";
  if (is_loopback(host) || std::find(plain_hosts.begin(), plain_hosts.end(), host) != plain_hosts.end()) return;
  throw Error(Kind::usage, fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI is '{}': credentials are taken over http "
                                       "only from this machine or the container service",
                                       url));
}

std::string container_token(const Environment& environment) {
  std::string token = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  const std::string file = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").value_or("");
  if (!file.empty()) token = base::read_file(file);
  if (token.find_first_of("\r\n") != std::string::npos) {
    throw Error(Kind::usage, "the container's authorization token has a line break in it, which no header may have");
  }
  return token;
}

[[noreturn]] void throw_status(const std::string& what, const http::Answer& answer) {
  const Kind kind = answer.status >= 500 || answer.status == 429 ? Kind::transient : Kind::failed;
  throw Error(kind, fmt::format("{} answered HTTP {}", what, answer.status));
}

// "Code" is "Success", or why there are none.
void check_code(const Fields& fields) {
  const std::string code = field(fields, "Code");
  if (code.empty() || code == "Success") return;
  throw Error(Kind::failed,
              fmt::format("the instance's metadata has no credentials: {} {}", code, field(fields, "Message")));
}

const CredentialFields metadata_fields{.session_token = "Token"};

http::Call metadata_call(const std::string& method, const std::string& url) {
  http::Call call;
  call.method = method;
  call.url = url;
  call.is_direct = true;
  call.timeout = instance_timeout;
  return call;
}

// Version 2: a token first, which no request that was smuggled through the machine can get.
std::string metadata_token(const std::string& url, std::stop_token stop) {
  http::Call call = metadata_call("PUT", url + "/latest/api/token");
  call.headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}, {"Content-Length", "0"}};
  const http::Answer answer = http::call(call, stop);
  if (answer.status != 200) throw_status("the instance's metadata service", answer);
  return answer.body;
}

http::Answer metadata_at(const std::string& url, const std::string& token, std::stop_token stop) {
  http::Call call = metadata_call("GET", url);
  call.headers = {{"X-aws-ec2-metadata-token", token}};
  return http::call(call, stop);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find_first_of("\r\n")); }

}  // namespace

std::optional<std::string> container_url(const Environment& environment) {
  const std::string relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").value_or("");
  if (!relative.empty()) return fmt::format("{}{}{}", container_host, relative.starts_with('/') ? "" : "/", relative);
  const std::string full = environment("AWS_CONTAINER_CREDENTIALS_FULL_URI").value_or("");
  if (full.empty()) return std::nullopt;
  check_plain(full);
  return full;
}

Credentials container_credentials(const Environment& environment, std::stop_token stop) {
  http::Call call;
  call.method = "GET";
  call.url = container_url(environment).value();
  call.is_direct = true;
  call.headers = {{"Accept", "application/json"}};
  if (const std::string token = container_token(environment); !token.empty()) {
    call.headers.emplace_back("Authorization", token);
  }
  call.timeout = container_timeout;
  constexpr base::RetryPolicy policy{container_tries, std::chrono::milliseconds(500), std::chrono::seconds(1)};
  const http::Answer answer = base::retry(policy, stop, [&] {
    http::Answer got = http::call(call, stop);
    if (got.status != 200) throw_status("the container's credential service", got);
    return got;
  });
  const std::string what = "the answer of the container's credential service";
  return credentials_in(parse_json(answer.body, what), metadata_fields, what);
}

bool is_metadata_disabled(const Environment& environment) {
  return base::equal_in_any_case(environment("AWS_EC2_METADATA_DISABLED").value_or(""), "true");
}

std::string metadata_url(const Environment& environment, const Profile& profile) {
  const auto setting = [&](const std::string& variable, const std::string& key) {
    const std::string value = environment(variable).value_or("");
    return value.empty() ? value_of(profile, key) : value;
  };
  std::string url = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
  const std::string mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
  if (url.empty()) url = mode == "IPv6" || mode == "ipv6" ? instance_host_ipv6 : instance_host;
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::optional<Credentials> instance_credentials(const std::string& url, std::stop_token stop) {
  const std::string token = metadata_token(url, stop);
  const std::string folder = url + "/latest/meta-data/iam/security-credentials/";
  const http::Answer roles = metadata_at(folder, token, stop);
  if (roles.status == 404) return std::nullopt;
  if (roles.status != 200) throw_status("the instance's metadata service", roles);
  const std::string role = first_line(roles.body);
  if (role.empty()) return std::nullopt;
  const http::Answer answer = metadata_at(folder + role, token, stop);
  if (answer.status != 200) throw_status("the instance's metadata service", answer);
  const std::string what = "the answer of the instance's metadata service";
  const Fields fields = parse_json(answer.body, what);
  check_code(fields);
  return credentials_in(fields, metadata_fields, what);
}

}  // namespace darbe::aws
