// What one run does, in order. Start reading here: each line says what is true from there on, and nothing else decides
// the order. engine/runner.cc walks the list; each step is a thin file in steps/.
#include "story.h"

#include "steps/accounts.h"
#include "steps/catch_up.h"
#include "steps/copy.h"
#include "steps/freeze.h"
#include "steps/objects.h"
#include "steps/provision.h"
#include "steps/replicate.h"
#include "steps/settle.h"
#include "steps/verify.h"

namespace darbe {

using engine::step;
using namespace steps;

// clang-format off: one line for each step, with what is true from it on
engine::Story make_story() {
  return {
      step<Provision>(),  // Target and replica exist, named and tagged by this run; the plan is in the journal and never changes again.
      step<Freeze>(),     // The frozen replica stands still at known coordinates. All below is relative to them.
      step<Accounts>(),   // Users, roles and grants the plan names are on the target: definers exist before what they define.
      step<Copy>(),       // Every planned table is on the target with all its indexes, as of the coordinates.
      step<Verify>(),     // Every chunk has one digest on the frozen replica and on the target.
      step<Objects>(),    // Foreign keys, views, routines, triggers, the rest of the grants are on the target; events are there, disabled.
      step<Replicate>(),  // The target follows the source from the coordinates.
      step<CatchUp>(),    // The target has applied a position read from the source after it asked; the frozen replica is gone.
      step<Settle>(),     // Durability, backups, Multi-AZ and protection are as on the source, and it has caught up again.
  };
}
// clang-format on

}  // namespace darbe
