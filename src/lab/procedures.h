// RDS's own stored procedures and tables in schema mysql, as facts/rds-mysql.md 1 tells them, for one server version.
#pragma once

#include <string>
#include <vector>

#include "mysql/flavor.h"

namespace darbe::lab {

// Statements for an account with all rights; rdsadmin@localhost must exist. Run once, in order.
std::vector<std::string> rds_schema(const mysql::Flavor& flavor);

// How much faster than on RDS the procedures' sleeps pass: 10 makes one second of ten.
std::string set_speed_statement(double speed);

// From now on this server is, or was, a read replica of the lab: rds_set_external_… refuses.
std::string remember_replica_statement();

}  // namespace darbe::lab
