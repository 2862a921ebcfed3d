// What the steps Accounts and Objects ask the module objects for.
#pragma once

#include <string>
#include <vector>

#include "engine/step.h"
#include "objects/objects.h"
#include "steps/run.h"

namespace darbe::steps {

objects::WantedAccounts wanted_accounts(const Run& run, mysql::Connection& frozen);
objects::WantedObjects wanted_objects(const Run& run, mysql::Connection& frozen);
// What Accounts, Copy and Objects could not make as on the source, and said so.
std::vector<std::string> reported_differences(const Run& run);
// `recorded`: the step is done by the journal. What stands complete without a record still lacks its facts, and is
// partial: applying it again costs little and writes them.
engine::Standing standing_of(objects::Standing standing, bool recorded);
// "all planned accounts are on the target"
std::string sentence_of(objects::Standing standing, const std::string& what);

}  // namespace darbe::steps
