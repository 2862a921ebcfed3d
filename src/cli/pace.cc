#include "cli/pace.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/reporters.h"

namespace darbe::cli {

bool is_done(const steps::TableProgress& table) { return table.phase == "copied" || table.phase == "verified"; }

Sum sum_of(const std::vector<steps::TableProgress>& tables) {
  Sum sum;
  for (const steps::TableProgress& table : tables) {
    sum.rows += table.rows;
    sum.bytes += table.bytes;
    sum.expected += std::max(table.bytes, table.bytes_expected);
    if (is_done(table)) ++sum.done;
  }
  return sum;
}

void Pace::see(const Sum& sum, std::optional<base::Seconds> left) {
  left_ = left;
  if (!first_) {
    first_ = sum;
    begin_ = base::Clock::now();
  }
  const double seconds = std::max(0.001, base::Seconds(base::Clock::now() - begin_).count());
  rows_per_second_ = static_cast<double>(sum.rows - std::min(sum.rows, first_->rows)) / seconds;
  bytes_per_second_ = static_cast<double>(sum.bytes - std::min(sum.bytes, first_->bytes)) / seconds;
}

std::string Pace::so_far(const Sum& sum, std::size_t tables) {
  return fmt::format("{} rows, {} of about {}, {}/{} tables", human_count(sum.rows), human_bytes(sum.bytes),
                     human_bytes(sum.expected), sum.done, tables);
}

std::string Pace::rates() const {
  const std::string left = left_ ? human_seconds(left_->count()) + " left" : "";
  if (bytes_per_second_ <= 0) return left;
  return fmt::format("{} rows/s, {}/s{}{}", human_count(static_cast<std::uint64_t>(rows_per_second_)),
                     human_bytes(static_cast<std::uint64_t>(bytes_per_second_)), left.empty() ? "" : ", ", left);
}

}  // namespace darbe::cli
