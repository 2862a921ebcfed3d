// What Host holds for its machines; see lab/host.h.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/mutex.h"
#include "lab/host.h"
#include "servers/addresses.h"
#include "servers/certificate.h"

namespace darbe::lab {

class LocalMachine;

struct Host::Shared {
  explicit Shared(const HostOptions& options);

  const HostOptions options;
  const base::FileLock lock;  // one lab in a folder
  const servers::CertificateAuthority authority;
  servers::AddressBlock addresses;
  const std::vector<EngineVersion> versions;

  base::Mutex mutex;
  std::map<std::string, std::unique_ptr<ParameterCatalog>> catalogs GUARDED_BY(mutex);
  // Machines that live, by folder: a source looks for its replicas here, a replica for its source.
  std::map<std::string, LocalMachine*> machines GUARDED_BY(mutex);
};

}  // namespace darbe::lab
