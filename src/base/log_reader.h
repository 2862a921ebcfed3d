// Somebody who reads the log's lines in place of standard error: a drawing on a terminal that they would tear.
#pragma once

#include <functional>
#include <string_view>

#include "base/log.h"

namespace darbe::log {

// Hands what would be written to `reader` instead, until it is called with none. Any thread may call `reader`; it must
// not log.
void divert(std::function<void(Level, std::string_view)> reader);

}  // namespace darbe::log
