// Loads sample.sql: several databases with views, triggers, routines, events, foreign keys and users, bloated by rows
// that were deleted again.
#pragma once

#include <map>
#include <stop_token>
#include <string>

#include "base/secret.h"
#include "mysql/connection.h"

namespace darbe::demo {

// `master` is also the template for the application users' sessions, whose password is `application_password`.
void load_sample(const mysql::ConnectOptions& master, const base::Secret& application_password, std::stop_token stop);

}  // namespace darbe::demo
