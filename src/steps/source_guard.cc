#include "steps/source_guard.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "base/log.h"
#include "replication/status.h"
#include "steps/free_storage.h"
#include "steps/observe.h"
#include "steps/source_marks.h"

namespace darbe::steps {

namespace {

using base::Error;
using base::Kind;
using watch::Act;

// A minute on AWS, whose figures of storage are as old anyway.
base::Clock::duration look_every(const Settings& settings) { return 6 * settings.poll; }

// The target's word about its replication, where it has one.
std::optional<replication::ReplicaStatus> target_status(const Run& run, const std::stop_token& stop) {
  if (!run.journal.is_open() || !run.journal.began("Replicate")) return std::nullopt;
  mysql::Connection target = run.target(stop);
  return replication::status(target);
}

}  // namespace

SourceGuard::SourceGuard(Run& run, std::function<void()> stop_run, std::stop_token stop)
    : plan_(run.plan),
      settings_(run.settings),
      account_(run.account),
      report_(run.report),
      stop_run_(std::move(stop_run)) {
  look(When::before_the_walk, stop);
  throw_if_stopped_run();
  mysql::Connection source = run.source(stop);
  keep_binlogs_again(run, source);
  thread_ = std::jthread([this](const std::stop_token& ended) {
    for (;;) {
      base::sleep_for(look_every(settings_), ended);
      if (ended.stop_requested()) return;
      try {
        look(When::during_it, ended);
      } catch (const std::exception& error) {
        // A server that restarts or a storm at AWS: the steps say so where it matters, and the next look looks again.
        if (!ended.stop_requested()) log::debug("the source could not be watched: {}", base::text_of(error));
      }
    }
  });
}

void SourceGuard::look(When when, std::stop_token stop) {
  plan::JournalTable journal(stop);
  Run run(plan_, settings_, account_, journal, report_);
  const aws::Instance instance = account_.instances.get(run.source_id(), stop);
  const auto target = account_.instances.find(run.target_id(), stop);
  something_made_ = target && run.is_ours(target->tags);
  if (something_made_ && aws::classify_status(target->status) != aws::Waiting::on_the_way)
    journal.open(run.connect_options(*target));
  if (journal.is_open()) run.facts = journal.facts();

  mysql::Connection source(run.connect_options(instance), stop);
  watch::Guarded seen;
  seen.storage = free_storage(run, instance, source, stop);
  if (seen.storage) seen.limits = watch::limits_for(seen.storage->volume_bytes, settings_.stop_below_gib);
  const auto status = target_status(run, stop);
  seen.follows = status && status->state != replication::State::absent;
  seen.kept = kept_binlogs(run, source, status);
  seen.hours_asked_for = hours_kept_for(run.plan, source);
  std::set<watch::Concern> now;
  for (const watch::Alarm& alarm : watch::alarms(seen)) {
    if (alarm.act == Act::stop && when == When::before_the_walk) continue;  // the walk itself begins anew
    now.insert(alarm.reason.concern);
    take(alarm, run, source);
  }
  warned_ = now;
}

void SourceGuard::take(const watch::Alarm& alarm, Run& run, mysql::Connection& source) {
  if (alarm.act == Act::warn) return warn(alarm.reason);
  std::string text = alarm.reason.text;
  if (alarm.act == Act::stop_release) {
    try {
      release_binlogs(run, source);
    } catch (const std::exception& error) {
      text += fmt::format("; its binlogs could not be given free: {}", base::text_of(error));
    }
  }
  {
    const base::MutexLock lock(mutex_);
    if (!stopped_) stopped_.emplace(something_made_ ? Kind::failed : Kind::refused, text, alarm.reason.advice);
  }
  stop_run_();
}

// Once, until it is over.
void SourceGuard::warn(const watch::Reason& reason) {
  if (!warned_.contains(reason.concern)) report_.warning(fmt::format("{}. {}", reason.text, reason.advice));
}

void SourceGuard::throw_if_stopped_run() {
  const base::MutexLock lock(mutex_);
  if (stopped_) throw Error(*stopped_);
}

}  // namespace darbe::steps
