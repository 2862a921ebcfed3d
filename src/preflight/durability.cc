#include <fmt/format.h>

#include "preflight/checks.h"

namespace darbe::preflight {

std::vector<Finding> check_durability(const Subject& subject, std::stop_token) {
  if (subject.plan.request.replica_instance_id) return {};
  const auto value = subject.server.number("SELECT @@global.innodb_flush_log_at_trx_commit");
  if (value == 1) return {};
  return {
      {.text = fmt::format("innodb_flush_log_at_trx_commit is {} on the source: a snapshot of it, which is what a read "
                           "replica is made of, can lack rows that its binlog has, and nothing would notice",
                           value),
       .advice =
           "Set it to 1 in the source's parameter group until the read replica is there; or go on all the same with "
           "--allow durability."}};
}

}  // namespace darbe::preflight
