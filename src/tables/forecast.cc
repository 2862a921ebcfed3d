#include "tables/forecast.h"

#include <algorithm>

namespace darbe::tables {

namespace {

// Long enough for several chunks of each lane, short enough to follow lanes that come and go.
constexpr std::chrono::seconds recent{120};

constexpr std::uint64_t least_part_seen = 100;

// Measured with both servers on one machine of two cores: 2.6 s after 14.4 s of rows and indexes. It reads one side
// only, and writes nothing.
constexpr double verify_over_copy = 4;

// What has taken longer than expected has at least so much of what it took before it.
constexpr double overtime_part = 0.05;

bool has_all_rows(const Progress::Row& row) {
  return row.phase == Phase::rows_copied || row.phase == Phase::building_indexes || row.phase == Phase::copied ||
         row.phase == Phase::verified;
}

// Tables that have not begun are larger or smaller than their pages by as much as those that have.
std::uint64_t corrected(const Progress::Snapshot& progress, std::uint64_t bytes) {
  auto expected = static_cast<double>(progress.done.bytes);
  auto estimated = static_cast<double>(progress.done.rows == 0 ? 0 : progress.done.bytes_estimated);
  for (const Progress::Row& row : progress.at_work) {
    if (row.rows == 0) continue;
    expected += static_cast<double>(bytes_expected(row));
    estimated += static_cast<double>(row.bytes_estimated);
  }
  const double correction = estimated > 0 ? expected / estimated : 1;
  return static_cast<std::uint64_t>(correction * static_cast<double>(bytes));
}

}  // namespace

std::uint64_t bytes_expected(const Progress::Row& row) {
  if (has_all_rows(row)) return row.bytes;
  if (row.rows == 0 || row.rows_estimated == 0) return std::max(row.bytes, row.bytes_estimated);
  const double row_bytes = static_cast<double>(row.bytes) / static_cast<double>(row.rows);
  return std::max(row.bytes, static_cast<std::uint64_t>(row_bytes * static_cast<double>(row.rows_estimated)));
}

Amount amount_expected(const Progress::Snapshot& progress) {
  Amount all = progress.done;
  all.bytes_estimated = progress.done.bytes + std::max(progress.waiting.bytes, progress.waiting.bytes_estimated);
  all.tables += progress.waiting.tables + progress.at_work.size();
  all.rows += progress.waiting.rows;
  all.bytes += progress.waiting.bytes;
  for (const Progress::Row& row : progress.at_work) {
    all.rows += row.rows;
    all.bytes += row.bytes;
    all.bytes_estimated += bytes_expected(row);
  }
  return all;
}

Forecast::Sums Forecast::sum_of(const Progress::Snapshot& progress) {
  Sums sums;
  const auto add = [&sums](std::uint64_t bytes, std::uint64_t left) {
    sums.bytes += bytes;
    sums.expected += bytes + left;
    sums.left += left;
  };
  add(progress.done.bytes, 0);
  const std::uint64_t waiting = corrected(progress, progress.waiting.bytes_estimated);
  add(progress.waiting.bytes, waiting - std::min(waiting, progress.waiting.bytes));
  sums.is_copying = sums.left > 0;
  for (const Progress::Row& row : progress.at_work) {
    const std::uint64_t bytes = row.rows == 0 ? corrected(progress, bytes_expected(row)) : bytes_expected(row);
    std::uint64_t left = bytes - std::min(bytes, row.bytes);
    if (row.phase == Phase::copying && left == 0)
      left = static_cast<std::uint64_t>(overtime_part * static_cast<double>(row.bytes));
    add(row.bytes, left);
    sums.is_copying = sums.is_copying || (left > 0 && !has_all_rows(row));
  }
  return sums;
}

void Forecast::see(const Progress::Snapshot& progress, Time now) {
  left_.reset();
  const Sums sums = sum_of(progress);
  if (sums.expected == 0) return;
  see_bytes(sums, now);
  see_builds(progress.at_work, now);
  double seconds = 0;
  if (sums.is_copying) {
    const auto rate = bytes_per_second();
    if (!rate || sums.bytes < first_->bytes || (sums.bytes - first_->bytes) * least_part_seen < sums.expected) return;
    seconds += static_cast<double>(sums.left) / *rate;
  }
  if (!progress.verifies) {
    const auto builds = builds_left(progress, now);
    if (!builds || !average_) return;
    const std::uint64_t to_verify = sums.expected - std::min(sums.expected, progress.bytes_verified_ahead);
    seconds = std::max(seconds, *builds) + static_cast<double>(to_verify) / (verify_over_copy * *average_);
  }
  left_ = base::Seconds(seconds);
}

void Forecast::see_bytes(const Sums& sums, Time now) {
  const Sample sample{now, sums.bytes};
  if (!first_) first_ = sample;
  samples_.push_back(sample);
  while (samples_.size() > 2 && now - samples_.front().at > recent) samples_.pop_front();
  const double seconds = base::Seconds(now - first_->at).count();
  if (sums.is_copying && seconds > 0 && sums.bytes > first_->bytes)
    average_ = static_cast<double>(sums.bytes - first_->bytes) / seconds;
}

std::optional<double> Forecast::bytes_per_second() const {
  const double seconds = base::Seconds(samples_.back().at - samples_.front().at).count();
  // A chunk that was not kept takes its bytes back.
  if (seconds <= 0 || samples_.back().bytes <= samples_.front().bytes) return std::nullopt;
  return static_cast<double>(samples_.back().bytes - samples_.front().bytes) / seconds;
}

// A build that ended without an end of its table was given back.
void Forecast::see_builds(const std::vector<Progress::Row>& at_work, Time now) {
  std::map<TableName, Phase> phases;
  for (const Progress::Row& row : at_work) {
    phases[row.name] = row.phase;
    if (row.phase == Phase::building_indexes) building_.try_emplace(row.name, BuildBegun{now, row.index_bytes});
  }
  std::erase_if(building_, [&](const auto& begun) {
    const auto phase = phases.find(begun.first);
    if (phase != phases.end() && phase->second == Phase::building_indexes) return false;
    if (phase == phases.end() || phase->second == Phase::copied) {
      built_seconds_ += base::Seconds(now - begun.second.at).count();
      built_bytes_ += static_cast<double>(begun.second.bytes);
    }
    return true;
  });
}

std::optional<double> Forecast::build_seconds(std::uint64_t bytes) const {
  if (built_bytes_ > 0) return static_cast<double>(bytes) * built_seconds_ / built_bytes_;
  if (average_) return static_cast<double>(bytes) / *average_;
  return std::nullopt;
}

// As many at once as now.
std::optional<double> Forecast::builds_left(const Progress::Snapshot& progress, Time now) const {
  double all = 0, longest = 0;
  if (progress.waiting.index_bytes > 0) {
    const auto seconds = build_seconds(progress.waiting.index_bytes);
    if (!seconds) return std::nullopt;
    all = *seconds;
  }
  for (const Progress::Row& row : progress.at_work) {
    if (row.index_bytes == 0 || row.phase == Phase::copied) continue;
    auto seconds = build_seconds(row.index_bytes);
    if (!seconds) return std::nullopt;
    if (const auto begun = building_.find(row.name); begun != building_.end()) {
      const double spent = base::Seconds(now - begun->second.at).count();
      seconds = std::max(*seconds - spent, overtime_part * spent);
    }
    all += *seconds;
    longest = std::max(longest, *seconds);
  }
  return std::max(longest, all / static_cast<double>(std::max<std::size_t>(building_.size(), 1)));
}

}  // namespace darbe::tables
