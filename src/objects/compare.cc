#include "objects/compare.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "objects/account_book.h"
#include "objects/account_plan.h"
#include "objects/catalog.h"
#include "objects/reported.h"

namespace darbe::objects {

namespace {

using mysql::Connection;

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

void add_changes(const AccountComparison& compared, const AccountChanges& changes, Comparison& result) {
  for (const AccountName& account : changes.to_create)
    result.differences.push_back(not_there("account " + text_of(account)));
  for (const AccountName& account : changes.to_alter)
    result.differences.push_back(fmt::format(
        "account {} differs in {}", text_of(account),
        fmt::join(differing_attributes(compared.source.accounts.at(account), compared.target.accounts.at(account)),
                  ", ")));
  for (const GrantChange& change : changes.to_grant)
    for (const std::string& privilege : change.privileges)
      result.differences.push_back(not_granted(change.account, change.level, privilege));
  for (const AccountName& account : changes.default_roles) result.differences.push_back(no_default_roles(account));
  append(result.meant, changes.not_as_source);
}

}  // namespace

Comparison compare_accounts(Connection& frozen, Connection& target, const WantedAccounts& wanted,
                            const std::vector<std::string>& reported) {
  Comparison result;
  const AccountBook source_book = read_accounts(frozen);
  const AccountBook target_book = read_accounts(target);
  const Choice choice = choose_accounts(source_book, wanted, definers(frozen, wanted.databases));
  const Grantable grantable = read_grantable(target);
  const AccountComparison compared{source_book, target_book, choice.accounts, wanted.master_user, grantable};
  for (const Phase phase : {Phase::before_tables, Phase::after_objects})
    add_changes(compared, without_reported(changes(compared, phase), reported), result);
  const ExtraGrants extra = extra_grants(compared);
  append(result.differences, extra.differences);
  append(result.meant, extra.meant);
  return result;
}

Comparison compare_catalogs(Connection& frozen, Connection& target, const WantedObjects& wanted,
                            const std::vector<std::string>& reported, std::stop_token stop) {
  Comparison result;
  read_catalogs({&frozen, &target}, wanted.databases, [&](const std::vector<Catalog>& catalogs) {
    const CatalogDifferences found = differences(catalogs[0], catalogs[1], reported);
    append(result.differences, found.differences);
    append(result.meant, found.meant);
    base::throw_if_stopped(stop);
  });
  const Comparison accounts = compare_accounts(frozen, target, wanted.accounts, reported);
  append(result.differences, accounts.differences);
  append(result.meant, accounts.meant);
  return result;
}

}  // namespace darbe::objects
