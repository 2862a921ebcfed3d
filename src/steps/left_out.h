// What the source has and a run does not copy, each with the reason: for the report.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "mysql/connection.h"
#include "steps/run.h"

namespace darbe::steps {

// Sentences: databases that --databases and accounts that --users leave out, and what no run ever copies.
std::vector<std::string> left_out(const Run& run, mysql::Connection& source, mysql::Connection& target);

}  // namespace darbe::steps
