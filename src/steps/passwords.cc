#include "steps/passwords.h"

#include <fmt/format.h>

#include "aws/secrets.h"
#include "base/error.h"

namespace darbe::steps {

base::Secret Passwords::of(const std::string& instance_id) {
  base::MutexLock lock(mutex_);
  const auto found = found_.find(instance_id);
  return found == found_.end() ? given_ : found->second;
}

std::optional<base::Secret> Passwords::other(const std::string& instance_id, const base::Secret& refused,
                                             std::stop_token stop) {
  base::MutexLock lock(mutex_);
  const auto found = found_.find(instance_id);
  if (found != found_.end() && found->second.reveal() != refused.reveal()) return found->second;
  auto other = base::in_context(fmt::format("{} refuses the master user's password", instance_id),
                                [&] { return look_up(instance_id, refused, stop); });
  if (other) found_[instance_id] = *other;
  return other;
}

std::optional<base::Secret> Passwords::look_up(const std::string& instance_id, const base::Secret& refused,
                                               const std::stop_token& stop) const {
  const auto differs = [&](const base::Secret& password) { return password.reveal() != refused.reveal(); };
  const auto instance = account_.instances.find(instance_id, stop);
  if (instance && !instance->master_user_secret_arn.empty()) {
    const auto managed = aws::database_secret(account_.client, instance->master_user_secret_arn, stop).password;
    return differs(managed) ? std::optional(managed) : std::nullopt;
  }
  if (secret_.empty()) return std::nullopt;
  if (const auto current = aws::database_secret(account_.client, secret_, stop).password; differs(current))
    return current;
  const auto previous = aws::previous_database_secret(account_.client, secret_, stop);
  return previous && differs(previous->password) ? std::optional(previous->password) : std::nullopt;
}

}  // namespace darbe::steps
