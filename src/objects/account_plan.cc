#include "objects/account_plan.h"

#include <algorithm>

#include <fmt/format.h>

#include "objects/reported.h"

namespace darbe::objects {

namespace {

bool asked_for(const AccountName& account, const WantedAccounts& wanted) {
  if (!wanted.users) return true;
  return std::find(wanted.users->begin(), wanted.users->end(), account.user) != wanted.users->end();
}

void add_definers(const AccountBook& source, const std::map<AccountName, std::string>& definers,
                  const std::string& master_user, Choice& choice) {
  for (const auto& [account, object] : definers)
    if (source.accounts.contains(account) && !is_master(account, master_user) && choice.accounts.insert(account).second)
      choice.came_along.push_back(fmt::format("{} comes along: it is the definer of {}", text_of(account), object));
}

void add_mandatory_roles(const AccountBook& source, Choice& choice) {
  if (choice.accounts.empty()) return;  // nobody to have them
  for (const AccountName& role : source.mandatory_roles)
    if (source.accounts.contains(role) && choice.accounts.insert(role).second)
      choice.came_along.push_back(fmt::format("{} comes along: mandatory_roles names it", text_of(role)));
}

// Roles may have roles: until nothing is added.
void add_roles(const AccountBook& source, Choice& choice) {
  std::vector<AccountName> open(choice.accounts.begin(), choice.accounts.end());
  while (!open.empty()) {
    const AccountName account = open.back();
    open.pop_back();
    for (const auto& [level, privileges] : source.accounts.at(account).grants) {
      if (level.kind != Level::Kind::role) continue;
      const AccountName role = role_of(level);
      if (!source.accounts.contains(role) || !choice.accounts.insert(role).second) continue;
      choice.came_along.push_back(fmt::format("{} comes along: {} has this role", text_of(role), text_of(account)));
      open.push_back(role);
    }
  }
}

// MariaDB's role of everybody is there without being made; the master user came with the instance.
bool is_there_already(const AccountName& account, const std::string& master_user) {
  return is_master(account, master_user) || (account.is_role && account.user == "PUBLIC");
}

bool can_be_granted(const Level& level, const std::string& privilege, const Grantable& grantable) {
  switch (level.kind) {
    case Level::Kind::role:
    case Level::Kind::proxy:
    case Level::Kind::revoked:
      return true;  // depends on more than privileges: tried, and reported when refused
    default:
      return privilege == "GRANT OPTION" || privilege == "ALL PRIVILEGES" || grantable.everywhere.contains(privilege);
  }
}

// A grant option alone is worth nothing where none of the privileges could be granted.
void drop_lonely_option(const Privileges& wanted, Privileges& granted) {
  if (granted == Privileges{"GRANT OPTION"} && wanted.size() > 1) granted.clear();
}

void add_grant(const AccountComparison& compared, const AccountName& account, const Level& level,
               const Privileges& wanted, AccountChanges& result) {
  const auto on_target = compared.target.accounts.find(account);
  const Grants none;
  const Grants& there = on_target == compared.target.accounts.end() ? none : on_target->second.grants;
  const auto same_level = there.find(level);
  Privileges missing;
  Privileges dropped;
  for (const std::string& privilege : wanted) {
    if (same_level != there.end() && same_level->second.contains(privilege)) continue;
    (can_be_granted(level, privilege, compared.grantable) ? missing : dropped).insert(privilege);
  }
  if (!dropped.empty()) drop_lonely_option(wanted, missing);
  // The master user has what RDS gives: what it can't grant to others it lacks on purpose.
  if (!is_master(account, compared.master_user))
    for (const std::string& privilege : dropped)
      result.not_as_source.push_back(not_granted(account, level, privilege) +
                                     ": the target's master user can't grant it");
  if (!missing.empty()) result.to_grant.push_back({account, level, missing});
}

void add_account(const AccountComparison& compared, const AccountName& account, AccountChanges& result) {
  if (is_there_already(account, compared.master_user)) return;
  const Account& wanted = compared.source.accounts.at(account);
  const auto found = compared.target.accounts.find(account);
  if (found == compared.target.accounts.end())
    result.to_create.push_back(account);
  else if (!differing_attributes(wanted, found->second).empty())
    result.to_alter.push_back(account);
  if (wanted.has_second_password)
    result.not_as_source.push_back(
        fmt::format("{} has a second password on the source, which can't be copied", text_of(account)));
}

void add_default_roles(const AccountComparison& compared, const AccountName& account, AccountChanges& result) {
  const Account& wanted = compared.source.accounts.at(account);
  const auto found = compared.target.accounts.find(account);
  const bool same = found != compared.target.accounts.end() && found->second.default_roles == wanted.default_roles;
  if (!same && !wanted.default_roles.empty()) result.default_roles.push_back(account);
}

}  // namespace

bool is_master(const AccountName& account, const std::string& master_user) {
  return !account.is_role && account.user == master_user && account.host == "%";
}

Choice choose_accounts(const AccountBook& source, const WantedAccounts& wanted,
                       const std::map<AccountName, std::string>& definers) {
  Choice choice;
  for (const auto& [account, ignored] : source.accounts)
    if (account.user != wanted.replication_user && asked_for(account, wanted)) choice.accounts.insert(account);
  add_definers(source, definers, wanted.master_user, choice);
  add_mandatory_roles(source, choice);
  add_roles(source, choice);
  std::erase_if(choice.accounts, [&](const AccountName& account) { return account.user == wanted.replication_user; });
  return choice;
}

AccountChanges changes(const AccountComparison& compared, Phase phase) {
  AccountChanges result;
  for (const AccountName& account : compared.chosen) {
    if (phase == Phase::before_tables)
      add_account(compared, account, result);
    else
      add_default_roles(compared, account, result);
    for (const auto& [level, privileges] : compared.source.accounts.at(account).grants)
      if (is_about_objects(level) == (phase == Phase::after_objects))
        add_grant(compared, account, level, privileges, result);
  }
  return result;
}

std::string not_granted(const AccountName& account, const Level& level, const std::string& privilege) {
  if (level.kind == Level::Kind::role)
    return not_there(fmt::format("the {} {} for {}", privilege == "ROLE" ? "membership" : privilege, text_of(level),
                                 text_of(account)));
  return not_there(fmt::format("{} {} for {}", privilege, text_of(level), text_of(account)));
}

std::string no_default_roles(const AccountName& account) {
  return not_there("what is granted by default roles to " + text_of(account));
}

AccountChanges without_reported(AccountChanges changes, const std::vector<std::string>& reported) {
  for (GrantChange& change : changes.to_grant)
    std::erase_if(change.privileges, [&](const std::string& privilege) {
      return is_reported(reported, not_granted(change.account, change.level, privilege));
    });
  std::erase_if(changes.to_grant, [](const GrantChange& change) { return change.privileges.empty(); });
  std::erase_if(changes.default_roles,
                [&](const AccountName& account) { return is_reported(reported, no_default_roles(account)); });
  return changes;
}

std::vector<std::string> lost_histories(const AccountBook& source, const std::set<AccountName>& accounts,
                                        const std::string& master_user) {
  std::vector<std::string> names;
  for (const AccountName& account : accounts)
    if (source.accounts.at(account).has_earlier_passwords && !is_master(account, master_user))
      names.push_back(text_of(account));
  if (names.empty()) return {};
  return {fmt::format("the earlier passwords of {} account{} are not copied, and may be used again ({})", names.size(),
                      names.size() == 1 ? "" : "s", first_of(names))};
}

ExtraGrants extra_grants(const AccountComparison& compared) {
  ExtraGrants extra;
  for (const AccountName& account : compared.chosen) {
    const auto found = compared.target.accounts.find(account);
    if (found == compared.target.accounts.end() || is_master(account, compared.master_user)) continue;
    const Grants& wanted = compared.source.accounts.at(account).grants;
    for (const auto& [level, privileges] : found->second.grants) {
      const auto same_level = wanted.find(level);
      for (const std::string& privilege : privileges) {
        if (same_level != wanted.end() && same_level->second.contains(privilege)) continue;
        (level.kind == Level::Kind::revoked ? extra.meant : extra.differences)
            .push_back(fmt::format("{} has {} {} on the target and not on the source", text_of(account), privilege,
                                   text_of(level)));
      }
    }
  }
  return extra;
}

std::vector<std::string> differing_attributes(const Account& source, const Account& target) {
  std::vector<std::string> names;
  for (const auto& [name, value] : source.attributes) {
    const auto found = target.attributes.find(name);
    if (found != target.attributes.end() && found->second != value) names.push_back(name);
  }
  return names;
}

}  // namespace darbe::objects
