// Whether the target serves somebody already, as after a switch by hand: undo would delete what was written there, and
// setup would have the source's changes on top of it, or begin anew.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/instances.h"
#include "steps/run.h"

namespace darbe::steps {

// A few words for each sign: sessions of others than the server's and RDS's, those of the master user only once setup
// was done, and from other hosts than this one; replication that somebody took away; a master password that somebody
// changed; no session left; read replicas; a source that is gone. One that has replicated is waited for until it stands
// still, and counts as in use where it doesn't answer then. Of any other that doesn't answer nothing can be told, and a
// warning says so.
std::vector<std::string> signs_of_use(const Run& run, const aws::Instance& target, std::stop_token stop);

// Before what is copied is dropped to be copied anew. Throws: Error{failed} if users of others have sessions there.
void require_unused(const Run& run, mysql::Connection& target);

// Throws: Error{refused} if it has any and is not being deleted yet, unless the operator said to delete what is in use.
void require_no_replicas(const Run& run, const aws::Instance& target);

// What makes a target without a journal more than a new server, in a few words: a run has worked on it, and how far,
// and what came since, nobody knows any more.
std::optional<std::string> work_of_a_run(mysql::Connection& target);

// Whether setup was done, and stands for ever unless somebody starts replication again.
bool stands_since_setup(const Run& run, std::stop_token stop);

}  // namespace darbe::steps
