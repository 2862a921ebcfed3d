// What the actions of CloudWatch and the rules for them both ask about metrics.
#pragma once

#include <chrono>
#include <string_view>

#include "lab/value.h"

namespace darbe::lab {

// Average, Sum, Minimum, Maximum, SampleCount.
bool is_statistic(std::string_view name);

// A request's time, as the wire has read it.
std::chrono::system_clock::time_point time_in(const Value& value);

}  // namespace darbe::lab
