// The command line: one file per command, with its flags and its printing and nothing else.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

namespace darbe::cli {

// Runs what the arguments name. `darbe --flags…` is `darbe setup --flags…`, as the original had it.
// Returns the exit code. Throws: Error.
int run_command(std::vector<std::string> arguments, std::stop_token stop);

}  // namespace darbe::cli
