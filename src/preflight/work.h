// How much a run has to do, as the source tells it: what `darbe plan` estimates the steps' times from.
#pragma once

#include <cstdint>
#include <optional>

#include "preflight/check.h"
#include "preflight/duration.h"

namespace darbe::preflight {

struct Work {
  Amount rows{};
  // Nothing where the master user may not look.
  std::optional<std::uint64_t> accounts{};
  std::optional<std::uint64_t> objects{};           // foreign keys, views, routines, triggers, events
  std::optional<double> binlog_bytes_per_second{};  // as binlog_rate()
  bool has_own_replica = false;                     // --replica-instance-id: the run makes none
};

Work work_of(const Subject& subject, const Amount& rows);

// Since the server was started; nothing where it was a moment ago, or doesn't count.
std::optional<double> binlog_rate(mysql::Connection& server);

}  // namespace darbe::preflight
