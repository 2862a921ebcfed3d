// What AWS's AllowedValues say of a parameter's value: "0-4294967295", "ROW,STATEMENT,MIXED", "0,1", "1-100,500". Pure.
#pragma once

#include <string>

namespace darbe::preflight {

// False only where it is sure that AWS refuses the value: formulas, free texts and whatever isn't understood may be
// allowed.
bool may_be_allowed(const std::string& value, const std::string& allowed_values);

// 0, 1, ON or OFF by the name that is allowed of the two: MariaDB's read_only takes words alone from 12.0 on. Any other
// value as it is.
std::string in_allowed_words(const std::string& value, const std::string& allowed_values);

}  // namespace darbe::preflight
