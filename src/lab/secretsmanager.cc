// AWS Secrets Manager.
#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "lab/action.h"
#include "lab/identifiers.h"
#include "lab/keys.h"
#include "lab/paging.h"
#include "lab/secrets.h"

namespace darbe::lab {
namespace {

constexpr PageRequest secrets_page{"MaxResults", "NextToken", 100};

// Of a Store or a const Store.
auto& secret_in(auto& store, const Call& call) { return *secret_named(store, call.request.at("SecretId").text()); }

bool has_content(const Value& request) { return request.has("SecretString") || request.has("SecretBinary"); }

NewVersion version_in(const Value& request) {
  Value content;
  for (const char* name : {"SecretString", "SecretBinary"})
    if (request.has(name)) content[name] = request.at(name);
  return {request.at("ClientRequestToken").text(new_uuid()), content};
}

Value named(const Value& secret) {
  Value answer;
  answer["ARN"] = secret.at("ARN");
  answer["Name"] = secret.at("Name");
  return answer;
}

std::vector<std::string> stages_in(const Value& request) {
  const auto stages = texts_of(request.at("VersionStages"));
  return stages.empty() ? std::vector{std::string(current_stage)} : stages;
}

// A request that is repeated finds its own version, which stays as it is (the rules refuse another content for it).
std::string put_content(World& world, const Value& request, Value& secret) {
  const NewVersion version = version_in(request);
  if (!secret.at("Versions").has(version.id)) add_version(secret, version, stages_in(request), world.now);
  return version.id;
}

Value create_secret(World& world, const Call& call) {
  const Value& request = call.request;
  Value* there = secret_named(world.store, request.at("Name").text());
  const bool is_new = !there;
  if (is_new) there = &add_secret(world.store, {request.at("Name").text(), request.at("KmsKeyId").text()}, world.now);
  Value& secret = *there;
  if (is_new && request.has("Description")) secret["Description"] = request.at("Description");
  if (const Texts tags = tags_of(request.at("Tags")); is_new && !tags.empty())
    world.store.tags[secret.at("ARN").text()] = tags;
  Value answer = named(secret);
  if (has_content(request)) answer["VersionId"] = put_content(world, request, secret);
  return answer;
}

std::string version_wanted(const Value& request, const Value& secret) {
  if (request.has("VersionId")) return request.at("VersionId").text();
  return version_with(secret, request.at("VersionStage").text(current_stage));
}

Value get_secret_value(const View& view, const Call& call) {
  const Value& secret = secret_in(view.store, call);
  const std::string id = version_wanted(call.request, secret);
  const Value& version = secret.at("Versions").at(id);
  Value answer = named(secret);
  answer["VersionId"] = id;
  answer["VersionStages"] = version.at("Stages");
  answer["CreatedDate"] = version.at("CreatedDate");
  for (const char* name : {"SecretString", "SecretBinary"})
    if (version.has(name)) answer[name] = version.at(name);
  return answer;
}

Value put_secret_value(World& world, const Call& call) {
  Value& secret = secret_in(world.store, call);
  Value answer = named(secret);
  const std::string id = put_content(world, call.request, secret);
  answer["VersionId"] = id;
  answer["VersionStages"] = secret.at("Versions").at(id).at("Stages");
  return answer;
}

Value update_secret(World& world, const Call& call) {
  Value& secret = secret_in(world.store, call);
  Value answer = named(secret);
  for (const char* name : {"Description", "KmsKeyId"})
    if (call.request.has(name)) secret[name] = call.request.at(name);
  if (has_content(call.request)) answer["VersionId"] = put_content(world, call.request, secret);
  secret["LastChangedDate"] = base::iso_time(world.now);
  return answer;
}

Value delete_secret(World& world, const Call& call) {
  Value& secret = secret_in(world.store, call);
  Value answer = named(secret);
  const bool at_once = call.request.at("ForceDeleteWithoutRecovery").truth();
  const std::int64_t days = at_once ? 0 : call.request.at("RecoveryWindowInDays").number(30);
  answer["DeletionDate"] = base::iso_time(world.now + std::chrono::hours(24 * days));
  secret["DeletedDate"] = base::iso_time(world.now);
  if (at_once) {
    world.store.tags.erase(answer.at("ARN").text());
    world.store.secrets.erase(answer.at("ARN").text());
  }
  return answer;
}

Value restore_secret(World& world, const Call& call) {
  Value& secret = secret_in(world.store, call);
  secret.erase("DeletedDate");
  return named(secret);
}

// DescribeSecret and ListSecrets call the same by different names.
Value described(const View& view, const Value& secret, std::string_view stages_name) {
  Value answer = secret;
  answer.erase("Versions");
  Value stages = Value::Members{};
  for (const auto& [id, version] : secret.at("Versions").members()) stages[id] = version.at("Stages");
  answer[stages_name] = stages;
  const auto tags = view.store.tags.find(secret.at("ARN").text());
  answer["Tags"] = tags == view.store.tags.end() ? Value::List{} : tag_list(tags->second);
  return answer;
}

Value describe_secret(const View& view, const Call& call) {
  return described(view, secret_in(view.store, call), "VersionIdsToStages");
}

bool fits(const Value& filter, const View& view, const Value& secret) {
  const auto begins = [&](const std::string& text) {
    const auto values = texts_of(filter.at("Values"));
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) { return text.starts_with(value); });
  };
  const std::string key = filter.at("Key").text();
  if (key == "name") return begins(secret.at("Name").text());
  if (key == "description") return begins(secret.at("Description").text());
  if (key == "owning-service") return begins(secret.at("OwningService").text());
  const auto tags = view.store.tags.find(secret.at("ARN").text());
  return tags != view.store.tags.end() && std::any_of(tags->second.begin(), tags->second.end(), [&](const auto& tag) {
           return begins(key == "tag-key" ? tag.first : tag.second);
         });
}

Value list_secrets(const View& view, const Call& call) {
  Value::List all;
  for (const auto& [arn, secret] : view.store.secrets) {
    if (secret.has("DeletedDate") && !call.request.at("IncludePlannedDeletion").truth()) continue;
    const Value::List& filters = call.request.at("Filters").list();
    if (std::all_of(filters.begin(), filters.end(), [&](const Value& filter) { return fits(filter, view, secret); }))
      all.push_back(described(view, secret, "SecretVersionsToStages"));
  }
  Value answer;
  answer["SecretList"] = page_of(std::move(all), call.request, secrets_page, answer);
  return answer;
}

Value tag_resource(World& world, const Call& call) {
  Texts& tags = world.store.tags[secret_in(world.store, call).at("ARN").text()];
  for (const auto& [key, value] : tags_of(call.request.at("Tags"))) tags[key] = value;
  return {};
}

Value untag_resource(World& world, const Call& call) {
  Texts& tags = world.store.tags[secret_in(world.store, call).at("ARN").text()];
  for (const std::string& key : texts_of(call.request.at("TagKeys"))) tags.erase(key);
  return {};
}

}  // namespace

const Actions& secretsmanager_actions() {
  static const Actions actions = {
      {"CreateSecret", create_secret},     {"GetSecretValue", get_secret_value}, {"PutSecretValue", put_secret_value},
      {"UpdateSecret", update_secret},     {"DeleteSecret", delete_secret},      {"RestoreSecret", restore_secret},
      {"DescribeSecret", describe_secret}, {"ListSecrets", list_secrets},        {"TagResource", tag_resource},
      {"UntagResource", untag_resource},
  };
  return actions;
}

}  // namespace darbe::lab
