#include "steps/left_out.h"

#include <algorithm>

#include <fmt/format.h>

#include "objects/account_book.h"
#include "objects/not_copied.h"
#include "tables/table.h"

namespace darbe::steps {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> databases_left_out(const Run& run, mysql::Connection& source) {
  const auto& asked = run.plan.request.databases;
  if (!asked) return {};
  std::vector<std::string> sentences;
  for (const auto& database : tables::read_databases(source, {}))
    if (database.name != "darbe" && !contains(*asked, database.name))
      sentences.push_back(fmt::format("database {}: --databases doesn't name it", database.name));
  return sentences;
}

// An account that was asked for and is not there was made on the source after the freeze, and did not come by
// replication: filters let no account statements through.
std::string why_left_out(const Run& run, const objects::AccountName& account) {
  const auto& asked = run.plan.request.users;
  if (asked && !contains(*asked, account.user)) return "--users doesn't name it";
  return "it was made on the source after the freeze, and replication didn't bring it";
}

std::vector<std::string> accounts_left_out(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  const objects::AccountBook here = objects::read_accounts(source), there = objects::read_accounts(target);
  std::vector<std::string> sentences;
  for (const auto& [account, attributes] : here.accounts)
    if (!there.accounts.contains(account) && account.user != run.plan.names.replication_user)
      sentences.push_back(fmt::format("account {}: {}", objects::text_of(account), why_left_out(run, account)));
  return sentences;
}

}  // namespace

std::vector<std::string> left_out(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  std::vector<std::string> sentences = databases_left_out(run, source);
  const auto accounts = accounts_left_out(run, source, target);
  sentences.insert(sentences.end(), accounts.begin(), accounts.end());
  const auto zones = objects::differing_time_zones(source, target);
  sentences.insert(sentences.end(), zones.begin(), zones.end());
  const auto parts = objects::added_to_the_server_alone(source, target);
  sentences.insert(sentences.end(), parts.begin(), parts.end());
  sentences.emplace_back("the servers' and RDS's own databases and accounts: each instance has its own");
  return sentences;
}

}  // namespace darbe::steps
