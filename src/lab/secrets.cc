#include "lab/secrets.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/random.h"
#include "lab/keys.h"

namespace darbe::lab {
namespace {

constexpr std::size_t suffix_length = 7;  // a hyphen and six random characters

bool has_stage(const Value& version, std::string_view stage) {
  const auto stages = texts_of(version.at("Stages"));
  return std::find(stages.begin(), stages.end(), stage) != stages.end();
}

void take_stage(Value& version, const std::string& stage) { std::erase(version["Stages"].list(), Value(stage)); }

void drop_unstaged(Value& secret) {
  std::erase_if(secret["Versions"].members(),
                [](const auto& entry) { return entry.second.at("Stages").list().empty(); });
}

}  // namespace

const Value* secret_named(const Store& store, std::string_view name) {
  for (const auto& [arn, secret] : store.secrets)
    if (arn == name || secret.at("Name").text() == name || arn.substr(0, arn.size() - suffix_length) == name)
      return &secret;
  return nullptr;
}

Value* secret_named(Store& store, std::string_view name) {
  return const_cast<Value*>(secret_named(std::as_const(store), name));
}

std::string version_with(const Value& secret, std::string_view stage) {
  for (const auto& [id, version] : secret.at("Versions").members())
    if (has_stage(version, stage)) return id;
  return {};
}

Value& add_secret(Store& store, const NewSecret& wanted, std::chrono::system_clock::time_point now) {
  const std::string arn = fmt::format("arn:aws:secretsmanager:{}:{}:secret:{}-{}", store.region, store.account,
                                      wanted.name, base::random_hex(3));
  Value& secret = store.secrets[arn];
  secret["ARN"] = arn;
  secret["Name"] = wanted.name;
  if (!wanted.key.empty()) secret["KmsKeyId"] = wanted.key;
  secret["CreatedDate"] = base::iso_time(now);
  secret["Versions"] = Value::Members{};
  return secret;
}

void add_version(Value& secret, const NewVersion& version, const std::vector<std::string>& stages,
                 std::chrono::system_clock::time_point now) {
  Value added = version.content;
  added["CreatedDate"] = base::iso_time(now);
  added["Stages"] = Value::List{};
  secret["Versions"][version.id] = added;
  for (const std::string& stage : stages) move_stage(secret, stage, version.id);
  drop_unstaged(secret);
  secret["LastChangedDate"] = base::iso_time(now);
}

void move_stage(Value& secret, const std::string& stage, const std::string& version) {
  const std::string before = version_with(secret, stage);
  if (before == version) return;
  if (!before.empty()) take_stage(secret["Versions"][before], stage);
  secret["Versions"][version]["Stages"].list().emplace_back(stage);
  if (stage == current_stage && !before.empty()) move_stage(secret, std::string(previous_stage), before);
  drop_unstaged(secret);
}

}  // namespace darbe::lab
