#include "steps/accounts.h"

#include "objects/accounts.h"
#include "steps/objects_options.h"
#include "steps/run.h"

namespace darbe::steps {

using engine::Standing;

Standing Accounts::check(Run& run, std::stop_token stop) {
  mysql::Connection replica = run.replica(stop), target = run.target(stop);
  const auto standing =
      objects::accounts_standing(replica, target, wanted_accounts(run, replica), run.facts.accounts_not_as_source);
  run.saw(sentence_of(standing, "planned accounts"));
  return standing_of(standing, run.journal.done(name));
}

void Accounts::apply(Run& run, std::stop_token stop) {
  mysql::Connection replica = run.replica(stop), target = run.target(stop);
  const auto outcome = objects::create_accounts(replica, target, wanted_accounts(run, replica), stop);
  run.facts.accounts_not_as_source = outcome.not_as_source;
  run.facts.accounts_not_as_source.insert(run.facts.accounts_not_as_source.end(), outcome.came_along.begin(),
                                          outcome.came_along.end());
  run.remember();
}

void Accounts::undo(Run&, std::stop_token) {}  // they go with the target

}  // namespace darbe::steps
