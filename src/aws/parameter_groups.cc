#include "aws/parameter_groups.h"

#include <fmt/format.h>

#include "aws/error.h"
#include "aws/query.h"

namespace darbe::aws {

namespace {

constexpr std::size_t changes_max = 20;

ParameterGroup to_group(const XmlElement& element) {
  return {element.text("DBParameterGroupName"), element.text("DBParameterGroupFamily"), element.text("Description"),
          element.text("DBParameterGroupArn")};
}

std::vector<Parameter> to_parameters(const std::vector<XmlElement>& pages) {
  std::vector<Parameter> parameters;
  for (const XmlElement& page : pages) {
    for (const XmlElement& element : page.child("Parameters").children()) {
      parameters.push_back({element.text("ParameterName"), element.optional_text("ParameterValue"),
                            element.text("Source"), element.text("ApplyType"), element.text("ApplyMethod"),
                            element.text("DataType"), element.text("AllowedValues"),
                            element.text("IsModifiable") == "true"});
    }
  }
  return parameters;
}

constexpr const char* reset_action = "ResetDBParameterGroup";

void add_change(Parameters& parameters, const std::string& action, std::size_t number, const ParameterChange& change) {
  const std::string name = fmt::format("Parameters.Parameter.{}", number);
  parameters.add(name + ".ParameterName", change.name);
  if (action != reset_action) parameters.add(name + ".ParameterValue", change.value);
  parameters.add(name + ".ApplyMethod", change.apply == ApplyMethod::immediate ? "immediate" : "pending-reboot");
}

}  // namespace

std::vector<std::vector<ParameterChange>> in_requests(const std::vector<ParameterChange>& changes) {
  std::vector<std::vector<ParameterChange>> requests;
  for (const ParameterChange& change : changes) {
    if (requests.empty() || requests.back().size() == changes_max) requests.emplace_back();
    requests.back().push_back(change);
  }
  return requests;
}

std::optional<ParameterGroup> ParameterGroups::find(const std::string& name, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("DBParameterGroupName", name);
  try {
    const XmlElement result = client_.call(rds, "DescribeDBParameterGroups", parameters, stop);
    const auto& groups = result.child("DBParameterGroups").children();
    if (groups.empty()) return std::nullopt;
    return to_group(groups.front());
  } catch (const ApiError& error) {
    if (error.meaning() == Meaning::not_found) return std::nullopt;
    throw;
  }
}

ParameterGroup ParameterGroups::create(const CreateParameterGroup& wanted, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("DBParameterGroupName", wanted.name)
      .add("DBParameterGroupFamily", wanted.family)
      .add("Description", wanted.description);
  add_tags(parameters, "Tags.Tag", wanted.tags);
  try {
    return to_group(client_.call(rds, "CreateDBParameterGroup", parameters, stop).child("DBParameterGroup"));
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::already_exists) throw;
    const auto there = find(wanted.name, stop);
    if (!there || !has_all(ResourceTags(client_).of(there->arn, stop), wanted.tags)) throw;
    return *there;
  }
}

void ParameterGroups::change(const std::string& action, const std::string& name,
                             const std::vector<ParameterChange>& changes, std::stop_token stop) const {
  for (const std::vector<ParameterChange>& request : in_requests(changes)) {
    Parameters parameters;
    parameters.add("DBParameterGroupName", name);
    for (std::size_t i = 0; i < request.size(); ++i) add_change(parameters, action, i + 1, request[i]);
    if (action == reset_action) parameters.add("ResetAllParameters", false);
    client_.call(rds, action, parameters, stop);
  }
}

void ParameterGroups::modify(const std::string& name, const std::vector<ParameterChange>& changes,
                             std::stop_token stop) const {
  change("ModifyDBParameterGroup", name, changes, stop);
}

void ParameterGroups::reset(const std::string& name, const std::vector<ParameterChange>& changes,
                            std::stop_token stop) const {
  change(reset_action, name, changes, stop);
}

std::vector<Parameter> ParameterGroups::parameters(const std::string& name, Which which, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("DBParameterGroupName", name);
  if (which == Which::set_by_user) parameters.add("Source", "user");
  return to_parameters(client_.call_pages(rds, "DescribeDBParameters", parameters, {}, stop));
}

std::vector<Parameter> ParameterGroups::engine_defaults(const std::string& family, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("DBParameterGroupFamily", family);
  return to_parameters(client_.call_pages(rds, "DescribeEngineDefaultParameters", parameters, "EngineDefaults", stop));
}

void ParameterGroups::remove(const std::string& name, std::stop_token stop) const {
  Parameters parameters;
  parameters.add("DBParameterGroupName", name);
  try {
    client_.call(rds, "DeleteDBParameterGroup", parameters, stop);
  } catch (const ApiError& error) {
    if (error.meaning() != Meaning::not_found) throw;
  }
}

}  // namespace darbe::aws
