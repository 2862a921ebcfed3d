#include <fmt/format.h>

#include "mysql/quote.h"
#include "preflight/checks.h"
#include "tables/table.h"

namespace darbe::preflight {

std::vector<Finding> check_databases(const Subject& subject, std::stop_token) {
  if (!subject.plan.request.databases) return {};
  std::vector<Finding> findings;
  for (const std::string& name : *subject.plan.request.databases) {
    if (tables::is_system_schema(name))
      findings.push_back({.text = fmt::format("{} belongs to the server and is not copied", name),
                          .advice = "Leave it out of --databases."});
    else if (subject.server.number(fmt::format(
                 "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {}", mysql::quote_text(name))) ==
             0)
      findings.push_back(
          {.text = fmt::format("the source has no database {}", name), .advice = "Correct --databases."});
  }
  return findings;
}

}  // namespace darbe::preflight
