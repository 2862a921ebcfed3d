// Everything a step may touch.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/account.h"
#include "aws/waiter.h"
#include "base/retry.h"
#include "base/secret.h"
#include "mysql/connection.h"
#include "plan/facts.h"
#include "plan/journal_table.h"
#include "plan/plan.h"
#include "steps/passwords.h"
#include "steps/reporter.h"
#include "steps/run_lock.h"

namespace darbe {

// A server that restarts may be away while AWS calls it available.
inline constexpr base::RetryPolicy answer_policy{.tries = 5, .base = std::chrono::seconds(1)};

// What belongs to the machine and the moment, not to the run.
struct Settings {
  base::Secret master_password;
  std::string master_user_secret;                // ARN in Secrets Manager that the password came from; may be empty
  mysql::Tls tls = mysql::Tls::verify_identity;  // of servers that speak it, which MySQL 5.6 doesn't
  std::string tls_ca;                            // PEM file; empty where nothing is verified
  // Sessions that read and as many that write rows; nothing: by the target's class, and what the copy finds out.
  std::optional<unsigned> jobs;
  // The run stops when the source's volume has less room; nothing: by the volume's size (watch/storage.h).
  std::optional<unsigned> stop_below_gib;
  bool deletes_what_is_in_use = false;  // the operator said so, to undo
  base::Clock::duration poll = std::chrono::seconds(10);
  base::Clock::duration patience = std::chrono::minutes(5);  // until RDS knows of a group, or of its new values
  std::chrono::seconds answer_timeout{0};  // of a server's silence in the midst of a statement; 0: none
  std::stop_token at_once;  // nothing may be written any more, not even the chunk at hand: the run's lock is lost
  std::function<void(const std::string&)> lock_lost;  // from another thread: nothing may be written from then on
};

// One thread uses it; the copy's threads get what they need by value.
class Run {
 public:
  Run(plan::Plan intended, Settings set, const aws::Account& in, plan::JournalTable& to, steps::Reporter& teller);

  const plan::Plan plan;
  const Settings settings;
  const aws::Account& account;
  plan::JournalTable& journal;
  steps::Reporter& report;
  const aws::Waiter waiter;
  plan::Facts facts;

  // Takes the run's lock on the target, if this process doesn't hold it. Throws: as RunLock.
  void hold_target(std::stop_token stop);

  // A check's notes on what it saw, for `darbe status --explain`.
  void saw(std::string sentence) { sightings_.push_back(std::move(sentence)); }
  // All since the last call, joined.
  std::string what_was_seen();

  // Keeps a record of a statement that changed something on the source. Requires: no secret in it.
  void changed_source(const std::string& statement);

  // Writes the facts to the journal.
  void remember() { journal.record_facts(facts); }

  const std::string& source_id() const { return plan.request.source_instance_id; }
  const std::string& target_id() const { return plan.request.new_instance_id; }
  const std::string& replica_id() const { return plan.names.replica; }
  bool replica_is_ours() const { return !plan.request.replica_instance_id; }

  // The source. Nothing where it is gone, or where another instance has its name by now.
  std::optional<aws::Instance> find_source(std::stop_token stop) const;

  aws::Tags tags() const;  // of everything this run makes
  bool is_ours(const aws::Tags& tags_of_it) const;

  // By the instance's address of this moment: it may change with a failover. Throws: ApiError{not_found}.
  mysql::ConnectOptions connect_options(const std::string& instance_id, std::stop_token stop) const;
  mysql::ConnectOptions connect_options(const aws::Instance& instance) const;
  mysql::Connection source(std::stop_token stop) const { return {connect_options(source_id(), stop), stop}; }
  mysql::Connection target(std::stop_token stop) const { return {connect_options(target_id(), stop), stop}; }
  mysql::Connection replica(std::stop_token stop) const { return {connect_options(replica_id(), stop), stop}; }

  // What is copied: the databases asked for, or all that `server` has, and `darbe`.
  std::vector<std::string> databases(mysql::Connection& server) const;

 private:
  // Shared with the options of all connections, which threads and the journal keep.
  const std::shared_ptr<steps::Passwords> passwords_;
  std::optional<steps::RunLock> target_lock_;
  std::vector<std::string> sightings_;
};

}  // namespace darbe
