// What is made of tables and on them: foreign keys, views, routines, triggers, events (disabled), the finer grants;
// then the catalogs of both sides are compared.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class Objects : public engine::Step {
 public:
  static constexpr std::string_view name = "Objects";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
