// Identifiers as AWS makes them up.
#pragma once

#include <string>

namespace darbe::lab {

// "c7ad0ba4-…": 32 random hexadecimal digits in five groups.
std::string new_uuid();

}  // namespace darbe::lab
