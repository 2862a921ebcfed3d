#include <fmt/format.h>

#include "base/clock.h"
#include "preflight/checks.h"
#include "preflight/duration.h"
#include "watch/windows.h"

namespace darbe::preflight {

namespace {

// Provision takes this long on top of the rows, for two small instances; larger ones take longer.
constexpr std::chrono::minutes until_rows_begin{20};

std::chrono::seconds expected_time(const Subject& subject) {
  Amount amount;
  for (const tables::Table& table : copied_tables(subject)) {
    ++amount.tables;
    amount.bytes += table.data_bytes + table.index_bytes;
  }
  const double seconds = 2 * (copy_seconds(amount) + verify_seconds(amount));  // rates are guessed
  return until_rows_begin + std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

std::vector<Finding> about(const aws::Instance& instance, std::chrono::seconds time, const char* damage) {
  const auto window = watch::parse_window(instance.maintenance_window);
  const auto now = std::chrono::system_clock::now();
  if (!window || !watch::crosses(*window, now, now + time)) return {};
  return {{.weight = Weight::warning,
           .text = fmt::format("the maintenance window of {} ({}, UTC) opens at {}, while rows may be copied: {}",
                               instance.identifier, instance.maintenance_window,
                               base::iso_time(watch::next_opening(*window, now).begin), damage),
           .advice = "Begin when it is over, or move it: aws rds modify-db-instance --preferred-maintenance-window"}};
}

}  // namespace

std::vector<Finding> check_maintenance(const Subject& subject, std::stop_token stop) {
  const std::chrono::seconds time = expected_time(subject);
  auto findings = about(subject.source, time, "what waits for it may restart the source");
  if (const auto& own = subject.plan.request.replica_instance_id)
    if (const auto replica = subject.account.instances.find(*own, stop))
      for (Finding& finding : about(*replica, time, "a restart makes the copy begin anew"))
        findings.push_back(std::move(finding));
  return findings;
}

}  // namespace darbe::preflight
