#include <fmt/format.h>

#include "preflight/checks.h"
#include "tables/key.h"

namespace darbe::preflight {

namespace {

std::string sentence(const tables::Table& table) {
  if (table.key_columns.empty())
    return fmt::format(
        "{} has no primary key, and no unique one whose columns are never NULL: it is copied as one chunk in one "
        "transaction, compared as a set of rows, and begun anew if interrupted",
        table.name.text());
  return fmt::format(
      "{} has a {} of a kind that no chunk can end at: it is copied in one transaction, and begun anew if interrupted",
      table.name.text(), table.has_primary_key() ? "primary key" : "unique key");
}

bool is_one_chunk(const tables::Table& table) {
  // What is said of tables without transactions is in nontransactional.cc.
  return table.key_columns.empty() || (table.is_transactional() && !tables::KeyReader(table).can_cut());
}

}  // namespace

std::vector<Finding> check_primary_keys(const Subject& subject, std::stop_token) {
  std::vector<Finding> findings;
  for_each_copied_table(subject, [&findings](const tables::Table& table) {
    if (is_one_chunk(table))
      findings.push_back(
          {.weight = Weight::warning,
           .text = sentence(table),
           .advice =
               "If it is large, give it a primary key of numbers or texts first; else nothing needs to be done."});
  });
  return findings;
}

}  // namespace darbe::preflight
