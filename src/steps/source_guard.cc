#include "steps/source_guard.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/log.h"
#include "replication/control.h"
#include "replication/status.h"
#include "steps/free_storage.h"
#include "steps/replica.h"
#include "steps/source_marks.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;
using watch::Act;

// A minute on AWS, whose figures of storage are as old anyway.
base::Clock::duration look_every(const Settings& settings) { return 6 * settings.poll; }

// What is over sooner, a server that restarts or a storm at AWS, the steps tell where it matters.
constexpr unsigned looks_missed_at_most = 10;

// Longer than a server takes that can still write.
constexpr std::chrono::seconds release_within{60};

// Of who has another way to know, and looks again soon.
aws::Configuration without_patience(aws::Configuration configuration) {
  configuration.retries.storm = configuration.retries.short_storm = std::chrono::milliseconds(0);
  return configuration;
}

// A target that hangs must not keep the guard from the source, nor the source from saying so.
Settings with_answers_in_time(Settings settings) {
  settings.answer_timeout = look_answer_timeout;
  return settings;
}

// The target's word about its replication, where it has one.
std::optional<replication::ReplicaStatus> target_status(const Run& run, const std::optional<aws::Instance>& target,
                                                        const std::stop_token& stop) {
  if (!target || !run.journal.is_open() || !run.journal.began("Replicate")) return std::nullopt;
  mysql::Connection connection(run.connect_options(*target), stop);
  return replication::status(connection);
}

// A source keeps the binlogs that a stopped read replica has not received, whatever its retention says (RDS User Guide,
// "Starting and stopping replication with MySQL read replicas"). The next command freezes it anew. An own replica that
// the run is not known to have stopped is the operator's to start.
void let_replica_follow(const Run& run, mysql::Connection& source, const std::optional<aws::Instance>& instance,
                        const std::stop_token& stop) {
  if (run.facts.replica_released || !is_held(run, source)) return;
  if (!instance || instance->replica_source != run.source_id()) return;
  if (aws::classify_status(instance->status) == aws::Waiting::on_the_way) return;
  mysql::Connection replica(run.connect_options(*instance), stop);
  if (replication::status(replica).state == replication::State::off) replication::start(replica, stop);
}

}  // namespace

SourceGuard::SourceGuard(Run& run, std::function<void()> stop_run, std::stop_token stop)
    : plan_(run.plan),
      settings_(with_answers_in_time(run.settings)),
      account_(run.account),
      quick_account_(without_patience(run.account.client.configuration())),
      report_(run.report),
      stop_run_(std::move(stop_run)) {
  look(When::before_the_walk, stop);
  end_look();
  throw_if_stopped_run();
  mysql::Connection source = run.source(stop);
  keep_binlogs_again(run, source);
  thread_ = std::jthread([this](const std::stop_token& ended) {
    for (;;) {
      base::sleep_for(look_every(settings_), ended);
      if (ended.stop_requested() || has_stopped_run()) return;
      try {
        look(When::during_it, ended);
        missed_ = 0;
      } catch (const std::exception& error) {
        if (!ended.stop_requested()) note_missed(base::text_of(error));
      }
      end_look();
    }
  });
}

void SourceGuard::look(When when, std::stop_token stop) {
  plan::JournalTable journal(stop);
  Run run(plan_, settings_, when == When::before_the_walk ? account_ : quick_account_, journal, report_);
  const bool aws_answers = ask_aws(run, when, stop);
  const aws::Instance& instance = known_.source.value();
  const std::optional<aws::Instance>& target = known_.target;
  something_made_ = target && run.is_ours(target->tags);
  std::optional<replication::ReplicaStatus> status;
  bool target_tells = true;
  try {
    const bool may_answer =
        something_made_ && !target->address.empty() && aws::classify_status(target->status) != aws::Waiting::on_the_way;
    if (may_answer) journal.open(run.connect_options(*target));
    if (journal.is_open()) run.facts = journal.facts();
    status = target_status(run, target, stop);
  } catch (const std::exception& error) {
    // Its trouble is the steps' affair; the source's volume doesn't wait for it.
    if (when == When::before_the_walk || stop.stop_requested()) throw;
    log::debug("the target does not tell how far it is: {}", base::text_of(error));
    target_tells = false;
  }

  mysql::Connection source(run.connect_options(instance), stop);
  watch::Guarded seen;
  const watch::Storage storage =
      aws_answers ? free_storage(run, instance, source, stop) : watch::storage_by_files(instance, source);
  seen.storage = storage.of_binlogs();
  if (seen.storage) seen.limits = watch::limits_for(seen.storage->volume_bytes, settings_.stop_below_gib);
  seen.follows = status && status->state != replication::State::absent;
  if (target_tells) seen.kept = kept_binlogs(run, source, status);
  seen.hours_asked_for = hours_kept_for(run.plan, source);
  std::set<watch::Concern> now;
  for (const watch::Alarm& alarm : watch::alarms(seen)) {
    if (alarm.act == Act::stop && when == When::before_the_walk) continue;  // the walk itself finds out
    now.insert(alarm.reason.concern);
    take(alarm, when, run, source, stop);
  }
  warned_ = now;
}

// False where AWS does not answer, as when the credentials have ended. What it said last will do: an address stays, and
// a volume only grows.
bool SourceGuard::ask_aws(const Run& run, When when, const std::stop_token& stop) {
  try {
    const aws::Instances& instances = run.account.instances;
    known_ = {.source = instances.get(run.source_id(), stop),
              .target = instances.find(run.target_id(), stop),
              .replica = instances.find(run.replica_id(), stop)};
    unanswered_ = 0;
    return true;
  } catch (const std::exception& error) {
    if (when == When::before_the_walk || stop.stop_requested()) throw;
    note_unanswered(base::text_of(error));
    return false;
  }
}

// First nothing more is written; then the source, which may have no room for much, is asked to give its binlogs free.
// Before the walk nothing is at work, and the run's stop would cut that very question.
void SourceGuard::take(const watch::Alarm& alarm, When when, Run& run, mysql::Connection& source,
                       const std::stop_token& stop) {
  if (alarm.act == Act::warn) return warn(alarm.reason);
  note_stopped(alarm.reason.text, alarm.reason.advice);
  if (when == When::during_it) stop_run_();
  if (alarm.act != Act::stop_release) return;
  try {
    if (!release_binlogs(run, source))
      note_stopped(alarm.reason.text + "; and it goes on keeping its binlogs, for somebody set their retention since",
                   "Lower it yourself: CALL mysql.rds_set_configuration('binlog retention hours', HOURS) on the "
                   "source; or make room on its volume. Then run the same command again, or give the run up with "
                   "`darbe undo`.");
  } catch (const std::exception& error) {
    note_stopped(fmt::format("{}; its binlogs could not be given free: {}", alarm.reason.text, base::text_of(error)),
                 "Lower its binlog retention yourself (CALL mysql.rds_set_configuration), or make room on its volume.");
  }
  try {
    let_replica_follow(run, source, known_.replica, stop);
  } catch (const std::exception& error) {
    report_.warning(
        fmt::format("{} stands still ({}), and AWS keeps the source's binlogs for it: CALL "
                    "mysql.rds_start_replication there",
                    run.replica_id(), base::text_of(error)));
  }
}

void SourceGuard::note_stopped(const std::string& text, const std::string& advice) {
  const base::MutexLock lock(mutex_);
  stopped_.emplace(something_made_ ? Kind::failed : Kind::refused, text, advice);
}

bool SourceGuard::has_stopped_run() {
  const base::MutexLock lock(mutex_);
  return stopped_.has_value();
}

void SourceGuard::end_look() {
  const base::MutexLock lock(mutex_);
  is_looking_ = !stopped_;
  looked_.notify_all();
}

// Said once each time: a run that nobody restrains is the operator's to restrain.
void SourceGuard::note_missed(const std::string& why) {
  log::debug("the source could not be watched: {}", why);
  if (++missed_ == looks_missed_at_most)
    report_.warning(
        fmt::format("the room on the source's volume could not be looked at {} times in a row ({}): while that lasts, "
                    "nothing stops this run before production is short of it. Watch {}'s free storage yourself",
                    missed_, why, plan_.request.source_instance_id));
}

// Said once each time, too: the run itself will end at its next call to AWS.
void SourceGuard::note_unanswered(const std::string& why) {
  log::debug("AWS does not tell of the source: {}", why);
  if (++unanswered_ == looks_missed_at_most)
    report_.warning(
        fmt::format("AWS did not answer {} times in a row when it was asked about {} ({}): the room on its volume is "
                    "judged by the server's own files alone, and by the size that AWS told last",
                    unanswered_, plan_.request.source_instance_id, why));
}

// Once, until it is over.
void SourceGuard::warn(const watch::Reason& reason) {
  if (!warned_.contains(reason.concern)) report_.warning(fmt::format("{}. {}", reason.text, reason.advice));
}

void SourceGuard::throw_if_stopped_run() {
  const base::MutexLock lock(mutex_);
  const auto end = base::Clock::now() + release_within;
  while (stopped_ && is_looking_ && base::Clock::now() < end) looked_.wait_for(mutex_, end - base::Clock::now());
  if (stopped_) throw Error(*stopped_);
}

}  // namespace darbe::steps
