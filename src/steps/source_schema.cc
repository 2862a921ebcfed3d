#include "steps/source_schema.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "objects/accounts.h"
#include "objects/catalog.h"
#include "tables/table.h"

namespace darbe::steps {

namespace {

using Names = std::vector<std::string>;

constexpr const char* database_word = "database ";

bool is_copied(const Run& run, const std::string& database) {
  const auto& asked = run.plan.request.databases;
  return !asked || std::ranges::find(*asked, database) != asked->end();
}

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

// A filter lets no account statements through, so what comes by replication may lack its definer.
Names definers_missing(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  const Names here = objects::orphan_definers(source, copied_on(run, source));
  const std::set<std::string> known(here.begin(), here.end());
  Names sentences;
  for (const std::string& sentence : objects::orphan_definers(target, copied_on(run, target)))
    if (!known.contains(sentence))
      sentences.push_back(fmt::format("on {} {}: make the account there", run.target_id(), sentence));
  return sentences;
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

}  // namespace

objects::Fingerprint schema_of(const Run& run, mysql::Connection& server) {
  objects::Fingerprint fingerprint;
  objects::read_catalogs({&server}, copied_on(run, server), [&](const std::vector<objects::Catalog>& catalogs) {
    fingerprint.merge(objects::fingerprint(catalogs[0]));
  });
  for (const std::string& name : databases_on(server)) fingerprint.try_emplace(database_word + name);
  return fingerprint;
}

SchemaNews schema_news(const Run& run, mysql::Connection& source, mysql::Connection& target) {
  if (run.facts.source_schema.empty()) return {};
  const objects::Fingerprint now = schema_of(run, source);
  SchemaNews news{.changes = objects::changes(run.facts.source_schema, now), .attention = databases_beside(run, now)};
  const Names definers = definers_missing(run, source, target);
  news.attention.insert(news.attention.end(), definers.begin(), definers.end());
  return news;
}

}  // namespace darbe::steps
