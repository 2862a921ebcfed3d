#include "lab/managed_password.h"

#include "base/clock.h"
#include "base/random.h"
#include "lab/identifiers.h"
#include "lab/keys.h"
#include "lab/secrets.h"

namespace darbe::lab {
namespace {

// RDS's passwords are full of what shells, URLs and SQL take for something else.
std::string new_password() {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'()*+,-.:;<=>?[]^_`{|}~\\";
  std::string password;
  for (int i = 0; i < 28; ++i)
    password.push_back(alphabet[std::stoul(base::random_hex(4), nullptr, 16) % alphabet.size()]);
  return password;
}

NewVersion version_of(const Instance& instance, const std::string& password) {
  Value login;
  login["username"] = instance.shape.at("MasterUsername");
  login["password"] = password;
  return {new_uuid(), Value::Members{{"SecretString", to_json(login)}}};
}

Value& secret_of(Store& store, const Instance& instance) {
  return *secret_named(store, instance.shape.at("MasterUserSecret").at("SecretArn").text());
}

Value& new_secret_for(World& world, Instance& instance, const std::string& key) {
  const std::string key_used = key_arn_or(world.store, key, secrets_key);
  Value& secret = add_secret(world.store, {"rds!db-" + new_uuid(), key_used}, world.now);
  secret["OwningService"] = owning_service;
  secret["Description"] =
      "The secret associated with the primary RDS DB instance: " + instance.shape.at("DBInstanceArn").text();
  secret["RotationEnabled"] = true;
  secret["RotationRules"]["AutomaticallyAfterDays"] = 7;
  world.store.tags[secret.at("ARN").text()] = {
      {"aws:rds:primaryDBInstanceArn", instance.shape.at("DBInstanceArn").text()},
      {"aws:secretsmanager:owningService", std::string(owning_service)}};
  Value& shown = instance.shape["MasterUserSecret"];
  shown["SecretArn"] = secret.at("ARN");
  shown["SecretStatus"] = "creating";
  shown["KmsKeyId"] = key_used;
  return secret;
}

void leave_pending(World& world, Instance& instance, Value& secret) {
  const std::string password = new_password();
  add_version(secret, version_of(instance, password), {std::string(pending_stage)}, world.now);
  instance.next_password = base::Secret(password);
  instance.shape["PendingModifiedValues"]["MasterUserPassword"] = "****";
}

}  // namespace

void begin_with_managed_password(World& world, Instance& instance, const std::string& key) {
  const std::string password = new_password();
  add_version(new_secret_for(world, instance, key), version_of(instance, password), {std::string(current_stage)},
              world.now);
  instance.password = base::Secret(password);
}

void manage_password(World& world, Instance& instance, const std::string& key) {
  leave_pending(world, instance, new_secret_for(world, instance, key));
}

void rotate_password(World& world, Instance& instance) {
  instance.shape["MasterUserSecret"]["SecretStatus"] = "rotating";
  leave_pending(world, instance, secret_of(world.store, instance));
}

void settle_managed_password(World& world, Instance& instance) {
  if (!instance.shape.has("MasterUserSecret")) return;
  instance.shape["MasterUserSecret"]["SecretStatus"] = "active";
  Value& secret = secret_of(world.store, instance);
  const std::string pending = version_with(secret, pending_stage);
  if (pending.empty()) return;
  move_stage(secret, std::string(current_stage), pending);
  std::erase(secret["Versions"][pending]["Stages"].list(), Value(pending_stage));
  secret["LastRotatedDate"] = base::iso_time(world.now);
}

void drop_managed_password(Store& store, Value& shape) {
  const std::string arn = shape.at("MasterUserSecret").at("SecretArn").text();
  store.secrets.erase(arn);
  store.tags.erase(arn);
  shape.erase("MasterUserSecret");
}

}  // namespace darbe::lab
