// Darbe's copy and verification, in a process of its own so that its memory is its own.
#pragma once

#include <string>
#include <vector>

#include "two_servers.h"

namespace darbe::bench {

enum class Way {
  verified,  // over TLS, as always
  plain      // neither TLS nor verification: what the client itself costs
};

// On an empty target, with all rows counted.
DarbeRun run_darbe(TwoServers& servers, const Contents& expected, unsigned jobs, Way way = Way::verified);

// What this program does when run_darbe() starts it with `words`; its exit status.
inline constexpr const char* darbe_child_word = "--as-darbe";
int run_darbe_child(const std::vector<std::string>& words);

}  // namespace darbe::bench
