#include "replication/filters.h"

#include <fmt/format.h>

#include "base/error.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_filters(const Subject& subject, std::stop_token) {
  if (!subject.plan.request.databases) return {};
  std::vector<Finding> findings;
  try {
    replication::wild_do_table(*subject.plan.request.databases);
  } catch (const base::Error& error) {
    findings.push_back({.text = error.what(), .advice = error.advice()});
  }
  const std::string format = subject.server.value("SELECT @@global.binlog_format").value_or("ROW");
  if (format == "STATEMENT")
    findings.push_back(
        {.text = "the source logs statements: a filter for some databases would lose those that name others",
         .advice = "Set binlog_format to ROW in the source's parameter group, or copy all databases."});
  if (format == "MIXED")
    findings.push_back({.weight = Weight::warning,
                        .text = replication::mixed_and_filtered,
                        .advice = "Better: binlog_format ROW in the source's parameter group."});
  return findings;
}

}  // namespace darbe::preflight
