// RDS's option groups.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

namespace darbe::aws {

class Client;

struct OptionGroup {
  std::string name;
  std::string engine;
  std::string major_version;  // "8.4"
};

// Nothing if there is none of that name. Throws: as Client.
std::optional<OptionGroup> find_option_group(const Client& client, const std::string& name, std::stop_token stop = {});

}  // namespace darbe::aws
