#include <fmt/format.h>

#include "preflight/checks.h"
#include "preflight/kept_hours.h"

namespace darbe::preflight {

std::vector<Finding> retention_findings(const Amount& amount, unsigned hours) {
  if (!may_outlast(amount, hours)) return {};
  return {{.weight = Weight::warning,
           .text = fmt::format("copy and verification may take {:.0f} hours by a cautious guess, and the source will "
                               "keep its binlogs for {}: those that the new instance needs then may be gone",
                               2 * (copy_seconds(amount) + verify_seconds(amount)) / 3600, hours),
           .advice = "Ask for more with --binlog-retention-hours (168 at most), if the source's volume has room."}};
}

std::vector<Finding> check_retention(const Subject& subject, std::stop_token) {
  return retention_findings(amount_of(subject), kept_hours(subject));
}

}  // namespace darbe::preflight
