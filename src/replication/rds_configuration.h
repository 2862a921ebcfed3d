// RDS's own settings of a server, kept beside its variables: mysql.rds_show_configuration and
// mysql.rds_set_configuration (facts/rds-mysql.md 1.4).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "mysql/connection.h"

namespace darbe::replication {

using RdsConfiguration = std::map<std::string, std::optional<std::string>>;  // nothing for NULL

// For hours; NULL: binlogs are deleted as soon as no longer needed.
inline constexpr const char* binlog_retention = "binlog retention hours";

RdsConfiguration rds_configuration(mysql::Connection& server);
// For how long the server keeps its binlogs; nothing for NULL, and where there is no such setting.
std::optional<unsigned> retention_hours(mysql::Connection& server);
// Returns the statement that was executed.
std::string set_rds_configuration(mysql::Connection& server, const std::string& name,
                                  const std::optional<std::string>& value);

// What to set on a target, so that it has the source's settings: those it has too, but the delay of its own
// replication.
RdsConfiguration configuration_to_set(const RdsConfiguration& source, const RdsConfiguration& target);

}  // namespace darbe::replication
