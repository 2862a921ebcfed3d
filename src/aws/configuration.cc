#include "aws/configuration.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "aws/credentials_chain.h"
#include "base/error.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

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

std::string find_ca_file(const Environment& environment, const Profile& profile) {
  const std::string file = environment("AWS_CA_BUNDLE").value_or("");
  return file.empty() ? value_of(profile, "ca_bundle") : file;
}

}  // namespace

Configuration configure(const Flags& flags, const Environment& environment) {
  const ProfileFiles files(flags.profile, environment);
  const Profile profile = files.chosen();
  Configuration result;
  result.region = find_region(flags, environment, profile);
  const EndpointRules rules = endpoint_rules(result.region, flags.endpoint_url, environment, files);
  result.endpoint = [rules](std::string_view service) { return endpoint_of(service, rules); };
  result.ca_file = find_ca_file(environment, profile);
  result.retries = retry_rules(environment, profile);
  result.credentials = find_credentials({environment, files, !flags.profile.empty(), rules, result});
  return result;
}

}  // namespace darbe::aws
