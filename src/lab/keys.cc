#include "lab/keys.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "lab/identifiers.h"

namespace darbe::lab {
namespace {

std::string kms_arn(const Store& store, std::string_view rest) {
  return fmt::format("arn:aws:kms:{}:{}:{}", store.region, store.account, rest);
}

}  // namespace

const Value* key_named(const Store& store, std::string_view name) {
  const std::string start = kms_arn(store, "");
  if (name.starts_with(start)) name.remove_prefix(start.size());
  if (name.starts_with("key/")) name.remove_prefix(4);
  std::string id(name);
  if (const auto alias = store.key_aliases.find(id); alias != store.key_aliases.end()) id = alias->second;
  const auto found = store.keys.find(id);
  return found == store.keys.end() ? nullptr : &found->second;
}

std::string key_arn(const Store& store, std::string_view name) { return key_named(store, name)->at("Arn").text(); }

bool is_enabled(const Value& key) { return key.at("Enabled").truth(); }

std::string key_arn_or(const Store& store, std::string_view name, std::string_view otherwise) {
  return key_arn(store, name.empty() ? otherwise : name);
}

std::string add_key(Store& store, const NewKey& key, std::chrono::system_clock::time_point now) {
  const std::string id = new_uuid();
  Value metadata;
  metadata["AWSAccountId"] = store.account;
  metadata["KeyId"] = id;
  metadata["Arn"] = kms_arn(store, "key/" + id);
  metadata["CreationDate"] = base::iso_time(now);
  metadata["Enabled"] = true;
  metadata["Description"] = key.description;
  metadata["KeyUsage"] = "ENCRYPT_DECRYPT";
  metadata["KeyState"] = "Enabled";
  metadata["Origin"] = "AWS_KMS";
  metadata["KeyManager"] = key.manager;
  metadata["CustomerMasterKeySpec"] = "SYMMETRIC_DEFAULT";
  metadata["KeySpec"] = "SYMMETRIC_DEFAULT";
  metadata["EncryptionAlgorithms"] = Value::List{"SYMMETRIC_DEFAULT"};
  metadata["MultiRegion"] = false;
  store.keys[id] = metadata;
  return id;
}

void add_managed_keys(Store& store) {
  for (const std::string_view alias : {rds_key, secrets_key}) {
    if (store.key_aliases.contains(std::string(alias))) continue;
    store.key_aliases[std::string(alias)] = add_key(store, {"AWS's own", "AWS"}, std::chrono::system_clock::now());
  }
}

}  // namespace darbe::lab
