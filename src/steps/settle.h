// Takes back what was tuned for the load, turns on what production has: durability, backups, binlog retention,
// Multi-AZ, insights, protection. Read from the server's own variables, not from the API.
#pragma once

#include "engine/step.h"

namespace darbe::steps {

class Settle : public engine::Step {
 public:
  static constexpr std::string_view name = "Settle";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
