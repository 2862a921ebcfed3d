// Rules for the storage of DB instances and its encryption: after facts/rds-mysql.md 4.4 and the model's texts.
#include <algorithm>

#include <fmt/format.h>

#include "lab/instance_values.h"
#include "lab/keys.h"
#include "lab/rules_instances.h"
#include "mysql/flavor.h"

namespace darbe::lab {
namespace {

std::string storage_type(const Situation& s) {
  if (given(s, "StorageType")) return text(s, "StorageType");
  const bool makes = creates(s) || replicates(s);
  if (!makes) return wanted(s, "StorageType").text();
  return given(s, "Iops") ? "io1" : "gp3";
}

std::int64_t storage_gib(const Situation& s) { return wanted(s, "AllocatedStorage").number(); }

bool touches_storage(const Situation& s) {
  return creates(s) || replicates(s) || given(s, "AllocatedStorage") || given(s, "StorageType") || given(s, "Iops") ||
         given(s, "StorageThroughput");
}

Broken storage_missing(const Situation& s) { return when(!given(s, "AllocatedStorage")); }
Broken storage_type_unknown(const Situation& s) { return when(!storage_offer(storage_type(s)), storage_type(s)); }

// "Forced from 29 Apr 2026": what has magnetic storage keeps it, nothing new gets it.
Broken magnetic_storage(const Situation& s) {
  const Instance* now = creates(s) || replicates(s) ? nullptr : instance_of(s);
  const bool has_it = now && now->shape.at("StorageType").text() == "standard";
  return when(text(s, "StorageType") == "standard" && !has_it);
}

Broken storage_size(const Situation& s) {
  const StorageOffer* offer = storage_offer(storage_type(s));
  if (!offer || !touches_storage(s)) return holds;
  const std::int64_t gib = storage_gib(s);
  return when(gib < offer->gib_min || gib > offer->gib_max,
              fmt::format("engine name {} and storage type {}: {}", engine_of(s), offer->type, gib));
}

bool is_gp3(const Situation& s) { return storage_type(s) == "gp3"; }
bool asks_speed(const Situation& s) { return given(s, "Iops") || given(s, "StorageThroughput"); }

Broken gp3_small(const Situation& s) {
  return when(is_gp3(s) && asks_speed(s) && storage_gib(s) < gp3_striped_from_gib,
              fmt::format("engine {} and a storage size less than {}", engine_of(s), gp3_striped_from_gib));
}

Broken gp3_iops(const Situation& s) {
  const std::int64_t iops = s.request.at("Iops").number();
  return when(is_gp3(s) && given(s, "Iops") && (iops < 12000 || iops > 64000), std::to_string(iops));
}

Broken gp3_throughput(const Situation& s) {
  const std::int64_t throughput = s.request.at("StorageThroughput").number();
  return when(is_gp3(s) && given(s, "StorageThroughput") && (throughput < 500 || throughput > 4000),
              std::to_string(throughput));
}

Broken gp3_throughput_per_iops(const Situation& s) {
  if (!is_gp3(s) || !given(s, "StorageThroughput")) return holds;
  const std::int64_t iops = given(s, "Iops") ? s.request.at("Iops").number() : 12000;
  return when(s.request.at("StorageThroughput").number() * 4 > iops);
}

Broken iops_per_gib(const Situation& s) {
  if (!given(s, "Iops")) return holds;
  const auto iops = static_cast<double>(s.request.at("Iops").number());
  const double ratio = iops / static_cast<double>(std::max<std::int64_t>(storage_gib(s), 1));
  if (is_gp3(s)) return when(ratio > 500, fmt::format("{:.2f}, more than 500", ratio));
  if (storage_type(s) != "io1" && storage_type(s) != "io2") return holds;
  const double most = storage_type(s) == "io2" ? 1000 : 50;
  return when(ratio < 0.5 || ratio > most, fmt::format("{:.2f}, not between 0.5 and {}", ratio, most));
}

Broken provisioned_without_iops(const Situation& s) {
  const std::string type = storage_type(s);
  const bool provisioned = type == "io1" || type == "io2";
  const bool now = !creates(s) && !replicates(s) && !given(s, "StorageType");
  return when(provisioned && touches_storage(s) && !given(s, "Iops") && !now, type);
}

Broken grows_without_iops(const Situation& s) {
  const std::string type = storage_type(s);
  const std::int64_t now = instance_of(s)->shape.at("AllocatedStorage").number();
  const bool provisioned = type == "io1" || type == "io2" || (type == "gp3" && now >= gp3_striped_from_gib);
  return when(provisioned && given(s, "AllocatedStorage") && storage_gib(s) > now && !given(s, "Iops"), type);
}

Broken more_iops_alone(const Situation& s) {
  const bool more = s.request.at("Iops").number() > instance_of(s)->shape.at("Iops").number();
  return when(more && !given(s, "AllocatedStorage"));
}

Broken iops_not_taken(const Situation& s) {
  const StorageOffer* offer = storage_offer(storage_type(s));
  return when(offer && offer->iops_max == 0 && s.request.at("Iops").number() > 0, storage_type(s));
}

Broken throughput_not_taken(const Situation& s) {
  return when(!is_gp3(s) && s.request.at("StorageThroughput").number() > 0, storage_type(s));
}

Broken storage_shrinks(const Situation& s) {
  const std::int64_t now = instance_of(s)->shape.at("AllocatedStorage").number();
  return when(given(s, "AllocatedStorage") && storage_gib(s) < now,
              fmt::format("({}) cannot be less than the current storage size ({})", storage_gib(s), now));
}

Broken storage_limit(const Situation& s) {
  const std::int64_t limit = s.request.at("MaxAllocatedStorage").number();
  return when(given(s, "MaxAllocatedStorage") && limit != 0 && 10 * limit < 11 * storage_gib(s), std::to_string(limit));
}

Broken log_volume(const Situation& s) {
  const std::string type = storage_type(s);
  return when(s.request.at("DedicatedLogVolume").truth() && type != "io1" && type != "io2", type);
}

// MySQL 8.0.28 and 8.4.3, MariaDB 10.6.7 and what came after each.
Broken log_volume_version(const Situation& s) {
  const EngineOffer* offer = offer_of(s);
  if (!s.request.at("DedicatedLogVolume").truth() || !offer) return holds;
  const mysql::Flavor flavor = mysql::Flavor::from_api(offer->engine, offer->version);
  const bool able = flavor.is_mariadb()
                        ? flavor.at_least(10, 6, 7)
                        : flavor.at_least(8, 0, 28) && (!flavor.at_least(8, 4) || flavor.at_least(8, 4, 3));
  return when(!able, fmt::format("{} {}", offer->engine, offer->version));
}

Broken replica_key_of_unencrypted(const Situation& s) {
  return when(given(s, "KmsKeyId") && !instance_of(s)->shape.at("StorageEncrypted").truth(), subject(s));
}

// A replica is encrypted with its source's key unless another is named.
Broken key_unusable(const Situation& s) {
  const bool inherits = replicates(s) && instance_of(s)->shape.at("StorageEncrypted").truth() && !given(s, "KmsKeyId");
  std::vector<std::string> names = {inherits ? instance_of(s)->shape.at("KmsKeyId").text() : text(s, "KmsKeyId"),
                                    text(s, "MasterUserSecretKmsKeyId"), text(s, "PerformanceInsightsKMSKeyId")};
  for (const std::string& name : names)
    if (const Value* key = key_named(s.store, name); !name.empty() && (!key || !is_enabled(*key))) return name;
  return holds;
}

Broken key_without_encryption(const Situation& s) {
  return when(given(s, "KmsKeyId") && !s.request.at("StorageEncrypted").truth());
}

Broken replica_smaller(const Situation& s) {
  const std::int64_t source = instance_of(s)->shape.at("AllocatedStorage").number();
  return when(given(s, "AllocatedStorage") && s.request.at("AllocatedStorage").number() < source,
              std::to_string(source));
}

const Rule table[] = {
    {"storage missing", "CreateDBInstance", "rds", "MissingParameter",
     "The request must contain the parameter AllocatedStorage", storage_missing},
    {"magnetic storage", makes_or_modifies, "rds", "StorageTypeNotSupported",
     "Magnetic storage isn't available for new instances any more: use gp3.", magnetic_storage},
    {"storage type", makes_or_modifies, "rds", "InvalidParameterValue", "Invalid storage type: {}",
     storage_type_unknown},
    {"storage shrinks", "ModifyDBInstance", "rds", "InvalidParameterCombination", "Requested storage size {}",
     storage_shrinks},
    {"replica smaller", "CreateDBInstanceReadReplica", "rds", "InvalidParameterCombination",
     "The replica must have at least the source's {} GiB", replica_smaller},
    {"storage size", makes_or_modifies, "rds", "InvalidParameterValue", "Invalid storage size for {}", storage_size},
    {"gp3 small", makes_or_modifies, "rds", "InvalidParameterCombination",
     "You can't specify IOPS or storage throughput for {}.", gp3_small},
    {"gp3 IOPS", makes_or_modifies, "rds", "InvalidParameterCombination",
     "The IOPS of gp3 must be between 12000 and 64000, not {}", gp3_iops},
    {"gp3 throughput", makes_or_modifies, "rds", "InvalidParameterCombination",
     "The storage throughput of gp3 must be between 500 and 4000 MiB/s, not {}", gp3_throughput},
    {"gp3 throughput per IOPS", makes_or_modifies, "rds", "InvalidParameterCombination",
     "The ratio of storage throughput to IOPS can be at most 0.25", gp3_throughput_per_iops},
    {"IOPS per GiB", makes_or_modifies, "rds", "InvalidParameterCombination", "The IOPS to GiB ratio is {}",
     iops_per_gib},
    {"provisioned without IOPS", makes_or_modifies, "rds", "InvalidParameterCombination",
     "The parameter Iops must be provided and must not be blank for storage type {}.", provisioned_without_iops},
    {"grows without IOPS", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "When the storage of type {} grows, Iops must be given too.", grows_without_iops},
    {"more IOPS alone", "ModifyDBInstance", "rds", "InvalidParameterCombination",
     "When Iops grow, AllocatedStorage must be given too: its current value is fine.", more_iops_alone},
    {"IOPS not taken", makes_or_modifies, "rds", "InvalidParameterCombination",
     "Iops can't be specified for storage type {}.", iops_not_taken},
    {"throughput not taken", makes_or_modifies, "rds", "InvalidParameterCombination",
     "StorageThroughput applies only to gp3, not to {}.", throughput_not_taken},
    {"storage limit", makes_or_modifies, "rds", "InvalidParameterCombination",
     "Invalid max storage size {}: it must be at least the allocated storage.", storage_limit},
    {"log volume", makes_or_modifies, "rds", "InvalidParameterCombination",
     "A dedicated log volume needs the storage type io1 or io2, not {}.", log_volume},
    {"log volume's version", makes_or_modifies, "rds", "InvalidParameterCombination",
     "A dedicated log volume isn't supported for {}.", log_volume_version},
    {"replica's key", "CreateDBInstanceReadReplica", "rds", "InvalidParameterCombination",
     "You can't create an encrypted read replica from the unencrypted {}.", replica_key_of_unencrypted},
    {"key without encryption", "CreateDBInstance", "rds", "InvalidParameterCombination",
     "KmsKeyId can be given only with StorageEncrypted.", key_without_encryption},
    {"key usable", makes_or_modifies, "rds", "KMSKeyNotAccessibleFault",
     "Specified KMS key [{}] does not exist, is not enabled or you do not have permissions to access it.",
     key_unusable},
};

}  // namespace

std::span<const Rule> rds_storage_rules() { return table; }

}  // namespace darbe::lab
