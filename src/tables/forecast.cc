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

bool is_of_verify(const Progress::Row& row) { return row.phase == Phase::verifying || row.phase == Phase::verified; }
bool has_all_rows(const Progress::Row& row) {
  return row.phase == Phase::rows_copied || row.phase == Phase::building_indexes || row.phase == Phase::copied ||
         row.phase == Phase::verified;
}

}  // namespace

std::uint64_t bytes_expected(const Progress::Row& row) {
  if (has_all_rows(row)) return row.bytes;
  if (row.rows == 0 || row.rows_estimated == 0) return std::max(row.bytes, row.bytes_estimated);
  const double row_bytes = static_cast<double>(row.bytes) / static_cast<double>(row.rows);
  return std::max(row.bytes, static_cast<std::uint64_t>(row_bytes * static_cast<double>(row.rows_estimated)));
}

// Tables that have not begun are larger or smaller than their pages by as much as those that have.
Forecast::Sums Forecast::sum_of(const std::vector<Progress::Row>& rows) {
  double expected = 0, estimated = 0;
  for (const Progress::Row& row : rows) {
    if (row.rows == 0) continue;
    expected += static_cast<double>(bytes_expected(row));
    estimated += static_cast<double>(row.bytes_estimated);
  }
  const double correction = estimated > 0 ? expected / estimated : 1;
  Sums sums;
  for (const Progress::Row& row : rows) {
    std::uint64_t bytes = bytes_expected(row);
    if (row.rows == 0) bytes = static_cast<std::uint64_t>(correction * static_cast<double>(bytes));
    std::uint64_t left = bytes - std::min(bytes, row.bytes);
    if (row.phase == Phase::copying && left == 0)
      left = static_cast<std::uint64_t>(overtime_part * static_cast<double>(row.bytes));
    sums.bytes += row.bytes;
    sums.expected += row.bytes + left;
    sums.left += left;
    sums.is_copying = sums.is_copying || (left > 0 && !has_all_rows(row));
  }
  return sums;
}

void Forecast::see(const std::vector<Progress::Row>& rows, Time now) {
  left_.reset();
  if (rows.empty()) return;
  const Sums sums = sum_of(rows);
  see_bytes(sums, now);
  see_builds(rows, now);
  const bool verifies = std::any_of(rows.begin(), rows.end(), is_of_verify);
  double seconds = 0;
  if (sums.is_copying) {
    const auto rate = bytes_per_second();
    if (!rate || (sums.bytes - first_->bytes) * least_part_seen < sums.expected) return;
    seconds += static_cast<double>(sums.left) / *rate;
  }
  if (!verifies) {
    const auto builds = builds_left(rows, now);
    if (!builds || !average_) return;
    seconds = std::max(seconds, *builds) + static_cast<double>(sums.expected) / (verify_over_copy * *average_);
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
  const std::uint64_t bytes = samples_.back().bytes - samples_.front().bytes;
  if (seconds <= 0 || bytes == 0) return std::nullopt;
  return static_cast<double>(bytes) / seconds;
}

void Forecast::see_builds(const std::vector<Progress::Row>& rows, Time now) {
  for (const Progress::Row& row : rows) {
    const auto begun = building_.find(row.name);
    if (row.phase == Phase::building_indexes) {
      if (begun == building_.end()) building_[row.name] = {now, row.index_bytes};
    } else if (begun != building_.end()) {
      if (row.phase == Phase::copied) {  // else it was given back
        built_seconds_ += base::Seconds(now - begun->second.at).count();
        built_bytes_ += static_cast<double>(begun->second.bytes);
      }
      building_.erase(begun);
    }
  }
}

// As many at once as now.
std::optional<double> Forecast::builds_left(const std::vector<Progress::Row>& rows, Time now) const {
  double all = 0, longest = 0;
  for (const Progress::Row& row : rows) {
    if (row.index_bytes == 0 || row.phase == Phase::copied) continue;
    const auto bytes = static_cast<double>(row.index_bytes);
    double seconds = 0;
    if (built_bytes_ > 0)
      seconds = bytes * built_seconds_ / built_bytes_;
    else if (average_)
      seconds = bytes / *average_;
    else
      return std::nullopt;
    if (const auto begun = building_.find(row.name); begun != building_.end()) {
      const double spent = base::Seconds(now - begun->second.at).count();
      seconds = std::max(seconds - spent, overtime_part * spent);
    }
    all += seconds;
    longest = std::max(longest, seconds);
  }
  return std::max(longest, all / static_cast<double>(std::max<std::size_t>(building_.size(), 1)));
}

}  // namespace darbe::tables
