// How fast the tables come along, and how long they will still take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "steps/reporter.h"

namespace darbe::cli {

struct Sum {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t expected = 0;
  std::size_t done = 0;
};
// Nothing more is done to it in this step.
bool is_done(const steps::TableProgress& table);
Sum sum_of(const std::vector<steps::TableProgress>& tables);

// Rows and bytes per second since the first snapshot of this process: what an earlier command had done doesn't count.
// Needs a lock outside.
class Pace {
 public:
  void see(const Sum& sum);
  void forget() { first_.reset(); }

  double rows_per_second() const { return rows_per_second_; }
  double bytes_per_second() const { return bytes_per_second_; }
  double seconds_left() const { return seconds_left_.value_or(0); }

  // "1,234 rows, 5.6 MB of about 7.8 MB, 3/11 tables"
  static std::string so_far(const Sum& sum, std::size_t tables);
  // "1,234 rows/s, 5.6 MB/s, 45 s left"; empty while there is no rate, no time while too little is seen.
  std::string rates() const;

 private:
  std::optional<Sum> first_;
  base::Clock::time_point begin_;
  double rows_per_second_ = 0;
  double bytes_per_second_ = 0;
  std::optional<double> seconds_left_;
};

}  // namespace darbe::cli
