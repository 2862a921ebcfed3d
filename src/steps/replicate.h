// The target follows the source from where the frozen replica stands, as a user of the run's own.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class Replicate : public engine::Step {
 public:
  static constexpr std::string_view name = "Replicate";
  static constexpr std::string_view takes_over_from = "Freeze";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
