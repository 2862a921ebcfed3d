// What stands behind one RDS instance of the lab: a real server in a folder of its own, on a loopback address of its
// own. It knows servers, files and SQL; states, waiting and the API's words are lab/instances' business.
//
// All calls block until the server has done it (seconds); none may run on the API's thread. One thread at a time per
// Machine. Throws: base::Error with the end of the server's error log in its text.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"

namespace darbe::lab {

class Host;  // what all machines of one lab share: cache of installed servers, CA, block of addresses, spawner thread

// A parameter group's explicit values by name ("innodb_flush_log_at_trx_commit" -> "2"); formulas such as
// "{DBInstanceClassMemory*3/4}" are resolved by the Machine.
using ParameterValues = std::map<std::string, std::string>;

struct MachineSpec {
  std::string identifier;      // DBInstanceIdentifier, for logs only
  std::string engine;          // mysql | mariadb
  std::string engine_version;  // "9.7.4", "5.6.24", "10.11.…": one of Host::versions()
  unsigned port = 3306;
  std::string master_user;
  base::Secret master_password;
  std::string database;  // DBName: created at first start; may be empty
  std::string instance_class = "db.t3.micro";
  unsigned allocated_gib = 20;
  bool binlog = false;  // BackupRetentionPeriod > 0
  ParameterValues parameters;
};

// What RDS measures of a server. A figure that it does not have is not there.
struct Figures {
  std::uint64_t used_bytes = 0;               // of its folder
  std::optional<std::uint64_t> volume_bytes;  // free, where its folder is a file system of its own
  std::optional<std::uint64_t> binlog_bytes;  // with a binlog
  std::optional<double> replica_lag_seconds;  // of a replica; -1: unknown
  std::optional<double> processor_percent;    // of all cores, since it was asked last
};

class Machine {
 public:
  virtual ~Machine() = default;

  // A fresh server with RDS's accounts, procedures and defaults, running when this returns.
  static std::unique_ptr<Machine> create(Host& host, const MachineSpec& spec, const std::filesystem::path& folder);
  // A crash-consistent copy of `source`'s files, recovered, with an identity of its own, replicating from exactly where
  // it stood (facts/lab-servers.md). Running and replicating when this returns.
  static std::unique_ptr<Machine> create_replica(Host& host, const MachineSpec& spec,
                                                 const std::filesystem::path& folder, Machine& source);
  // One that an earlier lab left in `folder`; started again.
  static std::unique_ptr<Machine> reopen(Host& host, const std::filesystem::path& folder);

  virtual std::string address() const = 0;  // 127.x.y.z
  virtual unsigned port() const = 0;
  virtual const MachineSpec& spec() const = 0;

  // What a ModifyDBInstance or RebootDBInstance does to the server.
  virtual void set_master_password(const base::Secret& password) = 0;
  // New values of the attached group. Dynamic ones are set now where `immediately`; the names of those that need a
  // restart to take effect come back.
  virtual std::vector<std::string> set_parameters(const ParameterValues& values, bool immediately) = 0;
  // Restarts with binlog on or off (retention 0 <-> n), port, class or attached group changed.
  virtual void restart(const MachineSpec& changed) = 0;
  // The server becomes independent: replication is reset (PromoteReadReplica).
  virtual void promote() = 0;
  // Stops it and removes its folder.
  virtual void destroy() = 0;

  // Faults.
  virtual void kill() = 0;   // SIGKILL; the Machine is down until start()
  virtual void start() = 0;  // after kill() or a crash
  virtual bool running() = 0;
  virtual void pause() = 0;   // SIGSTOP
  virtual void resume() = 0;  // SIGCONT
  virtual void move() = 0;    // restarts on another address (a failover); address() changes
  // A forwarder in front of the server; address() and port() stay the ones clients use. "cut" drops all and refuses new
  // ones, "slow" lets 20 ms pass before each piece of data goes on, "none" takes it away. Sessions that were there
  // before are dropped at each change.
  virtual void set_link(const std::string& fault) = 0;

  // For Describe and CloudWatch: what the server itself knows.
  virtual bool replicating() = 0;
  virtual Figures figures() = 0;
};

}  // namespace darbe::lab
