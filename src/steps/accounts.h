// Users, roles, global and database grants, read from the frozen replica.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class Accounts : public engine::Step {
 public:
  static constexpr std::string_view name = "Accounts";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
