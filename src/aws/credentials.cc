#include "aws/credentials.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

namespace darbe::aws {

using base::Error;
using base::Kind;
using base::MutexLock;

namespace {

constexpr std::chrono::minutes advisory{15};
constexpr std::chrono::minutes mandatory{10};

// A source in trouble is not asked for each request.
constexpr std::chrono::minutes pause_after_failure{1};

bool has_ended(const Credentials& credentials, TimePoint now) { return credentials.ends && *credentials.ends <= now; }

}  // namespace

Credentials credentials_in(const Fields& fields, const CredentialFields& names, std::string_view what) {
  Credentials credentials{field(fields, names.access_key_id), base::Secret(field(fields, names.secret_access_key)),
                          base::Secret(field(fields, names.session_token))};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    throw Error(Kind::failed, fmt::format("{} has no {} or no {}", what, names.access_key_id, names.secret_access_key));
  }
  const std::string ends = field(fields, names.ends);
  credentials.ends = read_iso_time(ends);
  if (!ends.empty() && !credentials.ends) {
    throw Error(Kind::failed, fmt::format("{} has a time that can't be read: {} '{}'", what, names.ends, ends));
  }
  return credentials;
}

Renewal renewal_of(const Credentials& credentials, std::chrono::seconds life, TimePoint now) {
  if (!credentials.ends) return Renewal::none;
  const auto left = *credentials.ends - now;
  if (left <= std::min<std::chrono::seconds>(mandatory, life / 6)) return Renewal::needed;
  if (left <= std::min<std::chrono::seconds>(advisory, life / 4)) return Renewal::if_possible;
  return Renewal::none;
}

Renewal RenewedCredentials::due(std::string_view rejected) const {
  if (!current_ || current_->access_key_id == rejected) return Renewal::needed;
  const TimePoint now = clock_->now();
  if (now < not_before_ && !has_ended(*current_, now)) return Renewal::none;
  return renewal_of(*current_, life_, now);
}

Credentials RenewedCredentials::get(std::string_view rejected, const std::stop_token& stop) {
  {
    MutexLock lock(mutex_);
    while (is_renewing_ && due(rejected) == Renewal::needed) {
      base::throw_if_stopped(stop);
      renewed_.wait_for(mutex_, std::chrono::milliseconds(50));
    }
    if (is_renewing_ || due(rejected) == Renewal::none) return *current_;
    is_renewing_ = true;
  }
  try {
    renew(stop);
  } catch (const std::exception& error) {
    give_up(rejected, error);
  }
  MutexLock lock(mutex_);
  return *current_;
}

void RenewedCredentials::renew(const std::stop_token& stop) { take(fetch_(stop)); }

void RenewedCredentials::take(Credentials fetched) {
  MutexLock lock(mutex_);
  const auto left = fetched.ends ? *fetched.ends - clock_->now() : TimePoint::duration::zero();
  life_ = std::chrono::duration_cast<std::chrono::seconds>(left);
  current_ = std::move(fetched);
  not_before_ = {};
  is_renewing_ = false;
  renewed_.notify_all();
}

void RenewedCredentials::give_up(std::string_view rejected, const std::exception& error) {
  MutexLock lock(mutex_);
  is_renewing_ = false;
  renewed_.notify_all();
  const TimePoint now = clock_->now();
  const bool can_go_on = current_ && current_->access_key_id != rejected && !has_ended(*current_, now);
  if (!can_go_on || base::kind_of(error) == Kind::interrupted) throw;
  const auto left = current_->ends ? *current_->ends - now : TimePoint::duration::zero();
  not_before_ = now + std::min<TimePoint::duration>(pause_after_failure, left / 4);
  log::warning("AWS credentials can't be renewed yet and end in {} s: {}",
               std::chrono::duration_cast<std::chrono::seconds>(left).count(), base::text_of(error));
}

CredentialSource renewed(FetchCredentials fetch, std::shared_ptr<const SigningClock> clock) {
  return [keeper = std::make_shared<RenewedCredentials>(std::move(fetch), std::move(clock))](
             std::string_view rejected, std::stop_token stop) { return keeper->get(rejected, stop); };
}

}  // namespace darbe::aws
