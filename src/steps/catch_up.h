// Waits until the target has applied a position that was read from the source after asking, then gives the frozen
// replica up: not earlier, for if replication breaks the copy can be repeated.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class CatchUp : public engine::Step {
 public:
  static constexpr std::string_view name = "CatchUp";
  static constexpr engine::Lasts lasts = engine::Lasts::while_watched;

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
