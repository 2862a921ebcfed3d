// The account's quotas, as DescribeAccountAttributes and the rules know them. AWS's defaults (Amazon RDS User Guide,
// "Quotas and constraints"; Amazon VPC User Guide, "Amazon VPC quotas"), unless the lab was told others
// (Store::quotas).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "lab/store.h"

namespace darbe::lab {

struct Quota {
  std::string_view name;  // RDS's AccountQuotaName, or a name of ours for EC2's
  std::int64_t max;       // AWS's default
  std::int64_t (*used)(const Store&);
  bool is_rds = true;
};

std::span<const Quota> quotas();
// Requires: there is one of that name.
std::int64_t quota_max(const Store& store, std::string_view name);
// Whether `more` of it would be too much.
bool exceeds_quota(const Store& store, std::string_view name, std::int64_t more = 1);

// AccountQuota's, as RDS's DescribeAccountAttributes lists them.
Value account_quotas(const Store& store);

}  // namespace darbe::lab
