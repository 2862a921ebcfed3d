// When a request is sent again, and after what pause: the "standard" mode of AWS's SDKs as it is since November 2026
// (SDKs and Tools Reference Guide, "Retry behavior"), and longer patience on top of it (docs/decisions/0007).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "aws/profiles.h"
#include "base/error.h"
#include "base/mutex.h"

namespace darbe::aws {

// Why a request may be sent again.
enum class Trouble {
  none,        // it may not
  throttling,  // AWS took no notice of it
  fault,       // AWS failed, or no answer came: it may have taken effect
};
struct Setback {
  Trouble trouble = Trouble::none;
  bool is_answer = false;                                   // AWS said so; else nothing came
  std::optional<std::chrono::milliseconds> asked_for = {};  // the pause that the server wants: x-amz-retry-after
};
Setback setback_of(const std::exception& error);

struct RetryRules {
  int tries = 3;  // the first one included
  std::chrono::milliseconds fault_base{50};
  std::chrono::milliseconds throttling_base{1000};
  std::chrono::milliseconds at_most{20'000};
  // A request whose tries are used up is begun anew for this long, with these pauses.
  std::chrono::milliseconds storm{600'000};       // what only reads, and what AWS took no notice of
  std::chrono::milliseconds short_storm{30'000};  // what may have taken effect
  std::chrono::milliseconds storm_base{2000};
  std::chrono::milliseconds storm_at_most{30'000};
};

// AWS_MAX_ATTEMPTS and AWS_RETRY_MODE, then the profile. Throws: Error{usage}.
RetryRules retry_rules(const Environment& environment, const Profile& profile);

// The pause after try number `attempt` (1, 2, …): random(0, 1) × min(at_most, base × 2^(attempt - 1)). What the server
// asks for counts as far as it lies between that and 5 s more.
std::chrono::milliseconds pause_after(const RetryRules& rules, const Setback& setback, int attempt, double random);

// The pause after failure number `failure` (1, 2, …) of a request with all its tries.
std::chrono::milliseconds storm_pause_after(const RetryRules& rules, int failure);

// How long a request is begun anew after its first failure; CloudWatch's figures and deletions are not.
std::chrono::milliseconds patience_for(const RetryRules& rules, std::string_view action, Trouble trouble);

// Says to us all: when much fails, repeating stops before it adds to AWS's trouble. Threads may share it.
class RetryBudget {
 public:
  static constexpr int full = 500;
  // False if there is not enough left.
  bool take(Trouble trouble) EXCLUDES(mutex_);
  // A success after a retry gives back what that took; one at the first try gives 1.
  void give_back(Trouble trouble) EXCLUDES(mutex_);

 private:
  base::Mutex mutex_;
  int tokens_ GUARDED_BY(mutex_) = full;
};

}  // namespace darbe::aws
