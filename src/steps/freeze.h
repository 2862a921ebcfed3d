// Stops the replica and writes down where it stands. A frozen replica that moves makes all below void: check() and the
// later steps throw StartOver("Freeze") then.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class Freeze : public engine::Step {
 public:
  static constexpr std::string_view name = "Freeze";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
