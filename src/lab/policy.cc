#include "lab/policy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/error.h"
#include "base/letters.h"
#include "lab/refusal.h"
#include "lab/store.h"

namespace darbe::lab {
namespace {

[[noreturn]] void refuse(const std::string& text) { throw Refusal("MalformedPolicyDocument", text); }

std::vector<std::string> texts_in(const Value& value, std::string_view element) {
  std::vector<std::string> texts;
  const Value::List list = value.is_list() ? value.list() : Value::List{value};
  for (const Value& item : list) {
    if (item.is_null() || item.is_list() || item.is_members()) refuse(fmt::format("{} wants texts", element));
    texts.push_back(item.text());
    if (texts.back().find("${") != std::string::npos)
      refuse(fmt::format("the lab has no policy variables: {}", texts.back()));
  }
  if (texts.empty()) refuse(fmt::format("{} is empty", element));
  return texts;
}

// "ForAllValues:StringLikeIfExists" without its beginning and end.
std::string operator_in(std::string word, PolicyCondition& condition) {
  const auto take_start = [&word](std::string_view start) {
    if (!word.starts_with(start)) return false;
    word.erase(0, start.size());
    return true;
  };
  if (take_start("ForAllValues:")) condition.over = PolicyCondition::Over::all_values;
  if (take_start("ForAnyValue:")) condition.over = PolicyCondition::Over::any_value;
  condition.if_exists = word.ends_with("IfExists");
  if (condition.if_exists) word.erase(word.size() - std::string_view("IfExists").size());
  return word;
}

struct Operator {
  std::string_view word;
  PolicyCondition::Test test;
  bool negated;
  bool ignore_case;
};
using Test = PolicyCondition::Test;
constexpr auto operators = std::to_array<Operator>({
    {"StringEquals", Test::equals, false, false},
    {"StringNotEquals", Test::equals, true, false},
    {"StringEqualsIgnoreCase", Test::equals, false, true},
    {"StringNotEqualsIgnoreCase", Test::equals, true, true},
    {"StringLike", Test::like, false, false},
    {"StringNotLike", Test::like, true, false},
    {"ArnEquals", Test::like, false, false},
    {"ArnLike", Test::like, false, false},
    {"ArnNotEquals", Test::like, true, false},
    {"ArnNotLike", Test::like, true, false},
    {"Bool", Test::equals, false, true},
    {"Null", Test::is_null, false, true},
});

void add_conditions(const std::string& word, const Value& keys, std::vector<PolicyCondition>& conditions) {
  PolicyCondition condition;
  const std::string name = operator_in(word, condition);
  const auto known =
      std::find_if(operators.begin(), operators.end(), [&](const Operator& o) { return o.word == name; });
  if (known == operators.end()) refuse(fmt::format("the lab has no condition operator {}", word));
  condition.test = known->test;
  condition.negated = known->negated;
  condition.ignore_case = known->ignore_case;
  for (const auto& [key, values] : keys.members()) {
    condition.key = base::lower(key);
    condition.values = texts_in(values, key);
    conditions.push_back(condition);
  }
}

void require_known_elements(const Value& statement) {
  static constexpr std::string_view known[] = {"Sid",       "Effect",   "Action",     "NotAction",
                                               "Condition", "Resource", "NotResource"};
  for (const auto& [name, value] : statement.members())
    if (std::find(std::begin(known), std::end(known), name) == std::end(known))
      refuse(fmt::format("a statement of an identity's policy has no element {}", name));
}

PolicyStatement parse_statement(const Value& source) {
  require_known_elements(source);
  PolicyStatement statement;
  const std::string effect = source.at("Effect").text();
  if (effect != "Allow" && effect != "Deny") refuse("Effect is Allow or Deny");
  statement.allows = effect == "Allow";
  statement.other_actions = source.has("NotAction");
  statement.other_resources = source.has("NotResource");
  if (statement.other_actions == source.has("Action")) refuse("a statement has either Action or NotAction");
  if (statement.other_resources == source.has("Resource")) refuse("a statement has either Resource or NotResource");
  statement.actions = texts_in(source.at(statement.other_actions ? "NotAction" : "Action"), "Action");
  statement.resources = texts_in(source.at(statement.other_resources ? "NotResource" : "Resource"), "Resource");
  for (const auto& [word, keys] : source.at("Condition").members()) add_conditions(word, keys, statement.conditions);
  return statement;
}

bool equal(char one, char other, bool ignore_case) {
  if (!ignore_case) return one == other;
  return base::equal_in_any_case({&one, 1}, {&other, 1});
}

// With * for any text and ? for any character.
bool fits(std::string_view pattern, std::string_view text, bool ignore_case = false) {
  std::size_t at = 0, in_text = 0, star = std::string_view::npos, star_text = 0;
  while (in_text < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      star_text = in_text;
    } else if (at < pattern.size() && (pattern[at] == '?' || equal(pattern[at], text[in_text], ignore_case))) {
      ++at;
      ++in_text;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      in_text = ++star_text;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

// Up to the resource itself, which may have colons of its own, an ARN is matched part by part.
bool fits_arn(std::string_view pattern, std::string_view arn) {
  if (pattern == "*") return true;
  for (int part = 0; part < 5; ++part) {
    const std::size_t end_of_pattern = pattern.find(':'), end = arn.find(':');
    if (end_of_pattern == std::string_view::npos || end == std::string_view::npos) return fits(pattern, arn);
    if (!fits(pattern.substr(0, end_of_pattern), arn.substr(0, end))) return false;
    pattern.remove_prefix(end_of_pattern + 1);
    arn.remove_prefix(end + 1);
  }
  return fits(pattern, arn);
}

bool matches_one(const PolicyCondition& condition, const std::string& value) {
  return std::any_of(condition.values.begin(), condition.values.end(), [&](const std::string& wanted) {
    if (condition.test == Test::like) return fits(wanted, value);
    return wanted.size() == value.size() &&
           std::equal(wanted.begin(), wanted.end(), value.begin(),
                      [&](char a, char b) { return equal(a, b, condition.ignore_case); });
  });
}

bool holds_for(const PolicyCondition& condition, const std::vector<std::string>& values) {
  const auto is_met = [&](const std::string& value) { return matches_one(condition, value) != condition.negated; };
  // A negated operator over one key means none of them.
  const bool every = condition.over == PolicyCondition::Over::all_values ||
                     (condition.over == PolicyCondition::Over::one && condition.negated);
  return every ? std::all_of(values.begin(), values.end(), is_met) : std::any_of(values.begin(), values.end(), is_met);
}

bool holds(const PolicyCondition& condition, const PolicyContext& context) {
  const auto found = context.find(condition.key);
  const bool is_absent = found == context.end() || found->second.empty();
  if (condition.test == Test::is_null) return matches_one(condition, is_absent ? "true" : "false");
  if (!is_absent) return holds_for(condition, found->second);
  if (condition.over == PolicyCondition::Over::any_value) return condition.if_exists;
  return condition.if_exists || condition.negated || condition.over == PolicyCondition::Over::all_values;
}

bool applies(const PolicyStatement& statement, const PolicyQuestion& question) {
  const auto names_action = [&](const std::string& action) { return fits(action, question.action, true); };
  const auto names_resource = [&](const std::string& resource) { return fits_arn(resource, question.resource); };
  const auto is_met = [&](const PolicyCondition& condition) { return holds(condition, question.context); };
  return std::any_of(statement.actions.begin(), statement.actions.end(), names_action) != statement.other_actions &&
         std::any_of(statement.resources.begin(), statement.resources.end(), names_resource) !=
             statement.other_resources &&
         std::all_of(statement.conditions.begin(), statement.conditions.end(), is_met);
}

Value read_document(std::string_view json) {
  try {
    return from_json(json);
  } catch (const base::Error&) {
    refuse("the policy is not JSON");
  }
}

}  // namespace

Policy parse_policy(std::string_view json) {
  const Value document = read_document(json);
  if (document.at("Version").text() != "2012-10-17") refuse("Version is 2012-10-17");
  const Value& statements = document.at("Statement");
  Policy policy;
  if (statements.is_members()) policy.push_back(parse_statement(statements));
  for (const Value& statement : statements.list()) policy.push_back(parse_statement(statement));
  if (policy.empty()) refuse("the policy has no Statement");
  return policy;
}

Verdict judge(std::span<const Policy> policies, const PolicyQuestion& question) {
  Verdict verdict = Verdict::not_allowed;
  for (const Policy& policy : policies) {
    for (const PolicyStatement& statement : policy) {
      if (!applies(statement, question)) continue;
      if (!statement.allows) return Verdict::denied;
      verdict = Verdict::allowed;
    }
  }
  return verdict;
}

}  // namespace darbe::lab
