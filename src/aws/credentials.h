// The keys that requests are signed with, and their renewal before they end.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/json.h"
#include "aws/signing_clock.h"
#include "base/mutex.h"
#include "base/secret.h"

namespace darbe::aws {

struct Credentials {
  std::string access_key_id;
  base::Secret secret_access_key;
  base::Secret session_token{};        // empty for keys that last
  std::optional<TimePoint> ends = {};  // nothing: they last, or nobody said
  bool can_be_renewed = true;          // false: they stay what they are for as long as this process runs
};

// Asked before each request, as a run may outlive temporary credentials. `rejected` is the access key of some that AWS
// called expired, so that others are wanted; empty: none. Threads may share it.
using CredentialSource = std::function<Credentials(std::string_view rejected, std::stop_token)>;

// Where credentials with an end are asked for anew. Called on one thread at a time.
using FetchCredentials = std::function<Credentials(std::stop_token)>;

// How the fields of an answer are called.
struct CredentialFields {
  std::string access_key_id = "AccessKeyId";
  std::string secret_access_key = "SecretAccessKey";
  std::string session_token = "SessionToken";
  std::string ends = "Expiration";
};
// Throws: Error{failed} when a key is missing or the end is no time; `what` names the answer.
Credentials credentials_in(const Fields& fields, const CredentialFields& names, std::string_view what);

enum class Renewal {
  none,
  if_possible,  // soon: a failure does no harm yet
  needed,       // too late to go on without
};
// 15 minutes before the end, if possible; 10 minutes before it, in any case. Credentials that are given for less than
// an hour (`life`) are renewed in their last quarter and sixth: else some would be fetched anew for each request.
Renewal renewal_of(const Credentials& credentials, std::chrono::seconds life, TimePoint now);

// Keeps what was fetched until it should be renewed. One thread renews; the others go on with what there is, and wait
// only when that won't do. Threads may share it.
class RenewedCredentials {
 public:
  RenewedCredentials(FetchCredentials fetch, std::shared_ptr<const SigningClock> clock)
      : fetch_(std::move(fetch)), clock_(std::move(clock)) {}

  // Throws: what fetching throws, when there are none that have not ended; Error{interrupted}.
  Credentials get(std::string_view rejected, const std::stop_token& stop) EXCLUDES(mutex_);

 private:
  Renewal due(std::string_view rejected) const REQUIRES(mutex_);
  void renew(const std::stop_token& stop) EXCLUDES(mutex_);
  void take(Credentials fetched) EXCLUDES(mutex_);
  // Requires: called from a catch block, whose error it throws again if nothing is left to go on with.
  void give_up(std::string_view rejected, const std::exception& error) EXCLUDES(mutex_);

  const FetchCredentials fetch_;
  const std::shared_ptr<const SigningClock> clock_;  // also held by the client, which corrects it
  base::Mutex mutex_;
  base::Condition renewed_;
  bool is_renewing_ GUARDED_BY(mutex_) = false;
  std::optional<Credentials> current_ GUARDED_BY(mutex_);
  std::chrono::seconds life_ GUARDED_BY(mutex_){};
  TimePoint not_before_ GUARDED_BY(mutex_){};  // after a failure
};

// The same as a source. It is shared by the copies of the function.
CredentialSource renewed(FetchCredentials fetch, std::shared_ptr<const SigningClock> clock);

}  // namespace darbe::aws
