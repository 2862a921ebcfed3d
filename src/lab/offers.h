// What the lab's region has to offer: engine versions, instance classes, storage, zones.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/parameter_catalog.h"

namespace darbe::lab {

struct EngineOffer {
  std::string engine;
  std::string version;
  std::string major;
  std::string family;
  std::string description;
  bool is_default = false;  // of its engine
};

struct Offers {
  std::vector<EngineOffer> engines;
  // The parameters of a family; may take seconds the first time. Requires: the family is in `engines`.
  std::function<const ParameterCatalog&(std::string_view family)> parameters;

  // `version` may be empty (the default) or a prefix ("9.7").
  const EngineOffer* engine(std::string_view engine, std::string_view version) const;
  bool has_engine(std::string_view engine) const;
  const EngineOffer* family(std::string_view family) const;
};

const std::vector<std::string>& instance_classes();

// Limits of facts/rds-mysql.md 4.4, after "Amazon RDS DB instance storage" in the RDS User Guide.
struct StorageOffer {
  std::string_view type;
  std::int64_t gib_min;
  std::int64_t gib_max;
  std::int64_t iops_min;  // 0: takes none
  std::int64_t iops_max;
  std::int64_t throughput_min;  // MiB/s; 0: takes none
  std::int64_t throughput_max;
};

const std::vector<StorageOffer>& storage_offers();
const StorageOffer* storage_offer(std::string_view type);

// Below this size gp3 has its fixed 3,000 IOPS and 125 MiB/s.
inline constexpr std::int64_t gp3_striped_from_gib = 400;

inline constexpr int parameters_max = 20;

std::string default_parameter_group(const EngineOffer& offer);  // default.mysql9.7
std::string default_option_group(const EngineOffer& offer);     // default:mysql-9-7

}  // namespace darbe::lab
