// RDS: what can be ordered.
#include <algorithm>

#include <fmt/format.h>

#include "lab/action.h"
#include "lab/paging.h"

namespace darbe::lab {
namespace {

Value shape_of(const View& view, const EngineOffer& offer) {
  Value shape;
  shape["Engine"] = offer.engine;
  shape["EngineVersion"] = offer.version;
  shape["MajorEngineVersion"] = offer.major;
  shape["DBParameterGroupFamily"] = offer.family;
  shape["DBEngineDescription"] = offer.engine == "mariadb" ? "MariaDB Community Edition" : "MySQL Community Edition";
  shape["DBEngineVersionDescription"] = offer.description;
  shape["DBEngineVersionArn"] = view.store.rds_arn("engine-version", offer.engine + "/" + offer.version);
  shape["ValidUpgradeTarget"] = Value::List{};  // one version of each series is all there is
  shape["ExportableLogTypes"] = Value::List{"audit", "error", "general", "slowquery"};
  shape["SupportsLogExportsToCloudwatchLogs"] = true;
  shape["SupportsReadReplica"] = true;
  shape["SupportedFeatureNames"] = Value::List{};
  shape["SupportedEngineModes"] = Value::List{"provisioned"};
  shape["SupportedCACertificateIdentifiers"] =
      Value::List{"rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"};
  shape["TagList"] = Value::List{};
  for (const char* name :
       {"SupportsParallelQuery", "SupportsGlobalDatabases", "SupportsBabelfish", "SupportsLimitlessDatabase",
        "SupportsCertificateRotationWithoutRestart", "SupportsLocalWriteForwarding", "SupportsIntegrations"})
    shape[name] = false;
  return shape;
}

// The first of the series, of which RDS makes no new instances any more.
EngineOffer withdrawn(EngineOffer offer) {
  offer.version = offer.major + ".0";
  offer.is_default = false;
  return offer;
}

bool wanted(const Value& request, std::string_view member, const std::string& value) {
  return !request.has(member) || request.at(member).text() == value;
}

bool fits(const Value& filter, const EngineOffer& offer, const char* status) {
  const std::string name = filter.at("Name").text();
  const auto values = texts_of(filter.at("Values"));
  const auto contains = [&](const std::string& text) {
    return std::find(values.begin(), values.end(), text) != values.end();
  };
  if (name == "engine") return contains(offer.engine);
  if (name == "engine-version") return contains(offer.version) || contains(offer.major);
  if (name == "db-parameter-group-family") return contains(offer.family);
  if (name == "engine-mode") return contains("provisioned");
  return contains(status);
}

bool version_wanted(const Value& request, const EngineOffer& offer) {
  return wanted(request, "EngineVersion", offer.version) || wanted(request, "EngineVersion", offer.major);
}

// "… the default version of the specified engine or the engine and major version combination": each major version has
// one here.
bool is_default(const Value& request, const EngineOffer& offer) {
  return offer.is_default || (request.has("Engine") && request.at("EngineVersion").text() == offer.major);
}

Value describe_engine_versions(const View& view, const Call& call) {
  const Value& request = call.request;
  Value::List all;
  const auto add = [&](const EngineOffer& offer, const char* status) {
    const Value::List& filters = request.at("Filters").list();
    const bool filtered =
        std::all_of(filters.begin(), filters.end(), [&](const Value& f) { return fits(f, offer, status); });
    if (!filtered || !wanted(request, "Engine", offer.engine) || !version_wanted(request, offer)) return;
    if (!wanted(request, "DBParameterGroupFamily", offer.family)) return;
    if (request.at("DefaultOnly").truth() && !is_default(request, offer)) return;
    all.push_back(shape_of(view, offer));
    all.back()["Status"] = status;
  };
  for (const EngineOffer& offer : view.offers.engines) {
    if (request.at("IncludeAll").truth() && !request.at("DefaultOnly").truth()) add(withdrawn(offer), "deprecated");
    add(offer, "available");
  }
  Value answer;
  answer["DBEngineVersions"] = page_of(std::move(all), request, rds_page, answer);
  return answer;
}

void describe_storage(const StorageOffer& storage, Value& shape) {
  shape["StorageType"] = storage.type;
  shape["MinStorageSize"] = storage.gib_min;
  shape["MaxStorageSize"] = storage.gib_max;
  shape["SupportsIops"] = storage.iops_max > 0;
  shape["SupportsStorageThroughput"] = storage.throughput_max > 0;
  if (storage.iops_max > 0) {
    shape["MinIopsPerDbInstance"] = storage.iops_min;
    shape["MaxIopsPerDbInstance"] = storage.iops_max;
    shape["MinIopsPerGib"] = 0.5;
    shape["MaxIopsPerGib"] = storage.throughput_max > 0 ? 500.0 : 50.0;
  }
  if (storage.throughput_max > 0) {
    shape["MinStorageThroughputPerDbInstance"] = storage.throughput_min;
    shape["MaxStorageThroughputPerDbInstance"] = storage.throughput_max;
  }
}

Value zones_of(const View& view) {
  Value::List zones;
  for (const auto& [id, subnet] : view.store.subnets) {
    const Value zone = Value::Members{{"Name", subnet.at("AvailabilityZone")}};
    if (std::find(zones.begin(), zones.end(), zone) == zones.end()) zones.push_back(zone);
  }
  std::sort(zones.begin(), zones.end(),
            [](const Value& a, const Value& b) { return a.at("Name").text() < b.at("Name").text(); });
  return zones;
}

Value orderable(const View& view, const EngineOffer& offer, const std::string& instance_class,
                const StorageOffer& storage) {
  Value shape;
  shape["Engine"] = offer.engine;
  shape["EngineVersion"] = offer.version;
  shape["DBInstanceClass"] = instance_class;
  shape["LicenseModel"] = "general-public-license";
  shape["AvailabilityZones"] = zones_of(view);
  shape["SupportedNetworkTypes"] = Value::List{"IPV4"};
  shape["SupportedEngineModes"] = Value::List{"provisioned"};
  shape["SupportsDedicatedLogVolume"] = storage.type == "io1" || storage.type == "io2";
  for (const char* name :
       {"MultiAZCapable", "ReadReplicaCapable", "Vpc", "SupportsStorageEncryption", "SupportsEnhancedMonitoring",
        "SupportsIAMDatabaseAuthentication", "SupportsPerformanceInsights", "SupportsStorageAutoscaling"})
    shape[name] = true;
  for (const char* name :
       {"SupportsKerberosAuthentication", "OutpostCapable", "SupportsGlobalDatabases", "SupportsClusters"})
    shape[name] = false;
  describe_storage(storage, shape);
  return shape;
}

Value describe_orderable_options(const View& view, const Call& call) {
  const Value& request = call.request;
  Value::List all;
  for (const EngineOffer& offer : view.offers.engines) {
    if (!wanted(request, "Engine", offer.engine) || !version_wanted(request, offer)) continue;
    if (!wanted(request, "LicenseModel", "general-public-license") || !request.at("Vpc").truth(true)) continue;
    for (const std::string& instance_class : instance_classes()) {
      if (!wanted(request, "DBInstanceClass", instance_class)) continue;
      for (const StorageOffer& storage : storage_offers())
        if (storage.type != "standard") all.push_back(orderable(view, offer, instance_class, storage));
    }
  }
  Value answer;
  answer["OrderableDBInstanceOptions"] = page_of(std::move(all), request, rds_page, answer);
  return answer;
}

}  // namespace

const Actions& rds_catalog_actions() {
  static const Actions actions = {
      {"DescribeDBEngineVersions", describe_engine_versions},
      {"DescribeOrderableDBInstanceOptions", describe_orderable_options},
  };
  return actions;
}

}  // namespace darbe::lab
