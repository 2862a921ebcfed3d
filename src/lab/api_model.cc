#include "lab/api_model.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"

namespace darbe::lab {
namespace {

namespace json = boost::json;

using Shapes = std::map<std::string, std::unique_ptr<Shape>, std::less<>>;

std::string text_at(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool truth_at(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_bool() && value->get_bool();
}

std::optional<double> number_at(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

Shape::Type type_of(const std::string& word) {
  static const std::map<std::string, Shape::Type> types = {
      {"structure", Shape::Type::structure}, {"list", Shape::Type::list},      {"map", Shape::Type::map},
      {"string", Shape::Type::text},         {"character", Shape::Type::text}, {"integer", Shape::Type::integer},
      {"long", Shape::Type::integer},        {"double", Shape::Type::real},    {"float", Shape::Type::real},
      {"boolean", Shape::Type::truth},       {"timestamp", Shape::Type::time}, {"blob", Shape::Type::bytes},
  };
  const auto found = types.find(word);
  if (found == types.end()) throw base::Error(base::Kind::failed, fmt::format("the model has a type '{}'", word));
  return found->second;
}

const Shape* resolved(const Shapes& shapes, const std::string& name) {
  const auto found = shapes.find(name);
  if (found == shapes.end()) throw base::Error(base::Kind::failed, fmt::format("the model has no shape '{}'", name));
  return found->second.get();
}

ShapeMember member_of(const Shapes& shapes, const std::string& name, const json::object& source) {
  ShapeMember member;
  member.name = name;
  member.shape = resolved(shapes, text_at(source, "shape"));
  member.location_name = text_at(source, "locationName");
  member.query_name = text_at(source, "queryName");
  return member;
}

void fill_structure(Shape& shape, const Shapes& shapes, const json::object& source) {
  for (const auto& entry : source.at("members").as_object())
    shape.members.push_back(member_of(shapes, std::string(entry.key()), entry.value().as_object()));
  const json::value* required = source.if_contains("required");
  if (!required) return;
  for (const auto& name : required->as_array())
    for (ShapeMember& member : shape.members)
      if (member.name == std::string_view(name.as_string().data(), name.as_string().size())) member.required = true;
}

void fill(Shape& shape, const Shapes& shapes, const json::object& source) {
  shape.flattened = truth_at(source, "flattened");
  shape.sensitive = truth_at(source, "sensitive");
  shape.at_least = number_at(source, "min");
  shape.at_most = number_at(source, "max");
  shape.pattern = text_at(source, "pattern");
  if (const json::value* allowed = source.if_contains("enum"))
    for (const auto& word : allowed->as_array()) shape.allowed.emplace_back(word.as_string());
  if (shape.type == Shape::Type::structure) fill_structure(shape, shapes, source);
  if (shape.type == Shape::Type::list) shape.item = member_of(shapes, "member", source.at("member").as_object());
  if (shape.type == Shape::Type::map) {
    shape.key = member_of(shapes, "key", source.at("key").as_object());
    shape.mapped = member_of(shapes, "value", source.at("value").as_object());
  }
}

Operation operation_of(const Shapes& shapes, const std::string& name, const json::object& source) {
  Operation operation;
  operation.name = name;
  if (const json::value* input = source.if_contains("input"))
    operation.input = resolved(shapes, text_at(input->as_object(), "shape"));
  if (const json::value* output = source.if_contains("output")) {
    operation.output = resolved(shapes, text_at(output->as_object(), "shape"));
    operation.result_wrapper = text_at(output->as_object(), "resultWrapper");
  }
  return operation;
}

// Services that prefer a newer protocol (CloudWatch: CBOR) speak their first one, too: the form.
Protocol protocol_of(const std::string& word) {
  if (word == "ec2") return Protocol::ec2;
  return word == "json" ? Protocol::json : Protocol::query;
}

}  // namespace

const ShapeMember* Shape::member(std::string_view member_name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const ShapeMember& m) { return m.name == member_name; });
  return found == members.end() ? nullptr : &*found;
}

ApiModel ApiModel::load(const std::filesystem::path& file) {
  return base::in_context(fmt::format("reading AWS's API model {}", file.string()), [&] {
    const json::value parsed = json::parse(base::read_file(file));
    const json::object& root = parsed.as_object();
    const json::object& metadata = root.at("metadata").as_object();
    ApiModel model;
    model.service_ = text_at(metadata, "signingName");
    if (model.service_.empty()) model.service_ = text_at(metadata, "endpointPrefix");
    model.version_ = text_at(metadata, "apiVersion");
    model.xml_namespace_ = text_at(metadata, "xmlNamespace");
    model.target_prefix_ = text_at(metadata, "targetPrefix");
    model.protocol_ = protocol_of(text_at(metadata, "protocol"));
    const json::object& shapes = root.at("shapes").as_object();
    for (const auto& entry : shapes) {
      auto shape = std::make_unique<Shape>();
      shape->name = std::string(entry.key());
      shape->type = type_of(text_at(entry.value().as_object(), "type"));
      model.shapes_.emplace(shape->name, std::move(shape));
    }
    for (const auto& entry : shapes) {
      const json::object& source = entry.value().as_object();
      fill(*model.shapes_.at(std::string(entry.key())), model.shapes_, source);
      const json::value* error = source.if_contains("error");
      if (!error) continue;
      const auto status = number_at(error->as_object(), "httpStatusCode");
      model.statuses_[text_at(error->as_object(), "code")] = status ? static_cast<int>(*status) : 400;
    }
    for (const auto& entry : root.at("operations").as_object()) {
      const std::string name(entry.key());
      model.operations_.emplace(name, operation_of(model.shapes_, name, entry.value().as_object()));
    }
    return model;
  });
}

const Operation* ApiModel::operation(std::string_view name) const {
  const auto found = operations_.find(name);
  return found == operations_.end() ? nullptr : &found->second;
}

const Shape* ApiModel::shape(std::string_view name) const {
  const auto found = shapes_.find(name);
  return found == shapes_.end() ? nullptr : found->second.get();
}

int ApiModel::http_status(std::string_view code) const {
  const auto found = statuses_.find(code);
  return found == statuses_.end() ? 400 : found->second;
}

}  // namespace darbe::lab
