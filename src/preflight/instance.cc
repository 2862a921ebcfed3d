#include <fmt/format.h>

#include "aws/waiter.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_instance(const Subject& subject, std::stop_token) {
  const aws::Instance& source = subject.source;
  std::vector<Finding> findings;
  const aws::Waiting state = aws::classify_status(source.status);
  if (state != aws::Waiting::ready && state != aws::Waiting::usable)
    findings.push_back({.text = fmt::format("{} is {}", source.identifier, source.status),
                        .advice = "Run the command again when it is available."});
  if (source.backup_retention_period == 0)
    findings.push_back({.text = fmt::format("{} has no automated backups, so it writes no binlog to replicate from",
                                            source.identifier),
                        .advice = "Set its backup retention period to at least one day (this restarts it)."});
  if (!source.master_user_secret_arn.empty() && !subject.plan.request.replica_instance_id)
    findings.push_back(
        {.text =
             fmt::format("the master password of {} is managed by Secrets Manager, so RDS gives it no read replicas",
                         source.identifier),
         .advice = "Take the password over for the run (modify the instance with a password of your own), or "
                   "name an own replica with --replica-instance-id."});
  return findings;
}

}  // namespace darbe::preflight
