#include "watch/lag.h"

namespace darbe::watch {

namespace {

// Long enough that one large transaction doesn't look like standing still.
constexpr std::chrono::minutes window{1};
// Half a day of looks; from there on every second one is enough.
constexpr std::size_t looks_kept = 4096;

template <typename Items>
void drop_every_second(Items& items) {
  Items kept;
  for (std::size_t index = 0; index < items.size(); index += 2) kept.push_back(items[index]);
  items.swap(kept);
}

}  // namespace

Lag LagTrack::see(const Look& look) {
  if (not_applied_.size() >= looks_kept) drop_every_second(not_applied_);
  not_applied_.push_back({look.at, look.source});
  while (!not_applied_.empty() && not_applied_.front().source <= look.applied) {
    applied_ = not_applied_.front().at;
    not_applied_.pop_front();
  }
  Lag lag;
  if (!not_applied_.empty()) lag.at_least = look.at - not_applied_.front().at;
  if (applied_) lag.at_most = look.at - *applied_;
  lag.bytes = look.bytes_behind;
  if (!look.bytes_behind) return lag;

  last_minute_.push_back({look.at, *look.bytes_behind});
  while (look.at - last_minute_.front().at > window) last_minute_.pop_front();
  const Behind& before = last_minute_.front();
  lag.nearer = *look.bytes_behind < before.bytes;
  if (lag.nearer && look.at > before.at) {
    const double gained = static_cast<double>(before.bytes - *look.bytes_behind);
    lag.seconds_left = base::Seconds(look.at - before.at) * (static_cast<double>(*look.bytes_behind) / gained);
  }
  return lag;
}

}  // namespace darbe::watch
