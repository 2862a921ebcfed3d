#include "lab/json_wire.h"

#include <chrono>

#include <fmt/format.h>

#include "aws/signing_clock.h"
#include "base/clock.h"
#include "base/error.h"
#include "lab/constraints.h"

namespace darbe::lab {
namespace {

using TimePoint = std::chrono::system_clock::time_point;

[[noreturn]] void refuse_type(const std::string& where) {
  throw Refusal("SerializationException", fmt::format("The value of {} is of another type.", where));
}
[[noreturn]] void refuse_unknown(const std::string& where) {
  throw Refusal("ValidationException", fmt::format("{} is not known to this action.", where));
}
[[noreturn]] void violates(const Shape& shape, const std::string& where, const std::string& text,
                           const std::string& constraint) {
  throw Refusal("ValidationException",
                fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}",
                            shape.sensitive ? "****" : text, where, constraint));
}
[[noreturn]] void refuse_missing(const std::string& where) {
  throw Refusal("ValidationException",
                fmt::format("1 validation error detected: Value null at '{}' failed to satisfy constraint: Member must "
                            "not be null",
                            where));
}

// Checks a value against its shape, and gives it as the actions want it.
class Reader {
 public:
  Value read(const Shape& shape, const Value& value, const std::string& where) const {
    switch (shape.type) {
      case Shape::Type::structure:
        return structure(shape, value, where);
      case Shape::Type::list:
        return list(shape, value, where);
      case Shape::Type::map:
        return map(shape, value, where);
      case Shape::Type::time:
        return base::iso_time(TimePoint(std::chrono::seconds(static_cast<std::int64_t>(scalar(value, where).real()))));
      case Shape::Type::integer:
        return checked(shape, scalar(value, where).number(), where);
      case Shape::Type::real:
        return scalar(value, where).real();
      case Shape::Type::truth:
        return scalar(value, where).truth();
      default:
        return text(shape, value, where);
    }
  }

  Value structure(const Shape& shape, const Value& value, const std::string& where) const {
    if (!value.is_members()) refuse_type(where);
    const std::string prefix = where.empty() ? "" : where + ".";
    Value::Members members;
    for (const auto& [name, member] : value.members()) {
      const ShapeMember* known = shape.member(name);
      if (!known) refuse_unknown(prefix + name);
      if (!member.is_null()) members.emplace(name, read(*known->shape, member, prefix + name));
    }
    for (const ShapeMember& member : shape.members)
      if (member.required && !members.contains(member.name)) refuse_missing(prefix + member.name);
    return members;
  }

 private:
  Value list(const Shape& shape, const Value& value, const std::string& where) const {
    if (!value.is_list()) refuse_type(where);
    Value::List items;
    for (const Value& item : value.list())
      items.push_back(read(*shape.item->shape, item, fmt::format("{}.{}", where, items.size() + 1)));
    if (const auto broken = broken_by_size(shape, static_cast<double>(items.size())))
      violates(shape, where, "", *broken);
    return items;
  }

  Value map(const Shape& shape, const Value& value, const std::string& where) const {
    if (!value.is_members()) refuse_type(where);
    Value::Members members;
    for (const auto& [name, member] : value.members())
      members.emplace(name, read(*shape.mapped->shape, member, fmt::format("{}.{}", where, name)));
    return members;
  }

  Value text(const Shape& shape, const Value& value, const std::string& where) const {
    if (!value.is_text()) refuse_type(where);
    if (const auto broken = broken_by_text(shape, value.text())) violates(shape, where, value.text(), *broken);
    return value;
  }

  Value checked(const Shape& shape, std::int64_t number, const std::string& where) const {
    if (const auto broken = broken_by_size(shape, static_cast<double>(number)))
      violates(shape, where, std::to_string(number), *broken);
    return number;
  }

  static const Value& scalar(const Value& value, const std::string& where) {
    if (value.is_text() || value.is_list() || value.is_members()) refuse_type(where);
    return value;
  }
};

Value written(const Shape& shape, const Value& value);

Value written_structure(const Shape& shape, const Value& value) {
  Value::Members members;
  for (const auto& [name, member] : value.members()) {
    const ShapeMember* known = shape.member(name);
    if (!known) throw base::Error(base::Kind::failed, fmt::format("{} has no member {}", shape.name, name));
    members.emplace(name, written(*known->shape, member));
  }
  return members;
}

Value written(const Shape& shape, const Value& value) {
  if (shape.type == Shape::Type::structure) return written_structure(shape, value);
  if (shape.type == Shape::Type::list) {
    Value::List items;
    for (const Value& item : value.list()) items.push_back(written(*shape.item->shape, item));
    return items;
  }
  if (shape.type == Shape::Type::map) {
    Value::Members members;
    for (const auto& [name, member] : value.members()) members.emplace(name, written(*shape.mapped->shape, member));
    return members;
  }
  if (shape.type != Shape::Type::time) return value;
  const auto time = aws::read_iso_time(value.text());
  if (!time) throw base::Error(base::Kind::failed, fmt::format("'{}' is no time", value.text()));
  return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
}

Value content_of(std::string_view body) {
  try {
    return from_json(body.empty() ? "{}" : body);
  } catch (const base::Error&) {
    throw Refusal("SerializationException", "The request is no JSON.");
  }
}

}  // namespace

JsonTarget parse_target(std::string_view target) {
  const std::size_t dot = target.find('.');
  if (dot == std::string_view::npos) return {std::string(target), {}};
  return {std::string(target.substr(0, dot)), std::string(target.substr(dot + 1))};
}

Value parse_json_parameters(const Operation& operation, std::string_view body) {
  static const Shape nothing = [] {
    Shape shape;
    shape.type = Shape::Type::structure;
    return shape;
  }();
  try {
    return Reader().structure(operation.input ? *operation.input : nothing, content_of(body), "");
  } catch (const base::Error& error) {  // a truth value for a number and the like
    throw Refusal("SerializationException", error.what());
  }
}

std::string answer_json(const Operation& operation, const Value& value) {
  return operation.output ? to_json(written_structure(*operation.output, value)) : "{}";
}

// Each service calls its text as its model's errors do: "Message" or "message".
std::string error_json(const ApiModel& model, const Refusal& refusal) {
  const Shape* shape = model.shape(refusal.code());
  const bool capital = !shape || shape->member("Message");
  Value value;
  value["__type"] = refusal.code();
  value[capital ? "Message" : "message"] = refusal.what();
  return to_json(value);
}

}  // namespace darbe::lab
