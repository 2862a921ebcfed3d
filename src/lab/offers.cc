#include "lab/offers.h"

#include <algorithm>

#include <fmt/format.h>

namespace darbe::lab {

const EngineOffer* Offers::engine(std::string_view engine, std::string_view version) const {
  for (const EngineOffer& offer : engines) {
    if (offer.engine != engine) continue;
    if (version.empty() ? offer.is_default : offer.version == version || offer.major == version) return &offer;
  }
  return nullptr;
}

bool Offers::has_engine(std::string_view engine) const { return this->engine(engine, "") != nullptr; }

const EngineOffer* Offers::family(std::string_view family) const {
  const auto found =
      std::find_if(engines.begin(), engines.end(), [&](const EngineOffer& offer) { return offer.family == family; });
  return found == engines.end() ? nullptr : &*found;
}

const std::vector<std::string>& instance_classes() {
  static const std::vector<std::string> classes = [] {
    std::vector<std::string> names;
    for (const char* family : {"t3", "t4g"})
      for (const char* size : {"micro", "small", "medium", "large", "xlarge", "2xlarge"})
        names.push_back(fmt::format("db.{}.{}", family, size));
    for (const char* family : {"m5", "m6g", "m6i", "m7g", "m7i", "r5", "r6g", "r6i", "r7g", "r7i"})
      for (const char* size : {"large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"})
        names.push_back(fmt::format("db.{}.{}", family, size));
    return names;
  }();
  return classes;
}

const std::vector<StorageOffer>& storage_offers() {
  static const std::vector<StorageOffer> offers = {
      {"gp2", 20, 65536, 0, 0, 0, 0},          {"gp3", 20, 65536, 12000, 64000, 500, 4000},
      {"io1", 100, 65536, 1000, 256000, 0, 0}, {"io2", 100, 65536, 1000, 256000, 0, 0},
      {"standard", 5, 3072, 0, 0, 0, 0},
  };
  return offers;
}

const StorageOffer* storage_offer(std::string_view type) {
  const auto& offers = storage_offers();
  const auto found =
      std::find_if(offers.begin(), offers.end(), [&](const StorageOffer& offer) { return offer.type == type; });
  return found == offers.end() ? nullptr : &*found;
}

std::string default_parameter_group(const EngineOffer& offer) { return "default." + offer.family; }

std::string default_option_group(const EngineOffer& offer) {
  std::string major = offer.major;
  std::replace(major.begin(), major.end(), '.', '-');
  return fmt::format("default:{}-{}", offer.engine, major);
}

}  // namespace darbe::lab
