// What AWS refuses beyond its models' types: one table, each row a rule with AWS's error code and a sentence. Every
// request passes it before its action runs; tests/unit/lab/rules_test.cc breaks each row once.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lab/action.h"
#include "lab/refusal.h"

namespace darbe::lab {

struct Situation {
  std::string_view action;
  const Value& request;
  const Store& store;
  const Offers& offers;
};

struct Rule {
  std::string_view name;
  std::string_view actions;  // separated by blanks; "*": any of the service
  std::string_view service;
  std::string_view code;
  std::string_view sentence;  // {} stands for what `broken` gives
  // What breaks the rule, in a few words; nothing if it holds.
  std::optional<std::string> (*broken)(const Situation&);
};

// In the order in which they are looked at: names before existence, existence before states, states before values.
std::span<const Rule> rules();

// The first rule of the service that the request breaks.
const Rule* broken_rule(std::string_view service, const Situation& situation);
// Throws: Refusal with that rule's code and sentence.
void check_rules(std::string_view service, const Situation& situation);

}  // namespace darbe::lab
