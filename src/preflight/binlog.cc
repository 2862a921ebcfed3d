// What the source's binlog must be for a run, and what of it the switch will refuse: its reverse stream replicates
// rows, whole ones, and a source whose commits are not in its binlog at once can't tell the last of them.
#include <fmt/format.h>

#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

void add_if_other(std::vector<Finding>& findings, const Subject& subject, const std::string& name,
                  const std::string& wanted, const std::string& reason) {
  const std::string value = subject.server.value(fmt::format("SELECT @@global.{}", name)).value_or("");
  if (value == wanted) return;
  findings.push_back(
      {.weight = Weight::warning,
       .text = fmt::format("{} is {} on the source: a run is possible, a switch will be refused, for {}", name, value,
                           reason),
       .advice = fmt::format("Set {} to {} in the source's parameter group before the switch.", name, wanted)});
}

}  // namespace

std::vector<Finding> check_binlog(const Subject& subject, std::stop_token) {
  // Without backups there is none, and check_instance() says how to get one.
  if (subject.source.backup_retention_period == 0) return {};
  if (subject.server.number("SELECT @@global.log_bin") == 0)
    return {{.text = "the source writes no binlog, so nothing can replicate from it",
             .advice = "Turn its automated backups off and on again, or ask AWS's support why log_bin is OFF."}};
  std::vector<Finding> findings;
  add_if_other(findings, subject, "binlog_format", "ROW", "only rows can be replicated back");
  add_if_other(findings, subject, "binlog_row_image", "FULL", "only whole rows can be replicated back");
  add_if_other(findings, subject, "sync_binlog", "1", "a crash could take commits that clients were told of");
  return findings;
}

}  // namespace darbe::preflight
