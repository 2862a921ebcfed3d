#include <fmt/format.h>

#include "aws/metrics.h"
#include "preflight/checks.h"
#include "preflight/kept_hours.h"
#include "preflight/room_for_binlogs.h"
#include "preflight/unanswered.h"
#include "preflight/work.h"

namespace darbe::preflight {

namespace {

constexpr double gibibyte = 1024.0 * 1024 * 1024;

std::vector<Finding> judge(const BinlogRoom& room) {
  const Room verdict = room_for_binlogs(room);
  if (verdict == Room::enough) return {};
  const std::string growth =
      room.written_bytes_per_second
          ? fmt::format(
                " and writes about {:.1f} GiB of binlog an hour, which it keeps for {} hours: {:.1f} GiB "
                "would be free then",
                *room.written_bytes_per_second * 3600 / gibibyte, room.kept_hours, free_bytes_later(room) / gibibyte)
          : std::string();
  return {
      {.weight = verdict == Room::none ? Weight::refusal : Weight::warning,
       .text =
           fmt::format("the source has {:.1f} of {:.1f} GiB free{}", static_cast<double>(room.free_bytes) / gibibyte,
                       static_cast<double>(room.volume_bytes) / gibibyte, growth),
       .advice = "Give its volume more before, or have it keep its binlogs for less with --binlog-retention-hours."}};
}

}  // namespace

std::vector<Finding> check_binlog_space(const Subject& subject, std::stop_token stop) {
  try {
    const aws::DiskMetrics disk = aws::disk_metrics(subject.account.client, subject.source.identifier, stop);
    if (!disk.free_space) return {};  // CloudWatch knows nothing of it yet
    return judge({.volume_bytes = static_cast<std::uint64_t>(subject.source.allocated_storage.value_or(0)) << 30,
                  .free_bytes = disk.free_space->bytes,
                  .binlog_bytes = disk.binlog_size ? disk.binlog_size->bytes : 0,
                  .written_bytes_per_second = binlog_rate(subject.server),
                  .kept_hours = kept_hours(subject)});
  } catch (const base::Error& error) {
    if (!is_unanswered(error)) throw;
    return {
        {.weight = Weight::warning,
         .text = fmt::format("how much of the source's volume is free can't be seen: {}", error.what()),
         .advice =
             "Let it be asked from here (cloudwatch:GetMetricData, in docs/aws-iam-policy.json), or look yourself."}};
  }
}

}  // namespace darbe::preflight
