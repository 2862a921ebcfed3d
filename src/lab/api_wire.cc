#include "lab/api_wire.h"

#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "aws/form.h"
#include "aws/signing_clock.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/letters.h"
#include "lab/constraints.h"

namespace darbe::lab {
namespace {

std::string with_capital(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

// Walks a shape and takes from the form what belongs to it; what is left over at the end nobody asked for.
class Parser {
 public:
  Parser(const ApiModel& model, const Form& form) : model_(model), form_(form) {
    for (const auto& [name, value] : form)
      if (name != "Action" && name != "Version") left_.insert(name);
  }

  Value parse(const Shape* input) {
    Value value = input ? structure(*input, "") : Value(Value::Members{});
    if (!left_.empty()) refuse_unknown(*left_.begin());
    return value;
  }

 private:
  Value structure(const Shape& shape, const std::string& prefix) {
    Value::Members members;
    for (const ShapeMember& member : shape.members) {
      const std::string name = prefix + wire_name(member);
      if (present(name))
        members.emplace(member.name, parsed(*member.shape, name));
      else if (member.required)
        refuse_missing(member, name);
    }
    return members;
  }

  Value parsed(const Shape& shape, const std::string& name) {
    switch (shape.type) {
      case Shape::Type::structure:
        return structure(shape, name + ".");
      case Shape::Type::list:
        return list(shape, name);
      case Shape::Type::map:
        return map(shape, name);
      default:
        return scalar(shape, name);
    }
  }

  std::string list_prefix(const Shape& shape, const std::string& name) const {
    if (model_.protocol() == Protocol::ec2) return name;
    const std::string& item = shape.item->location_name;
    if (shape.flattened) {
      if (item.empty()) return name;
      const std::size_t dot = name.rfind('.');
      return (dot == std::string::npos ? "" : name.substr(0, dot + 1)) + item;
    }
    const std::string named = name + "." + (item.empty() ? "member" : item);
    // AWS takes the protocol's own word for items whose list has a name of its own, too.
    return present(named) ? named : name + ".member";
  }

  Value list(const Shape& shape, const std::string& name) {
    Value::List items;
    if (take_empty(name)) return items;
    const std::string prefix = list_prefix(shape, name);
    for (const unsigned index : indexes(prefix))
      items.push_back(parsed(*shape.item->shape, fmt::format("{}.{}", prefix, index)));
    check(name, "", broken_by_size(shape, static_cast<double>(items.size())));
    return items;
  }

  Value map(const Shape& shape, const std::string& name) {
    Value::Members members;
    const std::string prefix = shape.flattened ? name : name + ".entry";
    for (const unsigned index : indexes(prefix)) {
      const std::string entry = fmt::format("{}.{}", prefix, index);
      members.insert_or_assign(scalar(*shape.key->shape, entry + ".key").text(),
                               parsed(*shape.mapped->shape, entry + ".value"));
    }
    return members;
  }

  Value scalar(const Shape& shape, const std::string& name) {
    const auto found = form_.find(name);
    if (found == form_.end()) refuse(name, "is not a single value");
    left_.erase(name);
    const std::string& text = found->second;
    switch (shape.type) {
      case Shape::Type::integer:
        return integer(shape, name, text);
      case Shape::Type::real:
        return real(name, text);
      case Shape::Type::truth:
        return truth(name, text);
      case Shape::Type::time:
        return time(name, text);
      default:
        break;
    }
    check(name, text, broken_by_text(shape, text));
    return text;
  }

  Value integer(const Shape& shape, const std::string& name, const std::string& text) {
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size())
      refuse(name, fmt::format("must be an integer, not '{}'", text));
    check(name, text, broken_by_size(shape, static_cast<double>(number)));
    return number;
  }

  Value real(const std::string& name, const std::string& text) {
    double number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size())
      refuse(name, fmt::format("must be a number, not '{}'", text));
    return number;
  }

  Value truth(const std::string& name, const std::string& text) {
    const std::string word = base::lower(text);
    if (word != "true" && word != "false") refuse(name, fmt::format("must be true or false, not '{}'", text));
    return word == "true";
  }

  Value time(const std::string& name, const std::string& text) {
    const auto read = aws::read_iso_time(text);
    if (!read) refuse(name, fmt::format("must be a time as ISO 8601 has it, not '{}'", text));
    return base::iso_time(*read);
  }

  void check(const std::string& name, const std::string& text, const std::optional<std::string>& broken) const {
    if (broken) violates(name, text, *broken);
  }

  std::string wire_name(const ShapeMember& member) const {
    if (model_.protocol() == Protocol::ec2) {
      if (!member.query_name.empty()) return member.query_name;
      return with_capital(member.location_name.empty() ? member.name : member.location_name);
    }
    // A flattened list stands under its member's name; list_prefix puts the item's name in its place.
    return member.location_name.empty() ? member.name : member.location_name;
  }

  bool present(const std::string& name) const {
    if (form_.contains(name)) return true;
    const auto next = form_.lower_bound(name + ".");
    return next != form_.end() && next->first.starts_with(name + ".");
  }

  bool take_empty(const std::string& name) {
    const auto found = form_.find(name);
    if (found == form_.end()) return false;
    if (!found->second.empty()) refuse(name, "must be a list");
    left_.erase(name);
    return true;
  }

  std::set<unsigned> indexes(const std::string& prefix) const {
    std::set<unsigned> found;
    const std::string start = prefix + ".";
    for (auto at = form_.lower_bound(start); at != form_.end() && at->first.starts_with(start); ++at) {
      unsigned index = 0;
      const char* first = at->first.data() + start.size();
      const auto [end, problem] = std::from_chars(first, at->first.data() + at->first.size(), index);
      if (problem == std::errc() && index > 0 && (*end == '\0' || *end == '.')) found.insert(index);
    }
    return found;
  }

  bool ec2() const { return model_.protocol() == Protocol::ec2; }

  [[noreturn]] void refuse(const std::string& name, const std::string& why) const {
    throw Refusal(ec2() ? "InvalidParameterValue" : "ValidationError", fmt::format("The parameter {} {}.", name, why));
  }
  [[noreturn]] void violates(const std::string& name, const std::string& text, const std::string& constraint) const {
    if (ec2())
      throw Refusal("InvalidParameterValue",
                    fmt::format("Value ({}) for parameter {} is invalid. {}", text, name, constraint));
    throw Refusal("ValidationError",
                  fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}", text,
                              name, constraint));
  }
  [[noreturn]] void refuse_missing(const ShapeMember& member, const std::string& name) const {
    if (model_.service() == "sts")
      throw Refusal("ValidationError",
                    fmt::format("1 validation error detected: Value null at '{}' failed to satisfy constraint: "
                                "Member must not be null",
                                member.name));
    throw Refusal("MissingParameter", fmt::format("The request must contain the parameter {}", name));
  }
  [[noreturn]] void refuse_unknown(const std::string& name) const {
    if (ec2()) throw Refusal("UnknownParameter", fmt::format("The parameter {} is not recognized", name));
    throw Refusal("ValidationError", fmt::format("The parameter {} is not known to this action.", name));
  }

  const ApiModel& model_;
  const Form& form_;
  std::set<std::string> left_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#xD;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

class Writer {
 public:
  explicit Writer(const ApiModel& model) : model_(model) {}

  void element(std::string_view name, std::string_view text) {
    out_ += fmt::format("<{0}>{1}</{0}>", name, escaped(text));
  }
  void open(std::string_view name) { out_ += fmt::format("<{}>", name); }
  void open(std::string_view name, std::string_view xml_namespace) {
    out_ += fmt::format("<{} xmlns=\"{}\">", name, xml_namespace);
  }
  void close(std::string_view name) { out_ += fmt::format("</{}>", name); }

  void members(const Shape& shape, const Value& value) {
    for (const auto& [name, member] : value.members()) {
      const bool known = shape.member(name) != nullptr;
      if (!known) throw base::Error(base::Kind::failed, fmt::format("{} has no member {}", shape.name, name));
    }
    for (const ShapeMember& member : shape.members)
      if (value.has(member.name)) write(member, name_of(member), value.at(member.name));
  }

  std::string take() { return R"(<?xml version="1.0" encoding="UTF-8"?>)" + std::move(out_); }

 private:
  static std::string_view name_of(const ShapeMember& member) {
    return member.location_name.empty() ? member.name : member.location_name;
  }

  void write(const ShapeMember& member, std::string_view name, const Value& value) {
    const Shape& shape = *member.shape;
    if (shape.type == Shape::Type::list && shape.flattened) return items(shape, name, value);
    if (shape.type != Shape::Type::structure && shape.type != Shape::Type::list && shape.type != Shape::Type::map)
      return element(name, value.text());
    open(name);
    if (shape.type == Shape::Type::structure) members(shape, value);
    if (shape.type == Shape::Type::list) items(shape, item_name(shape), value);
    if (shape.type == Shape::Type::map) entries(shape, value);
    close(name);
  }

  std::string_view item_name(const Shape& shape) const {
    if (!shape.item->location_name.empty()) return shape.item->location_name;
    return model_.protocol() == Protocol::ec2 ? "item" : "member";
  }

  void items(const Shape& shape, std::string_view name, const Value& value) {
    for (const Value& item : value.list()) write(*shape.item, name, item);
  }

  void entries(const Shape& shape, const Value& value) {
    for (const auto& [key, mapped] : value.members()) {
      open("entry");
      element("key", key);
      write(*shape.mapped, "value", mapped);
      close("entry");
    }
  }

  const ApiModel& model_;
  std::string out_;
};

}  // namespace

Form parse_form(std::string_view body) {
  Form form;
  for (auto& [name, value] : aws::form_decoded(body)) form.emplace(std::move(name), std::move(value));
  return form;
}

Value parse_parameters(const ApiModel& model, const Operation& operation, const Form& form) {
  return Parser(model, form).parse(operation.input);
}

std::string answer_xml(const AnswerFrame& frame, const Operation& operation, const Value& value) {
  Writer writer(frame.model);
  const std::string root = operation.name + "Response";
  const bool ec2 = frame.model.protocol() == Protocol::ec2;
  writer.open(root, frame.model.xml_namespace());
  if (ec2) writer.element("requestId", frame.request_id);
  if (!operation.result_wrapper.empty()) writer.open(operation.result_wrapper);
  if (operation.output) writer.members(*operation.output, value);
  if (!operation.result_wrapper.empty()) writer.close(operation.result_wrapper);
  if (!ec2) {
    writer.open("ResponseMetadata");
    writer.element("RequestId", frame.request_id);
    writer.close("ResponseMetadata");
  }
  writer.close(root);
  return writer.take();
}

std::string error_xml(const AnswerFrame& frame, const Refusal& refusal) {
  Writer writer(frame.model);
  const bool ec2 = frame.model.protocol() == Protocol::ec2;
  ec2 ? writer.open("Response") : writer.open("ErrorResponse", frame.model.xml_namespace());
  if (ec2) writer.open("Errors");
  writer.open("Error");
  const int status = refusal.status() ? refusal.status() : frame.model.http_status(refusal.code());
  if (!ec2) writer.element("Type", status < 500 ? "Sender" : "Receiver");
  writer.element("Code", refusal.code());
  writer.element("Message", refusal.what());
  writer.close("Error");
  if (ec2) writer.close("Errors");
  writer.element(ec2 ? "RequestID" : "RequestId", frame.request_id);
  writer.close(ec2 ? "Response" : "ErrorResponse");
  return writer.take();
}

}  // namespace darbe::lab
