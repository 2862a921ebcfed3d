#include "lab/metrics.h"

#include <algorithm>
#include <cmath>

namespace darbe::lab {
namespace {

constexpr std::size_t minutes_kept = 24 * 60;

}  // namespace

std::chrono::seconds shortened_minute(double speed) {
  return std::chrono::seconds(std::max(1L, std::lround(60 / speed)));
}

void Metrics::set_minute(std::chrono::seconds minute) {
  base::MutexLock lock(mutex_);
  minute_ = minute;
}

std::chrono::seconds Metrics::minute() const {
  base::MutexLock lock(mutex_);
  return minute_;
}

void Metrics::add(const std::string& resource_id, std::string_view metric, const Datapoint& datapoint) {
  base::MutexLock lock(mutex_);
  std::deque<Datapoint>& series = instances_[resource_id][std::string(metric)];
  series.push_back(datapoint);
  if (series.size() > minutes_kept) series.pop_front();
}

void Metrics::forget(const std::string& resource_id) {
  base::MutexLock lock(mutex_);
  instances_.erase(resource_id);
}

std::vector<std::string> Metrics::names(const std::string& resource_id, TimePoint now) const {
  base::MutexLock lock(mutex_);
  std::vector<std::string> names;
  const auto instance = instances_.find(resource_id);
  if (instance == instances_.end()) return names;
  for (const auto& [name, series] : instance->second)
    if (series.front().time + minute_ <= now) names.push_back(name);
  return names;
}

std::vector<Datapoint> Metrics::known(const std::string& resource_id, std::string_view metric, const Span& span,
                                      TimePoint now) const {
  base::MutexLock lock(mutex_);
  std::vector<Datapoint> known;
  const auto instance = instances_.find(resource_id);
  if (instance == instances_.end()) return known;
  const auto series = instance->second.find(metric);
  if (series == instance->second.end()) return known;
  for (const Datapoint& datapoint : series->second)
    if (datapoint.time >= span.from && datapoint.time < span.to && datapoint.time + minute_ <= now)
      known.push_back(datapoint);
  return known;
}

}  // namespace darbe::lab
