#include "aws/account_quotas.h"

#include <charconv>

#include "aws/query.h"

namespace darbe::aws {

namespace {

std::optional<std::int64_t> to_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::vector<AccountQuota> account_quotas(const Client& client, std::stop_token stop) {
  std::vector<AccountQuota> quotas;
  const XmlElement result = client.call(rds, "DescribeAccountAttributes", {}, stop);
  for (const XmlElement& element : result.child("AccountQuotas").children()) {
    const auto max = to_number(element.text("Max"));
    if (max) quotas.push_back({element.text("AccountQuotaName"), to_number(element.text("Used")).value_or(0), *max});
  }
  return quotas;
}

std::optional<std::int64_t> security_groups_per_interface(const Client& client, std::stop_token stop) {
  const XmlElement result = client.call(ec2, "DescribeAccountAttributes", {}, stop);
  for (const XmlElement& attribute : result.child("accountAttributeSet").children()) {
    if (attribute.text("attributeName") != "vpc-max-security-groups-per-interface") continue;
    for (const XmlElement& value : attribute.child("attributeValueSet").children())
      return to_number(value.text("attributeValue"));
  }
  return std::nullopt;
}

}  // namespace darbe::aws
