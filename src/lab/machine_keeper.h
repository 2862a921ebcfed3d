// What RDS's agent does on an instance: a heartbeat row now and then, a new binlog every five minutes, and the purging
// of binlogs that nobody needs any more (facts/rds-mysql.md 1.4, 1.6).
#pragma once

#include <string>
#include <thread>

#include "lab/host.h"

namespace darbe::lab {

class MachineKeeper {
 public:
  // For the machine published under `folder`. Ends with the object.
  MachineKeeper(Host& host, std::string folder);

 private:
  std::jthread thread_;
};

}  // namespace darbe::lab
