#include <fmt/format.h>

#include "preflight/checks.h"

namespace darbe::preflight {

namespace {

Finding finding_of(const tables::Table& table) {
  if (table.is_in_memory())
    return {.text = fmt::format("{} is MEMORY and has rows: it will be empty on the new instance, as after any "
                                "restart, and an UPDATE or DELETE of its old rows stops replication where the "
                                "source logs rows",
                                table.name.text()),
            .advice =
                "Empty it or convert it to InnoDB. If none of its old rows is changed until the switch, go on "
                "without them with --allow nontransactional."};
  return {.text = fmt::format("{} is {} and has rows: a snapshot may tear or empty it, so its copy can't be proven",
                              table.name.text(), table.engine),
          .advice = "Convert it to InnoDB, or copy it all the same with --allow nontransactional."};
}

}  // namespace

std::vector<Finding> check_nontransactional(const Subject& subject, std::stop_token) {
  std::vector<Finding> findings;
  for_each_copied_table(subject, [&](const tables::Table& table) {
    if (table.is_transactional()) return;
    if (!subject.server.value(fmt::format("SELECT 1 FROM {} LIMIT 1", table.name.quoted()))) return;
    findings.push_back(finding_of(table));
  });
  return findings;
}

}  // namespace darbe::preflight
