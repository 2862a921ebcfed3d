#include <fmt/format.h>

#include "aws/error.h"
#include "aws/metrics.h"
#include "preflight/checks.h"
#include "preflight/kept_hours.h"
#include "preflight/room_for_binlogs.h"
#include "preflight/work.h"
#include "replication/binlogs.h"

namespace darbe::preflight {

namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

std::uint64_t binlog_bytes(const Subject& subject, const aws::DiskMetrics& disk) {
  if (disk.binlog_size) return disk.binlog_size->bytes;
  return replication::total_bytes(replication::binlogs(subject.server).value_or(replication::Binlogs{}));
}

// Of a log volume the binlogs tell nearly all, where CloudWatch has no figure of it.
std::optional<watch::FreeStorage> room_now(const Subject& subject, const aws::DiskMetrics& disk) {
  const auto measured = watch::storage_by_metrics(subject.source, disk).of_binlogs();
  if (measured || !subject.source.dedicated_log_volume) return measured;
  return watch::storage_left(subject.source, {.binlogs = binlog_bytes(subject, disk)}).of_binlogs();
}

}  // namespace

std::vector<Finding> binlog_space_findings(const BinlogRoom& room) {
  const Room verdict = room_for_binlogs(room);
  if (verdict == Room::enough) return {};
  const std::string growth =
      room.written_bytes_per_second
          ? fmt::format(
                " and writes about {:.1f} GiB of binlog an hour, which it keeps for {} hours: {:.1f} GiB "
                "would be free then",
                *room.written_bytes_per_second * 3600 / gibibyte, room.kept_hours, free_bytes_later(room) / gibibyte)
          : std::string();
  const bool can_grow = !room.storage.is_log_volume;
  return {{.weight = verdict == Room::none ? Weight::refusal : Weight::warning,
           .text = fmt::format("the source has {}{}{}", watch::text_of(room.storage),
                               can_grow ? "" : " on its log volume", growth),
           .advice = can_grow ? "Give its volume more before, or have it keep its binlogs for less with "
                                "--binlog-retention-hours."
                              : "RDS has no larger log volumes: have it keep its binlogs for less with "
                                "--binlog-retention-hours."}};
}

std::vector<Finding> check_binlog_space(const Subject& subject, std::stop_token stop) {
  aws::DiskMetrics disk;
  try {
    disk = aws::disk_metrics(subject.account.client, subject.source.identifier, stop);
  } catch (const base::Error& error) {
    if (!aws::is_unanswered(error)) throw;
    return {
        {.weight = Weight::warning,
         .text = fmt::format("how much of the source's volume is free can't be seen: {}", base::text_of(error)),
         .advice =
             "Let it be asked from here (cloudwatch:GetMetricData, in docs/aws-iam-policy.json), or look yourself."}};
  }
  const auto storage = room_now(subject, disk);
  if (!storage) return {};  // CloudWatch knows nothing of it yet
  return binlog_space_findings({.storage = *storage,
                                .binlog_bytes = binlog_bytes(subject, disk),
                                .written_bytes_per_second = binlog_rate(subject.server),
                                .kept_hours = kept_hours(subject)});
}

}  // namespace darbe::preflight
