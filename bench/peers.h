// How others copy the same rows.
#pragma once

#include <filesystem>
#include <string>

#include "two_servers.h"

namespace darbe::bench {

// `mysqldump | mysql` of the server's own version, with the original Darbe's options. Logs stand in `folder`.
// Throws: Error{failed} with the programs' last words; Error{interrupted}.
void run_mysqldump(TwoServers& servers, const std::filesystem::path& folder);

// mydumper, then myloader, from PATH; the dump stays in `folder`, which must not hold one. Tables are not cut, which is
// its default: cut every 100,000 or 250,000 rows it took as long, 36 to 40 s for the main set with 2 and 4 threads.
void run_mydumper(TwoServers& servers, const std::filesystem::path& folder, unsigned threads);

// "mydumper 0.10.1-…", as the package says it; empty if it is not installed.
std::string mydumper_version(const std::filesystem::path& folder);

}  // namespace darbe::bench
