#include "lab/authentication.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include <fmt/format.h>

#include "lab/refusal.h"

namespace darbe::lab {
namespace {

constexpr int forbidden = 403;
constexpr std::chrono::minutes clock_skew_max{15};

std::string header(const http::Request& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string() : found->second;
}

std::optional<std::chrono::system_clock::time_point> read_time(const std::string& text) {
  std::tm utc{};
  const char* end = strptime(text.c_str(), "%Y%m%dT%H%M%SZ", &utc);
  if (!end || *end != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&utc));
}

const Credential& credential_of(const aws::Authorization& authorization, const Store& store) {
  const auto found = store.credentials.find(authorization.access_key_id);
  if (found == store.credentials.end())
    throw Refusal("InvalidClientTokenId", "The security token included in the request is invalid.", forbidden);
  return found->second;
}

void check_session(const http::Request& request, const Credential& credential,
                   std::chrono::system_clock::time_point now) {
  const std::string token = header(request, "x-amz-security-token");
  if (!aws::equal_signatures(token, credential.session_token.reveal()))
    throw Refusal("InvalidClientTokenId", "The security token included in the request is invalid.", forbidden);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (credential.expires != 0 && credential.expires < seconds)
    throw Refusal("ExpiredToken", "The security token included in the request is expired", forbidden);
}

void check_time(const std::string& time, const aws::Authorization& authorization,
                std::chrono::system_clock::time_point now) {
  const auto signed_at = read_time(time);
  if (!signed_at) throw Refusal("IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got '" + time + "'.");
  if (time.substr(0, 8) != authorization.date)
    throw Refusal("SignatureDoesNotMatch",
                  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
                  forbidden);
  if (*signed_at + clock_skew_max < now || *signed_at - clock_skew_max > now)
    throw Refusal("RequestExpired", fmt::format("Request must be signed within 15 minutes of {}; it was at {}.",
                                                aws::signing_time(now), time));
}

void check_scope(const aws::Authorization& authorization, const Store& store) {
  // STS has one endpoint for the whole world and IAM has no other, which are signed for as us-east-1.
  const bool is_global = (authorization.service == "sts" || authorization.service == "iam");
  const bool global = is_global && authorization.region == "us-east-1";
  if (authorization.region != store.region && !global)
    throw Refusal("SignatureDoesNotMatch",
                  fmt::format("Credential should be scoped to a valid region, not '{}'.", authorization.region),
                  forbidden);
}

void check_signed_headers(const aws::Authorization& authorization) {
  const auto is_signed = [&](std::string_view name) {
    const auto& names = authorization.signed_headers;
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (!is_signed("host") || (!is_signed("x-amz-date") && !is_signed("date")))
    throw Refusal("SignatureDoesNotMatch", "'Host' and 'X-Amz-Date' must be 'SignedHeader's in the AWS Authorization.",
                  forbidden);
}

std::string expected_signature(const http::Request& request, const aws::Authorization& authorization,
                               const Credential& credential) {
  aws::SigningInput input;
  input.method = request.method;
  input.target = request.target;
  input.body = request.body;
  input.time = header(request, "x-amz-date");
  input.region = authorization.region;
  input.service = authorization.service;
  for (const std::string& name : authorization.signed_headers) input.headers.emplace_back(name, header(request, name));
  return aws::signature(input, credential.secret);
}

}  // namespace

aws::Authorization signature_of(const http::Request& request) {
  const std::string text = header(request, "authorization");
  if (text.empty()) throw Refusal("MissingAuthenticationToken", "Request is missing Authentication Token", forbidden);
  const auto authorization = aws::parse_authorization(text);
  if (!authorization)
    throw Refusal(
        "IncompleteSignature",
        "Authorization header requires 'AWS4-HMAC-SHA256' with 'Credential', 'SignedHeaders' and 'Signature'.");
  return *authorization;
}

Caller authenticate(const http::Request& request, const aws::Authorization& authorization, const Store& store,
                    std::chrono::system_clock::time_point now) {
  const Credential& credential = credential_of(authorization, store);
  check_session(request, credential, now);
  check_scope(authorization, store);
  check_signed_headers(authorization);
  check_time(header(request, "x-amz-date"), authorization, now);
  if (!aws::equal_signatures(expected_signature(request, authorization, credential), authorization.signature))
    throw Refusal(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
        "Access Key and signing method. Consult the service documentation for details.",
        forbidden);
  return {credential.arn, credential.user_id};
}

}  // namespace darbe::lab
