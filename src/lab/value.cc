#include "lab/value.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/error.h"

namespace darbe::lab {
namespace {

namespace json = boost::json;

const Value absent;

[[noreturn]] void wrong_type(std::string_view wanted) {
  throw base::Error(base::Kind::failed, fmt::format("a value is not {}", wanted));
}

json::value written(const Value& value);

json::value written_members(const Value& value) {
  json::object object;
  for (const auto& [name, member] : value.members()) object[name] = written(member);
  return object;
}

json::value written_list(const Value& value) {
  json::array array;
  for (const Value& item : value.list()) array.push_back(written(item));
  return array;
}

json::value written(const Value& value) {
  if (value.is_members()) return written_members(value);
  if (value.is_list()) return written_list(value);
  if (value.is_text()) return json::value(value.text());
  if (value.is_null()) return nullptr;
  if (value == Value(true) || value == Value(false)) return value.truth();
  const double real = value.real();
  if (value == Value(real)) return real;
  return value.number();
}

Value read(const json::value& value);

Value read_object(const json::object& object) {
  Value::Members members;
  for (const auto& entry : object) members.emplace(std::string(entry.key()), read(entry.value()));
  return members;
}

Value read_array(const json::array& array) {
  Value::List list;
  for (const auto& item : array) list.push_back(read(item));
  return list;
}

Value read(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return {};
    case json::kind::bool_:
      return value.get_bool();
    case json::kind::int64:
      return value.get_int64();
    case json::kind::uint64:
      return static_cast<std::int64_t>(value.get_uint64());
    case json::kind::double_:
      return value.get_double();
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::array:
      return read_array(value.get_array());
    case json::kind::object:
      return read_object(value.get_object());
  }
  return {};
}

}  // namespace

const Value& Value::at(std::string_view name) const {
  const auto* members = std::get_if<Members>(&data_);
  if (!members) return absent;
  const auto found = members->find(name);
  return found == members->end() ? absent : found->second;
}

Value& Value::operator[](std::string_view name) { return members()[std::string(name)]; }

void Value::erase(std::string_view name) {
  auto* members = std::get_if<Members>(&data_);
  if (!members) return;
  if (const auto found = members->find(name); found != members->end()) members->erase(found);
}

const Value::Members& Value::members() const {
  static const Members none;
  const auto* members = std::get_if<Members>(&data_);
  return members ? *members : none;
}

Value::Members& Value::members() {
  if (is_null()) data_ = Members{};
  auto* members = std::get_if<Members>(&data_);
  if (!members) wrong_type("a structure");
  return *members;
}

const Value::List& Value::list() const {
  static const List none;
  const auto* list = std::get_if<List>(&data_);
  return list ? *list : none;
}

Value::List& Value::list() {
  if (is_null()) data_ = List{};
  auto* list = std::get_if<List>(&data_);
  if (!list) wrong_type("a list");
  return *list;
}

std::string Value::text(std::string_view otherwise) const {
  if (is_null()) return std::string(otherwise);
  if (const auto* text = std::get_if<std::string>(&data_)) return *text;
  if (const auto* truth = std::get_if<bool>(&data_)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&data_)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&data_)) return fmt::format("{}", *real);
  wrong_type("a scalar");
}

std::int64_t Value::number(std::int64_t otherwise) const {
  if (is_null()) return otherwise;
  if (const auto* number = std::get_if<std::int64_t>(&data_)) return *number;
  wrong_type("an integer");
}

bool Value::truth(bool otherwise) const {
  if (is_null()) return otherwise;
  if (const auto* truth = std::get_if<bool>(&data_)) return *truth;
  wrong_type("a truth value");
}

double Value::real(double otherwise) const {
  if (is_null()) return otherwise;
  if (const auto* real = std::get_if<double>(&data_)) return *real;
  if (const auto* number = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*number);
  wrong_type("a number");
}

std::string to_json(const Value& value) { return json::serialize(written(value)); }

Value from_json(std::string_view text) {
  boost::system::error_code problem;
  const json::value parsed = json::parse(json::string_view(text.data(), text.size()), problem);
  if (problem) throw base::Error(base::Kind::failed, "not JSON: " + problem.message());
  return read(parsed);
}

std::vector<std::string> texts_of(const Value& list) {
  std::vector<std::string> texts;
  for (const Value& item : list.list()) texts.push_back(item.text());
  return texts;
}

}  // namespace darbe::lab
