#include "aws/sigv4.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "aws/form.h"
#include "base/error.h"
#include "base/letters.h"
#include "base/random.h"

namespace darbe::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string canonical_path(std::string_view path) {
  std::string result;
  for (const std::string_view segment : split(path, '/')) {
    if (segment.data() != path.data()) result += '/';
    result += percent_encoded(segment);
  }
  return result.empty() ? "/" : result;
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const std::string_view field : split(query, '&')) {
    if (field.empty()) continue;
    const auto equals = std::min(field.find('='), field.size());
    const std::string_view value = field.substr(std::min(equals + 1, field.size()));
    fields.emplace_back(percent_encoded(percent_decoded(field.substr(0, equals))),
                        percent_encoded(percent_decoded(value)));
  }
  std::sort(fields.begin(), fields.end());
  std::string result;
  for (const auto& [name, value] : fields) result += fmt::format("{}{}={}", result.empty() ? "" : "&", name, value);
  return result;
}

// Without blanks around it, and with one where there were many.
std::string canonical_value(std::string_view value) {
  std::string result;
  for (const char c : value) {
    const bool is_blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!is_blank) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::map<std::string, std::string> canonical_headers(const Headers& headers) {
  std::map<std::string, std::string> result;
  for (const auto& [name, value] : headers) {
    auto [entry, is_new] = result.emplace(base::lower(name), canonical_value(value));
    if (!is_new) entry->second += "," + canonical_value(value);
  }
  return result;
}

std::string signed_header_names(const Headers& headers) {
  std::vector<std::string> names;
  for (const auto& [name, value] : canonical_headers(headers)) names.push_back(name);
  return fmt::format("{}", fmt::join(names, ";"));
}

std::string date_of(const SigningInput& input) { return input.time.substr(0, 8); }

std::string scope_of(const SigningInput& input) {
  return fmt::format("{}/{}/{}/aws4_request", date_of(input), input.region, input.service);
}

std::string hmac(std::string_view key, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const auto* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(), &size);
  if (done == nullptr) throw base::Error(base::Kind::failed, "OpenSSL can't compute an HMAC");
  return std::string(digest.begin(), digest.begin() + size);
}

std::string signing_key(const SigningInput& input, const base::Secret& secret_access_key) {
  const std::string date_key = hmac("AWS4" + secret_access_key.reveal(), date_of(input));
  return hmac(hmac(hmac(date_key, input.region), input.service), "aws4_request");
}

// "Credential" of "Credential=…/…, SignedHeaders=…"; empty if it is not there.
std::string_view part_of(std::string_view header, std::string_view name) {
  for (std::string_view part : split(header, ',')) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) return part.substr(name.size() + 1);
  }
  return {};
}

}  // namespace

std::string canonical_request(const SigningInput& input) {
  const std::string_view target = input.target;
  const auto question = std::min(target.find('?'), target.size());
  std::string headers;
  for (const auto& [name, value] : canonical_headers(input.headers)) headers += fmt::format("{}:{}\n", name, value);
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", input.method, canonical_path(target.substr(0, question)),
                     canonical_query(target.substr(std::min(question + 1, target.size()))), headers,
                     signed_header_names(input.headers), base::sha256_hex(input.body));
}

std::string string_to_sign(const SigningInput& input) {
  return fmt::format("{}\n{}\n{}\n{}", algorithm, input.time, scope_of(input),
                     base::sha256_hex(canonical_request(input)));
}

std::string signature(const SigningInput& input, const base::Secret& secret_access_key) {
  std::string result;
  for (const char c : hmac(signing_key(input, secret_access_key), string_to_sign(input))) {
    result += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return result;
}

std::string signing_time(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string authorization(const SigningInput& input, std::string_view access_key_id, std::string_view signature) {
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm, access_key_id, scope_of(input),
                     signed_header_names(input.headers), signature);
}

std::optional<Authorization> parse_authorization(std::string_view header) {
  if (!header.starts_with(algorithm) || !header.substr(algorithm.size()).starts_with(' ')) return std::nullopt;
  header.remove_prefix(algorithm.size() + 1);
  const auto credential = split(part_of(header, "Credential"), '/');
  const auto names = part_of(header, "SignedHeaders");
  const auto signed_with = part_of(header, "Signature");
  if (credential.size() != 5 || credential[4] != "aws4_request" || names.empty() || signed_with.empty()) return {};
  Authorization result{std::string(credential[0]),
                       std::string(credential[1]),
                       std::string(credential[2]),
                       std::string(credential[3]),
                       {},
                       std::string(signed_with)};
  for (const std::string_view name : split(names, ';')) result.signed_headers.emplace_back(name);
  return result;
}

bool equal_signatures(std::string_view one, std::string_view other) {
  return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace darbe::aws
