// Makes the target and the replica, and all that belongs to them: own parameter group, own empty security group, one
// rule on the source's group, the run record and binlog retention on the source, the journal on the target.
#pragma once

#include "aws/instances.h"
#include "engine/step.h"

namespace darbe::steps {

// Throws: Error{refused} if `target`, which bears this run's tag, serves the application: nothing on it is the run's to
// change any more.
void require_building(const Run& run, const aws::Instance& target);

// Throws: Error{refused} if `target`, which bears this run's tag, is not this run's to delete: it has served, or
// somebody put another instance in its place. Requires: the facts hold what the journal or the record on the source
// tells.
void require_undoable(const Run& run, const aws::Instance& target);

class Provision : public engine::Step {
 public:
  static constexpr std::string_view name = "Provision";

  engine::Standing check(Run& run, std::stop_token stop) override;
  void apply(Run& run, std::stop_token stop) override;
  void undo(Run& run, std::stop_token stop) override;
};

}  // namespace darbe::steps
