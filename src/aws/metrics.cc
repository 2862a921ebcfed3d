#include "aws/metrics.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "aws/query.h"
#include "aws/signing_clock.h"
#include "base/clock.h"
#include "base/error.h"

namespace darbe::aws {

namespace {

// As far as CloudWatch is looked back, and forward too: our own clock may be off.
constexpr std::chrono::hours reach{1};

struct Query {
  std::string_view id;
  std::string_view metric;
  std::string_view statistic;
};
constexpr Query free_space{"free", "FreeStorageSpace", "Minimum"};
constexpr Query binlog_size{"binlog", "BinLogDiskUsage", "Maximum"};
constexpr Query free_log_space{"logs", "FreeStorageSpaceLogVolume", "Minimum"};

void add_query(Parameters& parameters, int number, const Query& query, const std::string& instance_id) {
  const std::string prefix = fmt::format("MetricDataQueries.member.{}.", number);
  const auto add = [&](std::string_view name, std::string_view value) {
    parameters.add(fmt::format("{}{}", prefix, name), std::string(value));
  };
  add("Id", query.id);
  add("MetricStat.Metric.Namespace", "AWS/RDS");
  add("MetricStat.Metric.MetricName", query.metric);
  add("MetricStat.Metric.Dimensions.member.1.Name", "DBInstanceIdentifier");
  add("MetricStat.Metric.Dimensions.member.1.Value", instance_id);
  add("MetricStat.Period", "60");
  add("MetricStat.Stat", query.statistic);
}

std::uint64_t bytes_in(const std::string& text) {
  double number = -1;
  try {
    number = std::stod(text);
  } catch (const std::exception&) {
  }
  if (!std::isfinite(number) || number < 0)
    throw base::Error(base::Kind::failed, fmt::format("CloudWatch gives '{}' as a number of bytes", text));
  return static_cast<std::uint64_t>(number);
}

// They were asked for newest first.
std::optional<Datapoint> newest(const XmlElement& result) {
  const auto& times = result.child("Timestamps").children();
  const auto& values = result.child("Values").children();
  if (times.empty() || values.empty()) return std::nullopt;
  const auto time = read_iso_time(times.front().text());
  if (!time)
    throw base::Error(base::Kind::failed, fmt::format("CloudWatch gives '{}' as a time", times.front().text()));
  return Datapoint{*time, bytes_in(values.front().text())};
}

}  // namespace

DiskMetrics disk_metrics(const Client& client, const std::string& instance_id, std::stop_token stop) {
  const auto now = std::chrono::system_clock::now();
  Parameters parameters;
  add_query(parameters, 1, free_space, instance_id);
  add_query(parameters, 2, binlog_size, instance_id);
  add_query(parameters, 3, free_log_space, instance_id);
  parameters.add("StartTime", base::iso_time(now - reach))
      .add("EndTime", base::iso_time(now + reach))
      .add("ScanBy", "TimestampDescending");
  const XmlElement answer = client.call(monitoring, "GetMetricData", parameters, stop);
  DiskMetrics metrics;
  for (const XmlElement& result : answer.child("MetricDataResults").children()) {
    if (result.text("Id") == free_space.id) metrics.free_space = newest(result);
    if (result.text("Id") == binlog_size.id) metrics.binlog_size = newest(result);
    if (result.text("Id") == free_log_space.id) metrics.free_log_space = newest(result);
  }
  return metrics;
}

}  // namespace darbe::aws
