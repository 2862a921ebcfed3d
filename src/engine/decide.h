// The one decision of the runner, as a pure function: a table of what the journal says against what the servers say.
#pragma once

#include <string_view>

#include "engine/step.h"

namespace darbe::engine {

enum class Recorded {
  not_done,
  done,          // a lasting thing
  done_passing,  // a passing condition
  closed,        // done, and above a passed gate or taken over by a later step
};

enum class Decision {
  apply,
  record_done,
  next,
  stop_changed,  // what was done is no longer there: somebody changed it behind us
  stop_unknown,  // a person must look
};

Decision decide(Recorded journal, Standing servers);

// What to do with the lines that a step takes over, when it began and is not recorded as done. It is asked before them:
// once it acts, they may look otherwise, and nobody may act on that.
enum class Above {
  ask,   // it did nothing yet
  skip,  // it has taken them over
  stop_unknown,
};
Above above_begun(Standing taker);

std::string_view name_of(Recorded recorded);
std::string_view name_of(Decision decision);

}  // namespace darbe::engine
