#include "cli/pace.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/reporters.h"

namespace darbe::cli {

void Pace::see(const steps::TablesSum& sum, std::optional<base::Seconds> left) {
  left_ = left;
  if (!first_) {
    first_ = sum;
    begin_ = base::Clock::now();
  }
  const double seconds = std::max(0.001, base::Seconds(base::Clock::now() - begin_).count());
  rows_per_second_ = static_cast<double>(sum.rows - std::min(sum.rows, first_->rows)) / seconds;
  bytes_per_second_ = static_cast<double>(sum.bytes - std::min(sum.bytes, first_->bytes)) / seconds;
}

std::string Pace::so_far(const steps::TablesSum& sum) {
  return fmt::format("{} rows, {} of about {}, {}/{} tables", human_count(sum.rows), human_bytes(sum.bytes),
                     human_bytes(std::max(sum.bytes, sum.bytes_expected)), sum.done, sum.tables);
}

std::string Pace::rates() const {
  const std::string left = left_ ? human_seconds(left_->count()) + " left" : "";
  if (bytes_per_second_ <= 0) return left;
  return fmt::format("{} rows/s, {}/s{}{}", human_count(static_cast<std::uint64_t>(rows_per_second_)),
                     human_bytes(static_cast<std::uint64_t>(bytes_per_second_)), left.empty() ? "" : ", ", left);
}

}  // namespace darbe::cli
