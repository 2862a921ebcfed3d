// AWS KMS: which keys there are, and whether they may be used.
#include <fmt/format.h>

#include "base/clock.h"
#include "lab/action.h"
#include "lab/keys.h"
#include "lab/paging.h"

namespace darbe::lab {
namespace {

constexpr PageRequest kms_page{"Limit", "Marker", 100};

// Of a Store or a const Store.
auto& key_in(auto& store, const Call& call, std::string_view member = "KeyId") {
  return store.keys.at(key_named(store, call.request.at(member).text())->at("KeyId").text());
}

void set_state(Value& key, std::string_view state) {
  key["KeyState"] = state;
  key["Enabled"] = state == "Enabled";
}

Value create_key(World& world, const Call& call) {
  const std::string id = add_key(world.store, {call.request.at("Description").text()}, world.now);
  Value& key = world.store.keys.at(id);
  for (const Value& tag : call.request.at("Tags").list())
    world.store.tags[key.at("Arn").text()][tag.at("TagKey").text()] = tag.at("TagValue").text();
  Value answer;
  answer["KeyMetadata"] = key;
  return answer;
}

Value describe_key(const View& view, const Call& call) {
  Value answer;
  answer["KeyMetadata"] = key_in(view.store, call);
  return answer;
}

Value enable_key(World& world, const Call& call) {
  set_state(key_in(world.store, call), "Enabled");
  return {};
}

Value disable_key(World& world, const Call& call) {
  set_state(key_in(world.store, call), "Disabled");
  return {};
}

// It can't be used from now on; the lab never gets to the day of its deletion.
Value schedule_deletion(World& world, const Call& call) {
  Value& key = key_in(world.store, call);
  const std::int64_t days = call.request.at("PendingWindowInDays").number(30);
  set_state(key, "PendingDeletion");
  key["DeletionDate"] = base::iso_time(world.now + std::chrono::hours(24 * days));
  Value answer;
  answer["KeyId"] = key.at("Arn");
  answer["DeletionDate"] = key.at("DeletionDate");
  answer["KeyState"] = key.at("KeyState");
  answer["PendingWindowInDays"] = days;
  return answer;
}

Value cancel_deletion(World& world, const Call& call) {
  Value& key = key_in(world.store, call);
  set_state(key, "Disabled");
  key.erase("DeletionDate");
  Value answer;
  answer["KeyId"] = key.at("Arn");
  return answer;
}

Value create_alias(World& world, const Call& call) {
  world.store.key_aliases[call.request.at("AliasName").text()] =
      key_in(world.store, call, "TargetKeyId").at("KeyId").text();
  return {};
}

Value list_aliases(const View& view, const Call& call) {
  const Value* wanted = call.request.has("KeyId") ? &key_in(view.store, call) : nullptr;
  Value::List all;
  for (const auto& [alias, id] : view.store.key_aliases) {
    if (wanted && wanted->at("KeyId").text() != id) continue;
    Value entry;
    entry["AliasName"] = alias;
    entry["AliasArn"] = fmt::format("arn:aws:kms:{}:{}:{}", view.store.region, view.store.account, alias);
    entry["TargetKeyId"] = id;
    all.push_back(entry);
  }
  Value answer, marker;
  answer["Aliases"] = page_of(std::move(all), call.request, kms_page, marker);
  answer["Truncated"] = marker.has("Marker");
  if (marker.has("Marker")) answer["NextMarker"] = marker.at("Marker");
  return answer;
}

}  // namespace

const Actions& kms_actions() {
  static const Actions actions = {
      {"CreateKey", create_key},
      {"DescribeKey", describe_key},
      {"EnableKey", enable_key},
      {"DisableKey", disable_key},
      {"ScheduleKeyDeletion", schedule_deletion},
      {"CancelKeyDeletion", cancel_deletion},
      {"CreateAlias", create_alias},
      {"ListAliases", list_aliases},
  };
  return actions;
}

}  // namespace darbe::lab
