// Credentials that a program of the operator's prints (SDKs and Tools Reference Guide, "Process credential provider").
// No shell is between us and the program, and it is told nothing that it isn't told by the profile.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials.h"

namespace darbe::aws {

// Words as a POSIX shell would have them: blanks separate, quotes and backslashes protect; nothing is expanded.
// Throws: Error{usage} for a quote without its end, or no word at all.
std::vector<std::string> split_command(std::string_view command);

// Throws: Error{failed} with what it said on standard error when it fails, prints something else, or takes longer than
// a minute; Error{interrupted}. The program and its children are killed on a stop.
Credentials credentials_of_process(const std::string& command, std::stop_token stop);

}  // namespace darbe::aws
