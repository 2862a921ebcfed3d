// Which options a server of the lab runs with: the lab's small sizes, RDS's defaults, then the parameter group.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lab/machine.h"
#include "mysql/flavor.h"
#include "servers/install.h"

namespace darbe::lab {

inline constexpr std::string_view binlog_name = "mysql-bin-changelog";  // RDS's

struct FormulaInputs {
  bool is_replica = false;
  unsigned port = 3306;
  unsigned allocated_gib = 20;
};

// A group's value with its formula worked out: {DBInstanceClassMemory*3/4}, {TrueIfReplica}, GREATEST({…},…). The
// memory is that of the smallest class whatever the instance's is. Throws: Error{usage} for what is no formula.
std::string resolved(std::string_view value, const FormulaInputs& inputs);

// By name with '_' (replicate filters and gtid-mode too). Names of RDS's own ("rds.…") are left out.
ParameterValues effective_values(const servers::Installation& installation, const ParameterValues& group,
                                 const FormulaInputs& inputs);

// "--name=value"; a filter's list becomes one option for each item.
std::vector<std::string> as_arguments(const ParameterValues& values);

bool is_filter(std::string_view name);
// CHANGE REPLICATION FILTER … or SET GLOBAL …, as this server has it. `value` may be empty: no filter.
std::string set_filter_statement(const mysql::Flavor& flavor, std::string_view name, std::string_view value);
// SET GLOBAL name = value; an absent value sets the server's own default.
std::string set_global_statement(std::string_view name, const std::string* value);

// '-' becomes '_'.
std::string underscored(std::string_view name);

}  // namespace darbe::lab
