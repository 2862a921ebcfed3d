#include "aws/actions.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>

#include "base/fault.h"

namespace darbe::aws {

namespace {

constexpr auto table = std::to_array<Action>({
    {"CreateSecurityGroup", Effect::makes},
    {"CreateDBParameterGroup", Effect::makes},
    {"CreateDBInstance", Effect::makes},
    {"CreateDBInstanceReadReplica", Effect::makes},
    {"AuthorizeSecurityGroupIngress", Effect::makes},
    {"AuthorizeSecurityGroupEgress", Effect::makes},
    {"ModifyDBParameterGroup", Effect::changes},
    {"ResetDBParameterGroup", Effect::changes},
    {"ModifyDBInstance", Effect::changes},
    {"RebootDBInstance", Effect::changes},
    {"AddRoleToDBInstance", Effect::changes},
    {"RevokeSecurityGroupIngress", Effect::removes},
    {"RevokeSecurityGroupEgress", Effect::removes},
    {"DeleteDBInstance", Effect::removes},
    {"DeleteDBParameterGroup", Effect::removes},
    {"DeleteSecurityGroup", Effect::removes},
});

// In the table's order. A deque, for a point can't be moved.
std::deque<fault::Point> make_points() {
  std::deque<fault::Point> points;
  for (const Action& action : table) points.emplace_back("aws." + std::string(action.name));
  return points;
}
const std::deque<fault::Point> answers = make_points();

auto find(std::string_view name) { return std::ranges::find(table, name, &Action::name); }

}  // namespace

std::span<const Action> changing_actions() { return table; }

std::optional<Effect> effect_of(std::string_view action) {
  const auto found = find(action);
  return found == table.end() ? std::nullopt : std::optional(found->effect);
}

void answered(std::string_view action) {
  const auto found = find(action);
  if (found != table.end()) answers[static_cast<std::size_t>(found - table.begin())].pass();
}

}  // namespace darbe::aws
