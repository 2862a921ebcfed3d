// The target's own parameter group: the values of the group it stands for, what is tuned for the load, and what is held
// until the switch. The table in parameters.cc is the only place that names tuned parameters.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "aws/instances.h"
#include "plan/target.h"
#include "steps/run.h"

namespace darbe::steps {

// Makes the group and sets it for the load. Requires: no instance uses it yet.
void make_parameter_group(Run& run, const aws::Instance& source, std::stop_token stop);

// Throws: Error{failed} if another instance than the target and its replicas uses the run's group: its values would be
// changed.
void require_own_use(const Run& run, std::stop_token stop);

// Waits until RDS has told the target's server what changed in its group. The target then.
aws::Instance wait_until_applied(const Run& run, std::stop_token stop);

// Restarts the target where static values of its group wait for that: RDS may make an instance before it knows the
// group. The target then. Requires: nothing is at work on it.
aws::Instance bring_group_into_force(Run& run, aws::Instance target, std::stop_token stop);

// Takes back what was tuned for the load, as the table says. Static ones wait for the next restart. Harmless when
// repeated.
void settle_parameters(Run& run, const aws::Instance& source, std::stop_token stop);

// One sentence for each tuned parameter that the target's server does not run with as it must. Read from the server's
// own variables.
std::vector<std::string> unsettled_parameters(Run& run, const aws::Instance& source, mysql::Connection& target,
                                              std::stop_token stop);

// The values that somebody set in the source's group or in the one that the target's stands for, and that the target
// will have otherwise. None where no such group or version is there: checks refuse that.
std::vector<plan::Difference> differing_parameters(const Run& run, const aws::Instance& source, std::stop_token stop);

// The defaults that RDS has otherwise in the target's parameter group family, for parameters that nobody set. None
// where both are of one family.
std::vector<plan::Difference> changed_defaults(const Run& run, const aws::Instance& source, std::stop_token stop);

// In what the target differs from the source from its creation to the switch, whatever the group it stands for says.
std::vector<plan::Difference> held_parameters(const Run& run, mysql::Connection& source);

// Sets one parameter of the group, restarts the target if it is static, and waits until it is in force.
void set_parameter(Run& run, const std::string& name, const std::string& value, std::stop_token stop);

// A parameter's value in the group whose values the target gets.
std::optional<std::string> in_base_group(const Run& run, const aws::Instance& source, const std::string& name,
                                         std::stop_token stop);

// The group whose values the target gets: the one asked for, or the source's.
std::string base_group(const Run& run, const aws::Instance& source);

}  // namespace darbe::steps
