#include <map>

#include <fmt/format.h>

#include "aws/parameter_groups.h"
#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

// The source's read replicas but for those that the run reads itself.
std::string other_replicas(const Subject& subject) {
  const plan::Plan& plan = subject.plan;
  std::string names;
  for (const std::string& replica : subject.source.replicas) {
    if (replica == plan.names.replica || replica == plan.request.replica_instance_id) continue;
    names += (names.empty() ? "" : ", ") + replica;
  }
  for (const std::string& cluster : subject.source.replica_clusters)
    names += fmt::format("{}cluster {}", names.empty() ? "" : ", ", cluster);
  return names;
}

// RDS's own replicas read as rdsrepladmin; they are told by AWS.
std::map<std::string, int> binlog_readers(const Subject& subject) {
  std::map<std::string, int> readers;
  const mysql::Result sessions = subject.server.query("SHOW PROCESSLIST");
  for (std::size_t row = 0; row < sessions.size(); ++row) {
    const std::string& user = sessions.text(row, "User");
    if (!sessions.text(row, "Command").starts_with("Binlog Dump")) continue;
    if (user == "rdsrepladmin" || user == subject.plan.names.replication_user) continue;
    const std::string address = sessions.value(row, "Host").value_or("");
    ++readers[fmt::format("{} from {}", user, address.substr(0, address.find(':')))];
  }
  return readers;
}

}  // namespace

std::vector<Finding> check_readers(const Subject& subject, std::stop_token) {
  std::vector<Finding> findings;
  if (const std::string replicas = other_replicas(subject); !replicas.empty())
    findings.push_back(
        {.weight = Weight::warning,
         .text = fmt::format("{} has read replicas that go on following it: {}", subject.source.identifier, replicas),
         .advice = fmt::format("Make new ones of {} before the switch. They take writes, too, until read_only in its "
                               "parameter group is {}: set that after the switch.",
                               subject.plan.request.new_instance_id, aws::true_if_replica)});
  for (const auto& [reader, sessions] : binlog_readers(subject))
    findings.push_back({.weight = Weight::warning,
                        .text = fmt::format("{} reads the source's binlog ({} sessions)", reader, sessions),
                        .advice = "At the switch it must go on at the new instance's position, which is another one."});
  return findings;
}

}  // namespace darbe::preflight
