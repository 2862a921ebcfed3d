// What every command needs of AWS and of the run's place in it, found from a few flags.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/account.h"
#include "cli/options.h"
#include "plan/journal_table.h"
#include "steps/run.h"

namespace darbe::cli {

// The account and region that flags and environment name. `on_change` hears of every call that changes something there.
// Throws: Error{usage}.
std::unique_ptr<aws::Account> open_account(const CommonOptions& options, aws::OnChange on_change = {});

// Keeps a record of each such call with the journal's.
aws::OnChange recorded_in(plan::JournalTable& journal);

// Who we are there. Throws: Error{refused} when AWS doesn't know the credentials.
std::string account_number(const aws::Account& account, std::stop_token stop);

// The run that builds `new_instance_id`, as the tags and the journal tell it.
struct Found {
  std::optional<aws::Instance> target;  // only if it bears a run's tag
  std::string source_id;                // empty if nothing tells it
};
Found find_run(const aws::Account& account, const std::string& new_instance_id, std::stop_token stop);

// The run's target once a journal on it can be asked for: waits while it is on its way to another state. Nothing if
// this run has none, or while it is being created: the journal is made when it is there.
std::optional<aws::Instance> target_at_rest(const Run& run, const std::stop_token& stop);

// A request with no more than what names follow from: enough for undo before there is a journal.
plan::Plan least_plan(const aws::Account& account, const CommonOptions& options, const std::string& source_id,
                      std::stop_token stop);

// The command for a shell that keeps undo away from the target, for the time before the application writes there.
std::string mark_as_serving(const aws::Instance& target);

// What somebody else uses may be production by now, though nobody has set its tag. `otherwise` says what to do where
// nothing writes there. Throws: Error{refused} with the signs, unless there are none.
void refuse_where_in_use(const Run& run, const aws::Instance& target, const char* otherwise, std::stop_token stop);

// Settings with password and CA; the CA is needed unless the instance's engine is one without TLS.
Settings settings_for(const CommonOptions& options, const aws::Account& account, const aws::Instance& instance,
                      const std::stop_token& stop);

}  // namespace darbe::cli
