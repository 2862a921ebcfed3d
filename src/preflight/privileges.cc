#include "tables/privileges.h"

#include "base/error.h"
#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_privileges(const Subject& subject, std::stop_token) {
  try {
    tables::require_all_readable(subject.server, subject.plan.request.databases.value_or(std::vector<std::string>{}));
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::refused) throw;
    return {{.text = error.what(), .advice = error.advice()}};
  }
  return {};
}

}  // namespace darbe::preflight
