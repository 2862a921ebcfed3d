// The source's read replica that is frozen and read: one of the run's own, or the operator's.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "aws/instances.h"
#include "steps/run.h"

namespace darbe::steps {

// Whether it is there, or was given up on purpose. Throws: Error{refused} if the name is somebody else's.
bool replica_is_there(const Run& run, std::stop_token stop);
void request_replica(Run& run, const aws::Instance& source, std::stop_token stop);

// Whether the run keeps it from replicating: its own does nothing else, the operator's by the source's record.
bool is_held(const Run& run, mysql::Connection& source);
// Whether nothing of it is left to give up: deleted, or, the operator's own, given back.
bool replica_is_released(const Run& run, mysql::Connection& source, std::stop_token stop);
// Throws: Error{refused} unless the operator has said otherwise, if the run's own follows its source no longer, as one
// that somebody promoted, or whose source was deleted: what was written there since may be nowhere else.
void require_expendable(const Run& run, std::stop_token stop);
// Deletes the run's own, if it is expendable or the operator has said so, and waits until it is gone; lets the
// operator's replicate again. Throws: as require_expendable().
void remove_replica(Run& run, std::stop_token stop);

// Nothing while it stands where Freeze left it; else a sentence saying what moved. Requires: Freeze's fact is there.
std::optional<std::string> moved(const Run& run, mysql::Connection& replica);
// Throws: engine::StartOver{"Freeze"} if the frozen replica moved since Freeze.
void require_frozen(const Run& run, mysql::Connection& replica);
// Throws: Error{failed} if it runs events that could write there, the run's own replica or not: nothing could tell
// their rows from the source's.
void require_no_writing_events(const Run& run, mysql::Connection& replica, std::stop_token stop);

}  // namespace darbe::steps
