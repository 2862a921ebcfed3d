#include "tables/privileges.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_privileges(const Subject& subject, std::stop_token) {
  std::vector<Finding> findings;
  try {
    tables::require_all_readable(subject.server, subject.plan.request.databases.value_or(std::vector<std::string>{}),
                                 tables::Reading::objects);
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::refused) throw;
    findings.push_back({.text = error.what(), .advice = error.advice()});
  }
  // Found out after the copy, it would have been in vain.
  const std::vector<std::string> lacking = tables::lacking_for_a_run(tables::grants_of(subject.server));
  if (!lacking.empty())
    findings.push_back(
        {.text = fmt::format("{} may not do on {} what a run needs: it lacks {}", subject.plan.request.master_user_name,
                             subject.source.identifier, fmt::join(lacking, ", ")),
         .advice = "Name the instance's master user with --master-user-name, or grant it that."});
  return findings;
}

}  // namespace darbe::preflight
