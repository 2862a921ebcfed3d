#include "steps/in_use.h"

#include <cstdint>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/waiter.h"
#include "base/error.h"
#include "base/retry.h"
#include "mysql/error.h"
#include "plan/journal_table.h"
#include "preflight/sessions.h"
#include "replication/status.h"
#include "replication/user.h"
#include "steps/replicate.h"
#include "steps/settle.h"
#include "tables/table.h"

namespace darbe::steps {

namespace {

using Sentences = std::vector<std::string>;

// What setup has done by the journal. Where that is gone it may have done all, once it had the target replicate.
struct Reached {
  bool replicates = false;
  bool is_settled = false;
};

Reached reached(const Run& run, const aws::Instance& target, bool may_serve, const std::stop_token& stop) {
  plan::JournalTable journal(stop);
  if (!journal.open(run.connect_options(target))) return {may_serve, may_serve};
  return {journal.done(Replicate::name), journal.done(Settle::name)};
}

bool is_gone(const std::optional<aws::Instance>& source) { return !source || source->status == "deleting"; }

// The replication user is made before the target follows anybody, and is the first thing that undo takes away. Somebody
// else may have dropped it: AWS backs a target up from Settle on, and never before.
bool has_begun_to_replicate(const Run& run, const aws::Instance& target, const std::optional<aws::Instance>& source,
                            const std::stop_token& stop) {
  if (is_gone(source) || target.backup_retention_period > 0) return true;
  mysql::Connection connection(run.connect_options(*source), stop);
  return replication::replication_user_exists(connection, run.plan.names.replication_user);
}

void add_sessions(const Run& run, const mysql::Result& list, Sentences& signs) {
  std::map<std::string, unsigned> sessions;
  for (std::size_t row = 0; row < list.size(); ++row) {
    const std::string& user = list.text(row, "User");
    if (user != run.plan.request.master_user_name && !preflight::is_servers_own(user)) ++sessions[user];
  }
  for (const auto& [user, count] : sessions) signs.push_back(fmt::format("user {} has {} sessions there", user, count));
}

// Those of this host are darbe's and its operator's. Before setup is done, nobody has a use for the target, and a darbe
// that died with its machine may have left sessions of its own.
void add_sessions_of_master_user(const Run& run, const mysql::Result& list, std::uint64_t own, Sentences& signs) {
  std::string own_host;
  for (std::size_t row = 0; row < list.size(); ++row)
    if (list.number(row, "Id") == own) own_host = preflight::host_of_session(list, row);
  std::map<std::string, unsigned> sessions;
  for (std::size_t row = 0; row < list.size(); ++row) {
    const std::string host = preflight::host_of_session(list, row);
    if (list.text(row, "User") == run.plan.request.master_user_name && host != own_host) ++sessions[host];
  }
  for (const auto& [host, count] : sessions)
    signs.push_back(
        fmt::format("user {} has {} sessions there from {}", run.plan.request.master_user_name, count, host));
}

// No step and no undo does that; a restart may leave it off until Settle has seen it run again.
void add_replication(const Run& run, const Reached& so_far, mysql::Connection& target, Sentences& signs) {
  if (!so_far.replicates) return;
  const replication::ReplicaStatus status = replication::status(target);
  const bool follows =
      status.state != replication::State::absent && status.source_user == run.plan.names.replication_user;
  if (!follows)
    signs.push_back(fmt::format("it was told not to follow {} any more", run.source_id()));
  else if (status.stands() && so_far.is_settled)
    signs.push_back("its replication was stopped");
}

bool has_replicas(const aws::Instance& target) { return !target.replicas.empty() || !target.replica_clusters.empty(); }

// AWS would promote those of the target's region (Amazon RDS User Guide, "Deleting a DB instance"), and they would keep
// the run's parameter group.
std::string told_replicas(const aws::Instance& target) {
  std::vector<std::string> all = target.replicas;
  all.insert(all.end(), target.replica_clusters.begin(), target.replica_clusters.end());
  return fmt::format("has read replicas, which would lose their source: {}", fmt::join(all, ", "));
}

void look(const Run& run, const aws::Instance& instance, bool may_serve, const std::stop_token& stop,
          Sentences& signs) {
  mysql::Connection target(run.connect_options(instance), stop);
  const mysql::Result sessions = target.query("SHOW PROCESSLIST");
  add_sessions(run, sessions, signs);
  const Reached so_far = reached(run, instance, may_serve, stop);
  if (so_far.is_settled) add_sessions_of_master_user(run, sessions, target.id(), signs);
  add_replication(run, so_far, target, signs);
}

aws::Instance at_rest(const Run& run, const std::stop_token& stop) {
  aws::Instance target = run.account.instances.get(run.target_id(), stop);
  if (aws::classify_status(target.status) != aws::Waiting::on_the_way) return target;
  return run.waiter.until(
      run.target_id(), "to stand still, to see whether somebody uses it",
      [](const aws::Instance& now) { return aws::classify_status(now.status) != aws::Waiting::on_the_way; }, stop);
}

}  // namespace

Sentences signs_of_use(const Run& run, const aws::Instance& target, std::stop_token stop) {
  if (target.address.empty() || target.status == "creating" || target.status == "deleting") return {};
  const auto source = run.find_source(stop);
  const bool may_serve = has_begun_to_replicate(run, target, source, stop);
  const aws::Instance instance = may_serve ? at_rest(run, stop) : target;
  Sentences signs;
  try {
    base::retry(may_serve ? answer_policy : base::RetryPolicy{.tries = 1}, stop, [&] {
      signs.clear();
      look(run, instance, may_serve, stop, signs);
    });
  } catch (const mysql::ServerError& error) {
    if (stop.stop_requested()) throw;
    const mysql::Meaning meaning = mysql::meaning_of(error);
    if (meaning == mysql::Meaning::access_denied)
      signs.push_back(fmt::format("it doesn't let {} in any more", run.plan.request.master_user_name));
    else if (meaning == mysql::Meaning::sessions_taken)
      signs.push_back(fmt::format("all the sessions that it has are taken: {}", error.what()));
    else if (may_serve)
      signs.push_back(fmt::format("it doesn't answer, and has followed {} already: {}", run.source_id(), error.what()));
    else
      run.report.warning(
          fmt::format("{} doesn't answer: whether somebody uses it can't be told: {}", run.target_id(), error.what()));
  }
  if (has_replicas(instance)) signs.push_back("it " + told_replicas(instance));
  if (is_gone(source)) signs.push_back(fmt::format("{} is gone: it may be all that is left of that", run.source_id()));
  return signs;
}

void require_unused(const Run& run, mysql::Connection& target) {
  Sentences signs;
  add_sessions(run, target.query("SHOW PROCESSLIST"), signs);
  if (signs.empty()) return;
  throw base::Error(base::Kind::failed,
                    fmt::format("{} has to be copied anew, which drops what it has, and seems to be in use: {}",
                                run.target_id(), fmt::join(signs, "; ")),
                    "End that use and run the same command again; or, if the application writes there, keep it, and "
                    "let nothing of darbe's touch it: set its tag darbe:phase to serving.");
}

void require_no_replicas(const Run& run, const aws::Instance& target) {
  if (!has_replicas(target) || target.status == "deleting" || run.settings.deletes_what_is_in_use) return;
  throw base::Error(base::Kind::refused,
                    fmt::format("{} {}: it is not deleted", run.target_id(), told_replicas(target)),
                    "Delete them or, where the application uses them, promote them; or let `darbe undo --allow in-use` "
                    "delete it all the same.");
}

std::optional<std::string> work_of_a_run(mysql::Connection& target) {
  if (replication::status(target).state != replication::State::absent) return "it follows a source";
  const auto databases = tables::read_databases(target, {});
  if (databases.empty()) return std::nullopt;
  return fmt::format("it has database {}", databases.front().name);
}

bool stands_since_setup(const Run& run, std::stop_token stop) {
  if (!run.journal.done(Settle::name)) return false;
  mysql::Connection target = run.target(stop);
  return replication::status(target).stands();
}

}  // namespace darbe::steps
