#include "steps/lock_loss.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"

namespace darbe::steps {

void LockLoss::note(const std::string& reason) {
  log::error("the run's lock is lost: {}", reason);
  const base::MutexLock lock(mutex_);
  if (!reason_) reason_ = reason;
}

void LockLoss::throw_if_lost() {
  const base::MutexLock lock(mutex_);
  if (reason_)
    throw base::Error(base::Kind::failed, fmt::format("stopped, for the run's lock is lost: {}", *reason_),
                      "Look who else runs darbe on this source; when nobody does, run the same command again.");
}

}  // namespace darbe::steps
