// What a run owes the source while it works: production's disk comes before the run (PROTOCOL.md 2, "Binlog
// retention"). Pure: who looks and acts is steps/source_guard.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "watch/health.h"
#include "watch/storage.h"

namespace darbe::watch {

struct Guarded {
  std::optional<FreeStorage> storage;  // of the source, on the volume with its binlogs
  StorageLimits limits;
  KeptBinlogs kept;
  unsigned hours_asked_for = 0;  // of retention, by this run
  bool follows = false;          // the target replicates
};

enum class Act {
  warn,
  stop,          // the run can't end well any more, or not now
  stop_release,  // and the binlogs that the source keeps for it are given free
};

struct Alarm {
  Act act;
  Reason reason;
};

// The gravest first; empty where the run may go on in silence.
std::vector<Alarm> alarms(const Guarded& seen);

}  // namespace darbe::watch
