// What CloudWatch tells of an instance's disk (RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS").
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

namespace darbe::aws {

class Client;

struct Datapoint {
  std::chrono::system_clock::time_point time;  // when its minute began, by AWS's clock
  std::uint64_t bytes = 0;
};

// The newest of the last hour, the worst of its minute: RDS sends one a minute, which comes one or two minutes late. A
// new instance has none for some minutes, a stopped one no new ones.
struct DiskMetrics {
  std::optional<Datapoint> free_space;      // FreeStorageSpace
  std::optional<Datapoint> free_log_space;  // FreeStorageSpaceLogVolume; of a dedicated log volume alone
  std::optional<Datapoint> binlog_size;     // BinLogDiskUsage; of an instance that writes no binlog there is none
};

// Throws: as Client. Wants the permission cloudwatch:GetMetricData.
DiskMetrics disk_metrics(const Client& client, const std::string& instance_id, std::stop_token stop = {});

}  // namespace darbe::aws
