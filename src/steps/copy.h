// Every base table of the plan: rows committed with their ledger line, then the secondary indexes.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class Copy : public engine::Step {
 public:
  static constexpr std::string_view name = "Copy";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
