#include "steps/in_use.h"

#include <map>

#include <fmt/format.h>

#include "base/error.h"
#include "mysql/error.h"
#include "plan/journal_table.h"
#include "preflight/sessions.h"
#include "replication/status.h"
#include "steps/replicate.h"
#include "steps/settle.h"

namespace darbe::steps {

namespace {

using Sentences = std::vector<std::string>;

void add_sessions(const Run& run, mysql::Connection& target, Sentences& signs) {
  std::map<std::string, unsigned> sessions;
  const mysql::Result list = target.query("SHOW PROCESSLIST");
  for (std::size_t row = 0; row < list.size(); ++row) {
    const std::string& user = list.text(row, "User");
    if (user != run.plan.request.master_user_name && !preflight::is_servers_own(user)) ++sessions[user];
  }
  for (const auto& [user, count] : sessions) signs.push_back(fmt::format("user {} has {} sessions there", user, count));
}

// No step and no undo does that; a restart may leave it off until Settle has seen it run again.
void add_replication(const Run& run, const aws::Instance& instance, mysql::Connection& target,
                     const std::stop_token& stop, Sentences& signs) {
  plan::JournalTable journal(stop);
  if (!journal.open(run.connect_options(instance)) || !journal.done(Replicate::name)) return;
  const replication::ReplicaStatus status = replication::status(target);
  const bool follows =
      status.state != replication::State::absent && status.source_user == run.plan.names.replication_user;
  if (!follows)
    signs.push_back(fmt::format("it was told not to follow {} any more", run.source_id()));
  else if (status.state == replication::State::off && journal.done(Settle::name))
    signs.push_back("its replication was stopped");
}

}  // namespace

Sentences signs_of_use(const Run& run, const aws::Instance& target, std::stop_token stop) {
  if (target.address.empty() || target.status == "creating" || target.status == "deleting") return {};
  Sentences signs;
  try {
    mysql::Connection connection(run.connect_options(target), stop);
    add_sessions(run, connection, signs);
    add_replication(run, target, connection, stop, signs);
  } catch (const mysql::ServerError& error) {
    if (stop.stop_requested()) throw;
    if (mysql::meaning_of(error) == mysql::Meaning::access_denied)
      signs.push_back(fmt::format("it doesn't let {} in any more", run.plan.request.master_user_name));
    else
      run.report.warning(
          fmt::format("{} doesn't answer: whether somebody uses it can't be told: {}", run.target_id(), error.what()));
  }
  return signs;
}

}  // namespace darbe::steps
