#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/duration.h"

namespace darbe::preflight {

std::vector<Finding> check_retention(const Subject& subject, std::stop_token) {
  Amount amount;
  for (const tables::Table& table : copied_tables(subject)) {
    ++amount.tables;
    amount.bytes += table.data_bytes + table.index_bytes;
  }
  const unsigned hours = subject.plan.binlog_retention_hours;
  if (!may_outlast(amount, hours)) return {};
  return {
      {.weight = Weight::warning,
       .text = fmt::format("copy and verification may take {:.0f} hours by a cautious guess, and the source is asked "
                           "to keep its binlogs for {}: those that the new instance needs then may be gone",
                           2 * (copy_seconds(amount) + verify_seconds(amount)) / 3600, hours),
       .advice = "Ask for more with --binlog-retention-hours (168 at most), if the source's volume has room."}};
}

}  // namespace darbe::preflight
