#include <fmt/format.h>

#include "preflight/checks.h"
#include "tables/table.h"

namespace darbe::preflight {

std::vector<Finding> check_primary_keys(const Subject& subject, std::stop_token) {
  if (subject.databases.empty()) return {};
  std::vector<Finding> findings;
  for (const tables::Table& table :
       tables::read_tables(subject.server, tables::read_databases(subject.server, subject.databases)))
    if (table.primary_key.empty())
      findings.push_back(
          {.weight = Weight::warning,
           .text = fmt::format("{} has no primary key: it is copied as one chunk in one transaction, compared as a "
                               "set of rows, and begun anew if interrupted",
                               table.name.text()),
           .advice = ""});
  return findings;
}

}  // namespace darbe::preflight
