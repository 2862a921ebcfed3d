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

struct Intrusion {
  const char* name;
  const std::string& window;
  const char* flag;
  const char* damage;
  Weight weight = Weight::warning;
};

std::optional<Finding> about(const aws::Instance& instance, std::chrono::seconds time, const Intrusion& intrusion) {
  const auto window = watch::parse_window(intrusion.window);
  const auto now = std::chrono::system_clock::now();
  if (!window || !watch::crosses(*window, now, now + time)) return std::nullopt;
  return Finding{
      .weight = intrusion.weight,
      .text = fmt::format("the {} window of {} ({}) comes while rows may be copied: {}", intrusion.name,
                          instance.identifier, watch::in_words(intrusion.window, now), intrusion.damage),
      .advice = fmt::format("Begin when it is over, or move it: aws rds modify-db-instance {}", intrusion.flag)};
}

std::vector<Finding> about(const aws::Instance& instance, std::chrono::seconds time, const char* maintenance_damage,
                           Weight weight) {
  std::vector<Finding> findings;
  if (auto found = about(instance, time,
                         {.name = "maintenance",
                          .window = instance.maintenance_window,
                          .flag = "--preferred-maintenance-window",
                          .damage = maintenance_damage,
                          .weight = weight}))
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
  const std::chrono::seconds time = expected_time(amount_of(subject));
  auto findings = about(subject.source, time, "what waits for it may restart the source", Weight::warning);
  if (const auto& own = subject.plan.request.replica_instance_id)
    if (const auto replica = subject.account.instances.find(*own, stop))
      for (Finding& finding : about(*replica, time, "a restart makes the copy begin anew", Weight::refusal))
        findings.push_back(std::move(finding));
  return findings;
}

}  // namespace darbe::preflight
