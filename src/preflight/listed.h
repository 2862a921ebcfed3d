// Lists of names within a finding's sentence.
#pragma once

#include <string>
#include <vector>

namespace darbe::preflight {

// "a, b, c, d, e and 7 more"
std::string first_of(const std::vector<std::string>& names);

// 'a', 'b': for SQL's IN (…). Requires: some names.
std::string quoted_list(const std::vector<std::string>& names);

}  // namespace darbe::preflight
