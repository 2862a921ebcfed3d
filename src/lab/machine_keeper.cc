#include "lab/machine_keeper.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "lab/shared.h"
#include "mysql/connection.h"
#include "mysql/quote.h"

namespace darbe::lab {

namespace {

using base::Clock;
using namespace std::chrono_literals;

constexpr auto heartbeat_every = 10s;
constexpr auto rotation_every = 300s;
// However fast the lab runs, its own work stays small beside what it is watched for.
constexpr auto shortest_round = 500ms;

Clock::duration scaled(Clock::duration time, double speed) {
  return std::max<Clock::duration>(shortest_round, std::chrono::duration_cast<Clock::duration>(time / speed));
}

class Round {
 public:
  Round(Host::Shared& shared, const std::string& folder, std::stop_token stop)
      : shared_(shared), folder_(folder), self_(published()), connection_(self_.admin, std::move(stop)) {}

  void beat() {
    if (connection_.number("SELECT @@global.read_only") != 0) return;
    // As a statement, like RDS does: a replica that lacks the table stops (facts/rds-mysql.md 1.6).
    connection_.execute("SET SESSION binlog_format = 'STATEMENT'");
    connection_.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
    connection_.execute(
        fmt::format("INSERT INTO mysql.rds_heartbeat2(id, value) VALUES (1,{0}) ON DUPLICATE KEY UPDATE value = {0}",
                    milliseconds));
  }

  void note_needed_binlog() {
    if (self_.source.empty()) return;
    const mysql::Result status = connection_.query(connection_.flavor().show_replica_status());
    if (status.empty()) return;
    const std::string& needed = status.text(0, connection_.flavor().column_relay_source_log_file());
    const base::MutexLock lock(shared_.mutex);
    const auto self = shared_.machines.find(folder_);
    if (self != shared_.machines.end()) self->second.needed_binlog = needed;
  }

  void purge() {
    if (connection_.number("SELECT @@global.log_bin") == 0) return;
    connection_.execute("FLUSH BINARY LOGS");
    const auto hours =
        connection_.value("SELECT value FROM mysql.rds_configuration WHERE name = 'binlog retention hours'");
    if (hours) {
      connection_.execute(fmt::format("PURGE BINARY LOGS BEFORE NOW() - INTERVAL {} HOUR", *hours));
    } else if (const auto first = first_needed_binlog()) {
      connection_.execute(fmt::format("PURGE BINARY LOGS TO {}", mysql::quote_text(*first)));
    }
  }

 private:
  Published published() {
    const base::MutexLock lock(shared_.mutex);
    return shared_.machines.at(folder_);
  }

  // Nothing while a replica has not told yet. What other servers read, this one itself does not purge.
  std::optional<std::string> first_needed_binlog() {
    const mysql::Result logs = connection_.query("SHOW BINARY LOGS");
    std::string first = logs.text(logs.size() - 1, "Log_name");
    const base::MutexLock lock(shared_.mutex);
    for (const auto& [folder, machine] : shared_.machines) {
      if (machine.source != folder_) continue;
      if (machine.needed_binlog.empty()) return std::nullopt;
      first = std::min(first, machine.needed_binlog);
    }
    return first;
  }

  Host::Shared& shared_;
  const std::string& folder_;
  const Published self_;
  mysql::Connection connection_;
};

void keep(Host::Shared& shared, const std::string& folder, const std::stop_token& stop) {
  const double speed = shared.options.speed;
  Clock::time_point next_rotation = Clock::now() + scaled(rotation_every, speed);
  while (!stop.stop_requested()) {
    try {
      Round round(shared, folder, stop);
      round.note_needed_binlog();
      round.beat();
      if (Clock::now() >= next_rotation) {
        round.purge();
        next_rotation = Clock::now() + scaled(rotation_every, speed);
      }
    } catch (const base::Error&) {
      // The server is down, paused or being changed; whoever did that reports it, and the next round looks again.
    }
    base::sleep_for(scaled(heartbeat_every, speed), stop);
  }
}

}  // namespace

MachineKeeper::MachineKeeper(Host& host, std::string folder)
    : thread_([&shared = host.shared(), folder = std::move(folder)](const std::stop_token& stop) {
        keep(shared, folder, stop);
      }) {}

}  // namespace darbe::lab
