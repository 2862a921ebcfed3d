#include "aws/json.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/error.h"

namespace darbe::aws {

namespace json = boost::json;

namespace {

void flatten(const json::value& value, const std::string& name, Fields& fields) {
  const std::string prefix = name.empty() ? "" : name + ".";
  if (const auto* object = value.if_object()) {
    for (const auto& [key, member] : *object) flatten(member, prefix + std::string(key), fields);
  } else if (const auto* array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) flatten((*array)[i], prefix + std::to_string(i), fields);
  } else if (const auto* text = value.if_string()) {
    fields[name] = std::string(*text);
  } else if (!value.is_null()) {
    fields[name] = json::serialize(value);
  }
}

json::value parse_object(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) {
    throw base::Error(base::Kind::failed, fmt::format("{} is no JSON object", what));
  }
  return value;
}

}  // namespace

Fields parse_json(std::string_view text, std::string_view what) {
  Fields fields;
  flatten(parse_object(text, what), "", fields);
  return fields;
}

std::string field(const Fields& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

std::string with_members(std::string_view text, const Fields& members, std::string_view what) {
  json::value value = parse_object(text, what);
  for (const auto& [name, member] : members) value.as_object()[name] = member;
  return json::serialize(value);
}

std::string json_object(const Fields& fields) {
  json::object object;
  for (const auto& [name, value] : fields) object[name] = value;
  return json::serialize(object);
}

}  // namespace darbe::aws
