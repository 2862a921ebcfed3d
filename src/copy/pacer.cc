#include "copy/pacer.h"

#include <algorithm>
#include <memory>

#include "base/error.h"
#include "base/log.h"

namespace darbe::copy {

namespace {

// Long enough for the last change to be seen, short enough that the log does not fill in between.
constexpr std::chrono::seconds look_every{5};

}  // namespace

bool Pacer::is_time_to_look(const Pulse& pulse) const {
  return !is_blind_ && (!looked_at_ || pulse.at - *looked_at_ >= look_every);
}

std::optional<CheckpointAge> Pacer::look(const std::stop_token& stop) {
  try {
    open(stop);
    return read_checkpoint_age(*session_);
  } catch (const base::Error& error) {
    if (error.kind() == base::Kind::interrupted) throw;
    if (error.kind() != base::Kind::transient) {
      log::warning("the copy goes on without an eye on the target's redo log: {}", base::text_of(error));
      is_blind_ = true;
    }
    session_.reset();
    return std::nullopt;  // a target that is away stops the lanes by itself
  }
}

void Pacer::open(const std::stop_token& stop) {
  if (session_ && session_->usable()) return;
  session_.emplace(target_, stop);
  mysql::Connection frozen(frozen_, stop);
  room_ = std::min(mysql::sessions_to_take(*session_), mysql::sessions_to_take(frozen));
}

unsigned Pacer::decide(const Pulse& pulse, std::stop_token stop) {
  const unsigned wanted = climb_.see(pulse);
  unsigned lanes = brake_.limit(wanted);
  if (is_time_to_look(pulse)) {
    looked_at_ = pulse.at;
    if (const auto age = look(stop)) lanes = brake_.limit(wanted, *age);
  }
  if (brake_.holds()) climb_.forget_window();
  lanes = std::min(lanes, room_);
  if (lanes_ != 0 && lanes != lanes_)
    log::debug("{} lanes copy, {} did before{}", lanes, lanes_,
               brake_.holds() ? ": the target's redo log is full" : "");
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
