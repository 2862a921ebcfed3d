// The Machine: a server process, its folder, its keeper and its link.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "lab/binlog_file.h"
#include "lab/host.h"
#include "lab/link.h"
#include "lab/machine.h"
#include "lab/machine_keeper.h"
#include "lab/machine_state.h"
#include "lab/parameters.h"
#include "mysql/connection.h"
#include "servers/server.h"

namespace darbe::lab {

// How long a process has been running on processors.
struct ProcessorTime {
  pid_t process = 0;
  base::Seconds used{0};
  base::Clock::time_point at;
};

class LocalMachine : public Machine {
 public:
  // Nothing is started or written yet; the address in `state`, if any, is taken when it is free.
  LocalMachine(Host& host, MachineState state, const std::filesystem::path& folder);
  ~LocalMachine() override;

  std::string address() const override { return state_.address; }
  unsigned port() const override { return state_.spec.port; }
  const MachineSpec& spec() const override { return state_.spec; }
  void set_master_password(const base::Secret& password) override;
  std::vector<std::string> set_parameters(const ParameterValues& values, bool immediately) override;
  void restart(const MachineSpec& changed) override;
  void promote() override;
  void destroy() override;
  void kill() override;
  void start() override;
  bool running() override { return server_.running(); }
  void pause() override;
  void resume() override;
  void move() override;
  void set_link(const std::string& fault) override;
  bool replicating() override;
  Figures figures() override;

  // The two ways a machine begins.
  void make_fresh();
  void make_replica_of(LocalMachine& source);
  // One that is there already.
  void take_up();

 private:
  struct Extra {
    std::vector<std::string> arguments;
    bool network = true;
    bool binlog_for_recovery = false;
  };

  mysql::Connection admin() { return mysql::Connection(server_.local("rdsadmin", state_.admin_password), {}); }
  bool is_replica() const { return !state_.source.empty(); }
  FormulaInputs formula_inputs() const;
  std::vector<std::string> arguments(const Extra& extra) const;
  std::vector<std::string> tls_arguments() const;
  void issue_certificate();
  void start_server(const Extra& extra);
  void stop_server();
  void publish();
  void run(mysql::Connection& connection, const std::vector<std::string>& statements);
  std::filesystem::path write_first_statements();
  void copy_data_of(LocalMachine& source);
  void recover_copy(BinlogPosition& position, std::string& gtid);
  void follow(const BinlogPosition& position, const std::string& gtid);
  void follow_source_to_its_address();
  void lead_replicas_here();
  void apply_filters(mysql::Connection& connection, const ParameterValues& filters);
  std::uint64_t used_bytes() const;
  std::optional<double> replica_lag_seconds();
  std::optional<double> processor_percent();

  Host& host_;
  const EngineVersion version_;
  const std::filesystem::path folder_;
  MachineState state_;
  servers::Server server_;
  bool paused_ = false;
  ProcessorTime processor_time_;  // when figures() were asked last
  std::unique_ptr<MachineKeeper> keeper_;
  std::unique_ptr<Link> link_;
};

}  // namespace darbe::lab
