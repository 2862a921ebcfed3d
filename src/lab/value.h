// A tree of names, lists and scalars: a request's parameters, an answer, or a resource as AWS's model words it. The
// model (lab/api_model.h) says which names may stand where; this type only carries them.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace darbe::lab {

class Value {
 public:
  using List = std::vector<Value>;
  using Members = std::map<std::string, Value, std::less<>>;

  Value() = default;  // NOLINTBEGIN(google-explicit-constructor): a tree reads as what is in it
  Value(const char* text) : data_(std::string(text)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(std::string_view text) : data_(std::string(text)) {}
  Value(bool truth) : data_(truth) {}
  template <std::integral Number>
    requires(!std::same_as<Number, bool>)
  Value(Number number) : data_(static_cast<std::int64_t>(number)) {}
  Value(double number) : data_(number) {}
  Value(List list) : data_(std::move(list)) {}
  Value(Members members) : data_(std::move(members)) {}  // NOLINTEND(google-explicit-constructor)

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_text() const { return std::holds_alternative<std::string>(data_); }
  bool is_list() const { return std::holds_alternative<List>(data_); }
  bool is_members() const { return std::holds_alternative<Members>(data_); }

  // Members by name. Reading a name that is absent, or from what has no members, gives the null value; writing makes
  // it.
  bool has(std::string_view name) const { return !at(name).is_null(); }
  const Value& at(std::string_view name) const;
  Value& operator[](std::string_view name);
  void erase(std::string_view name);
  const Members& members() const;
  Members& members();

  const List& list() const;  // empty if this is no list
  List& list();

  // Scalars; `otherwise` stands for the null value. Throws: base::Error{failed} when it is of another type.
  std::string text(std::string_view otherwise = {}) const;  // numbers and truths are written out
  std::int64_t number(std::int64_t otherwise = 0) const;
  bool truth(bool otherwise = false) const;
  double real(double otherwise = 0) const;

  std::string text(std::string_view name, std::string_view otherwise) const { return at(name).text(otherwise); }

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, std::string, bool, std::int64_t, double, List, Members> data_;
};

std::string to_json(const Value& value);
// Throws: base::Error{failed}.
Value from_json(std::string_view text);

// The values of a list as texts.
std::vector<std::string> texts_of(const Value& list);

}  // namespace darbe::lab
