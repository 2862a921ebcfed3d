// Watches the source while a run works, on a thread of its own: the room on its volume, the binlogs that it keeps for
// the run. Warns, and stops the run where production would be harmed or nothing could come of it.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>

#include "base/error.h"
#include "base/mutex.h"
#include "steps/observe.h"
#include "steps/run.h"
#include "watch/guard.h"

namespace darbe::steps {

class SourceGuard {
 public:
  // Looks at once, and then every minute or so; where AWS doesn't answer by then, with what it told before and what the
  // server tells of its files. Where an earlier command gave the source's binlogs free, and there is room again, they
  // are kept for the run again. Borrows what `run` is made of. `stop_run` is called from the guard's thread when the
  // run has to stop.
  // Throws: Error{refused} where the source has no room for a run that made nothing yet, Error{failed} for one that
  // did.
  SourceGuard(Run& run, std::function<void()> stop_run, std::stop_token stop);

  // Throws: Error{failed} if it stopped the run, with what to do. Waits up to a minute for the binlogs to be given
  // free.
  void throw_if_stopped_run() EXCLUDES(mutex_);

 private:
  enum class When { before_the_walk, during_it };
  void look(When when, std::stop_token stop);
  bool ask_aws(const Run& run, When when, const std::stop_token& stop);
  void take(const watch::Alarm& alarm, When when, Run& run, mysql::Connection& source, const std::stop_token& stop);
  void warn(const watch::Reason& reason);
  void note_missed(const std::string& why);
  void note_unanswered(const std::string& why);
  void note_stopped(const std::string& text, const std::string& advice) EXCLUDES(mutex_);
  bool has_stopped_run() EXCLUDES(mutex_);
  void end_look() EXCLUDES(mutex_);

  const plan::Plan plan_;
  const Settings settings_;
  const aws::Account& account_;
  const aws::Account quick_account_;  // of looks that can do without an answer: no storm is waited out
  Reporter& report_;
  const std::function<void()> stop_run_;
  std::set<watch::Concern> warned_;
  AtAws known_;              // as AWS told when it answered last
  unsigned missed_ = 0;      // looks in a row
  unsigned unanswered_ = 0;  // by AWS, in a row
  bool something_made_ = false;
  base::Mutex mutex_;
  base::Condition looked_;
  std::optional<base::Error> stopped_ GUARDED_BY(mutex_);
  bool is_looking_ GUARDED_BY(mutex_) = true;  // until the look that stopped the run has ended
  std::jthread thread_;                        // last: it ends first
};

}  // namespace darbe::steps
