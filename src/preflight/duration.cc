#include "preflight/duration.h"

namespace darbe::preflight {

std::chrono::seconds expected_time(const Amount& amount) {
  const double seconds = seconds_per_instance + 2 * (copy_seconds(amount) + verify_seconds(amount));
  return std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

double copy_seconds(const Amount& amount) {
  return static_cast<double>(amount.tables) * seconds_per_table +
         static_cast<double>(amount.bytes) / copied_bytes_per_second;
}

double verify_seconds(const Amount& amount) { return static_cast<double>(amount.bytes) / verified_bytes_per_second; }

std::optional<double> catch_up_seconds(double written_bytes_per_second, double behind_seconds) {
  const double nearer = applied_bytes_per_second - written_bytes_per_second;  // each second
  if (nearer <= 0) return std::nullopt;
  return written_bytes_per_second * behind_seconds / nearer;
}

bool may_outlast(const Amount& amount, unsigned retention_hours) {
  return 2 * (copy_seconds(amount) + verify_seconds(amount)) > retention_hours * 3600.0;
}

}  // namespace darbe::preflight
