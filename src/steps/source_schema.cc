#include "steps/source_schema.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "objects/account_book.h"
#include "objects/accounts.h"
#include "objects/catalog.h"
#include "objects/compare.h"
#include "objects/ties.h"
#include "steps/objects.h"
#include "steps/objects_options.h"
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
  const Names accounts =
      run.plan.request.databases ? accounts_behind(run, now, source, target) : definers_missing(run, source, target);
  news.attention.insert(news.attention.end(), accounts.begin(), accounts.end());
  const Names ties = ties_made_since(run, source);
  news.attention.insert(news.attention.end(), ties.begin(), ties.end());
  return news;
}

}  // namespace darbe::steps
