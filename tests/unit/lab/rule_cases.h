// What a test of the lab's rules needs: an account that has some of everything, and requests that break one rule each.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lab/action.h"
#include "lab/api_wire.h"
#include "lab/store.h"

namespace darbe::lab::rule_test {

const ApiModel& model(const std::string& service);
Offers offers();

using Fields = std::map<std::string, std::string>;

// `base` with `more` on top; a field given as "-" goes.
Fields with(Fields base, const Fields& more);

// Good requests, with `more` on top.
Fields create(const Fields& more = {});
Fields replicate(const Fields& more = {});
Fields modify(const Fields& more = {});
Fields remove(const Fields& more = {});
Fields parameter(const std::string& name, const std::string& value = "1", const std::string& method = "pending-reboot");
Fields permission(const std::string& group, const Fields& more = {});
Fields many_tags(const Fields& base, const std::string& prefix, int count);

// A request as its service's protocol has it. In the JSON protocol a value that begins with [ or { is no text, nor is a
// number or a truth.
Value parameters_of(const std::string& service, const Operation& operation, const Fields& fields);

// Does the action, whatever the rules say.
Value done(Store& store, const std::string& service, const std::string& action, const Fields& fields);

// An account with an instance "source" that has a replica, one whose password is managed, own groups, and snapshots.
Store furnished();
inline constexpr const char* token = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";  // of its secret

std::string group_id(const Store& store, const std::string& name);
std::string some_subnet(const Store& store);
std::string arn(const std::string& kind, const std::string& name);
void set(Store& store, const std::string& instance, const std::string& member, Value value);

struct Case {
  std::string rule;
  std::string action;
  std::function<Fields(Store&)> fields;  // may change the store first
};
Case plain(const std::string& rule, const std::string& action, const Fields& fields);

// Requests that break each rule of RDS's once.
std::vector<Case> request_cases();
std::vector<Case> instance_cases();
std::vector<Case> group_cases();
// And of the other services'.
std::vector<Case> ec2_cases();
std::vector<Case> identity_cases();
std::vector<Case> monitoring_cases();
std::vector<Case> secret_cases();
std::vector<Case> key_cases();

}  // namespace darbe::lab::rule_test
