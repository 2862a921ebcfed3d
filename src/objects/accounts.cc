#include "objects/accounts.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/fault.h"
#include "mysql/quote.h"
#include "objects/account_book.h"
#include "objects/account_plan.h"
#include "objects/plugins.h"
#include "tables/privileges.h"
#include "tables/table.h"

namespace darbe::objects {

namespace {

using mysql::Connection;

// Both servers' accounts and what is to be done about them, read in one go.
struct View {
  AccountBook source;
  AccountBook target;
  Choice choice;
  Grantable grantable;
};

View view(Connection& frozen, Connection& target, const WantedAccounts& wanted) {
  View result;
  // What is hidden would stay behind, and its definers: the accounts come first, so this is found out before the copy.
  tables::require_all_readable(frozen, wanted.databases, tables::Reading::objects);
  result.source = read_accounts(frozen);
  result.target = read_accounts(target);
  result.choice = choose_accounts(result.source, wanted, definers(frozen, wanted.databases));
  result.grantable = read_grantable(target);
  return result;
}

AccountChanges changes_of(const View& view, const WantedAccounts& wanted, Phase phase) {
  return changes({view.source, view.target, view.choice.accounts, wanted.master_user, view.grantable}, phase);
}

// A session that prints hashes as hexadecimal numbers, so that their control bytes survive.
Connection session_for_definitions(Connection& frozen, std::stop_token stop) {
  Connection session(frozen.options(), std::move(stop));
  session.execute("SET sql_quote_show_create = 1");
  if (!session.flavor().is_mariadb() && session.flavor().at_least(8, 0, 17))
    session.execute("SET print_identified_with_as_hex = ON");
  return session;
}

std::string require_clause(const std::map<std::string, std::string>& attributes) {
  const std::string& type = attributes.at("ssl_type");
  if (type == "ANY") return "REQUIRE SSL";
  if (type == "X509") return "REQUIRE X509";
  if (type != "SPECIFIED") return "REQUIRE NONE";
  std::string clause = "REQUIRE";
  for (const auto& [word, name] :
       {std::pair("ISSUER", "x509_issuer"), {"SUBJECT", "x509_subject"}, {"CIPHER", "ssl_cipher"}})
    if (const std::string& value = attributes.at(name); !value.empty())
      clause += fmt::format(" {} {}", word, mysql::quote_text(value));
  return clause;
}

// MySQL shows issuer, subject and cipher between quotes without escaping those within.
std::string with_quoted_subjects(std::string shown, const std::map<std::string, std::string>& attributes) {
  for (const auto& [word, name] :
       {std::pair("ISSUER", "x509_issuer"), {"SUBJECT", "x509_subject"}, {"CIPHER", "ssl_cipher"}}) {
    const auto value = attributes.find(name);
    if (value == attributes.end() || value->second.find_first_of("'\\") == std::string::npos) continue;
    const std::string bare = fmt::format(" {} '{}'", word, value->second);
    if (const std::size_t at = shown.find(bare); at != std::string::npos)
      shown.replace(at, bare.size(), fmt::format(" {} {}", word, mysql::quote_text(value->second)));
  }
  return shown;
}

std::string limits_clause(const std::map<std::string, std::string>& attributes) {
  return fmt::format(
      "WITH MAX_QUERIES_PER_HOUR {} MAX_UPDATES_PER_HOUR {} MAX_CONNECTIONS_PER_HOUR {} MAX_USER_CONNECTIONS {}",
      attributes.at("max_questions"), attributes.at("max_updates"), attributes.at("max_connections"),
      attributes.at("max_user_connections"));
}

// MySQL 5.6 has no SHOW CREATE USER, and CREATE USER there takes nothing but the password.
std::vector<std::string> statements_for_old(const AccountName& account, const Account& wanted, bool create) {
  const auto& attributes = wanted.attributes;
  const std::string name = quoted(account);
  const std::string& hash = attributes.at("hash");
  const bool native = attributes.at("plugin") == "mysql_native_password";
  const std::string secret = native && !hash.empty() ? " IDENTIFIED BY PASSWORD " + mysql::quote_text(hash) : "";
  std::vector<std::string> statements;
  if (create && native) statements.push_back("CREATE USER " + name + secret);
  if (create && !native)
    statements.push_back(fmt::format("CREATE USER {} IDENTIFIED WITH {} AS {}", name,
                                     mysql::quote_name(attributes.at("plugin")), mysql::quote_text(hash)));
  statements.push_back(fmt::format("GRANT USAGE ON *.* TO {}{} {} {}", name, secret, require_clause(attributes),
                                   limits_clause(attributes)));
  if (attributes.at("password_expired") == "Y")
    statements.push_back(fmt::format("ALTER USER {} PASSWORD EXPIRE", name));
  return statements;
}

std::vector<std::string> account_statements(Connection& definitions, const AccountName& account, const Account& wanted,
                                            bool create) {
  if (account.is_role) return {"CREATE ROLE " + quoted(account)};
  if (!definitions.flavor().has_show_create_user()) return statements_for_old(account, wanted, create);
  const std::string shown =
      definitions.value("SHOW CREATE USER " + quoted(account), "reading the account " + text_of(account)).value_or("");
  return {fmt::format("{} USER {}{}", create ? "CREATE" : "ALTER", quoted(account),
                      definition_from(with_quoted_subjects(shown, wanted.attributes), account))};
}

// ALTER USER changes a comment or a limit, but takes none away, and has other words for factors.
[[noreturn]] void throw_unalterable(const AccountName& account, const std::vector<std::string>& names) {
  throw base::Error(base::Kind::failed,
                    fmt::format("account {} is on the target already, and no ALTER USER makes its {} like the source's",
                                text_of(account), fmt::join(names, ", ")),
                    fmt::format("Drop it there (DROP USER {}), and run the same command again.", quoted(account)));
}

bool has_factors(const Account& account) {
  const auto attributes = account.attributes.find("attributes");
  return attributes != account.attributes.end() &&
         attributes->second.find("\"multi_factor_authentication\"") != std::string::npos;
}

void make_account(Connection& definitions, Connection& target, const AccountName& account, const Account& wanted,
                  bool create) {
  base::in_context(fmt::format("account {}", text_of(account)), [&] {
    for (const std::string& statement : account_statements(definitions, account, wanted, create))
      target.execute(statement, create ? "creating the account" : "changing the account");
  });
}

void alter_accounts(Connection& definitions, Connection& target, const std::vector<AccountName>& accounts,
                    const View& view) {
  if (accounts.empty()) return;
  const auto differing = [&](const AccountName& account, const AccountBook& there) {
    return differing_attributes(view.source.accounts.at(account), there.accounts.at(account));
  };
  for (const AccountName& account : accounts) {
    const Account& wanted = view.source.accounts.at(account);
    if (has_factors(wanted) || has_factors(view.target.accounts.at(account)))
      throw_unalterable(account, differing(account, view.target));
    make_account(definitions, target, account, wanted, false);
  }
  const AccountBook now = read_accounts(target);
  for (const AccountName& account : accounts)
    if (const auto names = differing(account, now); !names.empty()) throw_unalterable(account, names);
}

// Says that a privilege was refused; true if the error is of a kind that the run survives.
bool report_refusal(const mysql::ServerError& error, const GrantChange& change, AccountsOutcome& outcome) {
  const mysql::Meaning meaning = mysql::meaning_of(error);
  const bool is_missing = meaning == mysql::Meaning::no_such_object && is_about_objects(change.level);
  if (meaning != mysql::Meaning::access_denied && !is_missing) return false;
  for (const std::string& privilege : change.privileges)
    outcome.not_as_source.push_back(not_granted(change.account, change.level, privilege) +
                                    (is_missing ? ": what it is about is not there" : ": the target refuses it"));
  return true;
}

// Returns false where the server refused.
bool try_grant(Connection& target, const GrantChange& change) {
  try {
    target.execute(grant_statement(change.account, change.level, change.privileges),
                   "granting to " + text_of(change.account));
    return true;
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied || change.privileges.size() < 2) throw;
    return false;
  }
}

void grant_or_report(Connection& target, const GrantChange& change, AccountsOutcome& outcome) {
  try {
    if (try_grant(target, change)) return;
  } catch (const mysql::ServerError& error) {
    if (!report_refusal(error, change, outcome))
      base::add_context(fmt::format("grants of {}", text_of(change.account)));
    return;
  }
  for (const std::string& privilege : change.privileges)
    grant_or_report(target, {change.account, change.level, {privilege}}, outcome);
}

void set_default_roles(Connection& target, const AccountName& account, const Account& wanted,
                       AccountsOutcome& outcome) {
  std::vector<std::string> roles;
  for (const AccountName& role : wanted.default_roles) roles.push_back(quoted(role));
  const char* const to = target.flavor().is_mariadb() ? "FOR" : "TO";
  try {
    target.execute(fmt::format("SET DEFAULT ROLE {} {} {}", fmt::join(roles, ", "), to, quoted(account)),
                   "setting the default roles of " + text_of(account));
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    outcome.not_as_source.push_back(no_default_roles(account) + ": the target refuses it");
  }
}

void grant_all(Connection& target, const AccountChanges& todo, void (*granted)(), AccountsOutcome& outcome,
               const std::stop_token& stop) {
  for (const GrantChange& change : todo.to_grant) {
    base::throw_if_stopped(stop);
    grant_or_report(target, change, outcome);
    granted();
  }
}

Standing standing_of(const AccountChanges& todo, bool nothing_there) {
  if (todo.empty()) return Standing::done;
  return nothing_there ? Standing::absent : Standing::partial;
}

// All of them at once, before the first account is made.
void require_plugins(const AccountBook& source, const std::vector<AccountName>& accounts, Connection& target) {
  const auto lacking = without_plugin(source, {accounts.begin(), accounts.end()}, active_plugins(target));
  if (lacking.empty()) return;
  throw base::Error(base::Kind::failed,
                    fmt::format("the target lacks plugins of accounts: {}", fmt::join(lacking, "; ")),
                    "Give the target that plugin (by its option group), or undo the run and begin one without these "
                    "accounts or after they have another plugin.");
}

bool has_wildcard(std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size(); ++at)
    if (pattern[at] == '\\')
      ++at;
    else if (pattern[at] == '%' || pattern[at] == '_')
      return true;
  return false;
}

// Grants for all databases of a pattern. One that is the name of a database is as often as not meant for that alone.
std::set<std::string> patterns_in_grants(const View& view, Connection& frozen) {
  std::set<std::string> patterns;
  for (const AccountName& account : view.choice.accounts)
    for (const auto& [level, privileges] : view.source.accounts.at(account).grants)
      if (level.kind == Level::Kind::database && has_wildcard(level.schema)) patterns.insert(level.schema);
  if (!patterns.empty())
    for (const auto& database : tables::read_databases(frozen, {})) patterns.erase(database.name);
  return patterns;
}

// With it names are names, without it patterns (MySQL Reference Manual, "Privilege Restriction Using Partial Revokes").
void report_partial_revokes(const View& view, Connection& frozen, AccountsOutcome& outcome) {
  if (view.source.partial_revokes && !view.target.partial_revokes)
    outcome.not_as_source.push_back(
        "partial_revokes is ON on the source and OFF on the target: names of databases in grants mean patterns there");
  if (view.source.partial_revokes || !view.target.partial_revokes) return;
  for (const std::string& pattern : patterns_in_grants(view, frozen))
    outcome.not_as_source.push_back(
        fmt::format("partial_revokes is OFF on the source and ON on the target: grants on `{}`.* are for a database of "
                    "just that name there, not for all of that pattern",
                    pattern));
}

void report_lost_histories(const View& view, const WantedAccounts& wanted, AccountsOutcome& outcome) {
  for (std::string& sentence : lost_histories(view.source, view.choice.accounts, wanted.master_user))
    outcome.not_as_source.push_back(std::move(sentence));
}

bool may_name_others(const Grantable& own) {
  return std::any_of(own.held.begin(), own.held.end(), [](const std::string& privilege) {
    return privilege == "SUPER" || privilege == "SET USER" || privilege == "SET_USER_ID" ||
           privilege == "SET_ANY_DEFINER";
  });
}

bool has_system_user(const AccountBook& book, const AccountName& account) {
  const auto found = book.accounts.find(account);
  return found != book.accounts.end() &&
         found->second.grants.contains(
             {.kind = Level::Kind::dynamic, .schema = {}, .object = "SYSTEM_USER", .part = {}});
}

}  // namespace

std::vector<std::string> missing_accounts(Connection& server, const std::vector<std::string>& users) {
  std::vector<std::string> missing;
  for (const std::string& user : users)
    if (server.number(fmt::format("SELECT COUNT(*) FROM mysql.user WHERE User = {}", mysql::quote_text(user)),
                      "looking for the user " + user) == 0)
      missing.push_back(user);
  return missing;
}

AccountsOutcome create_accounts(Connection& frozen, Connection& target, const WantedAccounts& wanted,
                                std::stop_token stop) {
  const View view = objects::view(frozen, target, wanted);
  const AccountChanges todo = changes_of(view, wanted, Phase::before_tables);
  require_plugins(view.source, todo.to_create, target);
  AccountsOutcome outcome{{}, view.choice.came_along, todo.not_as_source};
  report_partial_revokes(view, frozen, outcome);
  report_lost_histories(view, wanted, outcome);
  Connection definitions = session_for_definitions(frozen, stop);
  for (const AccountName& account : todo.to_create) {
    base::throw_if_stopped(stop);
    make_account(definitions, target, account, view.source.accounts.at(account), true);
    outcome.created.push_back(text_of(account));
    fault::point<"accounts.account_created">();
  }
  alter_accounts(definitions, target, todo.to_alter, view);
  grant_all(target, todo, fault::point<"accounts.granted">, outcome, stop);
  return outcome;
}

void drop_account(Connection& target, const AccountName& account, const std::string& master_user) {
  if (is_master(account, master_user)) return;
  const bool is_everybody = account.is_role && account.user == "PUBLIC";
  const char* const words = is_everybody      ? "REVOKE ALL PRIVILEGES, GRANT OPTION FROM"
                            : account.is_role ? "DROP ROLE"
                                              : "DROP USER";
  target.execute(fmt::format("{} {}", words, quoted(account)), "dropping the account " + text_of(account));
}

Standing accounts_standing(Connection& frozen, Connection& target, const WantedAccounts& wanted,
                           const std::vector<std::string>& reported) {
  const View view = objects::view(frozen, target, wanted);
  const AccountChanges todo = without_reported(changes_of(view, wanted, Phase::before_tables), reported);
  const bool nothing_there =
      std::none_of(view.choice.accounts.begin(), view.choice.accounts.end(), [&](const AccountName& account) {
        return view.target.accounts.contains(account) && !is_master(account, wanted.master_user);
      });
  return standing_of(todo, nothing_there);
}

AccountsOutcome grant_on_objects(Connection& frozen, Connection& target, const WantedAccounts& wanted,
                                 std::stop_token stop) {
  const View view = objects::view(frozen, target, wanted);
  const AccountChanges todo = changes_of(view, wanted, Phase::after_objects);
  AccountsOutcome outcome{{}, {}, todo.not_as_source};
  grant_all(target, todo, fault::point<"objects.granted">, outcome, stop);
  for (const AccountName& account : todo.default_roles)
    set_default_roles(target, account, view.source.accounts.at(account), outcome);
  return outcome;
}

Standing object_grants_standing(Connection& frozen, Connection& target, const WantedAccounts& wanted,
                                const std::vector<std::string>& reported) {
  const View view = objects::view(frozen, target, wanted);
  const AccountChanges todo = without_reported(changes_of(view, wanted, Phase::after_objects), reported);
  const bool nothing_there =
      std::none_of(view.choice.accounts.begin(), view.choice.accounts.end(), [&](const auto& account) {
        const auto found = view.target.accounts.find(account);
        return found != view.target.accounts.end() &&
               std::any_of(found->second.grants.begin(), found->second.grants.end(),
                           [](const auto& grant) { return is_about_objects(grant.first); });
      });
  return standing_of(todo, nothing_there);
}

std::vector<std::string> orphan_definers(Connection& server, const std::vector<std::string>& databases) {
  const AccountBook book = read_accounts(server);
  std::vector<std::string> sentences;
  for (const auto& [account, object] : definers(server, databases))
    if (!book.accounts.contains(account) && !is_reserved(account))
      sentences.push_back(fmt::format("{} is the definer of {} and has no account", text_of(account), object));
  return sentences;
}

std::vector<std::string> refused_definers(Connection& server, const std::vector<std::string>& databases) {
  const AccountBook book = read_accounts(server);
  const Grantable own = read_grantable(server);
  const AccountName self = current_account(server);
  std::vector<std::string> sentences;
  for (const auto& [account, object] : definers(server, databases)) {
    if (account == self || is_reserved(account)) continue;
    if (!may_name_others(own))
      sentences.push_back(fmt::format("{} is the definer of {}, and this version lets the master user name only itself",
                                      text_of(account), object));
    else if (has_system_user(book, account) && !own.held.contains("SYSTEM_USER"))
      sentences.push_back(
          fmt::format("{} is the definer of {} and has SYSTEM_USER, which the master user may not touch",
                      text_of(account), object));
  }
  return sentences;
}

}  // namespace darbe::objects
