// What a run took, and what is made of several runs.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace darbe::bench {

struct Usage {
  double seconds = 0;  // wall time
  double client_core_seconds = 0;
  double source_core_seconds = 0;
  double target_core_seconds = 0;
};

// One copy of all rows.
struct Run {
  Usage usage;
  double tablespace_mb = 0;
};

struct DarbeRun : Run {
  double copy_seconds = 0;  // up to the last index; what follows is verification
  double verify_seconds = 0;
  double copy_core_seconds = 0;  // the client's share of it
  double peak_memory_mb = 0;
};

// The servers' own limit of a verified run.
struct LimitRun : Run {
  double copy_seconds = 0;  // the copy's; what follows is a plain SELECT of the target
};

struct Contents {
  double tables = 0;
  double rows = 0;
  double value_bytes = 0;  // of the columns' values, as text where they are read as text
};

// The mean of the two in the middle where their number is even. Requires: there is one.
double median(std::vector<double> values);

// The median of one figure over all runs.
template <typename One, typename Figure>
double median_of(const std::vector<One>& runs, const Figure& figure) {
  std::vector<double> values;
  for (const One& run : runs) values.push_back(figure(run));
  return median(std::move(values));
}

// The ratios of runs of the same round: the machine is as slow for one as for the other.
template <typename One, typename Other, typename Ratio>
std::vector<double> ratios_of(const std::vector<One>& ones, const std::vector<Other>& others, const Ratio& ratio) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < ones.size() && round < others.size(); ++round)
    ratios.push_back(ratio(ones[round], others[round]));
  return ratios;
}

inline double seconds_of(const Run& run) { return run.usage.seconds; }

}  // namespace darbe::bench
