#include "aws/waiter.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "aws/error.h"
#include "base/error.h"
#include "base/log.h"
#include "base/retry.h"

namespace darbe::aws {

using base::Clock;
using base::Error;
using base::Kind;

namespace {

constexpr std::string_view volume_optimized = "storage-optimization";

constexpr auto usable_words = std::to_array<std::string_view>(
    {"backing-up", volume_optimized, "storage-config-upgrade", "configuring-enhanced-monitoring",
     "configuring-iam-database-auth", "configuring-log-exports"});

// What a person can do in a hopeless state, and whether the run can go on then.
struct WayOut {
  std::string_view status;
  const char* advice;
  bool leads_on = true;
};

constexpr const char* lost_instance =
    "RDS doesn't bring it back. If the run made it, give the run up with `darbe undo`, and begin again; any other can "
    "be restored from its backups (aws rds restore-db-instance-to-point-in-time).";

constexpr auto ways_out = std::to_array<WayOut>({
    {storage_full, "Give the instance more storage (ModifyDBInstance, AllocatedStorage)."},
    {"stopped", "Start the instance (aws rds start-db-instance)."},
    {"insufficient-capacity",
     "If the run made it, give the run up with `darbe undo`, and begin it with another --availability-zone or "
     "--db-instance-class; or wait for AWS to have room."},
    {"incompatible-parameters", "Set the values in its parameter group right and reboot it."},
    {"incompatible-option-group",
     "Correct its option group, or give it another one (aws rds modify-db-instance --option-group-name)."},
    {"incompatible-network",
     "Free addresses in the subnets of its subnet group, or add subnets that have some (aws rds "
     "modify-db-subnet-group)."},
    {"inaccessible-encryption-credentials-recoverable",
     "Give RDS access to the instance's KMS key back, and start the instance (aws rds start-db-instance)."},
    {"inaccessible-encryption-credentials",
     "Give RDS access to the instance's KMS key back; where that comes too late, restore it from its backups (aws rds "
     "restore-db-instance-to-point-in-time)."},
    {"upgrade-failed",
     "Its events and its upgrade log in the RDS console say what stopped the upgrade: mend that and upgrade it again, "
     "or restore the snapshot that RDS took before."},
    {"failed", lost_instance, false},
    {"restore-error", lost_instance, false},
    {"incompatible-restore", lost_instance, false},
    {"incompatible-create", lost_instance, false},
    {"deleting", "Somebody is deleting the instance; nothing can stop that.", false},
    {"delete-precheck", "Somebody is deleting the instance; RDS looks at its read replicas first.", false},
});

const WayOut* way_out_of(std::string_view status) {
  const auto found = std::ranges::find(ways_out, status, &WayOut::status);
  return found == ways_out.end() ? nullptr : &*found;
}

Clock::duration seconds_in(const Environment& environment, const char* name, Clock::duration otherwise) {
  const auto text = environment(name);
  if (!text) return otherwise;
  double seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc() || end != text->data() + text->size() || !(seconds > 0 && seconds <= 3600))
    throw Error(Kind::usage, fmt::format("{} is '{}', not a number of seconds", name, *text));
  return std::chrono::duration_cast<Clock::duration>(base::Seconds(seconds));
}

Error hopeless(const std::string& identifier, const std::string& what, const std::string& status) {
  const WayOut* way = way_out_of(status);
  const bool leads_on = way != nullptr && way->leads_on;
  return {Kind::failed, fmt::format("waiting for {} {}: its status is '{}'", identifier, what, status),
          advice_for(status) + (leads_on ? " Then run the same command again." : "")};
}

bool is_settled(const Instance& instance) {
  const bool is_ready = classify_status(instance.status) == Waiting::ready || instance.status == volume_optimized;
  return is_ready && instance.pending.empty();
}

// A look that AWS doesn't answer is no reason to end a wait.
bool is_no_answer(const std::exception& error) { return base::kind_of(error) == Kind::transient; }

}  // namespace

Waiting classify_status(std::string_view status) {
  if (status == "available") return Waiting::ready;
  if (std::ranges::find(usable_words, status) != usable_words.end()) return Waiting::usable;
  if (way_out_of(status) != nullptr || status.starts_with("incompatible-")) return Waiting::hopeless;
  return Waiting::on_the_way;
}

bool serves(const Instance& instance) {
  const Waiting state = classify_status(instance.status);
  return state == Waiting::ready || state == Waiting::usable;
}

std::string advice_for(std::string_view status) {
  const WayOut* way = way_out_of(status);
  return way != nullptr ? way->advice : "The instance's events in the RDS console say why.";
}

Clock::duration poll_pause(int poll, Clock::duration every) {
  const auto early = std::chrono::seconds(1) * (1LL << std::clamp(poll, 0, 20));
  return std::min<Clock::duration>(every, early);
}

Clock::duration poll_interval(const Environment& environment) {
  return seconds_in(environment, "DARBE_POLL_SECONDS", std::chrono::seconds(10));
}

Clock::duration patience(const Environment& environment) {
  return seconds_in(environment, "DARBE_PATIENCE_SECONDS", std::chrono::minutes(5));
}

void Waiter::poll(const std::string& identifier, const std::string& what, const std::function<bool(Look&)>& seen,
                  const std::stop_token& stop) const {
  const auto begin = Clock::now();
  for (int number = 0;; ++number) {
    Look look{{}, {identifier, what, "no answer", {}, {}}};
    bool is_answered = true;
    try {
      look.instance = instances_.find(identifier, stop);
    } catch (const std::exception& error) {
      if (!is_no_answer(error)) throw;
      is_answered = false;
    }
    look.state.waited = Clock::now() - begin;
    if (!is_answered) {
      report_(look.state);
    } else if (seen(look)) {
      return;
    }
    base::sleep_for(poll_pause(number, every_), stop);
    base::throw_if_stopped(stop);
  }
}

Instance Waiter::until(const std::string& identifier, const std::string& what,
                       const std::function<bool(const Instance&)>& reached, std::stop_token stop) const {
  return until(identifier, what, reached, {}, stop);
}

Instance Waiter::until(const std::string& identifier, const std::string& what,
                       const std::function<bool(const Instance&)>& reached, std::string_view borne,
                       const std::stop_token& stop) const {
  std::optional<Instance> found;
  poll(
      identifier, what,
      [&](Look& look) {
        if (!look.instance)
          throw Error(Kind::failed, fmt::format("waiting for {} {}: there is no such instance", identifier, what));
        look.state.status = look.instance->status;
        look.state.percent = look.instance->storage_operation_percent;
        report_(look.state);
        found = std::move(look.instance);
        if (reached(*found)) return true;
        if (found->status != borne && classify_status(found->status) == Waiting::hopeless)
          throw hopeless(identifier, what, found->status);
        return false;
      },
      stop);
  return std::move(*found);
}

Instance Waiter::until_usable(const std::string& identifier, std::stop_token stop) const {
  return until(identifier, "to be available", serves, stop);
}

Instance Waiter::until_left(const std::string& identifier, std::string_view status, std::stop_token stop) const {
  return until(identifier, fmt::format("to be {} no longer", status), serves, status, stop);
}

Instance Waiter::until_settled(const std::string& identifier, std::stop_token stop) const {
  return until(identifier, "to be available with nothing pending", is_settled, stop);
}

Instance Waiter::until_settled(const std::string& identifier, const std::string& with,
                               const std::function<bool(const Instance&)>& as_asked, std::stop_token stop) const {
  return until(
      identifier, "to be available with " + with,
      [&](const Instance& instance) { return is_settled(instance) && as_asked(instance); }, stop);
}

void Waiter::until_gone(const std::string& identifier, std::stop_token stop) const {
  poll(
      identifier, "to be gone",
      [&](Look& look) {
        look.state.status = look.instance ? look.instance->status : "gone";
        report_(look.state);
        return !look.instance;
      },
      stop);
}

void Waiter::when_allowed(const std::string& identifier, const std::string& what, const std::function<void()>& work,
                          std::stop_token stop) const {
  const auto begin = Clock::now();
  bool was_overdue = false;
  for (int poll = 0;; ++poll) {
    try {
      return work();
    } catch (const ApiError& error) {
      if (error.meaning() != Meaning::invalid_state && error.meaning() != Meaning::in_use) throw;
      const auto instance = identifier.empty() ? std::nullopt : instances_.find(identifier, stop);
      if (!identifier.empty() && !instance) throw;
      if (instance && classify_status(instance->status) == Waiting::hopeless)
        std::throw_with_nested(hopeless(identifier, what, instance->status));
      const auto waited = Clock::now() - begin;
      const bool is_overdue = waited >= patience_ && !was_overdue;
      was_overdue = was_overdue || is_overdue;
      report_({identifier, what, instance ? instance->status : error.code(), {}, waited, error.message(), is_overdue});
    }
    base::sleep_for(poll_pause(poll, every_), stop);
    base::throw_if_stopped(stop);
  }
}

void Waiter::remove(const std::string& identifier, const std::function<bool()>& is_still_to_be_deleted,
                    std::stop_token stop) const {
  constexpr base::RetryPolicy patient{.tries = 20, .base = std::chrono::seconds(1), .at_most = std::chrono::minutes(1)};
  const auto once = [&] {
    if (is_still_to_be_deleted()) instances_.remove(identifier, AutomatedBackups::remove, stop);
  };
  const auto tell = [](const std::exception& error, int) {
    log::warning("{}; AWS is asked again", base::text_of(error));
  };
  when_allowed(identifier, "until it can be deleted", [&] { base::retry(patient, stop, once, tell); }, stop);
}

}  // namespace darbe::aws
