#include "preflight/kept_hours.h"

#include <algorithm>

#include "mysql/error.h"
#include "replication/rds_configuration.h"

namespace darbe::preflight {

unsigned kept_hours(const Subject& subject) {
  const unsigned planned = subject.plan.binlog_retention_hours;
  try {
    return std::max(planned, replication::retention_hours(subject.server).value_or(0));
  } catch (const mysql::ServerError& error) {
    if (mysql::meaning_of(error) != mysql::Meaning::access_denied) throw;
    return planned;
  }
}

}  // namespace darbe::preflight
