#include "steps/source_schema.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/letters.h"
#include "objects/account_book.h"
#include "objects/accounts.h"
#include "objects/catalog.h"
#include "objects/compare.h"
#include "objects/ties.h"
#include "replication/coordinates.h"
#include "replication/wait.h"
#include "steps/objects.h"
#include "steps/objects_options.h"
#include "steps/replicate.h"
#include "tables/table.h"

namespace darbe::steps {

namespace {

using Names = std::vector<std::string>;

constexpr const char* database_word = "database ";
constexpr const char* account_word = "account ";

Names databases_on(mysql::Connection& server) {
  Names names;
  for (const auto& database : tables::read_databases(server, {}))
    if (database.name != "darbe") names.push_back(database.name);
  return names;
}

Names copied_on(const Run& run, mysql::Connection& server) {
  Names names = databases_on(server);
  std::erase_if(names, [&](const std::string& name) { return !is_copied(run, name); });
  return names;
}

// Those that --users leaves out are the definers of what comes by replication, too.
Names definers_missing(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  const Names here = objects::orphan_definers(source, copied_on(run, source));
  const std::set<std::string> known(here.begin(), here.end());
  Names sentences;
  for (const std::string& sentence : objects::orphan_definers(target, copied_on(run, target)))
    if (!known.contains(sentence))
      sentences.push_back(fmt::format("on {} {}: make the account there", run.target_id(), sentence));
  return sentences;
}

// An account that was dropped on the source is still among those of the freeze.
Names accounts_left_behind(const Run& run, const objects::Fingerprint& now, mysql::Connection& target) {
  Names sentences;
  for (const auto& [account, attributes] : objects::read_accounts(target).accounts) {
    const std::string object = account_word + objects::text_of(account);
    if (run.facts.source_schema.contains(object) && !now.contains(object))
      sentences.push_back(object + " was dropped on the source and is still on the target");
  }
  return sentences;
}

// Before Objects all are not there yet.
Names accounts_behind(const Run& run, const objects::Fingerprint& now, mysql::Connection& source,
                      mysql::Connection& target) {
  if (!run.journal.done(Objects::name)) return {};
  Names sentences =
      objects::compare_accounts(source, target, wanted_accounts(run, source), reported_differences(run)).differences;
  const Names dropped = accounts_left_behind(run, now, target);
  sentences.insert(sentences.end(), dropped.begin(), dropped.end());
  for (std::string& sentence : sentences)
    sentence += fmt::format(
        ": --databases lets no account statements through, so change {} as well (a password by its hash, as SHOW "
        "CREATE "
        "USER has it: each new one has another salt)",
        run.target_id());
  return sentences;
}

// Accounts are no schema: what became of them matters only where it doesn't come along.
objects::Fingerprint without_accounts(objects::Fingerprint fingerprint) {
  std::erase_if(fingerprint, [](const auto& entry) { return entry.first.starts_with(account_word); });
  return fingerprint;
}

Names databases_beside(const Run& run, const objects::Fingerprint& now) {
  Names sentences;
  for (const auto& [object, digest] : now) {
    if (!object.starts_with(database_word) || run.facts.source_schema.contains(object)) continue;
    const std::string name = object.substr(std::string_view(database_word).size());
    if (!is_copied(run, name))
      sentences.push_back(
          fmt::format("database {} came after the freeze: --databases leaves it out, so it stays on {} alone", name,
                      run.source_id()));
  }
  return sentences;
}

bool has_password(const objects::Account& account) {
  const auto hash = account.attributes.find("hash");  // roles have none
  return hash != account.attributes.end() && !hash->second.empty();
}

// What --users leaves out, and a statement about it made on the target: servers below MySQL 8.0 make an account for a
// GRANT, if the session's sql_mode lets them, and without the password that it has on the source.
Names accounts_without_password(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  if (!run.plan.request.users) return {};
  const auto here = objects::read_accounts(source).accounts;
  Names sentences;
  for (const auto& [account, there] : objects::read_accounts(target).accounts) {
    const auto found = here.find(account);
    if (found == here.end() || !has_password(found->second) || has_password(there)) continue;
    sentences.push_back(fmt::format(
        "account {} has no password on {}, and one on {}: --users leaves it out, and a GRANT made it there. "
        "Drop it there, or give it its password",
        objects::text_of(account), run.target_id(), run.source_id()));
  }
  return sentences;
}

// Longer than a healthy target needs.
constexpr base::Poll until_applied{.every = std::chrono::milliseconds(100), .at_most = std::chrono::seconds(5)};

// The filter lets ALTER TABLE … RENAME through by the table's old name only, and takes MariaDB's RENAME TABLE IF EXISTS
// for done: a table that comes from a database left out is not there then, and nothing stops.
Names tables_missing(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  if (!run.plan.request.databases || !run.journal.done(Replicate::name)) return {};
  const auto tables_on = [&run](mysql::Connection& server) {
    auto databases = tables::read_databases(server, {});
    std::erase_if(databases, [&run](const tables::Database& database) { return !is_copied(run, database.name); });
    return tables::read_table_names(server, databases);
  };
  std::set<tables::TableName> missing = tables_on(source);
  const replication::Coordinates listed = replication::source_coordinates(source);
  const auto is_applied = [&] { return replication::has_applied(target, listed); };
  if (!base::poll_until(until_applied, {}, is_applied)) return {};  // one that is behind is told of as such
  const bool in_small_letters = target.value("SELECT @@global.lower_case_table_names") != "0";
  const auto called_there = [&](const tables::TableName& name) {
    return in_small_letters ? base::lower(name.quoted()) : name.quoted();
  };
  std::set<std::string> there;
  for (const tables::TableName& name : tables_on(target)) there.insert(called_there(name));
  std::erase_if(missing, [&](const tables::TableName& name) { return there.contains(called_there(name)); });
  const std::set<tables::TableName> still_here = missing.empty() ? missing : tables_on(source);
  Names sentences;
  for (const tables::TableName& name : missing)
    if (still_here.contains(name))
      sentences.push_back(
          fmt::format("table {} is not on {}: it came from a database that --databases leaves out, by a statement that "
                      "the filter doesn't let through (ALTER TABLE … RENAME). Undo the run and begin anew",
                      name.text(), run.target_id()));
  return sentences;
}

// Preflight refuses those that were there.
Names ties_made_since(const Run& run, mysql::Connection& source) {
  if (!run.plan.request.databases) return {};
  Names sentences = objects::ties_to_others(source, copied_on(run, source));
  for (std::string& sentence : sentences)
    sentence += fmt::format(
        ": what was changed by it since may be otherwise on {}, as {} logs statements: undo the run, set binlog_format "
        "to ROW there, and begin anew",
        run.target_id(), run.source_id());
  return sentences;
}

}  // namespace

bool has_account(const objects::Fingerprint& schema, const objects::AccountName& account) {
  return schema.contains(account_word + objects::text_of(account));
}

bool is_copied(const Run& run, const std::string& database) {
  const auto& asked = run.plan.request.databases;
  return !asked || std::ranges::find(*asked, database) != asked->end();
}

objects::Fingerprint schema_of(const Run& run, mysql::Connection& server) {
  objects::Fingerprint fingerprint;
  objects::read_catalogs({&server}, copied_on(run, server), [&](const std::vector<objects::Catalog>& catalogs) {
    fingerprint.merge(objects::fingerprint(catalogs[0]));
  });
  for (const std::string& name : databases_on(server)) fingerprint.try_emplace(database_word + name);
  for (const auto& [account, attributes] : objects::read_accounts(server).accounts)
    if (account.user != run.plan.names.replication_user)
      fingerprint.try_emplace(account_word + objects::text_of(account));
  return fingerprint;
}

SchemaNews schema_news(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  if (run.facts.source_schema.empty()) return {};
  const objects::Fingerprint now = schema_of(run, source);
  SchemaNews news{.changes = objects::changes(without_accounts(run.facts.source_schema), without_accounts(now)),
                  .attention = databases_beside(run, now)};
  const auto add = [&news](const Names& sentences) {
    news.attention.insert(news.attention.end(), sentences.begin(), sentences.end());
  };
  add(run.plan.request.databases ? accounts_behind(run, now, source, target) : definers_missing(run, source, target));
  add(accounts_without_password(run, source, target));
  add(ties_made_since(run, source));
  add(tables_missing(run, source, target));
  return news;
}

}  // namespace darbe::steps
