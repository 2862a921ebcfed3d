#include "steps/earlier_copy.h"

#include "base/clock.h"
#include "base/error.h"
#include "copy/creation.h"
#include "mysql/alone.h"
#include "mysql/quote.h"
#include "objects/account_book.h"
#include "objects/accounts.h"
#include "steps/source_schema.h"
#include "tables/table.h"

namespace darbe::steps {

namespace {

void drop_databases(const Run& run, mysql::Connection& target, const std::stop_token& stop) {
  for (const auto& database : tables::read_databases(target, {})) {
    if (!is_copied(run, database.name)) continue;
    base::throw_if_stopped(stop);
    mysql::execute_alone(target, "DROP DATABASE IF EXISTS " + mysql::quote_name(database.name),
                         "dropping database " + database.name);
  }
}

// A role that mandatory_roles names can't be dropped. It is changed to what the source has then, and what it has beyond
// that stops the run after Objects.
void drop_or_keep(const Run& run, mysql::Connection& target, const objects::AccountName& account, bool is_on_source) {
  try {
    objects::drop_account(target, account, run.plan.request.master_user_name);
  } catch (const mysql::ServerError& error) {
    if (error.kind() == base::Kind::transient || !is_on_source) throw;
  }
}

void drop_accounts(const Run& run, mysql::Connection& replica, mysql::Connection& target, const std::stop_token& stop) {
  const objects::AccountBook here = objects::read_accounts(replica);
  for (const auto& [account, attributes] : objects::read_accounts(target).accounts) {
    const bool is_on_source = here.accounts.contains(account);
    if (!is_on_source && !has_account(run.facts.source_schema, account)) continue;
    base::throw_if_stopped(stop);
    drop_or_keep(run, target, account, is_on_source);
  }
}

}  // namespace

void drop_earlier_copy(const Run& run, mysql::Connection& replica, std::stop_token stop) {
  if (!run.facts.frozen) return;
  mysql::Connection target = copy::open_target(run.connect_options(run.target_id(), stop), stop);
  drop_databases(run, target, stop);
  drop_accounts(run, replica, target, stop);  // MySQL keeps the definer of anything from being dropped
}

}  // namespace darbe::steps
