// When AWS may restart what is read, or has it stand still for a backup. Amazon RDS User Guide, "Introduction to
// backups": without a standby, storage I/O is suspended for a moment when a backup begins.
#include <optional>

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
  const Amount amount = amount_of(subject);
  const double seconds = 2 * (copy_seconds(amount) + verify_seconds(amount));  // rates are guessed
  return until_rows_begin + std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

struct Intrusion {
  const char* name;
  const std::string& window;
  const char* flag;
  const char* damage;
};

std::optional<Finding> about(const aws::Instance& instance, std::chrono::seconds time, const Intrusion& intrusion) {
  const auto window = watch::parse_window(intrusion.window);
  const auto now = std::chrono::system_clock::now();
  if (!window || !watch::crosses(*window, now, now + time)) return std::nullopt;
  return Finding{
      .weight = Weight::warning,
      .text = fmt::format("the {} window of {} ({}) comes while rows may be copied: {}", intrusion.name,
                          instance.identifier, watch::in_words(intrusion.window, now), intrusion.damage),
      .advice = fmt::format("Begin when it is over, or move it: aws rds modify-db-instance {}", intrusion.flag)};
}

std::vector<Finding> about(const aws::Instance& instance, std::chrono::seconds time, const char* maintenance_damage) {
  std::vector<Finding> findings;
  if (auto found = about(instance, time,
                         {.name = "maintenance",
                          .window = instance.maintenance_window,
                          .flag = "--preferred-maintenance-window",
                          .damage = maintenance_damage}))
    findings.push_back(std::move(*found));
  if (instance.backup_retention_period == 0) return findings;
  if (auto found = about(instance, time,
                         {.name = "backup",
                          .window = instance.backup_window,
                          .flag = "--preferred-backup-window",
                          .damage = "until the backup is made AWS takes no change of the instance, and without a "
                                    "standby its volume stands still for a moment"}))
    findings.push_back(std::move(*found));
  return findings;
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
