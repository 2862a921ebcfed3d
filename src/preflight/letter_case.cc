#include "preflight/checks.h"
#include "preflight/lowered_names.h"

namespace darbe::preflight {

std::vector<Finding> check_letter_case(const Subject& subject, std::stop_token stop) {
  if (!source_lowers_names(subject) || target_lowers_names(subject, stop)) return {};
  return {{.text = "the source takes table names in any letters (lower_case_table_names), the new instance would take "
                   "them in small ones only: routines and clients that write capitals would fail there, and a CREATE "
                   "TABLE with capitals would end replication",
           .advice = "Give a --parameter-group with lower_case_table_names as on the source; or, if all names are "
                     "written in small letters everywhere, go on with --allow letter-case."}};
}

}  // namespace darbe::preflight
