// Database servers (and AWS's API models) fetched into a cache, ${XDG_CACHE_HOME:-~/.cache}/darbe-lab, without touching
// the machine's own packages: docs/lab.md says from where. Safe to call from several processes at once.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "mysql/flavor.h"

namespace darbe::servers {

// What can be installed: three servers, and "aws-models" (service-2.json of rds, ec2, sts and iam).
inline constexpr std::string_view mysql_current = "mysql-9.7";
inline constexpr std::string_view mysql_old = "mysql-5.6";
inline constexpr std::string_view mariadb = "mariadb";
inline constexpr std::string_view aws_models = "aws-models";

struct Installation {
  std::string kind;
  std::string version;  // as the server itself says it: "9.7.4", "10.11.14"
  mysql::Flavor flavor;
  std::filesystem::path folder;
  // How mysqld is started: loader, binary, and the options that only say where its own files are.
  std::vector<std::string> command;

  // The same for one of its client programs ("mysql", "mysqldump"); empty if it has none.
  std::vector<std::string> client(std::string_view program) const;
};

using Progress = std::function<void(const std::string& line)>;

std::filesystem::path cache_folder();

// What is there already; nothing if it is not.
std::optional<Installation> find(std::string_view kind);

// Fetches it unless it is there. Throws: Error{usage} for an unknown kind; Error{failed} with the fetching program's
// last words; Error{interrupted}.
Installation install(std::string_view kind, const Progress& progress, std::stop_token stop = {});

// AWS's model of "rds", "ec2", "sts" or "iam", installed first if needed: the path of its service-2.json.
std::filesystem::path aws_model(std::string_view service, const Progress& progress, std::stop_token stop = {});

}  // namespace darbe::servers
