// What a shape of AWS's model allows of a value, whatever protocol brought it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lab/api_model.h"

namespace darbe::lab {

// The first constraint that is broken, in the words of AWS's validation; nothing if all hold.
std::optional<std::string> broken_by_text(const Shape& shape, std::string_view text);
// Of a number, or a list's size.
std::optional<std::string> broken_by_size(const Shape& shape, double size);

}  // namespace darbe::lab
