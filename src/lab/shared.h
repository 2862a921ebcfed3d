// What Host holds for its machines; see lab/host.h.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/mutex.h"
#include "lab/host.h"
#include "mysql/connection.h"
#include "servers/addresses.h"
#include "servers/certificate.h"

namespace darbe::lab {

// What machines of one lab know of each other.
struct Published {
  std::string address;
  unsigned port = 0;
  std::string source;         // the folder of the machine whose read replica it is
  std::string needed_binlog;  // the source's file that this replica reads next; empty while unknown
  mysql::ConnectOptions admin;
};

struct Host::Shared {
  explicit Shared(const HostOptions& options);

  const HostOptions options;
  const base::FileLock lock;  // one lab in a folder
  const servers::CertificateAuthority authority;
  servers::AddressBlock addresses;
  const std::vector<EngineVersion> versions;

  base::Mutex catalog_mutex;  // held for seconds while a server is asked
  std::map<std::string, std::unique_ptr<ParameterCatalog>> catalogs GUARDED_BY(catalog_mutex);

  base::Mutex mutex;
  std::map<std::string, Published> machines GUARDED_BY(mutex);  // by folder
};

}  // namespace darbe::lab
