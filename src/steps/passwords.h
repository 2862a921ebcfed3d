// The master user's password on each of the run's instances: the one that was given until a server refuses it, then
// what Secrets Manager has. RDS sets another one where it manages it there, and whoever keeps it in a secret of his own
// may change it while a run lasts.
#pragma once

#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "aws/account.h"
#include "base/mutex.h"
#include "base/secret.h"

namespace darbe::steps {

// Threads may share it.
class Passwords {
 public:
  // `secret`: the ARN that `given` came from; empty: it came from elsewhere.
  Passwords(const aws::Account& account, base::Secret given, std::string secret)
      : account_(account), given_(std::move(given)), secret_(std::move(secret)) {}

  base::Secret of(const std::string& instance_id) EXCLUDES(mutex_);

  // What to try when the instance's server has refused one: read anew from the instance's own secret if RDS manages it,
  // else from the one that was named, where the version before is tried as well: the new instance keeps what it was
  // made with. Nothing if there is no other. Throws: as aws::database_secret.
  std::optional<base::Secret> other(const std::string& instance_id, const base::Secret& refused, std::stop_token stop)
      EXCLUDES(mutex_);

 private:
  std::optional<base::Secret> look_up(const std::string& instance_id, const base::Secret& refused,
                                      const std::stop_token& stop) const;

  const aws::Account& account_;
  const base::Secret given_;
  const std::string secret_;
  base::Mutex mutex_;  // held while AWS is asked: threads that are refused at once want the same answer
  std::map<std::string, base::Secret> found_ GUARDED_BY(mutex_);  // by instance id
};

}  // namespace darbe::steps
