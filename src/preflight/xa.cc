#include <fmt/format.h>

#include "mysql/error.h"
#include "preflight/checks.h"
#include "replication/status.h"

namespace darbe::preflight {

std::vector<Finding> check_xa(const Subject& subject, std::stop_token) {
  try {
    const std::uint64_t prepared = replication::prepared_xa_transactions(subject.server);
    if (prepared == 0) return {};
    return {{.weight = Weight::warning,
             .text = fmt::format("{} prepared XA transactions are open on the source: Freeze waits until the replica "
                                 "has none",
                                 prepared),
             .advice = "Let their coordinator commit or roll them back (XA RECOVER lists them)."}};
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    return {{.weight = Weight::warning,
             .text = "whether XA transactions are prepared on the source can't be told: the master user may not ask",
             .advice = "If your clients use XA, grant it XA_RECOVER_ADMIN: Freeze has to ask on the replica."}};
  }
}

}  // namespace darbe::preflight
