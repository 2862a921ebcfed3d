// What the steps Accounts and Objects ask the module objects for.
#pragma once

#include "engine/step.h"
#include "objects/objects.h"
#include "steps/run.h"

namespace darbe::steps {

objects::WantedAccounts wanted_accounts(const Run& run, mysql::Connection& frozen);
objects::WantedObjects wanted_objects(const Run& run, mysql::Connection& frozen);
engine::Standing standing_of(objects::Standing standing);

}  // namespace darbe::steps
