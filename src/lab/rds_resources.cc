// RDS: snapshots (their records; the lab keeps no data for them), tags, the account's quotas.
#include <algorithm>

#include "base/letters.h"
#include "lab/action.h"
#include "lab/instance_values.h"
#include "lab/paging.h"
#include "lab/quotas.h"

namespace darbe::lab {
namespace {

Value with_tags(const Store& store, Value snapshot) {
  const auto tags = store.tags.find(snapshot.at("DBSnapshotArn").text());
  snapshot["TagList"] = tags == store.tags.end() ? Value::List{} : tag_list(tags->second);
  return snapshot;
}

Value create_snapshot(World& world, const Call& call) {
  const Instance& instance = *world.store.instance(identifier_in(call.request.at("DBInstanceIdentifier").text()));
  const std::string identifier = base::lower(call.request.at("DBSnapshotIdentifier").text());
  Texts tags = tags_of(call.request.at("Tags"));
  if (const auto own = world.store.tags.find(instance.shape.at("DBInstanceArn").text());
      own != world.store.tags.end() && instance.shape.at("CopyTagsToSnapshot").truth())
    tags.insert(own->second.begin(), own->second.end());
  record_snapshot(world, instance, {identifier, "manual", tags});
  Value answer;
  answer["DBSnapshot"] = with_tags(world.store, world.store.snapshots.at(identifier));
  return answer;
}

bool fits(const Value& request, const Value& snapshot) {
  const auto differs = [&](std::string_view member) {
    return request.has(member) && identifier_in(request.at(member).text()) != base::lower(snapshot.at(member).text());
  };
  return !differs("DBInstanceIdentifier") && !differs("DBSnapshotIdentifier") && !differs("SnapshotType") &&
         !differs("DbiResourceId");
}

bool fits_filter(const Value& filter, const Value& snapshot) {
  const std::string name = filter.at("Name").text();
  const std::string_view member = name == "db-instance-id"    ? "DBInstanceIdentifier"
                                  : name == "db-snapshot-id"  ? "DBSnapshotIdentifier"
                                  : name == "dbi-resource-id" ? "DbiResourceId"
                                  : name == "snapshot-type"   ? "SnapshotType"
                                                              : "Engine";
  const auto values = texts_of(filter.at("Values"));
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
    return identifier_in(value) == base::lower(snapshot.at(member).text());
  });
}

Value describe_snapshots(const View& view, const Call& call) {
  Value::List all;
  for (const auto& [identifier, snapshot] : view.store.snapshots) {
    const Value::List& filters = call.request.at("Filters").list();
    const auto fits_one = [&](const Value& filter) { return fits_filter(filter, snapshot); };
    if (fits(call.request, snapshot) && std::all_of(filters.begin(), filters.end(), fits_one))
      all.push_back(with_tags(view.store, snapshot));
  }
  Value answer;
  answer["DBSnapshots"] = page_of(std::move(all), call.request, rds_page, answer);
  return answer;
}

Value delete_snapshot(World& world, const Call& call) {
  const std::string identifier = identifier_in(call.request.at("DBSnapshotIdentifier").text());
  Value answer;
  answer["DBSnapshot"] = world.store.snapshots.at(identifier);
  answer["DBSnapshot"]["Status"] = "deleted";
  world.store.tags.erase(answer.at("DBSnapshot").at("DBSnapshotArn").text());
  world.store.snapshots.erase(identifier);
  return answer;
}

Value list_tags(const View& view, const Call& call) {
  const auto tags = view.store.tags.find(call.request.at("ResourceName").text());
  Value answer;
  answer["TagList"] = tags == view.store.tags.end() ? Value::List{} : tag_list(tags->second);
  return answer;
}

Value add_tags(World& world, const Call& call) {
  Texts& tags = world.store.tags[call.request.at("ResourceName").text()];
  for (const auto& [key, value] : tags_of(call.request.at("Tags"))) tags[key] = value;
  return {};
}

Value remove_tags(World& world, const Call& call) {
  Texts& tags = world.store.tags[call.request.at("ResourceName").text()];
  for (const std::string& key : texts_of(call.request.at("TagKeys"))) tags.erase(key);
  return {};
}

Value describe_account(const View& view, const Call&) {
  Value answer;
  answer["AccountQuotas"] = account_quotas(view.store);
  return answer;
}

}  // namespace

const Actions& rds_resource_actions() {
  static const Actions actions = {
      {"CreateDBSnapshot", create_snapshot},           {"DescribeDBSnapshots", describe_snapshots},
      {"DeleteDBSnapshot", delete_snapshot},           {"ListTagsForResource", list_tags},
      {"DescribeAccountAttributes", describe_account}, {"AddTagsToResource", add_tags},
      {"RemoveTagsFromResource", remove_tags},
  };
  return actions;
}

}  // namespace darbe::lab
