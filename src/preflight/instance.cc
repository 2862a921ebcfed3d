#include <fmt/format.h>

#include "aws/waiter.h"
#include "objects/writing_events.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

std::string text_of(const std::map<std::string, std::string>& changes) {
  std::string text;
  for (const auto& [name, value] : changes) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  return text;
}

// What the source doesn't run with yet.
void add_pending(std::vector<Finding>& findings, const aws::Instance& source) {
  if (!source.pending.empty())
    findings.push_back({.weight = Weight::warning,
                        .text = fmt::format("{} waits for changes, which can restart it within the run: {}",
                                            source.identifier, text_of(source.pending)),
                        .advice = "Have them made before, or see that its maintenance window is not within the run."});
  for (const aws::GroupMembership& group : source.parameter_groups)
    if (group.status == "pending-reboot")
      findings.push_back({.weight = Weight::warning,
                          .text = fmt::format("parameter group {} has values that {} takes with its next restart only; "
                                              "the new instance gets them at once",
                                              group.name, source.identifier),
                          .advice = "Restart the source before, or check that the values are meant."});
}

}  // namespace

std::vector<Finding> instance_findings(const aws::Instance& source) {
  std::vector<Finding> findings;
  const aws::Waiting state = aws::classify_status(source.status);
  if (state != aws::Waiting::ready && state != aws::Waiting::usable)
    findings.push_back({.text = fmt::format("{} is {}", source.identifier, source.status),
                        .advice = state == aws::Waiting::hopeless ? aws::advice_for(source.status)
                                                                  : "Run the command again when it is available."});
  if (!source.cluster_id.empty())
    findings.push_back(
        {.text = fmt::format("{} is a member of the Multi-AZ DB cluster {}, of which a run takes no read replica",
                             source.identifier, source.cluster_id),
         .advice = "Make a Multi-AZ DB instance of it first (restore a snapshot of the cluster), or copy from another "
                   "instance."});
  if (source.backup_retention_period == 0)
    findings.push_back({.text = fmt::format("{} has no automated backups, so it writes no binlog to replicate from",
                                            source.identifier),
                        .advice = "Set its backup retention period to at least one day (this restarts it)."});
  add_pending(findings, source);
  return findings;
}

std::vector<Finding> check_instance(const Subject& subject, std::stop_token) {
  const aws::Instance& source = subject.source;
  std::vector<Finding> findings = instance_findings(source);
  if (objects::read_only_of(subject.server) == objects::ReadOnly::on)
    findings.push_back(
        {.text = fmt::format("{} is read-only: the run could write neither its record nor the replication user there",
                             source.identifier),
         .advice = source.replica_source.empty() ? "Set read_only to 0 in its parameter group."
                                                 : "Promote it first, or copy the instance that it follows."});
  if (!source.master_user_secret_arn.empty() && !subject.plan.request.replica_instance_id)
    findings.push_back(
        {.text =
             fmt::format("the master password of {} is managed by Secrets Manager, so RDS gives it no read replicas",
                         source.identifier),
         .advice = "Take the password over for the run (modify the instance with a password of your own), or name an "
                   "own replica with --replica-instance-id, whose master user has the same password."});
  return findings;
}

}  // namespace darbe::preflight
