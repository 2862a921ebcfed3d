// How others copy the same rows.
#pragma once

#include <filesystem>
#include <string>

#include "two_servers.h"

namespace darbe::bench {

// `mysqldump | mysql` of the server's own version, with the original Darbe's options. Logs stand in `folder`.
// Throws: Error{failed} with the programs' last words; Error{interrupted}.
void run_mysqldump(TwoServers& servers, const std::filesystem::path& folder);

// mydumper, then myloader, from PATH; the dump stays in `folder`, which must not hold one. `rows` is where mydumper
// cuts tables; 0: nowhere, which is its default.
struct MydumperSetting {
  unsigned threads = 4;
  unsigned rows = 0;

  std::string text() const;
};
void run_mydumper(TwoServers& servers, const std::filesystem::path& folder, const MydumperSetting& setting);

// "mydumper 0.10.1-…", as the package says it; empty if it is not installed.
std::string mydumper_version(const std::filesystem::path& folder);

}  // namespace darbe::bench
