#include "cli/pace.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/reporters.h"

namespace darbe::cli {

void Pace::see(const steps::TablesSum& sum, std::optional<base::Seconds> left) {
  see(sum.rows, sum.bytes);
  left_ = left;
}

void Pace::see(const steps::TableProgress& table) {
  see(table.rows, table.bytes);
  left_.reset();
  if (bytes_per_second_ > 0 && table.bytes_expected > table.bytes)
    left_ = base::Seconds(static_cast<double>(table.bytes_expected - table.bytes) / bytes_per_second_);
}

void Pace::see(std::uint64_t rows, std::uint64_t bytes) {
  if (!first_) first_ = Sample{rows, bytes, base::Clock::now()};
  const double seconds = std::max(0.001, base::Seconds(base::Clock::now() - first_->at).count());
  rows_per_second_ = static_cast<double>(rows - std::min(rows, first_->rows)) / seconds;
  bytes_per_second_ = static_cast<double>(bytes - std::min(bytes, first_->bytes)) / seconds;
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
