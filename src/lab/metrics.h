// What CloudWatch has been told of the instances: for each metric a datapoint a minute, and each of them a minute late.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"

namespace darbe::lab {

struct Datapoint {
  std::chrono::system_clock::time_point time;
  double value = 0;
};

// What RDS's minute is in a lab of this speed; CloudWatch's times are whole seconds, so not less than one.
std::chrono::seconds shortened_minute(double speed);

// Threads may share it.
class Metrics {
 public:
  using TimePoint = std::chrono::system_clock::time_point;
  struct Span {  // `to` is not in it
    TimePoint from;
    TimePoint to;
  };

  void set_minute(std::chrono::seconds minute) EXCLUDES(mutex_);
  std::chrono::seconds minute() const EXCLUDES(mutex_);

  void add(const std::string& resource_id, std::string_view metric, const Datapoint& datapoint) EXCLUDES(mutex_);
  void forget(const std::string& resource_id) EXCLUDES(mutex_);

  // The metrics of an instance that something is known of by `now`.
  std::vector<std::string> names(const std::string& resource_id, TimePoint now) const EXCLUDES(mutex_);
  // What is known of one by `now`, oldest first. Only the last day is kept.
  std::vector<Datapoint> known(const std::string& resource_id, std::string_view metric, const Span& span,
                               TimePoint now) const EXCLUDES(mutex_);

 private:
  using Series = std::map<std::string, std::deque<Datapoint>, std::less<>>;

  mutable base::Mutex mutex_;
  std::chrono::seconds minute_ GUARDED_BY(mutex_) = std::chrono::minutes(1);
  std::map<std::string, Series> instances_ GUARDED_BY(mutex_);  // by DbiResourceId
};

}  // namespace darbe::lab
