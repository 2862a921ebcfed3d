#include "base/error.h"
#include "preflight/checks.h"
#include "tables/table.h"

namespace darbe::preflight {

namespace {

std::vector<tables::Table> read(const Subject& subject) {
  return tables::read_tables(subject.server, tables::read_databases(subject.server, subject.databases));
}

}  // namespace

std::vector<Finding> check_tables(const Subject& subject, std::stop_token) {
  if (subject.databases.empty()) return {};
  try {
    read(subject);
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::refused) throw;
    return {{.text = error.what(), .advice = error.advice()}};
  }
  return {};
}

std::vector<tables::Table> copied_tables(const Subject& subject) {
  if (subject.databases.empty()) return {};
  try {
    return read(subject);
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::refused) throw;
    return {};
  }
}

}  // namespace darbe::preflight
