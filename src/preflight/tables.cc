#include "base/error.h"
#include "preflight/checks.h"
#include "tables/table.h"

namespace darbe::preflight {

namespace {

// What can't be copied is check_tables()'s business.
void passing_refusals(const std::function<void()>& work) {
  try {
    work();
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::refused) throw;
  }
}

std::vector<tables::Database> databases_of(const Subject& subject) {
  return tables::read_databases(subject.server, subject.databases);
}

}  // namespace

std::vector<Finding> check_tables(const Subject& subject, std::stop_token) {
  if (subject.databases.empty()) return {};
  try {
    tables::for_each_table(subject.server, databases_of(subject), [](const tables::Table&) {});
  } catch (const base::Error& error) {
    if (error.kind() != base::Kind::refused) throw;
    return {{.text = error.what(), .advice = error.advice()}};
  }
  return {};
}

void for_each_copied_table(const Subject& subject, const std::function<void(const tables::Table&)>& see) {
  if (subject.databases.empty()) return;
  passing_refusals([&] { tables::for_each_table(subject.server, databases_of(subject), see); });
}

void list_copied_tables(const Subject& subject, const std::function<void(const tables::Table&)>& see) {
  if (subject.databases.empty()) return;
  passing_refusals([&] { tables::list_tables(subject.server, databases_of(subject), see); });
}

Amount amount_of(const Subject& subject) {
  Amount amount;
  list_copied_tables(subject, [&amount](const tables::Table& table) {
    ++amount.tables;
    amount.bytes += table.data_bytes + table.index_bytes;
  });
  return amount;
}

}  // namespace darbe::preflight
