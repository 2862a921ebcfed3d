#include "steps/objects_options.h"

#include <fmt/format.h>

namespace darbe::steps {

objects::WantedAccounts wanted_accounts(const Run& run, mysql::Connection& frozen) {
  return {.users = run.plan.request.users,
          .databases = run.databases(frozen),
          .master_user = run.plan.request.master_user_name,
          .replication_user = run.plan.names.replication_user};
}

objects::WantedObjects wanted_objects(const Run& run, mysql::Connection& frozen) {
  return {.databases = run.databases(frozen), .accounts = wanted_accounts(run, frozen)};
}

std::vector<std::string> reported_differences(const Run& run) {
  std::vector<std::string> sentences = run.facts.accounts_not_as_source;
  for (const auto* more : {&run.facts.copy_not_as_source, &run.facts.objects_not_as_source})
    sentences.insert(sentences.end(), more->begin(), more->end());
  return sentences;
}

std::string sentence_of(objects::Standing standing, const std::string& what) {
  switch (standing) {
    case objects::Standing::absent:
      return fmt::format("no {} are on the target", what);
    case objects::Standing::partial:
      return fmt::format("some {} are missing on the target", what);
    case objects::Standing::done:
      return fmt::format("all {} are on the target", what);
  }
  return {};
}

engine::Standing standing_of(objects::Standing standing, bool recorded) {
  switch (standing) {
    case objects::Standing::absent:
      return engine::Standing::absent;
    case objects::Standing::partial:
      return engine::Standing::partial;
    case objects::Standing::done:
      return recorded ? engine::Standing::done : engine::Standing::partial;
  }
  return engine::Standing::unknown;
}

}  // namespace darbe::steps
