// How fast the tables come along.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "steps/reporter.h"

namespace darbe::cli {

// Rows and bytes per second since the first snapshot of this process: what an earlier command had done doesn't count.
// Needs a lock outside.
class Pace {
 public:
  // `left`: the time until all is verified, where it can be told.
  void see(const steps::TablesSum& sum, std::optional<base::Seconds> left);
  // One table's pace, in one phase: what is left of it would take so long if it went on like this.
  void see(const steps::TableProgress& table);
  void forget() { first_.reset(); }

  double rows_per_second() const { return rows_per_second_; }
  double bytes_per_second() const { return bytes_per_second_; }

  // "1,234 rows, 5.6 MB of about 7.8 MB, 3/11 tables"
  static std::string so_far(const steps::TablesSum& sum);
  // "1,234 rows/s, 5.6 MB/s, 45 s left"; only what can be told.
  std::string rates() const;

 private:
  struct Sample {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    base::Clock::time_point at;
  };
  void see(std::uint64_t rows, std::uint64_t bytes);

  std::optional<Sample> first_;
  double rows_per_second_ = 0;
  double bytes_per_second_ = 0;
  std::optional<base::Seconds> left_;
};

}  // namespace darbe::cli
