// Rules for parameter groups, option groups, subnet groups.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/letters.h"
#include "lab/instance_values.h"
#include "lab/parameters.h"
#include "lab/quotas.h"
#include "lab/rules_parts.h"

namespace darbe::lab {
namespace {

std::string text(const Situation& s, std::string_view name) { return s.request.at(name).text(); }

// ---- parameter groups

std::string new_group_name(const Situation& s) {
  return text(s, s.action == "CopyDBParameterGroup" ? "TargetDBParameterGroupIdentifier" : "DBParameterGroupName");
}

std::string old_group_name(const Situation& s) {
  if (s.action == "CopyDBParameterGroup") return identifier_in(text(s, "SourceDBParameterGroupIdentifier"));
  return base::lower(text(s, "DBParameterGroupName"));
}

const ParameterGroup* group_of(const Situation& s) {
  const auto found = s.store.parameter_groups.find(old_group_name(s));
  return found == s.store.parameter_groups.end() ? nullptr : &found->second;
}

Broken group_name(const Situation& s) { return when(!is_identifier(new_group_name(s), 255), new_group_name(s)); }

Broken group_taken(const Situation& s) {
  return when(s.store.parameter_groups.contains(base::lower(new_group_name(s))), new_group_name(s));
}

Broken group_missing(const Situation& s) {
  const bool asked = s.action != "DescribeDBParameterGroups" || s.request.has("DBParameterGroupName");
  return when(asked && !group_of(s), old_group_name(s));
}

Broken family_unknown(const Situation& s) {
  const bool asked = s.action != "DescribeDBEngineVersions" || s.request.has("DBParameterGroupFamily");
  return when(asked && !s.offers.family(text(s, "DBParameterGroupFamily")), text(s, "DBParameterGroupFamily"));
}

Broken group_quota(const Situation& s) {
  return when(exceeds_quota(s.store, "DBParameterGroups"), std::to_string(quota_max(s.store, "DBParameterGroups")));
}

Broken group_default(const Situation& s) { return when(group_of(s) && group_of(s)->is_default, old_group_name(s)); }

Broken group_in_use(const Situation& s) {
  const std::string name = old_group_name(s);
  const bool used = std::any_of(s.store.instances.begin(), s.store.instances.end(),
                                [&](const auto& entry) { return entry.second.parameter_group() == name; });
  return when(used, name);
}

Broken group_description(const Situation& s) {
  const std::string_view name =
      s.action == "CopyDBParameterGroup" ? "TargetDBParameterGroupDescription" : "Description";
  return when(text(s, name).empty(), name);
}

Broken too_many_parameters(const Situation& s) {
  return when(s.request.at("Parameters").list().size() > parameters_max, std::to_string(parameters_max));
}

Broken no_parameters(const Situation& s) { return when(s.request.at("Parameters").list().empty()); }

const Parameter* parameter_of(const Situation& s, const Value& parameter) {
  const ParameterGroup* group = group_of(s);
  return group ? s.offers.parameters(group->family).find(parameter.at("ParameterName").text()) : nullptr;
}

// The first parameter of the request that `is_broken` holds for.
template <typename IsBroken>
Broken first_parameter(const Situation& s, IsBroken is_broken) {
  for (const Value& parameter : s.request.at("Parameters").list())
    if (is_broken(parameter, parameter_of(s, parameter))) return parameter.at("ParameterName").text();
  return holds;
}

Broken parameter_incomplete(const Situation& s) {
  return first_parameter(s, [&](const Value& parameter, const Parameter*) {
    return !parameter.has("ParameterName") || !parameter.has("ApplyMethod") ||
           (s.action == "ModifyDBParameterGroup" && !parameter.has("ParameterValue"));
  });
}

Broken parameter_unknown(const Situation& s) {
  return first_parameter(s, [](const Value&, const Parameter* known) { return !known; });
}

Broken parameter_twice(const Situation& s) {
  std::set<std::string> seen;
  return first_parameter(s, [&](const Value& parameter, const Parameter*) {
    return !seen.insert(parameter.at("ParameterName").text()).second;
  });
}

Broken parameter_fixed(const Situation& s) {
  return first_parameter(s, [](const Value&, const Parameter* known) { return known && !known->is_modifiable; });
}

Broken parameter_static(const Situation& s) {
  return first_parameter(s, [](const Value& parameter, const Parameter* known) {
    return known && known->apply_type == "static" && parameter.at("ApplyMethod").text() == "immediate";
  });
}

Broken parameter_value(const Situation& s) {
  const ParameterGroup* group = group_of(s);
  if (!group) return holds;
  for (const Value& parameter : s.request.at("Parameters").list())
    if (auto why = s.offers.parameters(group->family)
                       .refusal(parameter.at("ParameterName").text(), parameter.at("ParameterValue").text()))
      return why;
  return holds;
}

constexpr std::size_t filter_length_max = 2000;

// A comma that does not end an entry but belongs to a name: within quotes or behind a backslash.
bool has_comma_in_name(std::string_view filter) {
  char quote = 0;
  for (std::size_t i = 0; i < filter.size(); ++i) {
    const char c = filter[i];
    if (c == ',' && (quote != 0 || (i > 0 && filter[i - 1] == '\\'))) return true;
    if (quote != 0 ? c == quote : (c == '`' || c == '\'' || c == '"')) quote = quote != 0 ? '\0' : c;
  }
  return false;
}

// The first replication filter of the request that `is_broken` holds for.
template <typename IsBroken>
Broken first_filter(const Situation& s, IsBroken is_broken) {
  return first_parameter(s, [&](const Value& parameter, const Parameter*) {
    return is_filter(parameter.at("ParameterName").text()) && is_broken(parameter.at("ParameterValue").text());
  });
}

Broken filter_long(const Situation& s) {
  return first_filter(s, [](const std::string& value) { return value.size() > filter_length_max; });
}

Broken filter_comma(const Situation& s) { return first_filter(s, has_comma_in_name); }

Broken parameter_source(const Situation& s) {
  const std::string source = text(s, "Source");
  return when(!source.empty() && source != "user" && source != "system" && source != "engine-default", source);
}

Broken reset_nothing(const Situation& s) {
  return when(!s.request.at("ResetAllParameters").truth(true) && s.request.at("Parameters").list().empty());
}

Broken reset_all_and_some(const Situation& s) {
  return when(s.request.at("ResetAllParameters").truth() && !s.request.at("Parameters").list().empty());
}

// ---- option groups

std::string option_group(const Situation& s) { return base::lower(text(s, "OptionGroupName")); }

Broken option_name(const Situation& s) { return when(!is_identifier(option_group(s), 255), option_group(s)); }
Broken option_taken(const Situation& s) {
  return when(s.store.option_groups.contains(option_group(s)), option_group(s));
}

Broken option_missing(const Situation& s) {
  const bool asked = s.request.has("OptionGroupName");
  return when(asked && !s.store.option_groups.contains(option_group(s)), option_group(s));
}

Broken option_engine(const Situation& s) {
  return when(!s.offers.engine(text(s, "EngineName"), text(s, "MajorEngineVersion")),
              fmt::format("{} {}", text(s, "EngineName"), text(s, "MajorEngineVersion")));
}

Broken option_default(const Situation& s) { return when(option_group(s).starts_with("default:"), option_group(s)); }

Broken option_in_use(const Situation& s) {
  const auto uses = [&](const auto& entry) { return entry.second.has_option_group(option_group(s)); };
  return when(std::any_of(s.store.instances.begin(), s.store.instances.end(), uses), option_group(s));
}

Broken option_quota(const Situation& s) {
  return when(exceeds_quota(s.store, "OptionGroups"), std::to_string(quota_max(s.store, "OptionGroups")));
}

Broken option_name_and_engine(const Situation& s) {
  const bool engine = s.request.has("EngineName") || s.request.has("MajorEngineVersion");
  return when(s.request.has("OptionGroupName") && engine);
}

Broken option_version_alone(const Situation& s) {
  return when(s.request.has("MajorEngineVersion") && !s.request.has("EngineName"));
}

// ---- subnet groups

std::string subnet_group(const Situation& s) { return base::lower(text(s, "DBSubnetGroupName")); }

Broken subnet_name(const Situation& s) {
  const std::string name = subnet_group(s);
  const bool fits = starts_with_letter(name) && name.size() <= 255 && name != "default" &&
                    std::all_of(name.begin(), name.end(), [](unsigned char c) {
                      return std::isalnum(c) != 0 || c == ' ' || c == '.' || c == '_' || c == '-';
                    });
  return when(!fits, name);
}

Broken subnet_taken(const Situation& s) {
  return when(s.store.subnet_groups.contains(subnet_group(s)), subnet_group(s));
}

Broken subnet_missing(const Situation& s) {
  const bool asked = s.request.has("DBSubnetGroupName");
  return when(asked && !s.store.subnet_groups.contains(subnet_group(s)), subnet_group(s));
}

Broken subnet_unknown(const Situation& s) {
  for (const std::string& id : texts_of(s.request.at("SubnetIds")))
    if (!s.store.subnets.contains(id)) return id;
  return holds;
}

Broken subnet_zones(const Situation& s) {
  std::set<std::string> zones;
  for (const std::string& id : texts_of(s.request.at("SubnetIds")))
    if (const auto found = s.store.subnets.find(id); found != s.store.subnets.end())
      zones.insert(found->second.at("AvailabilityZone").text());
  return when(zones.size() < 2);
}

Broken subnet_default(const Situation& s) { return when(subnet_group(s) == "default"); }

Broken subnet_in_use(const Situation& s) {
  const auto uses = [&](const auto& entry) {
    return entry.second.shape.at("DBSubnetGroup").at("DBSubnetGroupName").text() == subnet_group(s);
  };
  return when(std::any_of(s.store.instances.begin(), s.store.instances.end(), uses), subnet_group(s));
}

Broken subnet_quota(const Situation& s) {
  return when(exceeds_quota(s.store, "DBSubnetGroups"), std::to_string(quota_max(s.store, "DBSubnetGroups")));
}

constexpr std::string_view makes_group = "CreateDBParameterGroup CopyDBParameterGroup";
constexpr std::string_view changes_group = "ModifyDBParameterGroup ResetDBParameterGroup";

const Rule table[] = {
    {"parameter group name", makes_group, "rds", "InvalidParameterValue",
     "The parameter DBParameterGroupName is not a valid identifier: {}. Identifiers must begin with a letter; must "
     "contain "
     "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
     group_name},
    {"parameter group description", makes_group, "rds", "InvalidParameterValue", "The parameter {} must not be blank.",
     group_description},
    {"parameter group family", "CreateDBParameterGroup DescribeEngineDefaultParameters DescribeDBEngineVersions", "rds",
     "InvalidParameterValue", "ParameterGroupFamily {} is not a valid parameter group family", family_unknown},
    {"parameter group known",
     "CopyDBParameterGroup DescribeDBParameterGroups ModifyDBParameterGroup ResetDBParameterGroup "
     "DeleteDBParameterGroup "
     "DescribeDBParameters",
     "rds", "DBParameterGroupNotFound", "DBParameterGroup not found: {}", group_missing},
    {"parameter group taken", makes_group, "rds", "DBParameterGroupAlreadyExists", "Parameter group {} already exists",
     group_taken},
    {"parameter group quota", makes_group, "rds", "DBParameterGroupQuotaExceeded",
     "Cannot create more than {} DB parameter groups", group_quota},
    {"default parameter group changed", changes_group, "rds", "InvalidDBParameterGroupState",
     "The default parameter group {} cannot be modified", group_default},
    {"default parameter group deleted", "DeleteDBParameterGroup", "rds", "InvalidDBParameterGroupState",
     "Default DBParameterGroup cannot be deleted: {}", group_default},
    {"default parameter group copied", "CopyDBParameterGroup", "rds", "InvalidParameterValue",
     "You can't copy the default DB parameter group {}: create a new one of its family instead.", group_default},
    {"parameter group in use", "DeleteDBParameterGroup", "rds", "InvalidDBParameterGroupState",
     "One or more database instances are still members of this parameter group {}, so the group cannot be deleted",
     group_in_use},
    {"parameters at most", changes_group, "rds", "InvalidParameterValue",
     "At most {} parameters can be changed in one request", too_many_parameters},
    {"parameters at least", "ModifyDBParameterGroup", "rds", "MissingParameter",
     "The request must contain the parameter Parameters", no_parameters},
    {"parameter complete", changes_group, "rds", "InvalidParameterValue",
     "The parameter '{}' must have a ParameterName, a ParameterValue and an ApplyMethod", parameter_incomplete},
    {"parameter twice", changes_group, "rds", "InvalidParameterValue", "The parameter {} is given more than once",
     parameter_twice},
    {"parameter known", changes_group, "rds", "InvalidParameterValue", "Could not find parameter with name: {}",
     parameter_unknown},
    {"parameter modifiable", changes_group, "rds", "InvalidParameterValue", "The parameter {} cannot be modified.",
     parameter_fixed},
    {"parameter static", changes_group, "rds", "InvalidParameterCombination",
     "cannot use immediate apply method for static parameter: {}", parameter_static},
    {"filter's length", "ModifyDBParameterGroup", "rds", "InvalidParameterValue",
     "The value of {} has more than 2000 characters.", filter_long},
    {"filter's commas", "ModifyDBParameterGroup", "rds", "InvalidParameterValue",
     "The value of {} has a name with a comma in it: commas only separate names.", filter_comma},
    {"parameter value", "ModifyDBParameterGroup", "rds", "InvalidParameterValue", "{}", parameter_value},
    {"parameter source", "DescribeDBParameters", "rds", "InvalidParameterValue",
     "Invalid source: {}. Valid sources: user, system, engine-default", parameter_source},
    {"reset nothing", "ResetDBParameterGroup", "rds", "InvalidParameterCombination",
     "Parameters must be given when ResetAllParameters is false", reset_nothing},
    {"reset all and some", "ResetDBParameterGroup", "rds", "InvalidParameterCombination",
     "Parameters can't be given when ResetAllParameters is true", reset_all_and_some},
    {"option group name", "CreateOptionGroup", "rds", "InvalidParameterValue", "Invalid option group name: {}",
     option_name},
    {"option group engine", "CreateOptionGroup", "rds", "InvalidParameterCombination",
     "Cannot find major version of {}", option_engine},
    {"option group taken", "CreateOptionGroup", "rds", "OptionGroupAlreadyExistsFault",
     "An option group named {} already exists.", option_taken},
    {"option group quota", "CreateOptionGroup", "rds", "OptionGroupQuotaExceededFault",
     "Cannot create more than {} option groups", option_quota},
    {"option group by two ways", "DescribeOptionGroups", "rds", "InvalidParameterCombination",
     "OptionGroupName can't be supplied together with EngineName or MajorEngineVersion.", option_name_and_engine},
    {"option group version alone", "DescribeOptionGroups", "rds", "InvalidParameterCombination",
     "MajorEngineVersion needs EngineName.", option_version_alone},
    {"option group known", "DescribeOptionGroups DeleteOptionGroup", "rds", "OptionGroupNotFoundFault",
     "Specified OptionGroupName: {} not found.", option_missing},
    {"default option group", "DeleteOptionGroup", "rds", "InvalidOptionGroupStateFault",
     "The default option group {} cannot be deleted.", option_default},
    {"option group in use", "DeleteOptionGroup", "rds", "InvalidOptionGroupStateFault",
     "The option group {} is associated with a DB instance and cannot be deleted.", option_in_use},
    {"subnet group name", "CreateDBSubnetGroup", "rds", "InvalidParameterValue", "Invalid DBSubnetGroupName: {}",
     subnet_name},
    {"subnet group taken", "CreateDBSubnetGroup", "rds", "DBSubnetGroupAlreadyExists",
     "The DB subnet group '{}' already exists.", subnet_taken},
    {"subnet group quota", "CreateDBSubnetGroup", "rds", "DBSubnetGroupQuotaExceeded",
     "Cannot create more than {} DB subnet groups", subnet_quota},
    {"subnets of a group", "CreateDBSubnetGroup", "rds", "InvalidSubnet", "Some input subnets in :[{}] are invalid.",
     subnet_unknown},
    {"subnet group zones", "CreateDBSubnetGroup", "rds", "DBSubnetGroupDoesNotCoverEnoughAZs",
     "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement: it needs at least 2 AZs.",
     subnet_zones},
    {"subnet group known", "DescribeDBSubnetGroups DeleteDBSubnetGroup", "rds", "DBSubnetGroupNotFoundFault",
     "DB subnet group '{}' does not exist.", subnet_missing},
    {"default subnet group", "DeleteDBSubnetGroup", "rds", "InvalidDBSubnetGroupStateFault",
     "The default subnet group can't be deleted.", subnet_default},
    {"subnet group in use", "DeleteDBSubnetGroup", "rds", "InvalidDBSubnetGroupStateFault",
     "Cannot delete the subnet group '{}' because at least one database instance is still using it.", subnet_in_use},
};

}  // namespace

std::span<const Rule> rds_group_rules() { return table; }

}  // namespace darbe::lab
