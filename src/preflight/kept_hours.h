// For how long the source keeps its binlogs once a run has begun: as long as the plan says, and longer where it does so
// already, which no run shortens.
#pragma once

#include "preflight/check.h"

namespace darbe::preflight {

// The plan's hours where the master user may not ask the source.
unsigned kept_hours(const Subject& subject);

}  // namespace darbe::preflight
