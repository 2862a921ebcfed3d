// The engine versions that RDS offers, and which parameter group family each belongs to.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace darbe::aws {

class Client;

struct EngineVersion {
  std::string engine;
  std::string version;
  std::string parameter_group_family;
  std::string status;  // available | deprecated
};

// `version` may be empty (all) or name a major version ("8.4"). Throws: as Client.
std::vector<EngineVersion> engine_versions(const Client& client, const std::string& engine, const std::string& version,
                                           std::stop_token stop = {});
// Nothing if RDS has no such version.
std::optional<EngineVersion> find_engine_version(const Client& client, const std::string& engine,
                                                 const std::string& version, std::stop_token stop = {});

}  // namespace darbe::aws
