// What must happen on the target so that the chosen accounts are as on the source: a pure function of two account
// books.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "objects/account_book.h"
#include "objects/accounts.h"
#include "objects/grants.h"

namespace darbe::objects {

struct Choice {
  std::set<AccountName> accounts;
  std::vector<std::string> came_along;  // sentences
};

// The accounts that `wanted` names (or all), the definers, and the roles that any of them has,
// by a grant or as a mandatory one.
Choice choose_accounts(const AccountBook& source, const WantedAccounts& wanted,
                       const std::map<AccountName, std::string>& definers);

enum class Phase { before_tables, after_objects };

struct GrantChange {
  AccountName account;
  Level level;
  Privileges privileges;
  bool operator==(const GrantChange&) const = default;
};

struct AccountChanges {
  std::vector<AccountName> to_create;
  std::vector<AccountName> to_alter;
  std::vector<GrantChange> to_grant;
  std::vector<AccountName> default_roles;  // whose default roles are to be set
  std::vector<std::string> not_as_source;  // sentences

  bool empty() const { return to_create.empty() && to_alter.empty() && to_grant.empty() && default_roles.empty(); }
};

struct AccountComparison {
  const AccountBook& source;
  const AccountBook& target;
  const std::set<AccountName>& chosen;
  const std::string& master_user;  // its account for all hosts is only granted to
  const Grantable& grantable;
};

AccountChanges changes(const AccountComparison& compared, Phase phase);

// "SUPER on all databases for putio@% is not on the target": how every sentence about it begins, whatever the reason.
std::string not_granted(const AccountName& account, const Level& level, const std::string& privilege);

// The same for "the default roles of putio@%".
std::string no_default_roles(const AccountName& account);

// Without the changes that a reported sentence tells about.
AccountChanges without_reported(AccountChanges changes, const std::vector<std::string>& reported);

// Accounts with earlier passwords that they may not use again, in one sentence: the target's server knows nothing of
// those.
std::vector<std::string> lost_histories(const AccountBook& source, const std::set<AccountName>& accounts,
                                        const std::string& master_user);

// What the target's chosen accounts have and the source's have not, as sentences.
struct ExtraGrants {
  std::vector<std::string> differences;
  std::vector<std::string> meant;  // RDS's restrictions, which its master user hands on with every global privilege
};
ExtraGrants extra_grants(const AccountComparison& compared);

// Attributes that both servers know and that differ, by name.
std::vector<std::string> differing_attributes(const Account& source, const Account& target);

bool is_master(const AccountName& account, const std::string& master_user);

}  // namespace darbe::objects
