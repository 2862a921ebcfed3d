#include "preflight/lowered_names.h"

#include "preflight/target_group.h"

namespace darbe::preflight {

bool source_lowers_names(const Subject& subject) {
  return subject.server.number("SELECT @@global.lower_case_table_names") != 0;
}

bool target_lowers_names(const Subject& subject, const std::stop_token& stop) {
  for (const aws::Parameter& parameter : parameters_of_target(subject, aws::ParameterGroups::Which::all, stop))
    if (parameter.name == "lower_case_table_names") return parameter.value.value_or("0") != "0";
  return false;
}

}  // namespace darbe::preflight
