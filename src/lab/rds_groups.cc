// RDS: parameter groups, option groups, subnet groups.
#include <algorithm>

#include <fmt/format.h>

#include "base/letters.h"
#include "lab/action.h"
#include "lab/instance_values.h"
#include "lab/paging.h"

namespace darbe::lab {
namespace {

Value shape_of(const Store& store, const ParameterGroup& group) {
  Value shape;
  shape["DBParameterGroupName"] = group.name;
  shape["DBParameterGroupFamily"] = group.family;
  shape["Description"] = group.description;
  shape["DBParameterGroupArn"] = store.rds_arn("pg", group.name);
  return shape;
}

void take_tags(World& world, const std::string& arn, const Value& request) {
  if (const Texts tags = tags_of(request.at("Tags")); !tags.empty()) world.store.tags[arn] = tags;
}

Value created(World& world, const ParameterGroup& group, const Value& request) {
  world.store.parameter_groups[group.name] = group;
  take_tags(world, world.store.rds_arn("pg", group.name), request);
  Value answer;
  answer["DBParameterGroup"] = shape_of(world.store, group);
  return answer;
}

Value create_parameter_group(World& world, const Call& call) {
  ParameterGroup group;
  group.name = base::lower(call.request.at("DBParameterGroupName").text());
  group.family = call.request.at("DBParameterGroupFamily").text();
  group.description = call.request.at("Description").text();
  return created(world, group, call.request);
}

Value copy_parameter_group(World& world, const Call& call) {
  ParameterGroup group =
      world.store.parameter_groups.at(identifier_in(call.request.at("SourceDBParameterGroupIdentifier").text()));
  group.name = base::lower(call.request.at("TargetDBParameterGroupIdentifier").text());
  group.description = call.request.at("TargetDBParameterGroupDescription").text();
  group.is_default = false;
  return created(world, group, call.request);
}

Value describe_parameter_groups(const View& view, const Call& call) {
  const std::string wanted = base::lower(call.request.at("DBParameterGroupName").text());
  Value::List all;
  for (const auto& [name, group] : view.store.parameter_groups)
    if (wanted.empty() || name == wanted) all.push_back(shape_of(view.store, group));
  Value answer;
  answer["DBParameterGroups"] = page_of(std::move(all), call.request, rds_page, answer);
  return answer;
}

Value named(const std::string& group) {
  Value answer;
  answer["DBParameterGroupName"] = group;
  return answer;
}

// Instances learn of a changed group: what takes effect at once goes to their workers, the rest waits for a reboot.
void tell_instances(World& world, const std::string& group, const std::vector<std::string>& now, bool at_reboot) {
  for (auto& [identifier, instance] : world.store.instances) {
    if (instance.parameter_group() != group) continue;
    const bool waits =
        at_reboot ||
        instance.shape.at("DBParameterGroups").list().front().at("ParameterApplyStatus").text() == "pending-reboot";
    if (!now.empty()) {
      set_parameter_status(instance, waits ? "pending-reboot" : "applying");
      world.tasks.push_back({Task::Kind::apply_parameters, instance.resource_id(), now});
    } else if (at_reboot) {
      set_parameter_status(instance, "pending-reboot");
    }
  }
}

Value modify_parameter_group(World& world, const Call& call) {
  const std::string name = base::lower(call.request.at("DBParameterGroupName").text());
  ParameterGroup& group = world.store.parameter_groups.at(name);
  std::vector<std::string> now;
  bool at_reboot = false;
  for (const Value& parameter : call.request.at("Parameters").list()) {
    const std::string parameter_name = parameter.at("ParameterName").text();
    const ParameterSetting setting{parameter.at("ParameterValue").text(), parameter.at("ApplyMethod").text()};
    group.settings[parameter_name] = setting;
    if (setting.method == "immediate")
      now.push_back(parameter_name);
    else
      at_reboot = true;
  }
  tell_instances(world, name, now, at_reboot);
  return named(name);
}

Value reset_parameter_group(World& world, const Call& call) {
  const std::string name = base::lower(call.request.at("DBParameterGroupName").text());
  ParameterGroup& group = world.store.parameter_groups.at(name);
  std::vector<std::string> now;
  bool at_reboot = false;
  if (call.request.at("ResetAllParameters").truth(true)) {
    const ParameterCatalog& known = world.offers.parameters(group.family);
    for (const auto& [parameter_name, setting] : group.settings) {
      const Parameter* parameter = known.find(parameter_name);
      if (parameter && parameter->apply_type == "dynamic")
        now.push_back(parameter_name);
      else
        at_reboot = true;
    }
    group.settings.clear();
  }
  for (const Value& parameter : call.request.at("Parameters").list()) {
    const std::string parameter_name = parameter.at("ParameterName").text();
    group.settings.erase(parameter_name);
    if (parameter.at("ApplyMethod").text() == "immediate")
      now.push_back(parameter_name);
    else
      at_reboot = true;
  }
  tell_instances(world, name, now, at_reboot);
  return named(name);
}

Value delete_parameter_group(World& world, const Call& call) {
  const std::string name = base::lower(call.request.at("DBParameterGroupName").text());
  world.store.parameter_groups.erase(name);
  world.store.tags.erase(world.store.rds_arn("pg", name));
  return {};
}

Value shape_of(const Parameter& parameter) {
  Value shape;
  shape["ParameterName"] = parameter.name;
  if (parameter.value) shape["ParameterValue"] = *parameter.value;
  shape["Description"] = parameter.description;
  shape["Source"] = parameter.source;
  shape["ApplyType"] = parameter.apply_type;
  shape["DataType"] = parameter.data_type;
  if (!parameter.allowed_values.empty()) shape["AllowedValues"] = parameter.allowed_values;
  shape["IsModifiable"] = parameter.is_modifiable;
  shape["ApplyMethod"] = "pending-reboot";
  return shape;
}

Value shape_in(const ParameterGroup& group, const Parameter& parameter) {
  Value shape = shape_of(parameter);
  const auto setting = group.settings.find(parameter.name);
  if (setting == group.settings.end()) return shape;
  shape["ParameterValue"] = setting->second.value;
  shape["ApplyMethod"] = setting->second.method;
  shape["Source"] = "user";
  return shape;
}

// The filter parameter-name is the only one that both have.
bool is_named(const Value& request, const std::string& name) {
  const Value::List& filters = request.at("Filters").list();
  return std::all_of(filters.begin(), filters.end(), [&](const Value& filter) {
    const auto names = texts_of(filter.at("Values"));
    return std::find(names.begin(), names.end(), name) != names.end();
  });
}

Value describe_parameters(const View& view, const Call& call) {
  const ParameterGroup& group =
      view.store.parameter_groups.at(base::lower(call.request.at("DBParameterGroupName").text()));
  const std::string source = call.request.at("Source").text();
  Value::List all;
  for (const Parameter& parameter : view.offers.parameters(group.family).parameters()) {
    Value shape = shape_in(group, parameter);
    if ((source.empty() || shape.at("Source").text() == source) && is_named(call.request, parameter.name))
      all.push_back(std::move(shape));
  }
  Value answer;
  answer["Parameters"] = page_of(std::move(all), call.request, rds_page, answer);
  return answer;
}

Value describe_engine_defaults(const View& view, const Call& call) {
  const std::string family = call.request.at("DBParameterGroupFamily").text();
  Value::List all;
  for (const Parameter& parameter : view.offers.parameters(family).parameters())
    if (is_named(call.request, parameter.name)) all.push_back(shape_of(parameter));
  Value answer;
  Value& defaults = answer["EngineDefaults"];
  defaults["DBParameterGroupFamily"] = family;
  defaults["Parameters"] = page_of(std::move(all), call.request, rds_page, defaults);
  return answer;
}

Value create_option_group(World& world, const Call& call) {
  const std::string name = base::lower(call.request.at("OptionGroupName").text());
  Value group;
  group["OptionGroupName"] = name;
  group["EngineName"] = call.request.at("EngineName");
  group["MajorEngineVersion"] = call.request.at("MajorEngineVersion");
  group["OptionGroupDescription"] = call.request.at("OptionGroupDescription");
  group["OptionGroupArn"] = world.store.rds_arn("og", name);
  group["AllowsVpcAndNonVpcInstanceMemberships"] = true;
  group["Options"] = Value::List{};
  world.store.option_groups[name] = group;
  take_tags(world, world.store.rds_arn("og", name), call.request);
  Value answer;
  answer["OptionGroup"] = group;
  return answer;
}

Value describe_option_groups(const View& view, const Call& call) {
  const std::string wanted = base::lower(call.request.at("OptionGroupName").text());
  Value::List all;
  for (const auto& [name, group] : view.store.option_groups) {
    const auto differs = [&](const char* member) {
      return call.request.has(member) && !(call.request.at(member) == group.at(member));
    };
    if ((wanted.empty() || name == wanted) && !differs("EngineName") && !differs("MajorEngineVersion"))
      all.push_back(group);
  }
  Value answer;
  answer["OptionGroupsList"] = page_of(std::move(all), call.request, rds_page, answer);
  return answer;
}

Value delete_option_group(World& world, const Call& call) {
  const std::string name = base::lower(call.request.at("OptionGroupName").text());
  world.store.option_groups.erase(name);
  world.store.tags.erase(world.store.rds_arn("og", name));
  return {};
}

Value create_subnet_group(World& world, const Call& call) {
  const std::string name = base::lower(call.request.at("DBSubnetGroupName").text());
  Value group;
  group["DBSubnetGroupName"] = name;
  group["DBSubnetGroupDescription"] = call.request.at("DBSubnetGroupDescription");
  group["DBSubnetGroupArn"] = world.store.rds_arn("subgrp", name);
  group["SubnetGroupStatus"] = "Complete";
  group["SupportedNetworkTypes"] = Value::List{"IPV4"};
  for (const std::string& id : texts_of(call.request.at("SubnetIds"))) {
    const Value& subnet = world.store.subnets.at(id);
    Value member;
    member["SubnetIdentifier"] = id;
    member["SubnetAvailabilityZone"]["Name"] = subnet.at("AvailabilityZone");
    member["SubnetStatus"] = "Active";
    group["VpcId"] = subnet.at("VpcId");
    group["Subnets"].list().push_back(member);
  }
  world.store.subnet_groups[name] = group;
  take_tags(world, world.store.rds_arn("subgrp", name), call.request);
  Value answer;
  answer["DBSubnetGroup"] = group;
  return answer;
}

Value describe_subnet_groups(const View& view, const Call& call) {
  const std::string wanted = base::lower(call.request.at("DBSubnetGroupName").text());
  Value::List all;
  for (const auto& [name, group] : view.store.subnet_groups)
    if (wanted.empty() || name == wanted) all.push_back(group);
  Value answer;
  answer["DBSubnetGroups"] = page_of(std::move(all), call.request, rds_page, answer);
  return answer;
}

Value delete_subnet_group(World& world, const Call& call) {
  const std::string name = base::lower(call.request.at("DBSubnetGroupName").text());
  world.store.subnet_groups.erase(name);
  world.store.tags.erase(world.store.rds_arn("subgrp", name));
  return {};
}

}  // namespace

const Actions& rds_group_actions() {
  static const Actions actions = {
      {"CreateDBParameterGroup", create_parameter_group},
      {"CopyDBParameterGroup", copy_parameter_group},
      {"DescribeDBParameterGroups", describe_parameter_groups},
      {"ModifyDBParameterGroup", modify_parameter_group},
      {"ResetDBParameterGroup", reset_parameter_group},
      {"DeleteDBParameterGroup", delete_parameter_group},
      {"DescribeDBParameters", describe_parameters},
      {"DescribeEngineDefaultParameters", describe_engine_defaults},
      {"CreateOptionGroup", create_option_group},
      {"DescribeOptionGroups", describe_option_groups},
      {"DeleteOptionGroup", delete_option_group},
      {"CreateDBSubnetGroup", create_subnet_group},
      {"DescribeDBSubnetGroups", describe_subnet_groups},
      {"DeleteDBSubnetGroup", delete_subnet_group},
  };
  return actions;
}

}  // namespace darbe::lab
