// Rules for any RDS request: pages, filters, tags and the resources they hang on.
#include <algorithm>

#include <fmt/format.h>

#include "base/letters.h"
#include "lab/instance_values.h"
#include "lab/paging.h"
#include "lab/rules_parts.h"

namespace darbe::lab {
namespace {

Broken page_size(const Situation& s) {
  if (!s.request.has("MaxRecords")) return holds;
  const std::int64_t size = s.request.at("MaxRecords").number();
  const std::int64_t most = s.action == "DescribeOrderableDBInstanceOptions" ? 1000 : 100;
  return when(size < 20 || size > most, fmt::format("{} for MaxRecords. Must be between 20 and {}", size, most));
}

Broken marker(const Situation& s) {
  const std::string marker = s.request.at("Marker").text();
  return when(!marker.empty() && !is_marker(marker), marker);
}

// The lab has one region and one account: an ARN of another names nothing here.
Broken arn_elsewhere(const Situation& s) {
  const std::string own = s.store.rds_arn("", "");  // ends in "::"
  for (const char* name : {"DBInstanceIdentifier", "SourceDBInstanceIdentifier", "SourceDBParameterGroupIdentifier",
                           "DBSnapshotIdentifier"})
    if (const std::string given = s.request.at(name).text();
        given.starts_with("arn:") && !given.starts_with(own.substr(0, own.size() - 1)))
      return given;
  return holds;
}

Broken instance_filters(const Situation& s) {
  static constexpr std::string_view known[] = {"db-instance-id", "dbi-resource-id", "engine", "db-cluster-id",
                                               "domain"};
  return unknown_filter(s.request, known);
}

Broken snapshot_filters(const Situation& s) {
  static constexpr std::string_view known[] = {"db-instance-id", "db-snapshot-id", "dbi-resource-id", "snapshot-type",
                                               "engine"};
  return unknown_filter(s.request, known);
}

Broken version_filters(const Situation& s) {
  static constexpr std::string_view known[] = {"db-parameter-group-family", "engine", "engine-mode", "engine-version",
                                               "status"};
  return unknown_filter(s.request, known);
}

Broken parameter_filters(const Situation& s) {
  static constexpr std::string_view known[] = {"parameter-name"};
  return unknown_filter(s.request, known);
}

Broken no_filters(const Situation& s) { return unknown_filter(s.request, {}); }

Broken filter_values(const Situation& s) {
  for (const Value& filter : s.request.at("Filters").list())
    if (filter.at("Values").list().empty()) return filter.at("Name").text();
  return holds;
}

Broken tag_key_form(const Situation& s) {
  for (const Value& tag : s.request.at("Tags").list()) {
    const std::string key = tag.at("Key").text();
    if (key.empty() || key.size() > 128 || base::lower(key).starts_with("aws:")) return key;
  }
  return holds;
}

Broken tag_value_length(const Situation& s) {
  for (const Value& tag : s.request.at("Tags").list())
    if (tag.at("Value").text().size() > 256) return tag.at("Key").text();
  return holds;
}

Broken tag_keys_twice(const Situation& s) {
  return when(tags_of(s.request.at("Tags")).size() != s.request.at("Tags").list().size());
}

Broken too_many_tags(const Situation& s) {
  Texts tags = tags_of(s.request.at("Tags"));
  if (const auto own = s.store.tags.find(s.request.at("ResourceName").text()); own != s.store.tags.end())
    tags.insert(own->second.begin(), own->second.end());
  return when(tags.size() > 50);
}

// What an ARN of RDS names: arn:aws:rds:REGION:ACCOUNT:KIND:NAME.
struct Named {
  std::string kind;
  std::string name;
};

Named named_by(const Situation& s) {
  const std::string arn = s.request.at("ResourceName").text();
  const std::string start = s.store.rds_arn("", "");  // ends in "::"
  const std::string account = start.substr(0, start.size() - 1);
  if (!arn.starts_with(account)) return {};
  const std::string rest = arn.substr(account.size());
  const std::size_t colon = rest.find(':');
  return colon == std::string::npos ? Named{} : Named{rest.substr(0, colon), rest.substr(colon + 1)};
}

Broken resource_arn(const Situation& s) {
  static constexpr std::string_view kinds[] = {"db", "pg", "og", "subgrp", "snapshot"};
  const std::string kind = named_by(s).kind;
  return when(std::find(std::begin(kinds), std::end(kinds), kind) == std::end(kinds),
              s.request.at("ResourceName").text());
}

template <typename Resources>
Broken missing(const Situation& s, std::string_view kind, const Resources& resources) {
  const Named named = named_by(s);
  return when(named.kind == kind && !resources.contains(named.name), named.name);
}

Broken tagged_instance(const Situation& s) { return missing(s, "db", s.store.instances); }
Broken tagged_parameter_group(const Situation& s) { return missing(s, "pg", s.store.parameter_groups); }
Broken tagged_option_group(const Situation& s) { return missing(s, "og", s.store.option_groups); }
Broken tagged_subnet_group(const Situation& s) { return missing(s, "subgrp", s.store.subnet_groups); }
Broken tagged_snapshot(const Situation& s) { return missing(s, "snapshot", s.store.snapshots); }

constexpr std::string_view tag_actions = "ListTagsForResource AddTagsToResource RemoveTagsFromResource";

const Rule table[] = {
    {"page size", "*", "rds", "InvalidParameterValue", "Invalid value {}", page_size},
    {"marker", "*", "rds", "InvalidParameterValue", "The marker {} is invalid", marker},
    {"ARN elsewhere", "*", "rds", "InvalidParameterValue", "{} belongs to another region or account", arn_elsewhere},
    {"instance filters", "DescribeDBInstances", "rds", "InvalidParameterValue", "Unrecognized filter name: {}",
     instance_filters},
    {"snapshot filters", "DescribeDBSnapshots", "rds", "InvalidParameterValue", "Unrecognized filter name: {}",
     snapshot_filters},
    {"version filters", "DescribeDBEngineVersions", "rds", "InvalidParameterValue", "Unrecognized filter name: {}",
     version_filters},
    {"parameter filters", "DescribeDBParameters DescribeEngineDefaultParameters", "rds", "InvalidParameterValue",
     "Unrecognized filter name: {}", parameter_filters},
    {"unsupported filters",
     "DescribeDBParameterGroups DescribeOptionGroups "
     "DescribeDBSubnetGroups DescribeOrderableDBInstanceOptions ListTagsForResource",
     "rds", "InvalidParameterValue", "This action takes no filter: {}", no_filters},
    {"filter without values", "*", "rds", "InvalidParameterValue", "The filter {} must have at least one value",
     filter_values},
    {"tag keys", "*", "rds", "InvalidParameterValue",
     "The tag key '{}' is invalid: it has 1 to 128 characters and can't begin with 'aws:'", tag_key_form},
    {"tag values", "*", "rds", "InvalidParameterValue", "The value of the tag '{}' is longer than 256 characters",
     tag_value_length},
    {"tag keys twice", "*", "rds", "InvalidParameterValue", "Tag keys must be unique", tag_keys_twice},
    {"tags at most", "*", "rds", "InvalidParameterValue", "A resource can have at most 50 tags", too_many_tags},
    {"resource ARN", tag_actions, "rds", "InvalidParameterValue",
     "The specified resource name does not match an RDS resource in this region: {}", resource_arn},
    {"tagged instance", tag_actions, "rds", "DBInstanceNotFound", "DBInstance {} not found.", tagged_instance},
    {"tagged parameter group", tag_actions, "rds", "DBParameterGroupNotFound", "DBParameterGroup not found: {}",
     tagged_parameter_group},
    {"tagged option group", tag_actions, "rds", "OptionGroupNotFoundFault", "Specified OptionGroupName: {} not found.",
     tagged_option_group},
    {"tagged subnet group", tag_actions, "rds", "DBSubnetGroupNotFoundFault", "DB subnet group '{}' does not exist.",
     tagged_subnet_group},
    {"tagged snapshot", tag_actions, "rds", "DBSnapshotNotFound", "DBSnapshot not found: {}", tagged_snapshot},
};

}  // namespace

std::span<const Rule> rds_request_rules() { return table; }

}  // namespace darbe::lab
