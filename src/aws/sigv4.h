// AWS Signature Version 4 (IAM User Guide, "Create a signed AWS API request"): the signer that `darbe` uses and that
// the lab verifies with. Departures: a path is taken as normalized ("." and ".." are not resolved), and chunked and
// presigned requests are left out.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace darbe::aws {

using Headers = std::vector<std::pair<std::string, std::string>>;

// What a signature vouches for.
struct SigningInput {
  std::string method = "POST";
  std::string target = "/";  // path and query as sent
  Headers headers;           // exactly the signed ones, in any order and case
  std::string body;
  std::string time;  // as in X-Amz-Date: 20150830T123600Z
  std::string region;
  std::string service;
};

std::string canonical_request(const SigningInput& input);
std::string string_to_sign(const SigningInput& input);
// 64 lower-case hexadecimal characters.
std::string signature(const SigningInput& input, const base::Secret& secret_access_key);

// The value of X-Amz-Date.
std::string signing_time(std::chrono::system_clock::time_point time);

// An Authorization header taken apart.
struct Authorization {
  std::string access_key_id;
  std::string date;  // 20150830
  std::string region;
  std::string service;
  std::vector<std::string> signed_headers;  // lower case
  std::string signature;
};

// The value of the Authorization header for an input whose signature is known.
std::string authorization(const SigningInput& input, std::string_view access_key_id, std::string_view signature);

// Nothing if it is not an AWS4-HMAC-SHA256 header in full.
std::optional<Authorization> parse_authorization(std::string_view header);

// Takes as long for a near miss as for a match.
bool equal_signatures(std::string_view one, std::string_view other);

}  // namespace darbe::aws
