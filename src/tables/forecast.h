// How long the rows will still take, from the snapshots of tables/progress: rows still to copy, indexes still to build,
// and the verification of all that is not verified ahead.
//
// Pure: time comes with the snapshots. It is an estimate and gets better: tables are as large as the server's
// statistics say until rows of them have come, an index takes as long as the same bytes of rows until one was built,
// and verification is four times as fast as the copy until it begins. The steps after Verify are not in it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "tables/progress.h"

namespace darbe::tables {

// What a table's rows will come to, by the server's count of its rows and what those took that have come.
std::uint64_t bytes_expected(const Progress::Row& row);

// How many there are in all, and what their rows will come to.
Amount amount_expected(const Progress::Snapshot& progress);

// Needs an outside lock.
class Forecast {
 public:
  using Time = base::Clock::time_point;

  void see(const Progress::Snapshot& progress, Time now);

  // Until all is verified. Nothing while too little was seen: before a hundredth of the rows has come along, and when
  // for two minutes none did.
  std::optional<base::Seconds> left() const { return left_; }

 private:
  struct Sample {
    Time at;
    std::uint64_t bytes = 0;
  };
  struct BuildBegun {
    Time at;
    std::uint64_t bytes = 0;
  };
  struct Sums {
    std::uint64_t bytes = 0, expected = 0, left = 0;
    bool is_copying = false;  // or waits to be
  };

  static Sums sum_of(const Progress::Snapshot& progress);
  void see_bytes(const Sums& sums, Time now);
  void see_builds(const std::vector<Progress::Row>& at_work, Time now);
  std::optional<double> builds_left(const Progress::Snapshot& progress, Time now) const;
  std::optional<double> build_seconds(std::uint64_t bytes) const;
  std::optional<double> bytes_per_second() const;

  std::deque<Sample> samples_;
  std::optional<Sample> first_;
  std::optional<double> average_;  // bytes per second while rows came
  std::map<TableName, BuildBegun> building_;
  double built_seconds_ = 0, built_bytes_ = 0;
  std::optional<base::Seconds> left_;
};

}  // namespace darbe::tables
