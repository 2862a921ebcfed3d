#include "copy/pacer.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/error.h"
#include "base/log.h"
#include "copy/pressure.h"

namespace darbe::copy {

namespace {

// Long enough for the last change to be seen, short enough that a log does not fill in between.
constexpr std::chrono::seconds look_every{5};
// Ten thousand tablespaces take a tenth of a second to add up, and a volume fills slowly.
constexpr std::chrono::seconds look_at_storage_every{30};

}  // namespace

Pacer::Pacer(const Options& options) : options_(options), climb_(options.jobs) {
  gauges_.push_back({.name = "the target's redo log",
                     .advice = {},
                     .every = look_every,
                     .levels = redo_log_levels,
                     .read = [this](const std::stop_token& stop) -> std::optional<double> {
                       const auto age = read_checkpoint_age(target(stop));
                       return age ? std::optional(fullness(*age)) : std::nullopt;
                     }});
  if (options_.target_volume_bytes != 0)
    gauges_.push_back({.name = "the target's storage",
                       .advice = "Give the target more storage: when it is full the copy stops.",
                       .every = look_at_storage_every,
                       .levels = storage_levels,
                       .read = [this](const std::stop_token& stop) -> std::optional<double> {
                         return static_cast<double>(read_storage_used(target(stop))) /
                                static_cast<double>(options_.target_volume_bytes);
                       }});
  if (options_.shared_cpus != 0)
    gauges_.push_back({.name = "the server that is read",
                       .advice = {},
                       .every = look_every,
                       .levels = load_levels,
                       .read = [this](const std::stop_token& stop) -> std::optional<double> {
                         return read_foreign_statements(frozen(stop), lanes_) /
                                static_cast<double>(options_.shared_cpus);
                       }});
}

mysql::Connection& Pacer::target(const std::stop_token& stop) {
  if (!target_session_ || !target_session_->usable()) target_session_.emplace(options_.target, stop);
  return *target_session_;
}

mysql::Connection& Pacer::frozen(const std::stop_token& stop) {
  if (!frozen_session_ || !frozen_session_->usable()) frozen_session_.emplace(options_.frozen, stop);
  return *frozen_session_;
}

std::optional<double> Pacer::read(Gauge& gauge, const std::stop_token& stop) {
  try {
    make_room(stop);
    return gauge.read(stop);
  } catch (const base::Error& error) {
    if (error.kind() == base::Kind::interrupted) throw;
    if (error.kind() != base::Kind::transient) {
      log::warning("the copy goes on without an eye on {}: {}", gauge.name, base::text_of(error));
      gauge.is_blind = true;
    }
    return std::nullopt;  // a server that is away stops the lanes by itself
  }
}

void Pacer::make_room(const std::stop_token& stop) {
  if (!room_) room_ = std::min(mysql::sessions_to_take(target(stop)), mysql::sessions_to_take(frozen(stop)));
}

void Pacer::look(Gauge& gauge, unsigned wanted, const base::Clock::time_point& now, const std::stop_token& stop) {
  if (gauge.is_blind || (gauge.looked_at && now - *gauge.looked_at < gauge.every)) return;
  gauge.looked_at = now;
  const std::optional<double> full = read(gauge, stop);
  if (!full) return;
  const bool held = gauge.brake.holds();
  gauge.brake.limit(wanted, *full);
  say_if_it_begins_to_hold(gauge, held, *full);
}

void Pacer::say_if_it_begins_to_hold(const Gauge& gauge, bool held, double full) const {
  if (held || !gauge.brake.holds()) return;
  const std::string text = fmt::format("{} is {:.0f} % full: fewer lanes copy", gauge.name, 100 * full);
  if (gauge.advice.empty())
    log::debug("{}", text);
  else
    log::warning("{}. {}", text, gauge.advice);
}

unsigned Pacer::decide(const Pulse& pulse, std::stop_token stop) {
  const unsigned wanted = climb_.see(pulse);
  unsigned lanes = wanted;
  for (Gauge& gauge : gauges_) {
    look(gauge, wanted, pulse.at, stop);
    lanes = std::min(lanes, gauge.brake.limit(wanted));
    if (gauge.brake.holds()) climb_.forget_window();
  }
  lanes = std::min(lanes, room_.value_or(lanes));
  if (lanes_ != 0 && lanes != lanes_) log::debug("{} lanes copy, {} did before", lanes, lanes_);
  lanes_ = lanes;
  return lanes;
}

Pacing pacing_for(const Options& options) {
  // Shared by the copies of the function, of which one is called.
  const auto pacer = std::make_shared<Pacer>(options);
  return {.decide = [pacer](const Pulse& pulse, std::stop_token stop) { return pacer->decide(pulse, std::move(stop)); },
          .most = lanes_max};
}

}  // namespace darbe::copy
