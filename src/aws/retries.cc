#include "aws/retries.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "aws/error.h"

namespace darbe::aws {

using base::Error;
using base::Kind;

namespace {

// The server may add at most this much to our own pause.
constexpr std::chrono::milliseconds asked_for_max{5000};

int cost_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::throttling:
      return 5;
    case Trouble::fault:
      return 14;
    case Trouble::none:
      break;
  }
  return 1;
}

// base × 2^doublings, at most `most`.
std::chrono::milliseconds doubled(std::chrono::milliseconds base, int doublings, std::chrono::milliseconds most) {
  return std::min<std::chrono::milliseconds>(most, base * (1LL << std::clamp(doublings, 0, 30)));
}

bool only_reads(std::string_view action) {
  constexpr auto verbs = std::to_array<std::string_view>({"Describe", "List", "Get", "AssumeRole", "Simulate"});
  return std::any_of(verbs.begin(), verbs.end(), [&](std::string_view verb) { return action.starts_with(verb); });
}

bool only_tells_more(std::string_view action) { return action == "GetMetricData"; }

// What was looked at before may be otherwise after minutes: who deletes looks again.
bool deletes_data(std::string_view action) { return action == "DeleteDBInstance"; }

// What AWS said, wherever in the chain of errors it stands.
Setback said_in(const std::exception& error) {
  if (const auto* said = dynamic_cast<const ApiError*>(&error)) {
    return {said->meaning() == Meaning::throttled ? Trouble::throttling : Trouble::fault, true, said->retry_after()};
  }
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    return said_in(nested);
  }
  return {.trouble = Trouble::fault};
}

std::string setting(const Environment& environment, const std::string& variable, const Profile& profile,
                    const std::string& key) {
  const std::string value = environment(variable).value_or("");
  return value.empty() ? value_of(profile, key) : value;
}

}  // namespace

Setback setback_of(const std::exception& error) {
  return base::kind_of(error) == Kind::transient ? said_in(error) : Setback();
}

RetryRules retry_rules(const Environment& environment, const Profile& profile) {
  RetryRules rules;
  const std::string tries = setting(environment, "AWS_MAX_ATTEMPTS", profile, "max_attempts");
  if (!tries.empty()) {
    const auto [end, error] = std::from_chars(tries.data(), tries.data() + tries.size(), rules.tries);
    if (error != std::errc() || end != tries.data() + tries.size() || rules.tries < 1) {
      throw Error(Kind::usage, fmt::format("AWS_MAX_ATTEMPTS (or max_attempts in the profile) is '{}'", tries));
    }
  }
  const std::string mode = setting(environment, "AWS_RETRY_MODE", profile, "retry_mode");
  if (!mode.empty() && mode != "standard" && mode != "adaptive" && mode != "legacy") {
    throw Error(Kind::usage, fmt::format("AWS_RETRY_MODE (or retry_mode in the profile) is '{}'", mode),
                "It may be standard, adaptive or legacy; darbe takes them all as standard.");
  }
  return rules;
}

std::chrono::milliseconds pause_after(const RetryRules& rules, const Setback& setback, int attempt, double random) {
  const auto base = setback.trouble == Trouble::throttling ? rules.throttling_base : rules.fault_base;
  const std::chrono::duration<double, std::milli> jittered = doubled(base, attempt - 1, rules.at_most) * random;
  const auto computed = std::chrono::duration_cast<std::chrono::milliseconds>(jittered);
  return setback.asked_for ? std::clamp(*setback.asked_for, computed, computed + asked_for_max) : computed;
}

std::chrono::milliseconds storm_pause_after(const RetryRules& rules, int failure) {
  return doubled(rules.storm_base, failure - 1, rules.storm_at_most);
}

std::chrono::milliseconds patience_for(const RetryRules& rules, std::string_view action, Trouble trouble) {
  if (only_tells_more(action) || deletes_data(action)) return std::chrono::milliseconds(0);
  return only_reads(action) || trouble == Trouble::throttling ? rules.storm : rules.short_storm;
}

bool RetryBudget::take(Trouble trouble) {
  base::MutexLock lock(mutex_);
  if (tokens_ < cost_of(trouble)) return false;
  tokens_ -= cost_of(trouble);
  return true;
}

void RetryBudget::give_back(Trouble trouble) {
  base::MutexLock lock(mutex_);
  tokens_ = std::min(full, tokens_ + cost_of(trouble));
}

}  // namespace darbe::aws
