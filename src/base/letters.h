// Letters in whatever case, as servers, AWS and HTTP take many names. ASCII's only; all other bytes stay as they are.
#pragma once

#include <string>
#include <string_view>

namespace darbe::base {

std::string lower(std::string_view text);

bool equal_in_any_case(std::string_view one, std::string_view other);

}  // namespace darbe::base
