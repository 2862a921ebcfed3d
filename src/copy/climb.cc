#include "copy/climb.h"

#include <algorithm>

namespace darbe::copy {

namespace {

// A commit is a chunk: with 8 a lane, what falls to the wrong side of a window's end is about 2 % of it for 8 lanes.
constexpr base::Seconds window_least{20};
constexpr unsigned chunks_per_lane = 8;
// Lanes that come open their sessions and cut a range, lanes that go finish a chunk.
constexpr std::chrono::seconds settling{5};

// More lanes have to pay for the ranges that they cut: those cost space (docs/decisions/0003_chunks.md).
constexpr double gain_least = 1.05;
// Fewer may cost as little as is not seen.
constexpr double loss_most = 0.98;

// About five minutes: what is best changes with the tables.
constexpr unsigned windows_of_rest = 15;

}  // namespace

unsigned first_lanes(unsigned target_cpus) { return std::clamp(2 * target_cpus, 1U, lanes_max); }

unsigned Climb::see(const Pulse& pulse) {
  if (pulse.at < settled_at_) return lanes_;
  if (!window_ || pulse.builds != window_->builds) window_ = pulse;
  const base::Seconds seconds = pulse.at - window_->at;
  if (seconds < window_least || pulse.chunks - window_->chunks < chunks_per_lane * lanes_) return lanes_;
  const Rate rate{lanes_, static_cast<double>(pulse.bytes - window_->bytes) / seconds.count(), pulse.builds};
  window_ = pulse;
  judge(rate);
  if (lanes_ != rate.lanes) {
    window_.reset();
    settled_at_ = pulse.at + settling;
  }
  return lanes_;
}

void Climb::judge(const Rate& rate) {
  if (rest_ > 0) {
    --rest_;
  } else if (!before_) {
    go_on(rate);
  } else if (rate.builds != before_->builds) {
    lanes_ = before_->lanes;  // not to be compared: an unproven change is no change
    before_.reset();
  } else if (is_worth(rate)) {
    has_moved_ = true;
    go_on(rate);
  } else {
    go_back();
  }
}

bool Climb::is_worth(const Rate& rate) const {
  return rate.bytes_per_second >= before_->bytes_per_second * (direction_ == Direction::up ? gain_least : loss_most);
}

void Climb::go_on(const Rate& rate) {
  before_ = rate;
  if (next() == lanes_)
    go_back();
  else
    lanes_ = next();
}

// Who has come from the other side need not look there.
void Climb::go_back() {
  lanes_ = before_->lanes;
  before_.reset();
  if (direction_ == Direction::up && !has_moved_) {
    direction_ = Direction::down;
    return;
  }
  direction_ = Direction::up;
  has_moved_ = false;
  rest_ = windows_of_rest;
}

// A quarter: fewer would not be told from chance, more might leap over the top.
unsigned Climb::next() const {
  const unsigned step = std::max(1U, lanes_ / 4);
  if (direction_ == Direction::up) return std::min(lanes_ + step, lanes_max);
  return lanes_ > step ? lanes_ - step : 1;
}

}  // namespace darbe::copy
