// One digest of each chunk on both sides.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class Verify : public engine::Step {
 public:
  static constexpr std::string_view name = "Verify";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
