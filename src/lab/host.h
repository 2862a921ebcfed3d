// What all machines of one lab share: the installed servers, a certificate authority, a block of loopback addresses,
// the parameter catalogs, and the speed at which waiting passes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lab/parameter_catalog.h"
#include "servers/install.h"

namespace darbe::lab {

struct EngineVersion {
  std::string engine;       // mysql | mariadb
  std::string version;      // as the installed server says: "9.7.4"
  std::string major;        // "9.7": EngineVersion's first two numbers, as option groups name it
  std::string family;       // "mysql9.7": the parameter groups that fit
  std::string description;  // "MySQL 9.7.4"
  servers::Installation installation;
};

struct HostOptions {
  std::filesystem::path folder;  // the lab's state; certificates and address block are kept here
  double speed = 1;              // 10: what takes RDS ten seconds takes one
};

class Host {
 public:
  // Throws: Error{refused} if another lab runs in the folder.
  explicit Host(const HostOptions& options);
  ~Host();

  // The installed ones; the first of an engine is its default version.
  std::vector<EngineVersion> versions() const;
  // `version` may be empty (the default) or a prefix ("9.7"). Throws: Error{usage} if there is none.
  EngineVersion version(std::string_view engine, std::string_view version) const;

  // What a parameter group of `family` can hold. The first time for a version a server is started to be asked
  // (seconds); afterwards it comes from the cache. Thread-safe. Throws: Error{usage} for a family without installed
  // server.
  const ParameterCatalog& catalog(std::string_view family);

  // Makes what the first machine of a version needs (template data folder, catalog), so that later calls are quick.
  void prepare(const EngineVersion& version);

  std::filesystem::path ca_file() const;
  double speed() const;
  const std::filesystem::path& folder() const;

  struct Shared;  // lab/machine.cc's part
  Shared& shared() { return *shared_; }

 private:
  std::unique_ptr<Shared> shared_;
};

}  // namespace darbe::lab
