// A target whose volume fills up while it is being filled.
#pragma once

#include <exception>
#include <stop_token>

#include "steps/run.h"

namespace darbe::steps {

// Whether a server said so, on any level of the error.
bool is_about_full_storage(const std::exception& error);

// Whether AWS calls the target's volume full (`storage-full`), which it does some time after the server has said so.
// Asked for a while where `error` is about that, else once: a server with a full volume may just not answer.
bool is_storage_full(const Run& run, const std::exception& error, std::stop_token stop);

// Waits until AWS calls it full no longer. True if it has become larger; else it came back by itself, as after an index
// build that failed and gave its room back, and would be full again. Throws: as Waiter.
bool wait_for_larger_storage(Run& run, std::stop_token stop);

}  // namespace darbe::steps
