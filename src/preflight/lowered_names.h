// Whether a server makes small letters of the names of databases and tables: lower_case_table_names is fixed when an
// instance is created, and may differ between source and target (MySQL Reference Manual, "Identifier Case Sensitivity";
// facts/rds-mysql.md).
#pragma once

#include <stop_token>

#include "preflight/check.h"

namespace darbe::preflight {

bool source_lowers_names(const Subject& subject);
// By the group that the target's own is made from.
bool target_lowers_names(const Subject& subject, const std::stop_token& stop);

}  // namespace darbe::preflight
