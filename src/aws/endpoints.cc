#include "aws/endpoints.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "base/error.h"
#include "base/letters.h"

namespace darbe::aws {

namespace {

struct Partition {
  std::string_view region_prefix;
  std::string_view suffix;
  std::string_view dual_stack_suffix;
  std::string_view global_region;  // signs for services that have one endpoint for all regions
  std::string_view iam_prefix;     // between "iam." and the suffix
};

// The first that fits; the last one fits all.
constexpr auto partitions = std::to_array<Partition>({
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-north-1", "cn-north-1."},
    {"us-gov-", "amazonaws.com", "api.aws", "us-gov-west-1", "us-gov."},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1", "eusc-de-east-1."},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1", "us-isob-east-1."},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1", "us-isof-south-1."},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1", "us-iso-east-1."},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1", "eu-isoe-west-1."},
    {"", "amazonaws.com", "api.aws", "us-east-1", ""},
});

// The regions that had STS's one endpoint before each had its own.
constexpr auto sts_global_regions = std::to_array<std::string_view>(
    {"ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1",
     "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"});

struct ServiceId {
  std::string_view host;
  std::string_view id;
};
// Where they differ.
constexpr auto service_ids = std::to_array<ServiceId>(
    {{"monitoring", "cloudwatch"}, {"oidc", "sso_oidc"}, {"portal.sso", "sso"}, {"secretsmanager", "secrets_manager"}});

const Partition& partition_of(std::string_view region) {
  return *std::find_if(partitions.begin(), partitions.end(),
                       [&](const Partition& partition) { return region.starts_with(partition.region_prefix); });
}

std::string id_of(std::string_view service) {
  const auto found =
      std::find_if(service_ids.begin(), service_ids.end(), [&](const ServiceId& row) { return row.host == service; });
  return std::string(found == service_ids.end() ? service : found->id);
}

// GovCloud's ordinary hosts are FIPS's, but for the two services that have both.
std::string_view fips_mark(std::string_view service, const EndpointRules& rules) {
  if (!rules.is_fips) return "";
  const bool has_both = service == "kms" || service == "secretsmanager";
  const bool is_plain = rules.region.starts_with("us-gov-") && !has_both && !rules.is_dual_stack;
  return is_plain ? "" : "-fips";
}

Endpoint iam_endpoint(const EndpointRules& rules) {
  const Partition& partition = partition_of(rules.region);
  const std::string signing_region(partition.global_region);
  const bool is_gov = partition.region_prefix == "us-gov-";
  const std::string_view fips = rules.is_fips && !is_gov ? "-fips" : "";
  if (rules.is_dual_stack) {
    return {fmt::format("https://iam{}.{}.{}", fips, is_gov ? "us-gov" : "global", partition.dual_stack_suffix),
            signing_region};
  }
  return {fmt::format("https://iam{}.{}{}", fips, partition.iam_prefix, partition.suffix), signing_region};
}

bool is_global_sts(std::string_view service, const EndpointRules& rules) {
  return service == "sts" && rules.is_sts_global && !rules.is_fips && !rules.is_dual_stack &&
         std::find(sts_global_regions.begin(), sts_global_regions.end(), rules.region) != sts_global_regions.end();
}

Endpoint awss_own(std::string_view service, const EndpointRules& rules) {
  if (service == "iam") return iam_endpoint(rules);
  if (is_global_sts(service, rules)) return {"https://sts.amazonaws.com", "us-east-1"};
  const Partition& partition = partition_of(rules.region);
  // Secrets Manager's ordinary hosts are dual stack's too.
  const bool has_own_suffix = rules.is_dual_stack && service != "secretsmanager";
  const auto suffix = has_own_suffix ? partition.dual_stack_suffix : partition.suffix;
  return {fmt::format("https://{}{}.{}.{}", service, fips_mark(service, rules), rules.region, suffix), rules.region};
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// The environment comes first.
std::string setting(const Environment& environment, const std::string& variable, const Profile& profile,
                    const std::string& key) {
  const auto value = environment(variable);
  return value && !value->empty() ? *value : value_of(profile, key);
}

bool is_on(const Environment& environment, const std::string& variable, const Profile& profile,
           const std::string& key) {
  const std::string text = setting(environment, variable, profile, key);
  const std::string value = base::lower(text);
  if (value == "true") return true;
  if (value.empty() || value == "false") return false;
  throw base::Error(base::Kind::usage,
                    fmt::format("{} (or {} in the profile) is '{}', neither true nor false", variable, key, text));
}

std::string given_url(const std::string& id, const Environment& environment, const Profile& profile,
                      const Profile& services) {
  for (const std::string& url :
       {environment("AWS_ENDPOINT_URL_" + upper(id)).value_or(""), environment("AWS_ENDPOINT_URL").value_or(""),
        value_of(services, id + ".endpoint_url"), value_of(profile, "endpoint_url")}) {
    if (!url.empty()) return url;
  }
  return {};
}

}  // namespace

Endpoint endpoint_of(std::string_view service, const EndpointRules& rules) {
  Endpoint endpoint = awss_own(service, rules);
  if (std::string given = rules.given(id_of(service)); !given.empty()) endpoint.url = std::move(given);
  return endpoint;
}

EndpointRules endpoint_rules(const std::string& region, const std::string& url, const Environment& environment,
                             const ProfileFiles& files) {
  const Profile profile = files.chosen();
  EndpointRules rules;
  rules.region = region;
  rules.is_fips = is_on(environment, "AWS_USE_FIPS_ENDPOINT", profile, "use_fips_endpoint");
  rules.is_dual_stack = is_on(environment, "AWS_USE_DUALSTACK_ENDPOINT", profile, "use_dualstack_endpoint");
  rules.is_sts_global =
      setting(environment, "AWS_STS_REGIONAL_ENDPOINTS", profile, "sts_regional_endpoints") == "legacy";
  if (!url.empty()) {
    rules.given = [url](const std::string&) { return url; };
  } else if (!is_on(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", profile, "ignore_configured_endpoint_urls")) {
    const std::string services = value_of(profile, "services");
    rules.given = [=, section = services.empty() ? Profile() : files.section("services", services)](
                      const std::string& id) { return given_url(id, environment, profile, section); };
  }
  return rules;
}

}  // namespace darbe::aws
