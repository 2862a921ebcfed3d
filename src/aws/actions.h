// Every action of AWS by which darbe makes, changes or removes something, in one table. What is not in it only looks.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace darbe::aws {

enum class Effect { makes, changes, removes };

struct Action {
  std::string_view name;
  Effect effect;
};

std::span<const Action> changing_actions();

// Nothing for an action that only looks.
std::optional<Effect> effect_of(std::string_view action);

// Called when AWS has carried an action out and answered, before anybody has seen the answer: the fault point
// "aws.CreateDBInstance", for each action of the table. Broken there, the answer is lost.
void answered(std::string_view action);

}  // namespace darbe::aws
