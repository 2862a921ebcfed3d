#include <fmt/format.h>

#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_nontransactional(const Subject& subject, std::stop_token) {
  std::vector<Finding> findings;
  for_each_copied_table(subject, [&](const tables::Table& table) {
    if (table.is_transactional()) return;
    if (!subject.server.value(fmt::format("SELECT 1 FROM {} LIMIT 1", table.name.quoted()))) return;
    findings.push_back(
        {.text = fmt::format("{} is {} and has rows: a snapshot may tear or empty it, so its copy can't be proven",
                             table.name.text(), table.engine),
         .advice = "Convert it to InnoDB, or copy it all the same with --allow nontransactional."});
  });
  return findings;
}

}  // namespace darbe::preflight
