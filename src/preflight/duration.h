// How long the rows of a run should take, before anything of it was seen. An estimate that is no promise: CPUs, volumes
// and other load of both instances decide. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace darbe::preflight {

struct Amount {
  std::uint64_t tables = 0;
  std::uint64_t bytes = 0;  // of pages with rows and keys
};

// Of docs/benchmarks.md, rounded down: 880.8 MB of tablespaces copied in 13.7 s, indexes built, and verified in 2.5 s
// more, by two sessions where client and both servers share two cores; 5.6 ms for a small table.
inline constexpr double copied_bytes_per_second = 60e6;
inline constexpr double verified_bytes_per_second = 300e6;
inline constexpr double seconds_per_table = 0.006;

// Seen in the lab, rounded up: 202 accounts in 0.1 s, 405 views and routines in 0.7 s, all servers on one machine.
// Between machines each statement takes a round trip more.
inline constexpr double seconds_per_account = 0.001;
inline constexpr double seconds_per_object = 0.002;
// What mysql.rds_stop_replication and mysql.rds_start_replication sleep for.
inline constexpr double seconds_per_stop = 3;
inline constexpr double seconds_per_start = 3;
// Seen in the lab, rounded down: 112 MB of binlog, 60,000 transactions of ten rows each, applied in 23.8 s by 9.7.
inline constexpr double applied_bytes_per_second = 4e6;
// AWS's user guide for RDS: "it can take up to 20 minutes before an instance is available".
inline constexpr double seconds_per_instance = 20 * 60;

// Until all rows are verified, by a cautious guess: twice the rates' time, and the new instance's.
std::chrono::seconds expected_time(const Amount& amount);
double copy_seconds(const Amount& amount);
double verify_seconds(const Amount& amount);
// To apply what the source wrote in `behind_seconds`, and what it writes meanwhile. Nothing where it writes faster than
// it is applied.
std::optional<double> catch_up_seconds(double written_bytes_per_second, double behind_seconds);

// Whether binlogs that are kept for so long may be gone before the target asks for them. Twice the time must fit: rates
// are guessed, and accounts and objects come on top.
bool may_outlast(const Amount& amount, unsigned retention_hours);

}  // namespace darbe::preflight
