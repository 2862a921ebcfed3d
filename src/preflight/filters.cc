#include "replication/filters.h"

#include <fmt/format.h>

#include "base/error.h"
#include "objects/ties.h"
#include "preflight/checks.h"
#include "preflight/listed.h"
#include "tables/privileges.h"

namespace darbe::preflight {

namespace {

constexpr const char* log_rows =
    "Set binlog_format to ROW in the source's parameter group, which needs no restart, and let its clients connect "
    "anew, as open sessions keep the format that they began with; or copy all databases.";

// A server judges a logged statement by the tables that it names.
std::vector<Finding> findings_of_mixed(const Subject& subject) {
  tables::require_all_readable(subject.server, {}, tables::Reading::objects);  // also of the databases left out
  const std::vector<std::string> ties = objects::ties_to_others(subject.server, subject.databases);
  if (ties.empty())
    return {{.weight = Weight::warning,
             .text = replication::mixed_and_filtered,
             .advice = "Better: binlog_format ROW in the source's parameter group."}};
  return {
      {.text = fmt::format("the source logs in MIXED format, and a filter for some databases may lose what statements "
                           "change by what ties them to others: {}",
                           first_of(ties)),
       .advice = log_rows}};
}

std::vector<Finding> findings_of_merge_tables(const Subject& subject) {
  const std::vector<std::string> merged = objects::merge_tables_over(subject.server, subject.databases);
  if (merged.empty()) return {};
  return {{.text = fmt::format("a filter for some databases loses what is written through MERGE tables of others: {}",
                               first_of(merged)),
           .advice = "Drop those MERGE tables, or copy all databases once they are dropped: none is copied."}};
}

}  // namespace

std::vector<Finding> check_filters(const Subject& subject, std::stop_token) {
  if (!subject.plan.request.databases) return {};
  std::vector<Finding> findings;
  try {
    replication::wild_do_table(*subject.plan.request.databases);
  } catch (const base::Error& error) {
    findings.push_back({.text = error.what(), .advice = error.advice()});
  }
  for (Finding& finding : findings_of_merge_tables(subject)) findings.push_back(std::move(finding));
  const std::string format = subject.server.value("SELECT @@global.binlog_format").value_or("ROW");
  if (format == "STATEMENT")
    findings.push_back(
        {.text = "the source logs statements: a filter for some databases would lose those that name others",
         .advice = log_rows});
  if (format == "MIXED")
    for (Finding& finding : findings_of_mixed(subject)) findings.push_back(std::move(finding));
  return findings;
}

}  // namespace darbe::preflight
